"""The static site: templates and cards in, files under data/site/ out."""

from aggregator.site.site import Site

__all__ = ["Site"]

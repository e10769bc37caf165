"""The edge to arXiv: bytes over the wire, one polite gate before it, and the feeds that come back."""

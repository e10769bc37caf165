"""What `aggregator --help` prints; made by scripts/usage.py, held to click's own text by a test."""

OVERVIEW = """\
Usage: aggregator [OPTIONS] COMMAND [ARGS]...

  Collect arXiv's daily announcements and build pages to skim them.

  Try it without arXiv:   aggregator demo
  Then for real:          aggregator config --example > aggregator.toml
                          aggregator update && aggregator build && aggregator serve

Options:
  --config PATH  Settings file (default: aggregator.toml in this folder, if it
                 is there).
  -v, --verbose  Log more.
  --version      Show the version and exit.
  -h, --help     Show this message and exit.

Commands:
  update      Fetch what is due for the configured categories, once.
  build       Render the pages that changed and publish them.
  serve       Serve the built pages over HTTP.
  daemon      Fetch and build when it is due, until SIGTERM.
  status      Tell how each category stands, and why.
  demo        Try it all against a simulated arXiv.
  categories  List the categories of arXiv, or find some.
  config      Print the settings in force, as JSON.
  add         Add papers by id, address or search.
  resume      Ask arXiv again after it closed the door.
  reconcile   Hold stored days against arXiv's OAI-PMH, fill gaps.
  backfill    Fill past days through OAI-PMH.
  import      Load arXiv's history from a metadata snapshot.
  backup      Copy the database, verified, while it is in use.
  restore     Put a backup in the place of the database.
  replay      Rebuild the database from the kept answers and compare.
  verify      Hold pages, ledger and kept answers against the database.
  doctor      Look at the host and the data folder for what is wrong.
  prune       Remove old answers, old backups and leftovers.
  search      Search all papers that are here.
  index       Make the search index anew from the database.
  mcp         Let an assistant ask, over stdio (Model Context Protocol).
"""

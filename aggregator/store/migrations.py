"""The schema, as steps that are only ever added: a released step is never edited (a test sees to it).

All tables are STRICT. Dates are TEXT "YYYY-MM-DD", moments TEXT in UTC with microseconds, lists JSON.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from aggregator.store.connection import SCHEMA_VERSION

migrations = Migrations("aggregator")


def apply(db: Database) -> None:
    """Bring the schema up to date, within the caller's transaction: all steps or none."""
    migrations.apply(db)
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


@migrations()
def m001_papers_and_announcements(db: Database) -> None:
    """The first release."""
    for statement in _FIRST:
        db.execute(statement)


@migrations()
def m002_ledger_and_harvests(db: Database) -> None:
    """The second release."""
    for statement in _SECOND:
        db.execute(statement)


@migrations()
def m003_history(db: Database) -> None:
    """The third release: room for the whole history. Derived texts apart from what arXiv said, derived days."""
    for statement in _THIRD:
        db.execute(statement)


@migrations()
def m004_search(db: Database) -> None:
    """What the search index has not seen yet."""
    for statement in _SEARCH:
        db.execute(statement)


@migrations()
def m005_added_papers(db: Database) -> None:
    """Papers that a person asked for (`aggregator add`)."""
    db.execute(_ADDED)


@migrations()
def m006_changes_of_the_ledger(db: Database) -> None:
    """The ledger counts its changes, as listings do, so that a build can ask for days that changed."""
    db.execute("ALTER TABLE ledger ADD COLUMN revision INTEGER NOT NULL DEFAULT 0 CHECK (revision >= 0)")


@migrations()
def m007_spans(db: Database) -> None:
    """Spans of days that have pages beside the newest ones (`aggregator build --from`)."""
    db.execute(
        """
        CREATE TABLE spans (
            first TEXT NOT NULL,
            last TEXT NOT NULL CHECK (last >= first),
            PRIMARY KEY (first, last)
        ) STRICT, WITHOUT ROWID
        """
    )


_FIRST = (
    # One row a paper, at its newest known version. `fingerprint` is a hash of everything that arXiv said and
    # we derived; authors and categories stand here too, because a page reads them five times faster so.
    """
    CREATE TABLE papers (
        id TEXT PRIMARY KEY NOT NULL,
        fingerprint TEXT NOT NULL,
        version INTEGER NOT NULL CHECK (version >= 1),
        withdrawn INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
        changed_at TEXT NOT NULL,
        title TEXT NOT NULL,
        abstract TEXT NOT NULL,
        authors_raw TEXT NOT NULL,
        categories TEXT NOT NULL,
        title_html TEXT NOT NULL,
        title_text TEXT NOT NULL,
        abstract_html TEXT NOT NULL,
        abstract_text TEXT NOT NULL,
        authors TEXT NOT NULL,
        comments TEXT,
        comments_html TEXT,
        journal_ref TEXT,
        doi TEXT,
        license TEXT
    ) STRICT
    """,
    # Every version that was seen; `date` where a source tells when it was submitted.
    """
    CREATE TABLE versions (
        paper_id TEXT NOT NULL REFERENCES papers (id),
        version INTEGER NOT NULL CHECK (version >= 1),
        date TEXT,
        first_seen TEXT NOT NULL,
        PRIMARY KEY (paper_id, version)
    ) STRICT, WITHOUT ROWID
    """,
    # For the ways in by author and by category; what a page shows stands in `papers`. Positions count from 1,
    # the primary category is at 1.
    """
    CREATE TABLE paper_authors (
        author TEXT NOT NULL,
        paper_id TEXT NOT NULL REFERENCES papers (id),
        position INTEGER NOT NULL CHECK (position >= 1),
        PRIMARY KEY (author, paper_id, position)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE paper_categories (
        category TEXT NOT NULL,
        paper_id TEXT NOT NULL REFERENCES papers (id),
        position INTEGER NOT NULL CHECK (position >= 1),
        PRIMARY KEY (category, paper_id)
    ) STRICT, WITHOUT ROWID
    """,
    # A category's listing days. `revision` grows with every change of what the day's page shows.
    """
    CREATE TABLE listings (
        category TEXT NOT NULL,
        day TEXT NOT NULL,
        evidence TEXT NOT NULL,
        first_seen TEXT NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY (category, day)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE announcements (
        paper_id TEXT NOT NULL REFERENCES papers (id),
        category TEXT NOT NULL,
        day TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('new', 'cross', 'replace', 'replace-cross')),
        version INTEGER NOT NULL CHECK (version >= 1),
        position INTEGER NOT NULL CHECK (position >= 1),
        PRIMARY KEY (paper_id, category, day, kind, version),
        FOREIGN KEY (category, day) REFERENCES listings (category, day)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX announcements_by_day ON announcements (category, day, kind, position)",
    # A paper is new only once in a category.
    "CREATE UNIQUE INDEX announced_new ON announcements (paper_id, category) WHERE kind = 'new'",
    # Every poll of the last weeks, and by hash the body it brought (a file below raw/).
    """
    CREATE TABLE fetches (
        category TEXT NOT NULL,
        checked_at TEXT NOT NULL,
        outcome TEXT NOT NULL,
        reason TEXT NOT NULL,
        evidence TEXT NOT NULL,
        day TEXT,
        attempts INTEGER NOT NULL,
        url TEXT,
        status INTEGER,
        received_at TEXT,
        headers TEXT,
        body TEXT,
        PRIMARY KEY (category, checked_at)
    ) STRICT, WITHOUT ROWID
    """,
    # The latest state of each category's polling.
    """
    CREATE TABLE polls (
        category TEXT PRIMARY KEY NOT NULL,
        checked_at TEXT NOT NULL,
        outcome TEXT NOT NULL,
        reason TEXT NOT NULL,
        next_try TEXT
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE validators (
        url TEXT PRIMARY KEY NOT NULL,
        etag TEXT,
        last_modified TEXT
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE gate (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        last_request_at TEXT,
        closed_until TEXT,
        reason TEXT NOT NULL,
        strikes INTEGER NOT NULL CHECK (strikes >= 0),
        needs_operator INTEGER NOT NULL CHECK (needs_operator IN (0, 1))
    ) STRICT
    """,
    # Derived, and can be dropped at any time: ready pieces of pages, and what each page was made of.
    """
    CREATE TABLE cards (
        paper_id TEXT PRIMARY KEY NOT NULL REFERENCES papers (id),
        renderer TEXT NOT NULL,
        html TEXT NOT NULL,
        entry_xml TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE manifest (
        path TEXT PRIMARY KEY NOT NULL,
        fingerprint TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
)

_SECOND = (
    # How far each listing day of a category can be trusted, and on whose evidence; the four numbers count its
    # announcements by kind. What the columns mean is said at `models.LedgerRow`.
    """
    CREATE TABLE ledger (
        category TEXT NOT NULL,
        day TEXT NOT NULL,
        state TEXT NOT NULL CHECK (
            state IN ('expected', 'seen', 'confirmed', 'confirmed-empty', 'late', 'suspect', 'backfilled')
        ),
        reason TEXT NOT NULL,
        new INTEGER NOT NULL CHECK (new >= 0),
        crosses INTEGER NOT NULL CHECK (crosses >= 0),
        replacements INTEGER NOT NULL CHECK (replacements >= 0),
        replaced_crosses INTEGER NOT NULL CHECK (replaced_crosses >= 0),
        source TEXT,
        said_at TEXT,
        body TEXT,
        checked_at TEXT,
        next_try TEXT,
        seen_at TEXT,
        again_at TEXT,
        ended_at TEXT,
        followed_by TEXT,
        witness TEXT NOT NULL,
        witnessed_at TEXT,
        usual INTEGER NOT NULL CHECK (usual >= 0),
        cut INTEGER NOT NULL CHECK (cut IN (0, 1)),
        known INTEGER NOT NULL CHECK (known >= 0),
        missing INTEGER NOT NULL CHECK (missing >= 0),
        filled INTEGER NOT NULL CHECK (filled >= 0),
        tried_at TEXT,
        trouble TEXT NOT NULL,
        PRIMARY KEY (category, day)
    ) STRICT, WITHOUT ROWID
    """,
    # Where each harvest goes on; `state` is JSON that only the harvester reads.
    """
    CREATE TABLE harvests (
        key TEXT PRIMARY KEY NOT NULL,
        state TEXT NOT NULL,
        saved_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
)

_THIRD = (
    # Derived, by the normaliser of that number: kept for papers that pages needed, made anew for all others.
    """
    CREATE TABLE texts (
        paper_id TEXT PRIMARY KEY NOT NULL REFERENCES papers (id),
        normaliser INTEGER NOT NULL,
        title_html TEXT NOT NULL,
        title_text TEXT NOT NULL,
        abstract_html TEXT NOT NULL,
        abstract_text TEXT NOT NULL,
        authors TEXT NOT NULL,
        comments_html TEXT
    ) STRICT
    """,
    """
    INSERT INTO texts SELECT id, 1, title_html, title_text, abstract_html, abstract_text, authors, comments_html
    FROM papers
    """,
    # How many authors, beside the category: statistics read nothing else.
    "ALTER TABLE paper_categories ADD COLUMN authors INTEGER NOT NULL DEFAULT 0",
    """
    UPDATE paper_categories
    SET authors = (SELECT json_array_length(authors) FROM papers WHERE id = paper_categories.paper_id)
    """,
    *(
        f"ALTER TABLE papers DROP COLUMN {name}"
        for name in ("title_html", "title_text", "abstract_html", "abstract_text", "authors", "comments_html")
    ),
    # Nothing read it, and with the history it would be the table that costs most to write; search finds authors.
    "DROP TABLE paper_authors",
    "ALTER TABLE ledger RENAME TO ledger_before",
    # As before, with one more state and the fact that it follows from.
    """
    CREATE TABLE ledger (
        category TEXT NOT NULL,
        day TEXT NOT NULL,
        state TEXT NOT NULL CHECK (
            state IN (
                'expected', 'seen', 'confirmed', 'confirmed-empty', 'late', 'suspect', 'backfilled', 'derived'
            )
        ),
        reason TEXT NOT NULL,
        new INTEGER NOT NULL CHECK (new >= 0),
        crosses INTEGER NOT NULL CHECK (crosses >= 0),
        replacements INTEGER NOT NULL CHECK (replacements >= 0),
        replaced_crosses INTEGER NOT NULL CHECK (replaced_crosses >= 0),
        source TEXT,
        said_at TEXT,
        body TEXT,
        checked_at TEXT,
        next_try TEXT,
        seen_at TEXT,
        again_at TEXT,
        ended_at TEXT,
        followed_by TEXT,
        witness TEXT NOT NULL,
        witnessed_at TEXT,
        usual INTEGER NOT NULL CHECK (usual >= 0),
        cut INTEGER NOT NULL CHECK (cut IN (0, 1)),
        known INTEGER NOT NULL CHECK (known >= 0),
        missing INTEGER NOT NULL CHECK (missing >= 0),
        filled INTEGER NOT NULL CHECK (filled >= 0),
        tried_at TEXT,
        trouble TEXT NOT NULL,
        derived INTEGER NOT NULL DEFAULT 0 CHECK (derived IN (0, 1)),
        PRIMARY KEY (category, day)
    ) STRICT, WITHOUT ROWID
    """,
    "INSERT INTO ledger SELECT *, 0 FROM ledger_before",
    "DROP TABLE ledger_before",
    # How many rows there are: counting millions takes a second, and `status` has none.
    """
    CREATE TABLE totals (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        papers INTEGER NOT NULL,
        announcements INTEGER NOT NULL
    ) STRICT
    """,
    "INSERT INTO totals SELECT 1, (SELECT count(*) FROM papers), (SELECT count(*) FROM announcements)",
    "CREATE INDEX listings_by_day ON listings (day)",
    # Few of a million rows: `status` and the calendar of what a feed has shown read these alone.
    "CREATE INDEX ledger_shown ON ledger (day) WHERE derived = 0",
    """
    CREATE INDEX ledger_open ON ledger (category, day)
    WHERE state NOT IN ('confirmed', 'confirmed-empty', 'backfilled', 'derived')
    """,
)

_CHANGED = """
    BEGIN
        DELETE FROM search_changes WHERE paper_id = new.{column};
        INSERT INTO search_changes (paper_id) VALUES (new.{column});
    END
"""
_SEARCH = (
    # The papers that changed since the search index was brought up to date, each once, in the order of change.
    """
    CREATE TABLE search_changes (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        paper_id TEXT NOT NULL UNIQUE
    ) STRICT
    """,
    # Which index has caught up, by its own token.
    "CREATE TABLE search_state (id INTEGER PRIMARY KEY CHECK (id = 1), token TEXT NOT NULL) STRICT",
    f"CREATE TRIGGER paper_added AFTER INSERT ON papers {_CHANGED.format(column='id')}",
    f"CREATE TRIGGER paper_changed AFTER UPDATE ON papers {_CHANGED.format(column='id')}",
    f"""
    CREATE TRIGGER version_dated AFTER UPDATE OF date ON versions
    WHEN new.version = 1 AND new.date IS NOT old.date {_CHANGED.format(column="paper_id")}
    """,
    f"""
    CREATE TRIGGER version_added AFTER INSERT ON versions
    WHEN new.version = 1 AND new.date IS NOT NULL {_CHANGED.format(column="paper_id")}
    """,
)
# They have a page although no list of the site shows them.
_ADDED = """
    CREATE TABLE added (
        paper_id TEXT PRIMARY KEY NOT NULL REFERENCES papers (id),
        added_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """

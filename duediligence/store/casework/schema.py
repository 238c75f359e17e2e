"""The schema of `casework.db`: what people entered and what was screened. Never fetched again."""

from collections.abc import Iterator

from duediligence.store.database import define_tables, forbid_changes


def _forbid_updates(*tables: str) -> Iterator[str]:
    """Nothing of a run is changed. It is removed whole, when its time is over."""
    for table in tables:
        yield f"""CREATE TRIGGER {table}_immutable BEFORE UPDATE ON {table}
                BEGIN SELECT RAISE(ABORT, 'a run is never changed'); END"""


def _of_run(table: str, key: str) -> Iterator[str]:
    """A table of what a run had for each supplier, by the hash of the content."""
    yield f"""CREATE TABLE {table} (
            run_id TEXT NOT NULL REFERENCES runs (id), ref TEXT NOT NULL,
            sha256 TEXT NOT NULL REFERENCES contents (sha256),
            PRIMARY KEY ({key})) STRICT, WITHOUT ROWID"""
    yield from _forbid_updates(table)


migrations = define_tables(
    "casework",
    # `imported`: what a file last said of the supplier, NULL where it is still that.
    """CREATE TABLE suppliers (
            ref TEXT PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL,
            imported_at TEXT NOT NULL, file TEXT NOT NULL, body BLOB NOT NULL,
            imported BLOB) STRICT""",
    # Suppliers and list entries as they were when compared, kept once however often screened.
    "CREATE TABLE contents (sha256 TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE runs (
            id TEXT PRIMARY KEY, started_at TEXT NOT NULL, complete INTEGER NOT NULL,
            body BLOB NOT NULL) STRICT""",
    *_of_run("run_suppliers", "run_id, ref"),
    # `party`: who a finding is about, whatever name is displayed (see `screening.alerts.identity`).
    """CREATE TABLE findings (
            run_id TEXT NOT NULL REFERENCES runs (id), position INTEGER NOT NULL,
            key TEXT NOT NULL, supplier_ref TEXT NOT NULL,
            entry_sha256 TEXT REFERENCES contents (sha256), body BLOB NOT NULL, party TEXT,
            PRIMARY KEY (run_id, position)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX findings_key ON findings (key)",
    *_forbid_updates("contents", "runs", "findings"),
    # Newest is by position, not by time: a clock that was set back must not revive an old link.
    """CREATE TABLE links (
            position INTEGER PRIMARY KEY AUTOINCREMENT, supplier_ref TEXT NOT NULL,
            scheme TEXT, number TEXT, made_by TEXT NOT NULL, made_at TEXT NOT NULL,
            note TEXT NOT NULL, CHECK ((scheme IS NULL) = (number IS NULL))) STRICT""",
    "CREATE INDEX links_supplier ON links (supplier_ref)",
    *forbid_changes("links", "a link"),
    *_of_run("run_dossiers", "run_id, ref"),
    """CREATE TABLE audit (
            position INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, at TEXT NOT NULL,
            who TEXT NOT NULL, subject TEXT NOT NULL, what TEXT NOT NULL,
            previous TEXT NOT NULL, sha256 TEXT NOT NULL) STRICT""",
    "CREATE INDEX audit_subject ON audit (kind, subject)",
    *forbid_changes("audit", "the audit chain"),
    # INSERT OR REPLACE would remove a record without asking the trigger above.
    """CREATE TRIGGER audit_appended BEFORE INSERT ON audit
           WHEN NEW.position IS NOT
                1 + coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audit'), 0)
             OR NEW.previous IS NOT coalesce(
                (SELECT sha256 FROM audit ORDER BY position DESC LIMIT 1),
                '0000000000000000000000000000000000000000000000000000000000000000')
           BEGIN SELECT RAISE(ABORT, 'the audit chain is only appended to'); END""",
    """CREATE TABLE decisions (
            position INTEGER PRIMARY KEY AUTOINCREMENT, alert_id TEXT NOT NULL,
            made_by TEXT NOT NULL, made_at TEXT NOT NULL, body BLOB NOT NULL) STRICT""",
    "CREATE INDEX decisions_alert ON decisions (alert_id)",
    # The newest run of a supplier is asked for, however many runs there are.
    "CREATE INDEX run_suppliers_ref ON run_suppliers (ref)",
    # What a person should look at; what could not be checked has keys as well, far more of them.
    """CREATE INDEX findings_to_review ON findings (key)
           WHERE json_extract(CAST(body AS TEXT), '$.outcome') IN ('review', 'adverse')""",
    *forbid_changes("decisions", "a decision"),
    # INSERT OR REPLACE would remove a decision without asking the triggers above.
    """CREATE TRIGGER decisions_appended BEFORE INSERT ON decisions
           WHEN NEW.position <= (SELECT max(position) FROM decisions) AND NEW.position > 0
           BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END""",
    # Two digests at once would take the same number, and one of them fails: nothing told twice.
    """CREATE TABLE digests (
            number INTEGER PRIMARY KEY, made_at TEXT NOT NULL,
            message_key TEXT UNIQUE, subject TEXT NOT NULL, text TEXT NOT NULL) STRICT""",
    "CREATE TABLE digested_runs (run_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
    "CREATE TABLE told (key TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE deliveries (
            message_key TEXT NOT NULL REFERENCES digests (message_key), channel TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('queued', 'sent')),
            attempts INTEGER NOT NULL DEFAULT 0, last_error TEXT NOT NULL DEFAULT '',
            next_try TEXT, claimed_at TEXT, sent_at TEXT,
            PRIMARY KEY (message_key, channel)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE declarations (
            position INTEGER PRIMARY KEY AUTOINCREMENT, supplier_ref TEXT NOT NULL,
            sha256 TEXT NOT NULL UNIQUE, declared_on TEXT NOT NULL, imported_at TEXT NOT NULL,
            file_sha256 TEXT NOT NULL, body BLOB NOT NULL) STRICT""",
    "CREATE INDEX declarations_supplier ON declarations (supplier_ref)",
    *forbid_changes("declarations", "a declaration"),
    # INSERT OR REPLACE would remove a declaration without asking the triggers above.
    """CREATE TRIGGER declarations_appended BEFORE INSERT ON declarations
           WHEN EXISTS (SELECT 1 FROM declarations WHERE sha256 = NEW.sha256)
             OR (NEW.position > 0 AND NEW.position <= (SELECT max(position) FROM declarations))
           BEGIN SELECT RAISE(ABORT, 'a declaration is never changed'); END""",
    # The list entries that each supplier was matched with, whether or not a check made a finding
    # of it, and the premises that were looked up for it: with them a run can be derived again.
    *_of_run("run_entries", "run_id, ref, sha256"),
    *_of_run("run_premises", "run_id, ref, sha256"),
    # The answers of each supplier that stood beside its findings, none being an answer, too.
    *_of_run("run_declarations", "run_id, ref"),
    # Derived from runs and decisions, and kept in their transactions. The state is a function of
    # the day: `state` before the day `ends`, then `next_state` before `next_ends`, then
    # `last_state`. Severity counts from the most severe; the score is negative: so that one
    # ascending order is that of the queue. `joined`: by which other ids decisions about an alert
    # are recorded (see `model.alerts.JoinedLine`). `event`: what it says has happened, so that
    # further sources are put beside it without reading findings. `opened`: since when it is open,
    # where that is not since it was first seen.
    """CREATE TABLE alerts (
            id TEXT PRIMARY KEY, supplier_ref TEXT NOT NULL, check_id TEXT NOT NULL,
            list_id TEXT NOT NULL, entry_id TEXT NOT NULL,
            severity INTEGER NOT NULL, minus_score REAL NOT NULL, first_seen REAL NOT NULL,
            place TEXT NOT NULL,
            run_id TEXT NOT NULL REFERENCES runs (id), positions TEXT NOT NULL,
            last_seen TEXT NOT NULL, party_sha256 TEXT NOT NULL, entry_sha256 TEXT NOT NULL,
            found TEXT NOT NULL CHECK (found IN ('yes', 'no', 'not checked', 'not matched')),
            restricted INTEGER NOT NULL,
            state TEXT NOT NULL, ends TEXT, next_state TEXT NOT NULL, next_ends TEXT,
            last_state TEXT NOT NULL, joined TEXT NOT NULL DEFAULT '[]',
            event TEXT NOT NULL DEFAULT '', opened TEXT, number INTEGER) STRICT""",
    "CREATE INDEX alerts_queue ON alerts (severity, minus_score, first_seen, place, id)",
    "CREATE INDEX alerts_supplier ON alerts (supplier_ref)",
    "CREATE INDEX alerts_entry ON alerts (list_id, entry_id)",
    "CREATE INDEX alerts_number ON alerts (number)",
    "CREATE INDEX alerts_joined ON alerts (id) WHERE joined != '[]'",
    # Up to which run, and by which rules, the alerts are.
    """CREATE TABLE alerts_state (
            one INTEGER PRIMARY KEY CHECK (one = 1), run_id TEXT NOT NULL, rules TEXT NOT NULL)
            STRICT""",
    # Ids under which decisions and digests know an alert that has another id by now.
    """CREATE TABLE alert_aliases (
            old_id TEXT NOT NULL, alert_id TEXT NOT NULL, PRIMARY KEY (old_id, alert_id))
            STRICT, WITHOUT ROWID""",
    "CREATE INDEX alert_aliases_alert ON alert_aliases (alert_id)",
    *forbid_changes("alert_aliases", "an earlier id of an alert"),
    """CREATE TABLE seals (
            position INTEGER NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL, sha256 BLOB,
            PRIMARY KEY (position, name, key)) STRICT, WITHOUT ROWID""",
    # Those of rows in other files are looked up; of the many others never one alone.
    "CREATE INDEX seals_elsewhere ON seals (name, position) WHERE name LIKE '%.%'",
    *forbid_changes("seals", "a seal"),
    # The bytes as they were made, and their paragraphs as a list of JSON, which is searched.
    """CREATE TABLE letters (
            position INTEGER PRIMARY KEY AUTOINCREMENT, alert_id TEXT NOT NULL,
            kind TEXT NOT NULL, format TEXT NOT NULL, made_by TEXT NOT NULL, made_at TEXT NOT NULL,
            reply_by TEXT NOT NULL, confirmed_with TEXT NOT NULL, sha256 TEXT NOT NULL,
            text TEXT NOT NULL, body BLOB NOT NULL) STRICT""",
    "CREATE INDEX letters_alert ON letters (alert_id)",
    *forbid_changes("letters", "a letter"),
    # INSERT OR REPLACE would remove a letter without asking the triggers above.
    """CREATE TRIGGER letters_appended BEFORE INSERT ON letters
           WHEN NEW.position > 0 AND NEW.position <= (SELECT max(position) FROM letters)
           BEGIN SELECT RAISE(ABORT, 'a letter is never changed'); END""",
    """CREATE INDEX suppliers_ended ON suppliers (ref)
           WHERE json_extract(CAST(body AS TEXT), '$.ended') IS NOT NULL""",
    """CREATE TABLE supplier_changes (
            position INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, refs TEXT NOT NULL,
            undoes INTEGER NOT NULL, made_by TEXT NOT NULL, made_at TEXT NOT NULL,
            body BLOB NOT NULL) STRICT""",
    # Removed only when their time is over, or with a supplier that is erased.
    """CREATE TRIGGER supplier_changes_kept_UPDATE BEFORE UPDATE ON supplier_changes
           BEGIN SELECT RAISE(ABORT, 'a change of a supplier is never changed'); END""",
    # INSERT OR REPLACE would change one without asking the trigger above.
    """CREATE TRIGGER supplier_changes_appended BEFORE INSERT ON supplier_changes
           WHEN NEW.position > 0
             AND NEW.position <= (SELECT max(position) FROM supplier_changes)
           BEGIN SELECT RAISE(ABORT, 'a change of a supplier is never changed'); END""",
    # Whose decisions count for whom: references and no facts, so that it outlives the changes.
    """CREATE TABLE supplier_ties (
            ref TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('merged', 'split')),
            other_ref TEXT NOT NULL, run_id TEXT NOT NULL, decision INTEGER NOT NULL,
            PRIMARY KEY (ref, kind)) STRICT, WITHOUT ROWID""",
    # The buyer's own references of suppliers that first came without one: they stay under the
    # reference that was made then, as do their decisions. A reference given to another supplier is
    # changed here.
    """CREATE TABLE supplier_refs (
            own_ref TEXT PRIMARY KEY, supplier_ref TEXT NOT NULL) STRICT, WITHOUT ROWID""",
    # Suppliers that look like one, and that a person said are two. `ref` sorts first.
    """CREATE TABLE not_duplicates (
            ref TEXT NOT NULL, other_ref TEXT NOT NULL, PRIMARY KEY (ref, other_ref))
            STRICT, WITHOUT ROWID""",
    # Who answers for an alert: the newest row of it; an empty owner is nobody.
    """CREATE TABLE assignments (
            position INTEGER PRIMARY KEY AUTOINCREMENT, alert_id TEXT NOT NULL,
            owner TEXT NOT NULL, made_by TEXT NOT NULL, made_at TEXT NOT NULL) STRICT""",
    "CREATE INDEX assignments_alert ON assignments (alert_id)",
    *forbid_changes("assignments", "an assignment"),
    # INSERT OR REPLACE would remove an assignment without asking the triggers above.
    """CREATE TRIGGER assignments_appended BEFORE INSERT ON assignments
           WHEN NEW.position <= (SELECT max(position) FROM assignments) AND NEW.position > 0
           BEGIN SELECT RAISE(ABORT, 'an assignment is never changed'); END""",
    # How many suppliers have a gap is said above the queue.
    """CREATE INDEX findings_unknown ON findings (run_id, supplier_ref)
           WHERE json_extract(CAST(body AS TEXT), '$.outcome') = 'unknown'""",
    # By the supplier whose dossier tells of the links: the day each was first known, under a hash
    # of both ends and the kind.
    """CREATE TABLE network_links (
            supplier_ref TEXT PRIMARY KEY, known TEXT NOT NULL) STRICT, WITHOUT ROWID""",
    """CREATE TABLE agreements (
            reference TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT, WITHOUT ROWID""",
    # Open where `closed_on` is empty; a day as ISO 8601, by which closed ones are removed in time.
    """CREATE TABLE cases (
            number INTEGER PRIMARY KEY AUTOINCREMENT, closed_on TEXT NOT NULL,
            body BLOB NOT NULL) STRICT""",
    # About which supplier each is stands in a column: it goes with a supplier that is erased.
    """CREATE TABLE case_items (
            position INTEGER PRIMARY KEY AUTOINCREMENT, case_number INTEGER NOT NULL,
            supplier_ref TEXT NOT NULL, other_ref TEXT NOT NULL, body BLOB NOT NULL) STRICT""",
    """CREATE TABLE case_actions (
            position INTEGER PRIMARY KEY AUTOINCREMENT, case_number INTEGER NOT NULL,
            supplier_ref TEXT NOT NULL, body BLOB NOT NULL) STRICT""",
    """CREATE TABLE exchanges (id TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT, WITHOUT ROWID""",
    # What the asker's own list says of its hits, until the day that the agreement sets.
    """CREATE TABLE exchange_hits (
            exchange TEXT NOT NULL REFERENCES exchanges (id), number INTEGER NOT NULL,
            opened_on TEXT NOT NULL, remove_on TEXT NOT NULL, body BLOB NOT NULL,
            PRIMARY KEY (exchange, number)) STRICT, WITHOUT ROWID""",
    # A row for each supplier that a message is about: they go when it goes.
    """CREATE TABLE partner_messages (
            number INTEGER NOT NULL, supplier_ref TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
            remove_on TEXT NOT NULL, body BLOB NOT NULL,
            PRIMARY KEY (number, supplier_ref)) STRICT, WITHOUT ROWID""",
    # The salt goes with the row: nobody can test its seal, which stays in the chain, against a
    # guess at the text.
    """CREATE TABLE intelligence (
            number INTEGER PRIMARY KEY AUTOINCREMENT, salt BLOB NOT NULL, added_at TEXT NOT NULL,
            deleted_from TEXT NOT NULL, body BLOB NOT NULL) STRICT""",
    # Under random keys: a seal names neither the report nor the supplier.
    """CREATE TABLE intelligence_matches (
            key TEXT PRIMARY KEY, salt BLOB NOT NULL,
            number INTEGER NOT NULL, supplier_ref TEXT NOT NULL,
            score REAL NOT NULL, role TEXT NOT NULL, UNIQUE (number, supplier_ref)) STRICT""",
    "CREATE INDEX intelligence_matches_of_supplier ON intelligence_matches (supplier_ref)",
    # `ended_on` is when it was closed or else expires; `keep_until` the last day on which the
    # agreement lets it be kept, empty for what was asked here.
    """CREATE TABLE information_requests (
            number INTEGER PRIMARY KEY AUTOINCREMENT, direction TEXT NOT NULL,
            supplier_ref TEXT NOT NULL, exchange TEXT NOT NULL, asked_at TEXT NOT NULL,
            ended_on TEXT NOT NULL, keep_until TEXT NOT NULL, body BLOB NOT NULL) STRICT""",
    "CREATE INDEX information_requests_exchange ON information_requests (exchange)",
    "CREATE INDEX information_requests_supplier ON information_requests (supplier_ref)",
    # Which runs are about a name that is no supplier. One that is gone stays named.
    "CREATE TABLE checks (run_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
    *forbid_changes("checks", "that a run is a check"),
    # The clock is compared with the newest record each time that the age of a list is asked for.
    "CREATE INDEX audit_at ON audit (at)",
    # Matches that raise no alert, and are listed with the run.
    *_of_run("run_set_aside", "run_id, ref, sha256"),
    # The numbers by which people name alerts. They are apart from the alerts, which are derived
    # again, and by counted positions, none of which is ever given out twice: a number is not used
    # again when its row goes with a supplier that is erased.
    """CREATE TABLE alert_numbers (
            position INTEGER PRIMARY KEY AUTOINCREMENT, alert_id TEXT NOT NULL UNIQUE,
            number INTEGER NOT NULL) STRICT""",
    "CREATE INDEX alert_numbers_number ON alert_numbers (number)",
    *forbid_changes("alert_numbers", "the number of an alert"),
    # INSERT OR REPLACE would remove a number without asking the triggers above.
    """CREATE TRIGGER alert_numbers_appended BEFORE INSERT ON alert_numbers
           WHEN EXISTS (SELECT 1 FROM alert_numbers WHERE alert_id = NEW.alert_id)
             OR (NEW.position > 0 AND NEW.position <= (SELECT max(position) FROM alert_numbers))
           BEGIN SELECT RAISE(ABORT, 'the number of an alert is never changed'); END""",
    # The salt goes with the row, so that its seal, which stays, cannot be tried out with guesses.
    """CREATE TABLE comments (
            position INTEGER PRIMARY KEY AUTOINCREMENT, alert_id TEXT NOT NULL,
            made_by TEXT NOT NULL, made_at TEXT NOT NULL, salt TEXT NOT NULL,
            text TEXT NOT NULL) STRICT""",
    "CREATE INDEX comments_alert ON comments (alert_id)",
    *forbid_changes("comments", "a comment"),
    # INSERT OR REPLACE would remove a comment without asking the triggers above.
    """CREATE TRIGGER comments_appended BEFORE INSERT ON comments
           WHEN NEW.position <= (SELECT max(position) FROM comments) AND NEW.position > 0
           BEGIN SELECT RAISE(ABORT, 'a comment is never changed'); END""",
    # Entries that lists have as one party, and that a person said are two: `others` in JSON, each
    # as list and id. Without `alone` it takes a second person.
    """CREATE TABLE parted_entries (
            position INTEGER PRIMARY KEY AUTOINCREMENT, list_id TEXT NOT NULL,
            entry_id TEXT NOT NULL, others TEXT NOT NULL, alone INTEGER NOT NULL,
            made_by TEXT NOT NULL, made_at TEXT NOT NULL) STRICT""",
    *forbid_changes("parted_entries", "what was said of an entry"),
    # About which supplier an alert was when it was raised, also when no screening holds it any
    # more: what is kept by its id (decisions, comments) must go with that supplier.
    """CREATE TABLE alert_suppliers (
            alert_id TEXT PRIMARY KEY, supplier_ref TEXT NOT NULL) STRICT, WITHOUT ROWID""",
    "CREATE INDEX alert_suppliers_ref ON alert_suppliers (supplier_ref)",
    *forbid_changes("alert_suppliers", "the supplier of an alert"),
    # What suppliers stated for a tender. `stated_on` is the day on which it was handed in, else on
    # which it came here: the newest one counts.
    """CREATE TABLE supplier_information (
            position INTEGER PRIMARY KEY AUTOINCREMENT, supplier_ref TEXT NOT NULL,
            sha256 TEXT NOT NULL, stated_on TEXT NOT NULL, read_at TEXT NOT NULL,
            file_sha256 TEXT NOT NULL, body BLOB NOT NULL) STRICT""",
    "CREATE INDEX supplier_information_supplier ON supplier_information (supplier_ref)",
    *forbid_changes("supplier_information", "what a supplier stated"),
    # INSERT OR REPLACE would remove a form without asking the triggers above.
    """CREATE TRIGGER supplier_information_appended BEFORE INSERT ON supplier_information
           WHEN NEW.position > 0
             AND NEW.position <= (SELECT max(position) FROM supplier_information)
           BEGIN SELECT RAISE(ABORT, 'what a supplier stated is never changed'); END""",
    # Files that came with the form of a supplier.
    """CREATE TABLE attachments (
            position INTEGER PRIMARY KEY AUTOINCREMENT, supplier_ref TEXT NOT NULL,
            name TEXT NOT NULL, sha256 TEXT NOT NULL, kept_at TEXT NOT NULL,
            body BLOB NOT NULL) STRICT""",
    "CREATE INDEX attachments_supplier ON attachments (supplier_ref)",
    *forbid_changes("attachments", "a file of a supplier"),
    # INSERT OR REPLACE would remove a file without asking the triggers above.
    """CREATE TRIGGER attachments_appended BEFORE INSERT ON attachments
           WHEN NEW.position > 0 AND NEW.position <= (SELECT max(position) FROM attachments)
           BEGIN SELECT RAISE(ABORT, 'a file of a supplier is never changed'); END""",
    # What an import found of each supplier that it changed or ended: the fields of its document
    # that were otherwise, null for those that were not there. `position` is the import's place
    # in the audit chain, by which people name it.
    """CREATE TABLE supplier_imports (
            position INTEGER NOT NULL, ref TEXT NOT NULL, imported_at TEXT NOT NULL,
            file TEXT NOT NULL, body BLOB NOT NULL, imported BLOB,
            PRIMARY KEY (position, ref)) STRICT, WITHOUT ROWID""",
    # The suppliers that an import had just as they were: what it confirmed is not taken back with
    # an earlier one.
    """CREATE TABLE import_refs (
            position INTEGER PRIMARY KEY, refs TEXT NOT NULL) STRICT""",
    """CREATE TABLE runs_taken_back (
            run_id TEXT NOT NULL, ref TEXT NOT NULL, PRIMARY KEY (run_id, ref))
            STRICT, WITHOUT ROWID""",
)

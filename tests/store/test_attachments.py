"""Files that a supplier handed in: kept once, byte for byte, and never changed by hand."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from duediligence.formats.attached import AttachedFile
from duediligence.store.casework.unit_of_work import Casework

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
FORM = AttachedFile("Bcdf6789.pdf", b"%PDF-1.7 form")
LETTER = AttachedFile("letter of Jo Ashdown.docx", b"PK letter")


def test_a_file_is_kept_once_and_its_name_stays_out_of_the_audit_chain(tmp_path: Path) -> None:
    with Casework(tmp_path / "casework.db", who="ada") as casework:
        store = casework.attachments
        assert store.save("S1", [FORM, LETTER, FORM], at=NOW) == 2
        assert store.save("S1", [LETTER], at=NOW) == 0
        assert store.save("S2", [LETTER], at=NOW) == 1
        found = store.of("S1")
        assert [(one.name, one.size, one.sha256) for one in found] == [
            (one.name, len(one.body), one.sha256) for one in (FORM, LETTER)
        ]
        assert [store.read(one.position) for one in found] == [FORM.body, LETTER.body]
        events = [one.event for one in casework.audit.records() if one.event.kind == "files kept"]
        assert [(one.subject, len(one.what["sha256"])) for one in events] == [("S1", 2), ("S2", 1)]
        assert "Ashdown" not in str(events)
        assert "Bcdf6789" not in str(events)


def test_a_file_is_never_changed_by_hand(tmp_path: Path) -> None:
    with Casework(tmp_path / "casework.db", who="ada") as casework:
        casework.attachments.save("S1", [FORM], at=NOW)
    with closing(sqlite3.connect(tmp_path / "casework.db")) as by_hand:
        for act in (
            "UPDATE attachments SET name = 'x'",
            "DELETE FROM attachments",
            "INSERT OR REPLACE INTO attachments "
            "SELECT position, 'S2', name, sha256, kept_at, body FROM attachments",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="never changed"):
                by_hand.execute(act)

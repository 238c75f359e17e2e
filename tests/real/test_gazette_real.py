"""Notices as The Gazette's feed has them, where --real-data has them."""

import csv
import json
import os
from pathlib import Path

import pytest
from duediligence.watchlists.gazette_insolvency import interpret_notice, is_category
from duediligence.watchlists.gazette_insolvency import parse as gazette

from duediligence.contracts import Files

SAMPLES = Path(os.environ["REAL_DATA"]) / "publishers" / "gazette-insolvency"
pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason=f"the real notices are not in --real-data ({SAMPLES})"
)


def test_every_notice_is_read_the_one_titled_with_its_kind_too() -> None:
    files = Files({"notices-a-0001.json": SAMPLES / "rebuilt_notices.json"})
    entries = list(gazette.parse(files))
    assert len(entries) == 5
    assert files.drift.lines() == ()
    assert not any(is_category(entry.name, "") for entry in entries)
    assert sum(bool(entry.identifiers) for entry in entries) == 2


def test_answers_of_one_notice_and_of_none_are_read(tmp_path: Path) -> None:
    answers = json.loads((SAMPLES / "single_entry_and_empty.json").read_text("utf-8"))
    for number, answer in enumerate(answers):
        path = tmp_path / f"notices-a{number}-0001.json"
        path.write_text(json.dumps(answer), encoding="utf-8")
        entries = list(gazette.parse(Files({path.name: path})))
        assert len(entries) == int(answer["f:total"])


def test_every_code_of_the_publisher_is_known() -> None:
    with (SAMPLES / "notice_codes.tsv").open(encoding="utf-8", newline="") as file:
        codes = list(csv.DictReader(file, delimiter="\t"))
    assert len(codes) == 46
    for row in codes:
        told = interpret_notice(row["code"], row["label"])
        assert told is not None
        assert told.known, row

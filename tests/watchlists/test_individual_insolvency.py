"""The extract of the Individual Insolvency Register, and the Gazette's notices of individuals."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from duediligence.watchlists.gazette_personal_insolvency import parse as gazette
from duediligence.watchlists.individual_insolvency import parse as extract

from duediligence.contracts import Files
from duediligence.errors import UnreadableFile
from duediligence.law.personal_insolvency import find_last_day
from duediligence.model import Name, PartialDate

Read = Callable[..., Any]
ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "duediligence" / "demo" / "lists" / "individual-insolvency" / "iir-extract.xml"


def test_a_bankruptcy_has_names_birth_and_places_and_no_more(read_sample: Read) -> None:
    found = read_sample(extract)
    entry = found["99100001"]
    assert entry.names == (
        Name("THADDEUS QUILLFEATHER"),
        Name("TAD QUILLFEATHER", "alias"),
        Name("Quillfeather Roofing", "trading"),
    )
    assert entry.birth_dates == (PartialDate(1971, 3, 14),)
    assert [one.postcode for one in entry.addresses] == ["ZY2 7PP", "ZY2 7PQ"]
    assert (entry.record.stage, entry.record.handling) == ("bankruptcy", "restricted")
    assert entry.record.expires == date(2027, 6, 2)
    assert not re.search("court|occupation|enquiry", str(entry), re.IGNORECASE)
    assert found.drift == ()


def test_restrictions_outlast_the_bankruptcy_they_follow(read_sample: Read) -> None:
    found = read_sample(extract)
    case, restricted = (found[f"99100004{end}"].record for end in ("", "-restrictions"))
    assert find_last_day(case) == date(2026, 12, 30)
    assert (restricted.stage, find_last_day(restricted)) == (
        "bankruptcy restrictions",
        date(2029, 3, 15),
    )


def test_a_withheld_address_stays_withheld(read_sample: Read) -> None:
    assert read_sample(extract)["99100003"].addresses == ()
    assert read_sample(gazette)["L-99102-9910002"].addresses == ()


def test_an_annulment_says_whether_all_was_paid(tmp_path: Path) -> None:
    text = SAMPLE.read_text("utf-8").replace(
        "Annulled (Order Ought not to have been made) On", "ANNULLED (debts paid in full) On"
    )
    changed = tmp_path / SAMPLE.name
    changed.write_text(text, encoding="utf-8")
    (sound, paid) = (
        {one.id: one.record for one in extract.parse(Files({SAMPLE.name: path}))}["99100006"]
        for path in (SAMPLE, changed)
    )
    assert sound is not None
    assert paid is not None
    assert (sound.status, paid.status) == ("quashed", "quashed")
    assert (find_last_day(sound), find_last_day(paid)) == (date(2026, 12, 16), date(2027, 2, 18))


def test_a_kind_of_case_that_is_not_known_is_refused(tmp_path: Path) -> None:
    changed = tmp_path / SAMPLE.name
    changed.write_text(
        SAMPLE.read_text("utf-8").replace("Debt Relief Order<", "Breathing Space<"), "utf-8"
    )
    with pytest.raises(UnreadableFile, match="Breathing Space"):
        list(extract.parse(Files({SAMPLE.name: changed})))


def test_notices_of_other_kinds_and_nations_are_left_out(read_sample: Read) -> None:
    found = read_sample(gazette)
    assert [one.id for one in found.entries] == ["L-99101-9910001", "L-99102-9910002"]
    order, petition = found["L-99101-9910001"], found["L-99102-9910002"]
    assert order.names == (Name("Thaddeus QUILLFEATHER"),)
    assert order.birth_dates == (PartialDate(1971, 3, 14),)
    assert [one.postcode for one in order.addresses] == ["ZY2 7PP"]
    assert (order.record.event_date, order.record.known_date) == (
        date(2026, 6, 2),
        date(2026, 6, 9),
    )
    assert petition.names == (Name("Griselda PELLOW"),)
    assert found.drift == (
        "left out: notice of Scotland or Northern Ireland (1)",
        "left out: statutory demand or later step of a case (1)",
    )

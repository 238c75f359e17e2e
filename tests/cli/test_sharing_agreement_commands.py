"""Two homes come to one agreement by files and the telephone, from the command line."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from bs4 import BeautifulSoup

from tests.rows import for_each

from .conftest import Result, Run

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
NEW = (
    "sharing", "agreement", "new", "ISA-2026-01", "--as", "Example Council",
    "--with", "Example <Police>", "--partner-kind", "police",
    "--purpose", "Find suppliers that both hold", "--basis", "cda-1998-s115",
    "--basis", "uk-gdpr-6-1-e", "--share", "blind-matching: organisations", "--share", "hits",
    "--no-auditor",
    "--review", "2027-10-31", "--contact", "data protection officer: dpo@council.example",
)  # fmt: skip
TAKE = (
    "sharing", "agreement", "new", "--from", "a.json", "--as", "Example <Police>",
    "--partner-kind", "council-fraud-team", "--no-auditor",
)  # fmt: skip
At = Callable[..., Result]


@pytest.fixture
def at(run: Run, tmp_path: Path) -> Iterator[At]:
    """`at("council", "sharing", …)`: a command in the home of a party, on one day."""
    with time_machine.travel(NOW):
        yield lambda party, *words: run("--home", str(tmp_path / party), *words)


def words_of(result: Result, what: str) -> str:
    (line,) = (one for one in result.out.splitlines() if one.startswith(f"Words of {what}: "))
    return line.partition(": ")[2]


def test_two_homes_come_to_one_agreement(at: At, tmp_path: Path) -> None:
    first = at("council", *NEW)
    assert first.code == 0
    assert "In force. Review it by 31 October 2027, in 338 days" in first.out
    assert "No key of the partner is known" in first.err
    assert "up to 512 company numbers, 512 charity numbers and 1,024 names of firms" in first.out
    next_ = "duediligence sharing agreement show ISA-2026-01 --out FILE"
    assert next_ in " ".join(first.err.split())
    made = at("council", "sharing", "agreement", "show", "ISA-2026-01", "--out", "a.json")
    assert made.code == 0
    taken = at("police", *TAKE, "--contact", "duty desk: 0000 000000")
    assert taken.code == 0
    assert words_of(taken, "the terms") == words_of(made, "the terms")
    key = "the key of Example Council"
    assert words_of(taken, key) == words_of(made, key)
    assert "by telephone, on a number that you knew before" in taken.err
    back = at("police", "sharing", "agreement", "show", "ISA-2026-01", "--out", "b.json")
    added = at("council", "sharing", "agreement", "key", "ISA-2026-01", "b.json")
    assert added.code == 0
    assert added.err.count("No key of the partner") == 0
    key = "the key of Example <Police>"
    assert words_of(added, key) == words_of(back, key)
    assert "sharing agreement compare ISA-2026-01 --words WORDS" in " ".join(added.err.split())
    compare = ("sharing", "agreement", "compare", "ISA-2026-01", "--words")
    wrong = at("council", *compare, words_of(back, "the key of Example Council"))
    assert (wrong.code, "These are not the words" in wrong.err) == (2, True)
    heard = words_of(back, key).replace(",", "").lower()
    compared = at("council", *compare, heard)
    assert compared.code == 0
    assert "compared the words of the partner's key" in compared.out
    whole = at("council", "sharing", "agreement", "show", "ISA-2026-01")
    assert "Key compared:" in whole.out
    assert "not recorded" not in whole.err
    assert "    duty desk: 0000 000000" in whole.out
    assert "(from memory: read it before you rely on it)" in whole.out
    (shown,) = json.loads(at("police", "sharing", "agreement", "show", "--json").out)["data"]
    assert (shown["state"], shown["last_day"]) == ("in force", "2027-10-31")
    for party in ("council", "police"):
        assert at(party, "audit", "verify").code == 0
    assert json.loads((tmp_path / "a.json").read_text())["sender"] == "Example Council"


def test_all_are_listed_with_where_each_stands(at: At) -> None:
    assert "There are no agreements." in at("council", "sharing", "agreement", "show").err
    at("council", *NEW)
    assert at("council", "sharing", "agreement", "end", "ISA-2026-01").out == (
        "Ended on 27 November 2026. What was received under it must be gone by 24 February 2027.\n"
    )
    other = (*NEW[:3], "ISA-2026-02", *NEW[4:])
    assert at("council", *other, "--review", "2026-12-10").code == 0
    listed = at("council", "sharing", "agreement", "show").out
    assert "Ended" in listed
    assert "In force, review due" in listed
    assert "agreement ISA-2026-02" in at("council", "doctor").out


def test_contacts_are_replaced_and_a_key_is_dropped(at: At) -> None:
    at("council", *NEW)
    changed = at(
        "council", "sharing", "agreement", "contacts", "ISA-2026-01", "--contact", "desk: 0000"
    )
    assert changed.out == "Agreement ISA-2026-01 has 1 of your contacts.\n"
    dropped = at("council", "sharing", "agreement", "key", "ISA-2026-01", "--drop")
    assert dropped.code == 0
    assert "every file of it is refused" in dropped.err
    shown = at("council", "sharing", "agreement", "show", "ISA-2026-01").out
    assert "dpo@council.example" not in shown
    assert "    desk: 0000" in shown


@for_each(
    ("words", "said"),
    [
        ((*NEW, "--basis", "because"), "Unknown basis 'because'"),
        ((*NEW, "--auditor", "A" * 43 + "="), "not the public key of an auditor"),
        (tuple(one for one in NEW if one != "--no-auditor"), "Give the public key of an auditor"),
        ((*NEW, "--share", "everything"), "Unknown kind of sharing 'everything'"),
        ((*NEW, "--review", "soon"), "'soon' is not a valid date"),
        ((*NEW, "--review", ""), "Give the day of review"),
        ((*NEW, "--partner-kind", "friends"), "Unknown kind of partner 'friends'"),
        ((*NEW, "--contact", "Ada"), "'Ada' is not a role and how to reach it"),
        ((*TAKE, "--purpose", "Another"), "The partner's file has the terms already"),
        (TAKE, "a.json"),
        (("sharing", "agreement", "show", "ISA-9"), "Unknown agreement 'ISA-9'"),
        (("sharing", "agreement", "show", "--out", "a.json"), "Name the agreement to write"),
        (("sharing", "agreement", "key", "ISA-9"), "Name the partner's file, or --drop"),
        (("sharing", "agreement", "end", "ISA-9"), "duediligence sharing agreement show"),
        (("sharing", "explain", "ISA-9", "--out", "none/page.html"), "is not a folder"),
    ],
)
def test_what_cannot_be_done_is_said(at: At, words: tuple[str, ...], said: str) -> None:
    failed = at("council", *words)
    assert failed.code == 2
    assert said in failed.err


def test_the_bases_are_listed_with_what_they_permit(at: At) -> None:
    found = json.loads(at("council", "sharing", "agreement", "bases", "--json").out)["data"]
    assert {one["code"] for one in found} >= {"cda-1998-s115", "dpa-2018-part3"}
    assert "Crime and Disorder Act 1998 s.115" in at("council", "sharing", "agreement", "bases").out


def test_a_page_explains_it_to_those_who_sign(at: At, tmp_path: Path) -> None:
    at("council", *NEW)
    assert at("council", "sharing", "explain", "ISA-2026-01", "--out", "page.html").code == 0
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    page = BeautifulSoup(html, "lxml")
    text = " ".join(page.get_text(" ").split())
    for said in (
        "has not been reviewed by a cryptographer",
        "Example <Police> (Police force)",
        "Find suppliers that both hold",
        "Crime and Disorder Act 1998 s.115",
        "The asker learns which of the organisations on its list the answerer holds too",
        "At most 256 rows in a list, and 64 hits: where there are more, none is shown or kept. "
        "At most 2 exchanges within 365 days, those of both "
        "parties under other agreements counted.",
        "So a dishonest asker can test up to 256 company numbers, 256 charity numbers and 512 "
        "names of firms in one exchange, and up to 512 company numbers",
        "90 days after it was received, then removed",
        "The side that answers can leave suppliers out or add some",
        "Data protection officer",
    ):
        assert said in text
    assert "<Police>" not in html
    assert not page.find_all(["script", "img", "link"])
    log = at("council", "audit", "log").out
    assert "agreement explained" in log

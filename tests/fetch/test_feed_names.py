"""What stands behind a feed's name: parts, and every file of a folder that fits."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.contracts import Feed, Files
from duediligence.errors import UsageError
from duediligence.fetch import resolve_feeds
from duediligence.fetch.feeds import fitting
from tests.rows import for_each

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
FHRS = Feed("FHRS{part}en-GB.xml", "https://ratings.example.org/FHRS{part}en-GB.xml?of={part}")


def test_a_feed_with_parts_is_one_for_each() -> None:
    made = list(
        resolve_feeds((FHRS, Feed("a.xml", "https://a.example.org")), ("705", "A b"), {}, now=NOW)
    )
    assert [(feed.filename, feed.url) for feed in made] == [
        ("FHRS705en-GB.xml", "https://ratings.example.org/FHRS705en-GB.xml?of=705"),
        ("FHRSA ben-GB.xml", "https://ratings.example.org/FHRSA%20ben-GB.xml?of=A%20b"),
        ("a.xml", "https://a.example.org"),
    ]


def test_a_feed_without_its_parts_has_no_address() -> None:
    (feed,) = resolve_feeds((FHRS,), (), {}, now=NOW)
    assert (feed.filename, feed.url) == (FHRS.filename, "")


def test_an_address_is_set_for_all_parts_or_for_one() -> None:
    addresses = {
        FHRS.filename: "https://mirror.example.org/{part}.xml",
        "FHRS2en-GB.xml": "https://other.example.org/x",
    }
    assert [feed.url for feed in resolve_feeds((FHRS,), ("1", "2"), addresses, now=NOW)] == [
        "https://mirror.example.org/1.xml",
        "https://other.example.org/x",
    ]


@for_each("part", ["", "..", "../x", "a/b", "a\\b", "a\n", "é", "x" * 121, "{part}"])
def test_a_part_that_could_lead_elsewhere_is_refused(part: str) -> None:
    with pytest.raises(UsageError, match="parts"):
        list(resolve_feeds((FHRS,), (part,), {}, now=NOW))


def test_a_pattern_takes_what_fits_whatever_its_case() -> None:
    names = ["fhrs705EN-gb.XML", "FHRS706en-GB.xml", "FHRSen-GB.xml", "FHRS1en-GB.xml.bak"]
    assert fitting(FHRS.filename, names) == {
        "FHRS706en-GB.xml": "FHRS706en-GB.xml",
        "FHRS705en-GB.xml": "fhrs705EN-gb.XML",
    }


def test_of_two_that_differ_in_case_the_exact_one_is_taken() -> None:
    assert fitting("*.html", ["A.HTML", "A.html", "a.html"]) == {"A.html": "A.html"}


def test_hidden_files_and_plain_signs_fit_no_pattern() -> None:
    assert fitting("*.html", ["._page.html", ".html", "page-html"]) == {}
    assert fitting("a+b(1).csv", ["aab1.csv", "A+B(1).CSV"]) == {"a+b(1).csv": "A+B(1).CSV"}


@given(st.lists(st.text("aB1.*-{}", max_size=6), max_size=8), st.text("aB1.*-", max_size=6))
def test_what_fits_is_there_and_no_two_files_get_one_name(names: list[str], pattern: str) -> None:
    found = fitting(pattern, names)
    assert set(found.values()) <= set(names)
    assert len({name.casefold() for name in found}) == len(found)
    assert all(spelt.casefold() == name.casefold() for spelt, name in found.items())


def test_files_that_match_come_in_a_persons_order(tmp_path) -> None:  # type: ignore[no-untyped-def]
    names = ["p10.html", "p2.html", "p02.html", "q1.html", "p" + "9" * 5000 + ".html"]
    files = Files({name: tmp_path / name for name in names})
    assert [path.name[:6] for path in files.matching("p*.html")] == [
        "p02.html"[:6],
        "p2.html"[:6],
        "p10.ht",
        "p99999",
    ]


def test_changes_are_asked_for_since_a_few_days_before_the_last_time() -> None:
    feed = Feed("a-{page}.json", "https://a.example.org/?from={since}T00:00", window=timedelta(7))
    asked = datetime(2026, 11, 20, 9, tzinfo=UTC)
    (first,) = resolve_feeds((feed,), (), {}, now=NOW)
    (later,) = resolve_feeds((feed,), (), {}, now=NOW, asked=asked)
    assert first.url == "https://a.example.org/?from=2026-11-17T00:00"
    assert later.url == "https://a.example.org/?from=2026-11-17T00:00"
    (own,) = resolve_feeds((feed,), (), {feed.filename: "https://b.example.org/{since}"}, now=NOW)
    assert own.url == "https://b.example.org/2026-11-17"

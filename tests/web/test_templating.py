"""Filling the console's templates: what comes in, what is shown, what each part says."""

import re
from datetime import UTC, date, datetime

import jinja2
import pytest
from bs4 import BeautifulSoup

from duediligence.render.ownership_drawing import ownership_list
from duediligence.render.ownership_graph import build_ownership_trees
from duediligence.web.templating import build_console_environment, render_template
from tests.rows import for_each
from tests.web.sample_page import DOSSIER, FLAGGED, Viewer, sample

HOSTILE = "A\u202eB\x07<script>'\"&"
SHOWN = "A\ufffdB <script>'\"&"


def part(source: str, **values: object) -> BeautifulSoup:
    """What a piece of a template makes."""
    return BeautifulSoup(build_console_environment().from_string(source).render(values), "lxml")


def words(element: BeautifulSoup) -> str:
    return " ".join(element.get_text(" ").split())


def parsed(**values: object) -> BeautifulSoup:
    return BeautifulSoup(sample(**values), "lxml")


# The environment


def test_a_value_that_is_not_there_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError, match="title"):
        render_template("layout.html.jinja")
    with pytest.raises(jinja2.UndefinedError, match="nmae"):
        part("{{ viewer.nmae }}", viewer=Viewer("Amara Example", None))


def test_a_value_that_is_not_there_is_an_error_inside_a_component_too() -> None:
    source = (
        '{% from "govuk_frontend_jinja/components/tag/macro.html" import govukTag %}'
        '{{ govukTag({"text": missing}) }}'
    )
    with pytest.raises(jinja2.UndefinedError, match="missing"):
        part(source)


def test_text_is_escaped_and_visible_wherever_it_stands() -> None:
    html = sample(
        title=HOSTILE,
        council=HOSTILE,
        viewer=Viewer(HOSTILE, "officer"),
        supplier=HOSTILE,
        navigation=[("/", HOSTILE, True)],
        errors=[("", HOSTILE)],
        done=HOSTILE,
        compared=[(HOSTILE, HOSTILE, HOSTILE, "agree")],
    )
    assert not re.search("[\u202e\x07]", html)
    soup = BeautifulSoup(html, "lxml")
    assert not soup.find("script")
    assert words(soup).count(SHOWN) > 10


def test_what_was_typed_comes_back_as_it_was() -> None:
    typed = "First line\n  second \u202eline & <b>"
    assert parsed(note=typed).find("textarea").string == typed


@for_each(
    ("source", "shown"),
    [
        ("{{ when | day }}", "24 November 2026"),
        ("{{ when | moment }}", "24 November 2026 at 9:30am UK time"),
        ("{{ when | utc }}", "2026-11-24T09:30:00Z"),
        ("{{ 'stale' | list_state }}", "out of date"),
    ],
)
def test_filters(source: str, shown: str) -> None:
    assert words(part(source, when=datetime(2026, 11, 24, 9, 30, tzinfo=UTC))) == shown


def test_the_templates_of_reports_can_be_included() -> None:
    included = part(
        '{% include "ownership_list.html.jinja" %}',
        trees=build_ownership_trees(DOSSIER, FLAGGED, "shown"),
    )
    drawn = BeautifulSoup(ownership_list(DOSSIER, FLAGGED, "shown"), "lxml")
    assert words(included) == words(drawn)
    assert "Marked: Possible sanctions match. Example Holdings Ltd" in words(included)


# The layout


@for_each(
    ("values", "title"),
    [
        ({}, "Alerts – Exampleshire County Council"),
        ({"council": ""}, "Alerts – duediligence"),
        ({"errors": [("note", "Enter a note")]}, "Error: Alerts – Exampleshire County Council"),
    ],
)
def test_title(values: dict[str, object], title: str) -> None:
    assert parsed(**values).title.string == title


def test_a_page_with_nothing_but_a_title() -> None:
    soup = BeautifulSoup(render_template("layout.html.jinja", title="Help"), "lxml")
    assert soup.title.string == "Help – duediligence"
    assert soup.html["lang"] == "en"
    assert soup.find("main", id=soup.find(class_="govuk-skip-link")["href"].lstrip("#"))
    assert not soup.find("form")
    assert not soup.find(attrs={"role": "alert"})


def test_no_page_needs_what_the_policy_forbids() -> None:
    html = sample(errors=[("decided", "Select a decision")], done="Recorded.")
    soup = BeautifulSoup(html, "lxml")
    assert not soup.find_all(["script", "style", "iframe", "object", "base"])
    for element in soup.find_all(True):
        assert not [name for name in element.attrs if name.startswith("on") or name == "style"]
    fetched = [one["href"] for one in soup.find_all("link")]
    assert all(one.startswith("/static/") for one in fetched)
    assert not re.search(r"GOV\.UK|crown|crest|GDS Transport|opengraph|manifest|theme-color", html)


def test_ids_are_unique_and_labels_name_a_field() -> None:
    soup = parsed(errors=[("decided", "Select a decision")])
    ids = [one["id"] for one in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert {one["for"] for one in soup.find_all("label")} <= set(ids)
    assert soup.find(class_="govuk-error-summary").a["href"] == "#decided"


def test_who_is_signed_in() -> None:
    shown = words(parsed(viewer=Viewer("Amara Example", None)).footer)
    assert "Signed in as Amara Example Sign out" in shown
    assert "Sign" not in words(parsed(viewer=None).footer)


def test_the_current_page_is_marked_in_the_navigation() -> None:
    (current,) = (
        parsed().find(class_="govuk-service-navigation").find_all(attrs={"aria-current": "page"})
    )
    assert words(current) == "Alerts"


@for_each(
    ("values", "role"), [({"done": "Recorded."}, "alert"), ({"notice": "Recorded."}, "region")]
)
def test_banner(values: dict[str, object], role: str) -> None:
    banner = parsed(**values).find(class_="govuk-notification-banner")
    assert banner["role"] == role
    assert "Recorded." in words(banner)


# The parts

TABLE = '{% from "parts/tables.html.jinja" import table %}'
ROWS = [[("/suppliers/S-1", "Brightwater"), 1200], ["Acme", 0]]


def test_table() -> None:
    soup = part(
        TABLE + '{{ table("Suppliers", [("Name", "name"), ("Alerts", "alerts")], rows,'
        ' ("alerts", false, url), ["Alerts"]) }}',
        rows=ROWS,
        url=lambda key: f"?sort={key}",
    )
    assert words(soup.caption) == "Suppliers"
    assert (soup.div["role"], soup.div["tabindex"], soup.div["aria-label"]) == (
        "region",
        "0",
        "Suppliers",
    )
    name, alerts = soup.thead.find_all("th", scope="col")
    assert name.a["href"] == "?sort=name"
    assert "aria-sort" not in name.attrs
    assert alerts["aria-sort"] == "ascending"
    assert [words(one) for one in soup.tbody.find_all("th", scope="row")] == ["Brightwater", "Acme"]
    assert soup.tbody.th.a["href"] == "/suppliers/S-1"
    cells = soup.tbody.find_all("td")
    assert [words(one) for one in cells] == ["1200", "0"]
    assert all("govuk-table__cell--numeric" in one["class"] for one in cells)


def test_a_table_that_does_not_sort_has_no_links_in_its_head() -> None:
    soup = part(TABLE + '{{ table("Suppliers", ["Name", "Alerts"], rows) }}', rows=ROWS)
    assert not soup.thead.find("a")
    assert not soup.find(attrs={"aria-sort": True})


@for_each(
    ("number", "pages", "shown"),
    [
        (1, 2, "1 2 Next page"),
        (1, 9, "1 2 ⋯ 9 Next page"),
        (3, 9, "Previous page 1 2 3 4 ⋯ 9 Next page"),
        (5, 9, "Previous page 1 ⋯ 4 5 6 ⋯ 9 Next page"),
        (9, 9, "Previous page 1 ⋯ 8 9"),
        (1, 1, ""),
        (1, 0, ""),
    ],
)
def test_pagination(number: int, pages: int, shown: str) -> None:
    soup = part(
        '{% from "parts/ways.html.jinja" import pagination %}{{ pagination(number, pages, url) }}',
        number=number,
        pages=pages,
        url=lambda at: f"?page={at}",
    )
    assert words(soup) == shown
    current = soup.find_all(attrs={"aria-current": "page"})
    assert [one["href"] for one in current] == ([f"?page={number}"] if shown else [])


def test_facts_say_in_words_how_the_sides_compare() -> None:
    soup = part(
        '{% from "parts/tables.html.jinja" import facts %}'
        '{{ facts("Compared", "Supplier", "Entry", rows) }}',
        rows=[
            ("Name", "Acme", "ACME", "agree"),
            ("Country", "UK", "FR", "differ"),
            ("Number", "1", "", "not known"),
        ],
    )
    assert [words(one) for one in soup.find_all("tr")] == [
        "Fact Supplier Entry Compared",
        "Name Acme ACME Agree",
        "Country UK FR Differ",
        "Number 1 not given Not known",
    ]
    assert [words(one) for one in soup.find_all("th", scope="row")] == ["Name", "Country", "Number"]


def test_filter_is_a_form_that_only_reads() -> None:
    form = parsed().find("form", class_="moj-filter")
    assert (form["method"], form["action"]) == ("get", "/alerts")
    assert form.find("input", attrs={"name": "sort"})["type"] == "hidden"
    assert [one["value"] for one in form.find_all("input", checked=True)] == ["high"]
    assert form.find("option", selected=True)["value"] == "uk-sanctions"
    assert form.find("input", type="search")["value"] == "Acme & <Sons>"
    assert [words(one) for one in form.find_all(class_="moj-filter__tag")] == [
        "Remove this filter: Severity: High",
        "Remove this filter: State: Open",
    ]


def test_summary() -> None:
    soup = part(
        '{% from "parts/reading.html.jinja" import summary %}{{ summary(pairs) }}',
        pairs=[("Name", "Acme", ("/edit", "Change")), ("Known as", ["A", "B"]), ("Alerts", 0)],
    )
    assert [words(one) for one in soup.find_all("div")] == [
        "Name Acme Change name",
        "Known as A B",
        "Alerts 0",
    ]
    assert len(soup.find_all("br")) == 1


def test_timeline() -> None:
    soup = part(
        '{% from "parts/reading.html.jinja" import timeline %}{{ timeline(events, 2) }}',
        events=[
            ("Decided", "Amara", datetime(2026, 7, 1, 8, tzinfo=UTC), "Why"),
            ("Found", "", date(2026, 6, 30), ""),
        ],
    )
    assert [one["datetime"] for one in soup.find_all("time")] == [
        "2026-07-01T08:00:00Z",
        "2026-06-30",
    ]
    assert [words(one) for one in soup.find_all(class_="moj-timeline__item")] == [
        "Decided by Amara 1 July 2026 at 9am UK time Why",
        "Found 30 June 2026",
    ]
    assert len(soup.find_all("h2")) == 2


@for_each(
    ("source", "shown"),
    [
        ('incomplete("2 lists", "Look.")', "! Incomplete: 2 lists Look."),
        # Not said twice by a screen reader.
        ('incomplete("Incomplete: 2 lists")', "! Warning Incomplete: 2 lists"),
        ('error_summary([("a", "Enter a name")])', "There is a problem Enter a name"),
    ],
)
def test_errors(source: str, shown: str) -> None:
    start = '{% from "parts/errors.html.jinja" import error_summary, incomplete %}'
    assert words(part(start + "{{ " + source + " }}")) == shown


@for_each(
    ("source", "shown"),
    [
        ('tag_for_severity("high")', "High"),
        ('tag_for_severity("high", true)', "High severity"),
        ('tag_for_state("not the same")', "Not the same"),
        ('tag_for_list("never loaded")', "Not checked"),
        ('badge("Restricted")', "Restricted"),
    ],
)
def test_tags_are_words(source: str, shown: str) -> None:
    start = (
        '{% from "parts/tags.html.jinja" import badge, tag_for_list, tag_for_severity, '
        "tag_for_state %}"
    )
    assert words(part(start + "{{ " + source + " }}")) == shown


def test_a_state_that_no_tag_knows_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        part('{% from "parts/tags.html.jinja" import tag_for_state %}{{ tag_for_state("odd") }}')

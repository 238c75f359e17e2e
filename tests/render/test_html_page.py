import itertools
import re
from base64 import b64encode
from hashlib import sha256

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from duediligence.model import StaleReason
from duediligence.render import html_page
from duediligence.render.scope import TITLE
from duediligence.render.templating import resource
from tests.rows import for_each

FORBIDDEN = re.compile(r"\b(exclude[sd]?|exclusion|hits?|miss(es)?|pass(ed)?|fail(ed)?)\b", re.I)


def _page(run):
    return BeautifulSoup(html_page.render_run_page(run), "lxml")


def _text(soup):
    return " ".join(soup.body.get_text(" ").split())


def test_page(incomplete_run, snapshot):
    assert str(_page(incomplete_run).body) == snapshot


def test_page_of_a_clean_run_says_what_was_screened(clean_run, snapshot):
    soup = _page(clean_run)
    assert str(soup.main) == snapshot
    assert "No possible match was found" in _text(soup)
    assert "Moon Sanctions List" in _text(soup)
    assert "31 May 2026" in _text(soup)


def test_a_label_never_touches_its_value_where_the_page_is_copied_as_text(incomplete_run):
    body = _page(incomplete_run).body
    cells = body.find_all(["dt", "dd", "th", "td", "li", "h4", "caption"])
    assert len(cells) > 50
    for cell in cells:
        assert str(cell.next_sibling)[:1].isspace(), cell
    for label in body.find_all("dt"):
        assert f"{label.text} " in body.text.replace("\n", " ")


@for_each(
    ("sheet", "rule"),
    [
        ("report.css", ".finding dl div"),
        ("pack.css", ".pack .made div"),
        ("referral.css", "dl div"),
        ("dossier.css", ".dossier .halves dl div"),
    ],
)
def test_a_label_never_touches_its_value_on_the_page(sheet, rule):
    css = resource(sheet)
    (first, *_) = re.findall(rf"^{re.escape(rule)}[^{{]*{{([^}}]*)}}", css, re.M)
    assert "grid-template-columns" in first
    assert re.search(r"gap: 0 [\d.]+rem", first)


def test_lists_that_are_not_in_use_stand_in_one_line(make_run, make_status):
    unused = [
        make_status(f"own-{n}", f"Own {n}", state="never loaded", version=None, optional=True)
        for n in range(3)
    ]
    run = make_run(lists=(make_status("moon", "Moon"), *unused))
    soup = _page(run)
    rows = soup.find(string="What the suppliers were compared with").find_parent("table")
    assert [row.th.text for row in rows.tbody.find_all("tr")] == ["Moon"]
    assert _text(soup).count("Not in use, so not searched: Own 0; Own 1; Own 2.") == 1
    assert "Own 2" not in _text(_page(make_run(lists=(make_status("moon", "Moon"),))))
    alone = _text(_page(make_run(lists=tuple(unused))))
    assert "No list was loaded." in alone
    assert "No possible match was found" not in alone


def test_an_incomplete_run_says_so_first_and_what_was_not_checked_after_the_flags(incomplete_run):
    soup = _page(incomplete_run)
    assert soup.title.text.startswith("Incomplete: ")
    first = soup.main.find("section")
    assert first["class"] == ["banner"]
    assert "2 of 3 lists were not fully checked" in first.text
    assert "Cloud Registry" not in first.text
    gaps = soup.find("section", class_="unchecked")
    assert "Cloud Registry: not checked. Never loaded." in " ".join(gaps.text.split())
    assert "out of date, only the copy of 31 May 2026 was searched" in gaps.text
    headings = [each.text for each in soup.main.find_all("h2")]
    assert headings.index("For review, by supplier") < headings.index("What was not checked")
    assert headings.index("What was not checked") < headings.index(TITLE)


def test_an_incomplete_run_with_nothing_found_is_no_clean_result(make_run, make_status):
    gone = make_status(
        "cloud-registry",
        "Cloud",
        state="never loaded",
        version=None,
        reasons=(StaleReason(kind="not fetched"),),
    )
    text = _text(_page(make_run(lists=(gone,))))
    assert "No possible match in what was checked, which was not everything" in text
    assert "This page records" not in text
    assert not re.search(r"\bclear", text, re.I)


@for_each("changes", [{"lists": ()}, {"suppliers": 0, "parties": 0}])
def test_a_run_that_checked_nothing_is_no_clean_result(make_run, changes):
    text = _text(_page(make_run(**changes)))
    assert "No possible match was found" not in text
    assert "This page records" not in text


def test_words_that_decide_are_not_used(incomplete_run, clean_run):
    for run in (incomplete_run, clean_run):
        text = _text(_page(run))
        assert not FORBIDDEN.findall(text)
        assert not re.search(r"\bclear", text, re.I)
    assert "officer to decide" in _text(_page(incomplete_run))


def test_nothing_comes_from_outside(incomplete_run):
    html = html_page.render_run_page(incomplete_run)
    soup = BeautifulSoup(html, "lxml")
    assert not soup.find_all(["script", "img", "link", "iframe", "form", "object", "base"])
    assert not soup.find_all(style=True)
    assert "url(" not in soup.style.text
    assert "@import" not in soup.style.text
    policy = soup.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    css = re.search(r"<style>(.*)</style>", html, re.S)[1]
    digest = b64encode(sha256(css.encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")


ATTACKS = [
    "<script>alert(1)</script>",
    "</title></style><script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)",
    "<img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "<!-- ",
    "]]>",
    "&lt;b&gt;",
]
FIELDS = [
    "supplier_ref",
    "supplier_name",
    "company_number",
    "check_title",
    "subject_name",
    "subject_role",
    "entry_name",
    "entry_id",
    "list_version",
    "why",
    "next_step",
    "entry_url",
]


@for_each("attack", ATTACKS)
def test_markup_from_a_list_or_a_supplier_stays_text(make_run, make_finding, make_status, attack):
    finding = make_finding(
        **dict.fromkeys(FIELDS, attack), measures=(attack,), possible_grounds=(attack,)
    )
    other = make_finding(check_id="X", entry_id="", entry_name="", check_title=attack)
    unknown = make_finding(outcome="unknown", list_id="", check_title=attack, why=attack)
    status = make_status(
        "moon-sanctions",
        attack,
        state="stale",
        reasons=(StaleReason(kind="recorded text", said=attack),),
    )
    run = make_run(
        id=attack, lists=(status,), supplier_file=attack, findings=(finding, other, unknown)
    )
    plain = _page(
        make_run(
            lists=(
                make_status("m", "M", state="stale", reasons=(StaleReason(kind="age unknown"),)),
            )
        )
    )
    soup = _page(run)
    assert attack in soup.main.get_text()
    allowed = {"class", "id", "href", "rel", "scope", "data-label", "aria-labelledby", "lang"}
    assert {a for tag in soup.body.find_all(True) for a in tag.attrs} <= allowed
    new = {t.name for t in soup.find_all(True)} - {t.name for t in plain.find_all(True)}
    assert new <= {"article", "header", "h3", "h4", "bdi", "a", "span", "ul", "li"}
    assert len(soup.find_all("title")) == 1


@for_each(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "javascript://lists.example/%0aalert(1)",
        "ftp://lists.example/x",
        "vbscript:x",
        "file:///etc/passwd",
        "//lists.example/x",
        "https:///nohost",
        "https://lists.example@evil.example/",
        "http://[broken",
        "https://lists.example/\u202egnp.exe",
        "not an address",
    ],
)
def test_only_web_addresses_become_links(make_run, make_finding, url):
    soup = _page(make_run(findings=(make_finding(entry_url=url),)))
    assert not [a for a in soup.find_all("a") if not a["href"].startswith("#")]
    assert "(not a web address)" in soup.text


def test_a_link_does_not_hand_over_the_page(make_run, make_finding):
    soup = _page(make_run(findings=(make_finding(entry_url="https://lists.example/?a=1&b=2"),)))
    link = soup.find("a", href="https://lists.example/?a=1&b=2")
    assert link["rel"] == ["noopener", "noreferrer"]


def test_marks_that_turn_the_text_are_shown_as_unreadable(make_run, make_finding):
    html = html_page.render_run_page(
        make_run(findings=(make_finding(supplier_name="Harmless \u202efdp.\u2066exe\u0007"),))
    )
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069\x07]", html)
    assert "Harmless \ufffdfdp.\ufffdexe" in html


def test_names_in_other_scripts_stand_apart_from_the_text_around_them(make_run, make_finding):
    soup = _page(make_run(findings=(make_finding(entry_name="اسم خيالي"),)))
    assert soup.h4.find("bdi").text == "اسم خيالي"


@given(text=st.text(st.characters(codec=None), min_size=1, max_size=40))
def test_any_text_makes_a_page_that_can_be_written(make_run, make_finding, text):
    finding = make_finding(**dict.fromkeys(FIELDS, text))
    html_page.render_run_page(make_run(findings=(finding,), supplier_file=text)).encode("utf-8")


@for_each("number", [0, 1, 500])
def test_any_number_of_findings(make_run, make_finding, number):
    findings = tuple(
        make_finding(supplier_ref=f"S-{n // 2}", entry_id=f"E-{n}") for n in range(number)
    )
    soup = _page(make_run(suppliers=1000, findings=findings))
    assert len(soup.find_all("article")) == number
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    targets = {a["href"][1:] for a in soup.find_all("a") if a["href"].startswith("#")}
    assert targets <= set(ids)


@pytest.mark.parametrize("limit", [100, pytest.param(html_page.LIMIT, marks=pytest.mark.soak)])
def test_a_page_too_long_to_read_shows_the_worst_and_tells_of_the_rest(
    make_run, make_finding, monkeypatch, limit
):
    monkeypatch.setattr(html_page, "LIMIT", limit)
    low = tuple(make_finding(supplier_ref=f"S-{n}", severity="low") for n in range(limit + 4))
    worst = make_finding(supplier_ref="S-worst", severity="critical")
    soup = _page(make_run(suppliers=5000, findings=(*low, worst)))
    assert len(soup.find_all("article")) == limit
    assert "S-worst" in soup.find("section", class_="supplier").text
    assert (
        f"{limit + 5:,} possible matches to review, at {limit + 5:,} of 5,000 suppliers"
        in _text(soup)
    )
    assert "5 more are not shown" in _text(soup)


def test_severity_is_a_word_and_not_only_a_colour(incomplete_run):
    tags = [tag.text for tag in _page(incomplete_run).select("article .tag")]
    assert tags == ["Critical severity", "High severity", "Medium severity"]


def test_tables_name_their_columns_and_rows(incomplete_run):
    tables = _page(incomplete_run).find_all("table")
    assert len(tables) == 2
    for table in tables:
        assert table.caption.text
        assert all(cell["scope"] in ("col", "row") for cell in table.find_all("th"))
        headings = [cell.text for cell in table.thead.find_all("th")]
        for line in table.tbody.find_all("tr"):
            # On a narrow screen the label stands in for the heading of the column.
            assert [cell["data-label"] for cell in line.find_all("td")] == headings[1:]


def test_headings_go_down_one_level_at_a_time(incomplete_run):
    levels = [int(tag.name[1]) for tag in _page(incomplete_run).find_all(re.compile(r"^h[1-6]$"))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def _luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@for_each("severity", ["critical", "high", "medium", "low"])
def test_severity_tags_have_the_contrast_that_wcag_asks_for(clean_run, severity):
    css = _page(clean_run).style.text
    rule = re.search(rf"\.{severity} {{ background: (#\w+); color: (#\w+)", css)
    pair = [c if len(c) == 7 else "#" + "".join(d * 2 for d in c[1:]) for c in rule.groups()]
    light, dark = sorted(map(_luminance, pair), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5

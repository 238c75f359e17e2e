"""Templates of letters: text with named places, and no code."""

import re
from datetime import date

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from duediligence.errors import UsageError
from duediligence.model.letters import LETTER_KINDS, LetterKind
from duediligence.render.letter_page import (
    PLACES,
    TABLES,
    Letterhead,
    Value,
    build_commented_template,
    list_letter_bases,
    parse_letter_template,
    read_letter_template,
    render_letter_page,
)
from tests.rows import for_each

HEAD = Letterhead(
    council="Example Council",
    council_lines=("1 Quay Street", "EX1 1AA"),
    to="Example Care Ltd",
    to_lines=("2 Dune Row",),
    on=date(2026, 11, 20),
    reference="L7",
)
KIND: LetterKind = "explanation-wanted"
ROWS = (("Source", "A register"), ("Published at", "https://example.org/a?b=1&c=2"))
TITLE = "# A title\n\n"


def every(kind: LetterKind, text: str = "zq") -> dict[str, Value]:
    return {name: ROWS if name in TABLES else f"{text}{name}" for name in PLACES[kind]}


def page(text: str, **values: Value) -> BeautifulSoup:
    blocks = parse_letter_template(TITLE + text, KIND, name="t.txt")
    return BeautifulSoup(render_letter_page(blocks, {**every(KIND), **values}, HEAD).html, "lxml")


def test_headings_items_and_paragraphs() -> None:
    found = page("Dear {supplier},\nand all\n\n## Points\n- one\n- two\nand a half\n\nEnd.")
    assert [p.get_text() for p in found.main.find_all("p", recursive=False)][-2:] == [
        "Dear zqsupplier, and all",
        "End.",
    ]
    assert [h2.get_text() for h2 in found.find_all("h2")] == ["Points"]
    assert [li.get_text() for li in found.find_all("li")] == ["one", "two and a half"]
    assert len(found.find_all("ul")) == 1


def test_a_comment_is_left_out_and_ends_a_paragraph() -> None:
    found = page("One.\n%% note {anything}\nTwo.")
    assert [p.get_text() for p in found.find_all("p")][-2:] == ["One.", "Two."]
    assert "anything" not in str(found)


def test_conditions_keep_or_drop_a_block() -> None:
    text = "[if role] A\n\n[if not role] B\n\n[if role] [if not matched] C"
    assert [p.get_text() for p in page(text, role="x", matched="").find_all("p")][-2:] == ["A", "C"]
    assert [p.get_text() for p in page(text, role="", matched="").find_all("p")][-1] == "B"


def test_a_table_has_its_rows_and_its_address_is_a_link() -> None:
    found = page("{facts}")
    assert [dt.get_text() for dt in found.find_all("dt")] == ["Source", "Published at"]
    (link,) = found.find_all("a")
    assert link["href"] == link.get_text() == "https://example.org/a?b=1&c=2"
    assert not page("{facts}", facts=()).find_all("dt")


@for_each("address", ["javascript:alert(1)", "https://a.example/ <b>", "ftp://a.b/"])
def test_only_a_plain_web_address_is_a_link(address: str) -> None:
    found = page("See {role}.", role=address)
    assert not found.find_all(["a", "b", "script"])


@given(st.text(min_size=1))
def test_no_value_becomes_markup(value: str) -> None:
    blocks = parse_letter_template(TITLE + "Dear {supplier}, {role}\n\n- {contact}", KIND, name="t")
    values = {**every(KIND), "supplier": value, "role": value, "contact": value}
    plain = render_letter_page(blocks, every(KIND), HEAD).html
    made = render_letter_page(blocks, values, HEAD).html
    tags = re.compile(r"<[^<>]*>")
    without = [tag for tag in tags.findall(made) if not re.match(r"</?a\b", tag)]
    assert [tag for tag in without if tag != "<bdi>" and tag != "</bdi>"] == [
        tag for tag in tags.findall(plain) if tag not in ("<bdi>", "</bdi>")
    ]


@for_each(
    ("text", "line", "said"),
    [
        ("Dear {suplier},", 3, "unknown place 'suplier'"),
        ("One.\n\n[if nobody] Two.", 5, "unknown place 'nobody'"),
        ("{{ supplier }}", 3, "unknown place ' supplier '"),
        ("A brace } alone", 3, "a brace that belongs to no place"),
        ("See {facts} here.", 3, "a table among other words"),
        ("- {facts}", 3, "a table among other words"),
        ("Dear {supplier.__class__}", 3, "unknown place 'supplier.__class__'"),
    ],
)
def test_a_wrong_template_names_its_line_and_the_valid_places(
    text: str, line: int, said: str
) -> None:
    with pytest.raises(UsageError) as refused:
        parse_letter_template(TITLE + text, KIND, name="home/letters/x.txt")
    assert str(refused.value).startswith(f"home/letters/x.txt, line {line}: {said}")
    if "unknown" in said:
        assert ", ".join(PLACES[KIND]) in str(refused.value.hint)


@for_each("text", ["No title.", "# One\n\n# Two", "[if role] # One"])
def test_a_letter_has_one_title(text: str) -> None:
    with pytest.raises(UsageError, match="title"):
        parse_letter_template(text, KIND, name="t.txt")


@given(st.text())
def test_any_text_is_a_template_or_a_plain_error(text: str) -> None:
    try:
        blocks = parse_letter_template(text, KIND, name="t.txt")
    except UsageError:
        return
    assert "Example Council" in render_letter_page(blocks, every(KIND), HEAD).html


@for_each("kind", LETTER_KINDS)
def test_what_is_shipped_is_sound_and_so_is_the_copy_to_change(kind: LetterKind) -> None:
    assert parse_letter_template(read_letter_template(kind), kind, name=kind)
    copied = parse_letter_template(build_commented_template(kind), kind, name=kind)
    assert [block.text for block in copied] == [
        b.text for b in parse_letter_template(read_letter_template(kind), kind, name="")
    ]
    assert list_letter_bases(kind)
    for name in PLACES[kind]:
        assert f"{{{name}}}" in build_commented_template(kind)


@for_each("kind", LETTER_KINDS)
def test_the_page_is_accessible_and_needs_nothing_else(kind: LetterKind) -> None:
    """What axe checks in a browser, as far as the structure shows it."""
    found = BeautifulSoup(
        render_letter_page(
            parse_letter_template(read_letter_template(kind), kind, name=""), every(kind), HEAD
        ).html,
        "lxml",
    )
    assert [one["lang"] for one in found.find_all("html")] == ["en-GB"]
    assert found.find_all("title")[0].get_text().endswith(": Example Council")
    assert len(found.find_all("h1")) == 1
    assert len(found.find_all("main")) == 1
    levels = [int(one.name[1]) for one in found.find_all(re.compile("^h[1-6]$"))]
    assert levels[0] == 1
    assert set(levels) <= {1, 2}
    assert {child.name for child in found.body.find_all(recursive=False)} == {"header", "main"}
    for link in found.find_all("a"):
        assert link.get_text()
    for items in found.find_all("dl"):
        assert {child.name for child in items.find_all(recursive=False)} <= {"div"}
    assert not found.find_all(["script", "img", "link", "input", "form"])
    assert not found.find_all(string=re.compile(r"[{}]"), name="p")
    assert "default-src 'none'" in str(found.find("meta", attrs={"http-equiv": True}))


@for_each("kind", LETTER_KINDS)
def test_the_paragraphs_without_marks_are_those_of_the_page(kind: LetterKind) -> None:
    made = render_letter_page(
        parse_letter_template(read_letter_template(kind), kind, name=""), every(kind), HEAD
    )
    shown = re.sub(r"[\s:]", "", BeautifulSoup(made.html, "lxml").get_text())
    for line in made.text:
        assert re.sub(r"[\s:]", "", line) in shown

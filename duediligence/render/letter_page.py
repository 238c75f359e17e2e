"""A letter as a page, made of a template that a council can change (see docs/officer/letters.md).

A template is text with named places. It is no code: a place stands for a value, a block in front of
which `[if place]` stands is there where the place has a value, and nothing else happens.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Literal

from markupsafe import Markup, escape

from duediligence.errors import UsageError
from duediligence.model.letters import LetterKind
from duediligence.render.html_page import web_address
from duediligence.render.templating import fill_page, resource
from duediligence.render.wording import visible

Rows = tuple[tuple[str, str], ...]
Value = str | Rows
"""What stands in a place: a text, or a table of labels and texts. Empty where there is nothing."""

SUFFIX = ".txt"
LARGEST_TEMPLATE = 100_000
"""Bytes."""

# What each place holds. Those of a kind are all that its template may name.
_EVERY: Mapping[str, str] = {
    "supplier": "the supplier that the letter goes to",
    "council": "the name of the council",
    "contact": "where answers go",
    "privacy_contact": "where questions about personal data go",
    "reference": "our reference, such as L12",
    "today": "the day of the letter",
}
_REPLY: Mapping[str, str] = {
    "deadline": "the day until which an answer is wanted",
    "subject": "the person or firm that the letter is about; empty where that is the supplier",
    "role": "what the subject is to the supplier, such as director; often empty",
}
_FACTS: Mapping[str, str] = {
    "facts": "table: what is published, where, and when; alone in its paragraph",
    "own": "has a value where it is in a register that we keep, and not published",
    "matched": "has a value where the record was found by name, in a list",
    "withheld": "has a value where something else is held that may not be disclosed",
}
PLACES: Mapping[LetterKind, Mapping[str, str]] = {
    "details-wanted": {
        **_EVERY,
        **_REPLY,
        "person": "has a value where a person's details are wanted",
        "firm": "has a value where a firm's details are wanted",
        "people": "has a value where birth dates of those behind the supplier are missing",
    },
    "explanation-wanted": {
        **_EVERY,
        **_REPLY,
        **_FACTS,
        "stated": "has a value where the supplier stated otherwise than a register",
        "absent": "has a value where the supplier was not found on a register that it needs",
    },
    "representations": {
        **_EVERY,
        **_REPLY,
        **_FACTS,
        "ground": "the ground considered: schedule, paragraph, name, and the day of its text; "
        "empty where it is what the supplier stated otherwise than a register (section 30)",
        "ground_address": "where its text is published",
        "mandatory": "has a value where the ground is mandatory",
        "discretionary": "has a value where it is discretionary",
        "contract": "the procurement or contract that it is about; may be empty",
        "tender": "has a value where it is about an award",
        "running": "has a value where it is about a contract that is running",
        "act": "has a value where the Procurement Act 2023 itself applies",
        "health": "has a value where the Provider Selection Regime of England applies",
        "old": "has a value where the grounds of the Public Contracts Regulations 2015 apply",
        "tax": "has a value where the ground is unpaid tax in those Regulations",
        "notified": "has a value where an exclusion is notified within 30 days",
        "connected": "has a value where the subject is a connected person",
        "associated": "has a value where the subject is an associated person",
        "subcontractor": "has a value where the subject is a sub-contractor",
    },
    "privacy-notice": {**_EVERY, "retention": "table: what is kept, and for how long"},
}
TABLES = frozenset(("facts", "retention"))

_PLACE = re.compile(r"\{([^{}\n]*)\}")
_CONDITION = re.compile(r"\[if (not )?([^\[\]\n]*)\]\s*")
_COMMENT = "%%"


@dataclass(frozen=True, slots=True)
class LetterBlock:
    """A heading, a paragraph, or an item of a list, with the line that it begins on.

    `needs` are the places that must have a value (True) or none (False).
    """

    kind: Literal["title", "heading", "item", "paragraph"]
    text: str
    line: int
    needs: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Who writes, to whom and when. Lines may be none; `reference` is ours."""

    council: str
    council_lines: Sequence[str]
    to: str
    to_lines: Sequence[str]
    on: date
    reference: str


@dataclass(frozen=True, slots=True)
class LetterPage:
    """The page, and its paragraphs as plain text, in order."""

    html: str
    text: tuple[str, ...]


def read_letter_template(kind: LetterKind) -> str:
    """Return the template that comes with the tool."""
    return files("duediligence.render").joinpath("letters", kind + SUFFIX).read_text("utf-8")


def list_letter_bases(kind: LetterKind) -> tuple[str, ...]:
    """Return the legislation that the shipped template rests on: its comments that begin with
    Basis.
    """
    mark = f"{_COMMENT} Basis: "
    lines = read_letter_template(kind).splitlines()
    return tuple(line.removeprefix(mark) for line in lines if line.startswith(mark))


def parse_letter_template(text: str, kind: LetterKind, *, name: str) -> tuple[LetterBlock, ...]:
    """Return the blocks of a template. `name` is what an error calls it.

    Raises UsageError, naming the line, for a place that this kind of letter does not have, a
    brace that is no place, a table within a sentence, and anything but one title.
    """
    blocks = tuple(_split_letter_blocks(text))
    for block in blocks:
        _check_letter_block(block, kind, name)
    titles = [block for block in blocks if block.kind == "title"]
    if len(titles) != 1 or titles[0].needs:
        raise UsageError(
            f"{name}: has {len(titles)} titles"
            if len(titles) != 1
            else f"{name}: no title is sure",
            hint="One line, without a condition, begins with # and a space: the subject of the "
            "letter.",
        )
    return blocks


def render_letter_page(
    blocks: Sequence[LetterBlock], values: Mapping[str, Value], head: Letterhead
) -> LetterPage:
    """Return the letter as a page that needs nothing else: every value is escaped, its own policy
    forbids everything but its one style sheet.
    """
    shown = [block for block in blocks if all(bool(values[n]) is want for n, want in block.needs)]
    css = resource("letter.css")
    title = next(block for block in shown if block.kind == "title")
    html = fill_page(
        "letter.html.jinja",
        css,
        head=head,
        title=_format_block_text(title, values),
        signed=bool(values.get("deadline")),
        body=Markup("\n").join(_render_letter_blocks(shown, values)),
    )
    text = [head.council, *head.council_lines, head.to, *head.to_lines, head.reference]
    for block in shown:
        text += _list_block_texts(block, values)
    return LetterPage(str(html), tuple(filter(None, map(visible, text))))


@dataclass(frozen=True, slots=True)
class SampleBlock:
    """A block of a template as a preview shows it: in each place what it holds, in brackets.

    `only` says when it is in a letter, empty for always.
    """

    kind: Literal["title", "heading", "item", "paragraph"]
    text: str
    only: str


def list_sample_blocks(blocks: Sequence[LetterBlock], kind: LetterKind) -> list[SampleBlock]:
    """Return all blocks of a template for a preview, also those that not every letter has."""
    places = PLACES[kind]
    return [
        SampleBlock(
            one.kind,
            _PLACE.sub(lambda found: f"[{places[found[1]].partition(';')[0]}]", one.text),
            " and ".join(f"{{{n}}} has {'a' if want else 'no'} value" for n, want in one.needs),
        )
        for one in blocks
    ]


def _split_letter_blocks(text: str) -> Iterator[LetterBlock]:
    """Split a text into blocks, which end at an empty line or a comment, and where a title, a
    heading or an item begins.
    """
    lines: list[str] = []
    began = 0
    for number, line in enumerate((*text.splitlines(), ""), 1):
        line = line.strip()
        starts = bool(re.match(r"(?:\[if [^\]]*\]\s*)*(?:#{1,2}|-) ", line))
        if lines and (not line or starts or line.startswith(_COMMENT)):
            yield _parse_letter_block(" ".join(lines), began)
            lines = []
        if line and not line.startswith(_COMMENT):
            began = began if lines else number
            lines.append(line)


def _parse_letter_block(text: str, line: int) -> LetterBlock:
    needs = []
    while found := _CONDITION.match(text):
        needs.append((found[2], not found[1]))
        text = text[found.end() :]
    for mark, kind in (("# ", "title"), ("## ", "heading"), ("- ", "item")):
        if text.startswith(mark):
            return LetterBlock(kind, text.removeprefix(mark).strip(), line, tuple(needs))  # type: ignore[arg-type]
    return LetterBlock("paragraph", text, line, tuple(needs))


def _check_letter_block(block: LetterBlock, kind: LetterKind, name: str) -> None:
    where = f"{name}, line {block.line}"
    places = PLACES[kind]
    found = _PLACE.findall(block.text)
    for one in (*found, *(each for each, _ in block.needs)):
        if one not in places:
            raise UsageError(
                f"{where}: unknown place {one[:80]!r}",
                hint=f"Valid places of {kind}: {', '.join(places)}.",
            )
    if set(_PLACE.sub("", block.text)) & set("{}"):
        raise UsageError(
            f"{where}: a brace that belongs to no place",
            hint="A place is a name in braces, such as {supplier}. Write no other braces.",
        )
    if TABLES.intersection(found) and (block.kind != "paragraph" or len(block.text.split()) > 1):
        raise UsageError(
            f"{where}: a table among other words",
            hint="Put {facts} or {retention} on a line of its own, with empty lines around it.",
        )


def _find_block_table(block: LetterBlock, values: Mapping[str, Value]) -> Rows | None:
    """Return the rows, where the block is nothing but a table."""
    name = block.text[1:-1]
    rows = values.get(name)
    return rows if name in TABLES and isinstance(rows, tuple) else None


def _render_letter_blocks(
    blocks: Sequence[LetterBlock], values: Mapping[str, Value]
) -> Iterator[Markup]:
    items: list[Markup] = []
    for block in (*blocks, None):
        if items and (block is None or block.kind != "item"):
            # Items that have a letter of their own, such as (a), need no mark in front.
            lettered = all(item.startswith("<li>(") for item in items)
            attribute = Markup(' class="lettered"') if lettered else ""
            yield Markup("<ul{}>\n{}\n</ul>").format(attribute, Markup("\n").join(items))
            items = []
        if block is None:
            return
        rows = _find_block_table(block, values)
        inner = Markup("") if rows is not None else _fill_letter_block(block, values)
        match block.kind:
            case "item":
                items.append(Markup("<li>{}</li>").format(inner))
            case "title":
                yield Markup("<h1>{}</h1>").format(inner)
            case "heading":
                yield Markup("<h2>{}</h2>").format(inner)
            case _ if rows is not None:
                yield _render_letter_table(rows, block.text[1:-1])
            case _:
                yield Markup("<p>{}</p>").format(inner)


def _render_letter_table(rows: Rows, name: str) -> Markup:
    each = (
        Markup("<div><dt>{}</dt> <dd>{}</dd></div>").format(
            visible(label), _render_letter_value(value)
        )
        for label, value in rows
    )
    return Markup('<dl class="{}">\n{}\n</dl>').format(name, Markup("\n").join(each))


def _fill_letter_block(block: LetterBlock, values: Mapping[str, Value]) -> Markup:
    pieces = re.split(r"\{([^{}\n]*)\}", block.text)
    return Markup("").join(
        _render_letter_value(values[piece]) if at % 2 else escape(visible_words(piece))
        for at, piece in enumerate(pieces)
    )


def _render_letter_value(value: Value) -> Markup:
    text = visible(str(value))
    if address := web_address(text):
        return Markup('<a href="{0}">{0}</a>').format(address)
    return Markup("<bdi>{}</bdi>").format(text)


def visible_words(text: str) -> str:
    """Return the words of a template, their white space at both ends kept."""
    inner = visible(text)
    before = " " if text[:1].isspace() else ""
    after = " " if inner and text[-1:].isspace() else ""
    return f"{before}{inner}{after}"


def _format_block_text(block: LetterBlock, values: Mapping[str, Value]) -> str:
    return _PLACE.sub(lambda found: visible(str(values[found[1]])), block.text)


def _list_block_texts(block: LetterBlock, values: Mapping[str, Value]) -> Iterator[str]:
    rows = _find_block_table(block, values)
    if rows is None:
        yield _format_block_text(block, values)
    else:
        yield from (f"{label}: {value}" for label, value in rows)


def build_commented_template(kind: LetterKind) -> str:
    """Return the shipped template with the places that it may name as a comment at its top."""
    places = "".join(f"{_COMMENT}   {{{name}}}: {what}\n" for name, what in PLACES[kind].items())
    return (
        f"{_COMMENT} Template of the letter {kind}. Lines like these are left out of it.\n"
        f"{_COMMENT} # begins the title, ## a heading, - an item of a list; an empty line ends a\n"
        f"{_COMMENT} paragraph. [if place] in front keeps one where the place has a value, and\n"
        f"{_COMMENT} [if not place] where it has none. "
        f"Places:\n{places}{_COMMENT}\n{read_letter_template(kind)}"
    )

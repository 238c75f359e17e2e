"""The list of proscribed organisations, as the page tells it or as a table kept by hand."""

import re
from collections.abc import Iterator
from pathlib import Path

from bs4 import Tag
from duediligence.watchlists._readers.fields.bodies import derived_id
from duediligence.watchlists._readers.fields.names import usable
from duediligence.watchlists._readers.fields.records import distinct
from duediligence.watchlists._readers.fields.tables import Layout, read
from duediligence.watchlists._readers.govuk.documents import document

from duediligence.contracts import Drift
from duediligence.errors import Hint, Step, UnreadableFile
from duediligence.formats import html
from duediligence.model import ListEntry, Name, Record

_LAYOUT = Layout(needed={"name": "name | organisation"}, wanted={
    "others": "other_names | aliases",
    "proscribed": "proscribed | date proscribed",
    "link": "source_url",
})  # fmt: skip
_PROSCRIBED = re.compile(r"[\s\-–—:(]*\b[Pp]roscribed(?: in)? ([A-Z][a-z]+ [0-9]{4})\b")
_NORTHERN_IRELAND = re.compile(r"northern ireland", re.IGNORECASE)
_REMOVED = re.compile(r"\bde-?proscribed\b|\bremoved\b", re.IGNORECASE)
_AKA = re.compile(r"[\s,;(]*\b(?:also known as|aka|a\.k\.a\.?)\b[\s:]*", re.IGNORECASE)
_BRACKETS = re.compile(r"\(([^()]*)\)")
_QUOTED = re.compile(r"[\"“‘]([^\"“”‘]{2,120}?)[\"”’](?![\w])")
_ALTERNATIVE = re.compile(r"alternative names?|aliases|also known as|another name", re.IGNORECASE)
_ACRONYM = re.compile(r"[A-Z0-9][A-Za-z0-9\-]{0,5}")


def of_page(path: Path, list_id: str, drift: Drift) -> Iterator[ListEntry]:
    """Each organisation: a heading or bold line with the month, and the list of Northern Ireland.

    Raises UnreadableFile where the page lacks one of the two.
    """
    page = document(path)
    international = northern_irish = 0
    section = ""
    for element in page.body.select("h2, h3, h4, p, li"):
        text = html.text(element)
        if element.name == "h2":
            section = text
        elif _REMOVED.search(section):
            continue
        elif element.name == "li" and _NORTHERN_IRELAND.search(section):
            northern_irish += 1
            yield _entry(text, (), "", list_id, page.url, page.filename)
        elif (found := _PROSCRIBED.search(_heading(element))) and found.start():
            international += 1
            others = tuple(_alternatives(element))
            name = _heading(element)[: found.start()]
            yield _entry(name, others, found[1], list_id, page.url, page.filename)
        elif element.name in ("h3", "h4"):
            drift.unmapped("heading", text)
    if not international or not northern_irish:
        lacking = "Northern Ireland" if international else "the month in which each was proscribed"
        raise UnreadableFile(
            f"{path.name}: the page has no list of organisations with {lacking}",
            hint=Hint(
                "The publisher may have changed the page; keep the list by hand until it is read "
                "again: ",
                Step("write-list-template", list="proscribed-organisations"),
            ),
        )


def of_table(path: Path, list_id: str, drift: Drift) -> Iterator[ListEntry]:
    """Each row of the table kept by hand. Raises UnreadableFile, naming row and column."""
    for row in read(path, _LAYOUT, drift):
        others = tuple(filter(None, (part.strip() for part in row["others"].split("|"))))
        name, link = row.filled("name"), row["link"]
        if link and not link.startswith("https://"):
            raise row.error("source_url", f"is {link!r}, which is no https:// address")
        yield _entry(name, others, row["proscribed"], list_id, link, path.name)


def _heading(element: Tag) -> str:
    """The text of a heading, or of the bold words that a paragraph begins with."""
    if element.name != "p":
        return html.text(element) if element.name != "li" else ""
    bold = element.find(["strong", "b"], recursive=False)
    return html.text(bold) if isinstance(bold, Tag) else ""


def _alternatives(heading: Tag) -> Iterator[str]:
    """Names in quotation marks in what follows, where it tells of alternative names."""
    for element in heading.find_next_siblings():
        if element.name in ("h2", "h3", "h4") or _PROSCRIBED.search(_heading(element)):
            return
        for sentence in re.split(r"(?<=[.;])\s+(?=[A-Z])", html.text(element)):
            if _ALTERNATIVE.search(sentence):
                yield from _QUOTED.findall(sentence)


def _entry(
    text: str, others: tuple[str, ...], month: str, list_id: str, url: str, filename: str
) -> ListEntry:
    names = distinct(name for part in (text, *others) for name in _names(part))
    if not names:
        raise UnreadableFile(f"{filename}: {text[:80]!r} holds no name that can be searched for")
    primary, *more = names
    return ListEntry(
        id=derived_id(primary),
        list_id=list_id,
        kind="organisation",
        names=(
            Name(primary),
            # Many firms go by the same few letters.
            *(Name(n, "alias", "weak" if _ACRONYM.fullmatch(n) else "unstated") for n in more),
        ),
        measures=("Proscribed: it is an offence to belong to it or to support it",),
        record=Record(
            type="order",
            authority="Home Office",
            act_section="Terrorism Act 2000 Sch 2",
            event=f"Proscribed as concerned in terrorism{f', {month}' if month else ''}",
            status="live",
        ),
        url=url,
    )


def _names(text: str) -> Iterator[str]:
    """`Sample Front (SF/SFX), also known as A, B` → Sample Front, SF, SFX, A, B."""
    for number, part in enumerate(_AKA.split(text)):
        bare = _BRACKETS.sub(" ", part)
        yield from _trimmed(bare.split(",") if number else [bare])
        for held in _BRACKETS.findall(part):
            yield from _trimmed(re.split("[,;/]", held))


def _trimmed(texts: list[str]) -> Iterator[str]:
    trimmed = (" ".join(text.split()).strip(' ,;:.-–—()"“”‘’') for text in texts)
    return (name for name in trimmed if usable(name))

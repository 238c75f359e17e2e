"""The documentation hangs together: links lead somewhere, and each page is found from the first."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.rows import for_each

from .sources import ROOT, SOURCES, name_source, read_source

DOCS = ROOT / "docs"
FOLDERS = ("duediligence", "watchlists", "checks", "tests", "benchmarks", "requirements", "docs")
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
CURRENT = [path for path in PAGES if path.name != "CHANGELOG.md"]  # it speaks of its day
# Records of their day, and pages that name files to be made.
NAMING = [path for path in CURRENT if path.parent.name != "adr" and "adding-" not in path.name]
FILES = [
    f"/{path.relative_to(ROOT)}" for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")
]
LINK = re.compile(r"\]\(([^)\s#:]*)(?:#([^)\s]+))?\)")
NAMED = re.compile(r"\bdocs/[\w/-]+\.md\b")
MODULE = re.compile(r"`((?:[\w-]+/)*\w+\.py)`")
TERM = re.compile(r"\*\*([^*]+)\*\*(?: \(([^)]*)\))?")
HEADING = re.compile(r"^#+ (.+)$|<a id=\"([^\"]+)\"", re.MULTILINE)


@for_each("path", CURRENT, ids=name_source)
def test_each_link_leads_somewhere(path: Path) -> None:
    broken = [
        f"{target}#{anchor}" if anchor else str(target)
        for target, anchor in list_links(path)
        if not target.exists()
        or (anchor and target.suffix == ".md" and anchor not in list_anchors(target))
    ]
    assert not broken


@for_each("path", CURRENT, ids=name_source)
def test_each_row_of_a_table_has_as_many_cells_as_its_heading(path: Path) -> None:
    """A table of another shape is shown shifted, and so says the opposite of what holds."""
    text, wrong, width = (
        re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.M | re.S),
        [],
        0,
    )
    for line in text.splitlines():
        cells = re.sub(r"`[^`]*`|\\\|", "", line.strip()).count("|")
        if not line.startswith("|"):
            width = 0
        elif cells != (width := width or cells):
            wrong.append(line)
    assert not wrong


def test_each_page_is_found_from_the_first() -> None:
    found = {ROOT / "README.md"}
    waiting = list(found)
    while waiting:
        for target, _ in list_links(waiting.pop()):
            pages = target.glob("*.md") if target.is_dir() else [target]
            for page in {page for page in pages if page.suffix == ".md" and page.exists()} - found:
                found.add(page)
                waiting.append(page)
    assert not set(PAGES) - found


@for_each("path", SOURCES, ids=name_source)
def test_each_page_that_the_code_names_exists(path: Path) -> None:
    named = NAMED.findall(read_source(path))
    assert not [name for name in named if not (ROOT / name).exists()]


@for_each("path", NAMING, ids=name_source)
def test_each_module_that_a_page_names_exists(path: Path) -> None:
    named = MODULE.findall(path.read_text(encoding="utf-8"))
    assert not [name for name in named if not any(f.endswith(f"/{name}") for f in FILES)]


def list_links(path: Path) -> Iterator[tuple[Path, str]]:
    """Yield the file, and the part of it, that each link inside the project names."""
    for name, anchor in LINK.findall(path.read_text(encoding="utf-8")):
        yield (path.parent / name).resolve() if name else path, anchor


def list_anchors(path: Path) -> set[str]:
    """Return the parts of a page that a link can name, as GitHub makes them of headings."""
    found = set()
    for heading, anchor in HEADING.findall(path.read_text(encoding="utf-8")):
        words = re.sub(r"\]\([^)]*\)", "", heading).casefold()
        found.add(anchor or re.sub(r"[^\w\- ]", "", words).strip().replace(" ", "-"))
    return found


def test_each_term_stands_once_in_the_glossary() -> None:
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    firsts = [line.split(" | ")[0] for line in text.splitlines() if line.startswith("| **")]
    terms = [term for first in firsts for term in TERM.findall(first)]
    assert len(terms) > 80
    assert len(terms) == len(set(terms))

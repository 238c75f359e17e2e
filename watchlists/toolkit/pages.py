"""Pages that list records, each by a link to its own page, however they are laid out.

An item is what stands around one link and around no other, so that a new design of the page does
not hide it; what an item must tell, each list demands itself.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from duediligence.errors import UnreadableFile
from duediligence.formats.html import page, text

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_HEADINGS = "h2, h3, h4, h5"
# What holds items, and is none itself.
_WHOLE = frozenset("[document] html body main section ol ul dl table thead tbody form".split())
_SHOWING = re.compile(
    r"\b([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,7}) ?(?:-|–|to) ?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,7}) "
    r"of (?:about )?[0-9]",
    re.ASCII,
)
_NONE = re.compile(r"\b(?:no|0) (?:search )?(?:results|records|items)\b", re.IGNORECASE)
_NEXT = re.compile(r"(?:go to )?next(?: page)?\W*", re.IGNORECASE)
_MORE = re.compile(r"(?:read|see|find out|learn) more\b.*", re.IGNORECASE)
_AGAIN = "Fetch or save the pages of this search again, all of them."


@dataclass(frozen=True, slots=True)
class Item:
    """`key` is what the address of the item's page tells it by, `words` all that the item says."""

    key: str
    url: str
    title: str
    words: str
    where: str


def group_search_pages(paths: Iterable[Path]) -> list[list[Path]]:
    """Return the pages of each search: their names differ in their last part alone
    (`warnings-vane-1`).
    """
    found: dict[str, list[Path]] = {}
    for path in paths:
        found.setdefault(path.stem.rpartition("-")[0], []).append(path)
    return list(found.values())


def read_search_items(paths: Iterable[Path], address: str, site: str) -> Iterator[Item]:
    """Yield each item of every search, once.

    `address` is an expression for the addresses of the items' own pages, whose group is the key;
    addresses begin with that of the `site`. The files are grouped by `group_search_pages`.
    Raises UnreadableFile for a page without items that does not say so, one that holds another
    number of them than it says, and a last page that leads to a next one.
    """
    fits = re.compile(address)
    seen: set[str] = set()
    for pages in group_search_pages(paths):
        for path in pages:
            soup = page(path)
            found = list(_read_page_items(soup, fits, site, path))
            _check_item_count(soup, len(found), path)
            for item in found:
                if item.key not in seen:
                    seen.add(item.key)
                    yield item
        if next_page(pages[-1], site):
            raise UnreadableFile(f"{pages[-1].name}: leads to a page that is missing", hint=_AGAIN)


def next_page(path: Path, _: str) -> str:
    """Return the address, as written, that the page in `path` links to as the next; "" where
    none.
    """
    for link in page(path).select("a[href]"):
        labels = (text(link), str(link.get("aria-label", "")).strip(), str(link.get("title", "")))
        target = str(link["href"]).strip()
        if target and not target.startswith(("#", "javascript:")):
            rel = link.get("rel") or ""
            if "next" in rel or any(map(_NEXT.fullmatch, labels)):
                return target
    return ""


def _read_page_items(
    soup: "BeautifulSoup", fits: re.Pattern[str], site: str, path: Path
) -> Iterator[Item]:
    links: dict[str, list[Tag]] = {}
    for link in soup.select("a[href]"):
        if found := fits.fullmatch(_resolve_link(site, link)):
            links.setdefault(found[1], []).append(link)
    all_links = {id(link): key for key, of_key in links.items() for link in of_key}
    for key, of_key in links.items():
        block = _find_item_block(of_key[0], key, all_links)
        heading = block.select_one(_HEADINGS)
        texts = map(text, of_key if heading is None else [heading])
        title = next((one for one in texts if one and not _MORE.fullmatch(one)), "")
        yield Item(key, _resolve_link(site, of_key[0]), title, text(block), f"{path.name}: {key}")


def _resolve_link(site: str, link: "Tag") -> str:
    """Return the whole address of a link; empty for one that is no address."""
    try:
        return urljoin(site, str(link["href"]).strip())
    except ValueError:
        return ""


def _find_item_block(link: "Tag", key: str, links: dict[int, str]) -> "Tag":
    block = link
    while (parent := block.parent) is not None and parent.name not in _WHOLE:
        if any(links.get(id(one), key) != key for one in parent.select("a[href]")):
            break
        block = parent
    return block


def _check_item_count(soup: "BeautifulSoup", count: int, path: Path) -> None:
    words = text(soup)
    if not count and not _NONE.search(words):
        raise UnreadableFile(
            f"{path.name}: lists nothing, and does not say that nothing was found",
            hint="The publisher may have changed the page, or fills it only in a browser: save "
            "it from there, as a complete HTML page.",
        )
    if count and (shown := _SHOWING.search(words)):
        first, last = (int(number.replace(",", "")) for number in shown.groups())
        if last - first + 1 != count:
            raise UnreadableFile(
                f"{path.name}: says that it shows {first} to {last} and lists {count}", hint=_AGAIN
            )


def locate_link(pattern: str) -> Callable[[Path], str]:
    """Return a function from a page to the first link in it whose address fits the expression; else
    "".

    It raises UnreadableFile where the file is no web page.
    """
    fits = re.compile(pattern, re.IGNORECASE)

    def locate(document: Path) -> str:
        targets = (str(link["href"]).strip() for link in page(document).select("a[href]"))
        return next((target for target in targets if fits.search(target)), "")

    return locate

"""Every page of the console that a link leads to, by the route that answers it."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urljoin, urlsplit

import lxml.html
from starlette.routing import compile_path

# Of one route, with the same names in the query: so many pages are looked at.
ENOUGH = 2
# Of one route in all: a queue that can be filtered has an address for each choice.
MOST = 6


@dataclass
class Crawl:
    """Pages by the pattern of their route, each with its address and its HTML."""

    pages: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

    def each(self) -> Iterator[tuple[str, str]]:
        """Address and HTML of every page."""
        for found in self.pages.values():
            yield from found.items()


def pattern_of(patterns: Sequence[str], path: str) -> str:
    """The first pattern that the path is of; empty where none is."""
    return next((one for one in patterns if compile_path(one)[0].match(path)), "")


def links(address: str, html: str) -> Iterator[str]:
    """What the links and the GET forms of a page lead to, on the same server."""
    page = lxml.html.fromstring(html)
    for target in page.xpath("//a/@href | //form[@method='get']/@action"):
        full = urljoin(address, str(target)).partition("#")[0]
        if urlsplit(full).netloc == urlsplit(address).netloc:
            yield full


def crawl(
    starts: Sequence[str], get: Callable[[str], tuple[int, str, str]], patterns: Sequence[str]
) -> Crawl:
    """Follow links from `starts`, of which some may be errors. `get` gives the status, the kind and
    the text of an address.

    Asserts that no link is dead, and no form unanswered.
    """
    found = Crawl()
    seen: dict[tuple[str, frozenset[str]], int] = defaultdict(int)
    waiting, known = deque(starts), set(starts)
    while waiting:
        address = waiting.popleft()
        parts = urlsplit(address)
        pattern = pattern_of(patterns, parts.path)
        names = frozenset(name for name, _ in parse_qsl(parts.query, keep_blank_values=True))
        enough = seen[pattern, names] >= ENOUGH or len(found.pages[pattern]) >= MOST
        if address not in starts and enough:
            continue
        seen[pattern, names] += 1
        status, kind, text = get(address)
        # 422: a form that is sent with nothing in it, which its page says.
        assert status in (200, 422) or address in starts, f"{address}: {status}"
        assert status < 500, f"{address}: {status}"
        if not kind.startswith("text/html"):
            found.pages[pattern].setdefault(address, "")
            continue
        found.pages[pattern][address] = text
        for link in links(address, text):
            if link not in known:
                known.add(link)
                waiting.append(link)
    return found

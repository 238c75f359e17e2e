"""Every page of the console that a link leads to, by the route that answers it."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urljoin, urlsplit

import lxml.html
from starlette.routing import Match, Mount, Route

# Of one route, with the same names in the query: so many pages are looked at.
ENOUGH = 3


@dataclass
class Crawl:
    """Pages by the pattern of their route, each with its address and its HTML."""

    pages: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

    def each(self) -> Iterator[tuple[str, str]]:
        """Address and HTML of every page."""
        for found in self.pages.values():
            yield from found.items()


def pattern_of(routes: list[object], path: str, method: str = "GET") -> str:
    """The pattern of the route that answers the path; empty where none does."""
    scope = {"type": "http", "path": path, "method": method, "root_path": "", "headers": []}
    for route in routes:
        if isinstance(route, Mount):
            continue
        if isinstance(route, Route) and route.matches(scope)[0] is Match.FULL:
            return route.path
    return ""


def links(address: str, html: str) -> Iterator[str]:
    """What the links and the GET forms of a page lead to, on the same server."""
    page = lxml.html.fromstring(html)
    for target in page.xpath("//a/@href | //form[@method='get']/@action"):
        full = urljoin(address, str(target)).partition("#")[0]
        if urlsplit(full).netloc == urlsplit(address).netloc:
            yield full


def crawl(start: str, get: Callable[[str], tuple[int, str, str]], routes: list[object]) -> Crawl:
    """Follow links from `start`. `get` gives the status, the kind and the text of an address.

    Asserts that no link is dead.
    """
    found = Crawl()
    seen: dict[tuple[str, frozenset[str]], int] = defaultdict(int)
    waiting, known = deque([start]), {start}
    while waiting:
        address = waiting.popleft()
        parts = urlsplit(address)
        pattern = pattern_of(routes, parts.path)
        names = frozenset(name for name, _ in parse_qsl(parts.query, keep_blank_values=True))
        if seen[pattern, names] == ENOUGH:
            continue
        seen[pattern, names] += 1
        status, kind, text = get(address)
        assert status == 200, f"{address}: {status}"
        if not kind.startswith("text/html"):
            found.pages[pattern].setdefault(address, "")
            continue
        found.pages[pattern][address] = text
        for link in links(address, text):
            if link not in known:
                known.add(link)
                waiting.append(link)
    return found

"""What a site's robots.txt allows us: the Robots Exclusion Protocol (RFC 9309)."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import groupby
from urllib.parse import unquote, urlsplit
from urllib.robotparser import RobotFileParser

# The name that a site may write rules for.
TOKEN = "duediligence"  # noqa: S105
_RULE = re.compile(r"(allow|disallow)\s*:\s*(.*)", re.IGNORECASE)


MOST_DELAY = 30


def rules(text: bytes, url: str) -> tuple[bool, int]:
    """Whether robots.txt lets us ask for `url`, and the seconds it wants between two visits.

    Those are 0 where it says nothing, and 30 where it wants more. A file that cannot be made
    sense of allows nothing.
    """
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    parser = RobotFileParser()
    try:
        parser.parse(list(_lines(text.decode("utf-8-sig", errors="replace"), target)))
        return parser.can_fetch(TOKEN, target), min(int(parser.crawl_delay(TOKEN) or 0), MOST_DELAY)
    except ValueError:
        return False, 0


def _lines(text: str, target: str) -> Iterator[str]:
    """The lines as urllib reads them by the RFC: it ends a group at a blank line, heeds the first
    rule that fits in place of the longest (s.2.2.2), and knows no wildcards (s.2.2.3).
    """
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    for rule, run in groupby(filter(None, lines), key=lambda line: bool(_RULE.fullmatch(line))):
        if rule:
            found = [(kind.lower(), path) for kind, path in (_split(line) for line in run)]
            # Of two as long, the one that allows counts.
            for kind, path in sorted(found, key=lambda one: (-len(one[1]), one[0])):
                yield f"{kind}: {_plain(path, target)}"
        else:
            yield from run


def _split(line: str) -> tuple[str, str]:
    kind, _, path = line.partition(":")
    return kind.strip(), path.strip()


def _plain(path: str, target: str) -> str:
    """A rule without wildcards that says the same of `target`; one without them as it is."""
    if not path or not set(path) & {"*", "$"}:
        return path
    pattern = unquote(path).replace("[", "[[]").replace("?", "[?]")
    pattern = pattern.removesuffix("$") if path.endswith("$") else pattern + "*"
    return target if fnmatchcase(unquote(target), pattern) else "/\0"

"""A digest in words: a subject that counts only, and lines that name suppliers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from duediligence.casework.digest.changes import Changes
from duediligence.model import SEVERITIES
from duediligence.model.casework.messages import Told
from duediligence.reports.wording import moment
from duediligence.text.wording import count

# Of a longer section nobody reads the end, and mail servers take no message of any length.
MOST_LINES = 300
_SCOPE = "What this installation looks at, and what it does not"


def subject(changes: Changes) -> str:
    """`duediligence: 2 new flags, 1 resolved, 1 list not checked`: names nobody."""
    made = Counter(
        (kind, change)
        for change in ("new", "changed", "over")
        for kind in (told.kind for told in getattr(changes, change))
    )

    def said(number: int, one: str, rest: str = "") -> str:
        return count(number, one) + rest if number else ""

    lists = made["list", "new"] + made["list", "changed"]
    things = made["unknown", "new"] + made["unknown", "changed"]
    parts = [
        said(made["flag", "new"], "new flag"),
        said(made["flag", "changed"], "changed flag"),
        f"{made['flag', 'over']:,} resolved" if made["flag", "over"] else "",
        said(lists, "list", " not checked"),
        said(things, "thing", " not checked"),
        "last screening incomplete" if made["run", "new"] + made["run", "changed"] else "",
        said(made["list", "over"], "list", " checked again"),
        said(made["unknown", "over"], "thing", " now checked"),
        "last screening complete" if made["run", "over"] else "",
    ]
    return "duediligence: " + ", ".join(part for part in parts if part)


def text(changes: Changes, at: datetime, scope: Sequence[str] = ()) -> str:
    """The digest as plain text: flags, then what could not be checked, then the scope."""
    now = [*changes.new, *changes.changed]
    parts = [f"What changed up to {moment(at)}.\n"]
    parts += _section("New flags", [t for t in changes.new if t.kind == "flag"])
    parts += _section("Changed flags", [t for t in changes.changed if t.kind == "flag"])
    parts += _section(
        "Resolved: checked again, and not raised", [t for t in changes.over if t.kind == "flag"]
    )
    parts += _section(
        "Not checked: results for these are incomplete", [t for t in now if t.kind != "flag"]
    )
    parts += _section("Now checked", [t for t in changes.over if t.kind != "flag"])
    parts.append(
        "A flag is a possible match or a point to look at: the officer decides. Why each was "
        "raised, and what to do next, stands in the flags file and in the report."
    )
    parts += ["", f"{_SCOPE}:", *(f"- {line}" for line in scope)] if scope else []
    return "\n".join(parts) + "\n"


def _section(title: str, told: Iterable[Told]) -> list[str]:
    lines = [
        f"- [{one.severity}] {one.line}" if one.kind == "flag" else f"- {one.line}"
        for one in sorted(told, key=lambda one: (-SEVERITIES.index(one.severity), one.line))
    ]
    if not lines:
        return []
    more = len(lines) - MOST_LINES
    cut = [f"- and {more:,} more, all in the flags file"] if more > 0 else []
    return [f"{title} ({len(lines):,})", *lines[:MOST_LINES], *cut, ""]

"""A screening of the whole register in words, and as a document."""

from collections.abc import Sequence
from typing import Any

from duediligence.extensions.whole_register.lookup.screening import ScreenedRegister
from duediligence.model import ListStatus
from duediligence.text.wording import count


def format_register_screening(screened: ScreenedRegister) -> list[str]:
    """Return what was looked up and found; how to ask it is for each front end to say."""
    done = screened.screening
    rows = " and ".join(f"{number:,} {_ROWS[kind]}" for kind, number in done.rows.items())
    found = [
        f"Looked up: {rows}, on {count(len(done.rules.lists), 'list')}. "
        f"{_describe_lookup_scope(screened)}"
    ]
    for list_id, matches in sorted(done.matches.items(), key=lambda one: (-one[1], one[0])):
        version = done.rules.lists[list_id].version
        found.append(
            f"  {list_id} ({version}): {count(matches, 'possible match', 'possible matches')}"
        )
    if screened.outdated:
        found.append(f"Out of date, searched as loaded: {_format_list_ids(screened.outdated)}.")
    if screened.unreadable:
        found.append(
            f"NOT SEARCHED, the index cannot be read: {_format_list_ids(screened.unreadable)}."
        )
    if screened.never_loaded:
        found.append(f"NOT SEARCHED, never loaded: {_format_list_ids(screened.never_loaded)}.")
    if not screened.complete:
        found.append("Nothing found is not clear.")
    found.append(
        "These are names to ask about, most of them of other people and firms. Nothing was "
        "raised, and nobody was judged."
    )
    return found


def export_register_screening(screened: ScreenedRegister) -> dict[str, Any]:
    """Return the same for programs."""
    done = screened.screening
    return {
        "register": done.rules.register,
        "rows": dict(done.rows),
        "lists": {
            list_id: {
                "version": used.version,
                "threshold": used.threshold,
                "matches": done.matches[list_id],
            }
            for list_id, used in sorted(done.rules.lists.items())
        },
        "everybody_because": done.why_all,
        "changed_subjects": done.changed_subjects,
        "changed_entries": done.changed_entries,
        "unchanged": screened.unchanged,
        "complete": screened.complete,
        "stale": [one.list_id for one in screened.outdated],
        "unreadable": [one.list_id for one in screened.unreadable],
        "never_loaded": [one.list_id for one in screened.never_loaded],
    }


_CHANGED = "companies, owners and officers"
_ROWS = {"companies": "companies", "people": "records of owners and officers"}


def _describe_lookup_scope(screened: ScreenedRegister) -> str:
    done = screened.screening
    if screened.unchanged:
        return "Nothing changed since the last screening."
    if done.changed_subjects is None:
        return f"Everybody was compared: {done.why_all}."
    return (
        f"Compared: what changed since the last screening, "
        f"{count(done.changed_subjects, 'company, owner or officer', _CHANGED)} and "
        f"{count(done.changed_entries or 0, 'list entry', 'list entries')}."
    )


def _format_list_ids(lists: Sequence[ListStatus]) -> str:
    return ", ".join(sorted(one.list_id for one in lists))

"""A list entry as it was published when it was last compared, and the alerts about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from duediligence.casework import queue
from duediligence.casework.deciding import waits_for
from duediligence.casework.queue import Filters, rules_of, shown_to
from duediligence.casework.showing import AlertRow, alert_row
from duediligence.errors import Hint, NotFound, Step
from duediligence.matching.evidence import describe_number
from duediligence.model import ListEntry
from duediligence.render.html_page import web_address
from duediligence.render.saying import format_country, format_regime, is_latin, latin_first
from duediligence.render.wording import day
from duediligence.screening.access import hide_birth_dates, use_case
from duediligence.screening.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """An entry in words, as label and values, and its alerts, the most severe first.

    `compared_at` is when it was last compared (UTC), `url` the publisher's page about it, often
    empty. `waiting` alerts wait for a decision of whoever looks.
    """

    list_id: str
    list_title: str
    entry_id: str
    name: str
    compared_at: datetime
    url: str
    facts: Sequence[tuple[str, Sequence[str]]]
    alerts: Sequence[AlertRow]
    waiting: int


@use_case("read")
def entry_for(workspace: Workspace, list_id: str, entry_id: str) -> EntryView:
    """Return an entry that alerts are about. Those based on a restricted record are not shown.

    Raises NotFound where no alert that may be shown is about it, StorageError.
    """
    every = hide_birth_dates(workspace, queue.alerts(workspace, Filters(entry=(list_id, entry_id))))
    rules = rules_of(workspace)
    found = [shown_to(one, workspace.who, rules) for one in every if not one.restricted]
    if not found or not (list_id and entry_id):
        raise NotFound(
            f"No alert is about the entry {list_id}/{entry_id}",
            hint=Hint("Write it as LIST/ENTRY, as on the alert: ", Step("list-alerts")),
        )
    newest = max(found, key=lambda alert: alert.last_seen)
    entry = hide_birth_dates(workspace, newest.compared.entry)
    watchlist = workspace.watchlists.get(list_id)
    return EntryView(
        list_id=list_id,
        list_title=watchlist.title if watchlist else list_id,
        entry_id=entry_id,
        name=_name_in_latin_first(newest.first.entry_name, entry),
        compared_at=newest.last_seen,
        url=web_address(entry.url if entry and entry.url else newest.first.entry_url),
        facts=list(_list_entry_facts(entry)) if entry else [],
        alerts=[alert_row(one.id, one) for one in found],
        waiting=sum(waits_for(workspace, one) for one in found if one.state != "resolved"),
    )


def _list_entry_facts(entry: ListEntry) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield what the entry says; of people no home address and no day of birth, as beside an
    alert.
    """
    person, record = entry.kind == "person", entry.record
    born = [f"{one.year:04}-{one.month:02}" if one.day else str(one) for one in entry.birth_dates]
    facts = (
        (
            "Names",
            [
                _format_entry_name(one.text, one.type, one.strength)
                for one in sorted(entry.names, key=lambda one: not is_latin(one.text))
            ],
        ),
        ("Kind", [entry.kind]),
        ("Date of birth", born),
        ("Country", list(map(format_country, entry.countries))),
        ("Number", list(map(describe_number, entry.identifiers))),
        ("Address", [] if person else [one.text for one in entry.addresses]),
        ("Position", entry.positions),
        ("Regime", list(map(format_regime, entry.regimes))),
        ("Measures", entry.measures),
        ("Grounds", entry.grounds),
        ("Status", [entry.status]),
        ("What happened", [record.event] if record else []),
        ("Authority", [record.authority] if record else []),
        ("Outcome", [record.outcome] if record else []),
        ("Reason", [entry.reason]),
        ("Listed on", [day(entry.listed_on)] if entry.listed_on else []),
        ("Updated on", [day(entry.updated_on)] if entry.updated_on else []),
        ("Ends on", [day(entry.ends_on)] if entry.ends_on else []),
        ("References", entry.references),
    )
    for label, values in facts:
        if told := list(dict.fromkeys(filter(None, values))):
            yield label, told


def _name_in_latin_first(name: str, entry: ListEntry | None) -> str:
    """Return the name with one in Latin letters before it: the publisher's own where it has one."""
    latin = [one.text for one in entry.names if is_latin(one.text)] if entry else []
    return latin_first(name) if is_latin(name) or not latin else f"{latin[0]} ({name})"


def _format_entry_name(text: str, type_: str, strength: str) -> str:
    kind = "" if type_ == "primary" else type_
    weak = "weak" if strength == "weak" else ""
    more = " ".join(filter(None, (weak, kind)))
    return f"{text} ({more})" if more else text

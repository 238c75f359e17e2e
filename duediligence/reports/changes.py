"""Changes between two runs in words."""

from collections.abc import Iterable, Iterator

from duediligence.model.casework.changes import FieldChange, News, Reopened
from duediligence.reports.wording import day

_LABELS = {
    "birth_date": "date of birth",
    "birth_dates": "date of birth",
    "birth_places": "place of birth",
    "countries": "country",
    "names": "name",
    "identifiers": "number",
    "addresses": "address",
    "positions": "position",
    "regimes": "regime",
    "measures": "measure",
    "grounds": "ground",
    "references": "reference",
    "related": "related party",
    "url": "page",
    "entry_url": "page",
    "facts": "finding",
}


def change_words(change: FieldChange) -> str:
    """`list entry's name added: Ada Ferrow (weak alias)`."""
    of = "" if change.side == "finding" else f"{change.side}'s "
    label = _LABELS.get(change.field, change.field.replace("_", " "))
    about = f"{of}{'record: ' if change.of_record else ''}{label}"
    before, after = "; ".join(change.before), "; ".join(change.after)
    match change.kind:
        case "replaced" if change.before or change.after:
            return f"{about}: {before} is now {after}"
        case "replaced":
            return f"{about}: is another"
        case "added":
            return f"{about} added: {after}"
        case "removed":
            return f"{about} removed: {before}"
        case _:
            return f"{about}: told in another order or form"


def news_words(news: News, changes: Iterable[FieldChange], *, people: bool) -> str:
    """`new`, `back`, `unchanged`, or `changed: …` with what changed."""
    if news != "changed":
        return news
    told = "; ".join(_shown(changes, people=people)) or ("in its form" if people else "")
    return f"{news}: {told}" if told else news


def reopened_words(reopened: Reopened | str | None, *, people: bool = True) -> str:
    """Why decisions no longer hold; empty where they do.

    What an earlier version recorded in words is shown as it is, to who may see people.
    """
    if reopened is None or isinstance(reopened, str):
        return (reopened or "") if people else ""
    causes = []
    if reopened.entry_changed:
        causes.append("the list entry changed")
    if reopened.party_changed:
        causes.append("the supplier's details changed")
    if reopened.expired_on:
        causes.append(f"the decision expired on {day(reopened.expired_on)}")
    told = "; ".join(_shown(reopened.changes, people=people))
    return " and ".join(causes) + (f": {told}" if told else "")


def _shown(changes: Iterable[FieldChange], *, people: bool) -> Iterator[str]:
    return (change_words(one) for one in changes if people or not one.personal)

"""Words for what is shown: values, states, changes; cells safe in a spreadsheet."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from duediligence.model import Clause, Finding, ListState, Run
from duediligence.model.alerts import FieldChange, News, Reopened
from duediligence.render.saying import format_text
from duediligence.text.dates import long_date
from duediligence.text.wording import count

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Half characters and non-characters: neither UTF-8 nor XML can carry them all.
_BROKEN = re.compile(r"[\ud800-\udfff\ufffe\uffff]")


def format_cell(value: object) -> str:
    """Return one value as it stands in a cell, folded: times as ISO 8601 in UTC, a number with two
    decimals, several values joined by "; ", nothing as an empty text.
    """
    return fold(_format_unfolded_value(value))


def fold(text: str) -> str:
    """Return the text on one line: each run of control characters (line breaks, tabs, NUL) becomes
    a space, halves of characters become U+FFFD, white space at both ends goes.
    """
    return _BROKEN.sub("\ufffd", _BREAKS.sub(" ", text)).strip()


def utc(moment: datetime) -> datetime:
    """Return the moment in UTC; a time without a zone is one already, as the model says."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def iso(moment: datetime) -> str:
    """Return `2026-11-24T09:30:00Z`, in UTC."""
    return utc(moment).strftime("%Y-%m-%dT%H:%M:%SZ")


def _format_unfolded_value(value: object) -> str:
    match value:
        case None:
            return ""
        case Clause():
            return format_text(value)
        case tuple():
            return "; ".join(value)
        case float():
            return f"{value:.2f}"
        case datetime():
            return iso(value)
        case _:
            return str(value)


LIST_STATES: dict[ListState, str] = {
    "current": "checked",
    "stale": "out of date",
    "never loaded": "not checked",
}

# Below the threshold a match is shown where the names agree and something beside them does not.
_STRENGTHS = ((0.95, "very strong"), (0.88, "strong"), (0.80, "fair"), (0.0, "in doubt"))

# Marks that turn the direction of the text after them, and so can disguise a name.
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """Return the text safe to show among other text: on one line, without control characters (so no
    terminal sequence), and with each mark that turns the writing direction as U+FFFD.
    """
    return _TURNING.sub("\ufffd", fold(text))


def day(value: date) -> str:
    """Return `24 November 2026`, as the GOV.UK style guide writes it; for a time, the day in UK."""
    if isinstance(value, datetime):
        value = _convert_to_uk_time(value)[0]
    return long_date(value)


def uk_day(value: datetime) -> date:
    """Return the day in the UK on which that time was."""
    return _convert_to_uk_time(value)[0].date()


def moment(value: datetime) -> str:
    """Return `24 November 2026 at 9:30am UK time`; in UTC on a machine without time zones."""
    local, zone = _convert_to_uk_time(value)
    half = "am" if local.hour < 12 else "pm"
    minutes = f":{local:%M}" if local.minute else ""
    return f"{day(local.date())} at {local.hour % 12 or 12}{minutes}{half} {zone}"


def _convert_to_uk_time(value: datetime) -> tuple[datetime, str]:
    try:
        return utc(value).astimezone(ZoneInfo("Europe/London")), "UK time"
    except ZoneInfoNotFoundError:
        return utc(value).astimezone(UTC), "UTC"


def source_words(finding: Finding, titles: Mapping[str, str]) -> str:
    """Return a source of an event: `Insolvency notice (The Gazette, entry L-1, 3 May 2026)`.

    `titles` are those of lists, by id.
    """
    known = (
        titles.get(finding.list_id, finding.list_id),
        f"entry {finding.entry_id}" if finding.entry_id else "",
        day(finding.happened_on) if finding.happened_on else "",
    )
    said = ", ".join(filter(None, known))
    return f"{finding.check_title} ({said})" if said else finding.check_title


def score_words(score: float) -> str:
    """Return `93% strong`: the score and its words, which is not the chance that they are the
    same.
    """
    return f"{score:.0%} {strength(score)}"


def match_strength(finding: Finding) -> str:
    """Return `strong, similar name`: how strong a match is; empty where none is involved."""
    words = "" if finding.score is None else strength(finding.score)
    return ", ".join(filter(None, (words, finding.certainty)))


def strength(score: float) -> str:
    """Return `strong`: the score of a match (0.0 … 1.0) in a word."""
    return next(words for least, words in _STRENGTHS if score >= least)


def stronger_by_a_word(score: float | None, than: float | None) -> bool:
    """Return whether a match is stronger than another, in the words that people read."""
    if score is None or than is None:
        return False
    words = [word for _, word in _STRENGTHS]
    return words.index(strength(score)) < words.index(strength(than))


def format_namesake_count(run: Run, *, commands: bool = False) -> str:
    """Return how many matches were set aside for their birth dates, and how many people are to be
    looked up by hand; empty where there is neither. With `commands`, by which option they are
    listed.
    """
    if not run.namesakes:
        return ""
    to_look_up = sum(bool(one.look_up) for one in run.set_aside)
    namesakes = run.namesakes - to_look_up
    dates = "another birth date" if namesakes == 1 else "other birth dates"
    where = "set aside" if run.set_aside else "not shown"
    told = [f"{count(namesakes, 'namesake')} with {dates} {where}"] if namesakes else []
    if to_look_up:
        entries = count(to_look_up, "entry", "entries")
        told.append(f"{entries} of insolvent individuals to look up by hand, which are no flags")
    how = "; list them with --namesakes" if commands else ""
    return f"{'; '.join(told)}{how}."


def format_ended_count(run: Run) -> str:
    """Return how many suppliers were not screened because they had ended; empty where none."""
    ended = run.ended_suppliers
    return f"{count(ended, 'ended supplier')} not screened" if ended else ""


def sentence(text: str) -> str:
    """Write as a sentence: `nothing is loaded` as `Nothing is loaded.`; a sentence stays."""
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def shorten_to_words(text: str, most: int) -> str:
    """Return the text, cut after a word and marked with an ellipsis where it is longer than
    `most`.
    """
    text = visible(text)
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    # A name without blanks is cut within.
    return f"{cut.rpartition(' ')[0] or cut}".rstrip(" ,;:.") + "…"


def join_sentences(values: Iterable[str]) -> str:
    """Return values in one line: sentences after one another, anything else with semicolons."""
    return "; ".join(values).replace(".; ", ". ")


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
    """Return `list entry's name added: Ada Ferrow (weak alias)`."""
    of = "" if change.side == "finding" else f"{change.side}'s "
    label = _LABELS.get(change.field, change.field.replace("_", " "))
    about = f"{of}{'record: ' if change.of_record else ''}{label}"
    before, after = "; ".join(change.before), "; ".join(change.after)
    match change.kind:
        case "replaced" if change.before or change.after:
            return f"{about}: {before} is now {after}"
        case "replaced":
            return f"{about}: replaced"
        case "added":
            return f"{about} added: {after}"
        case "removed":
            return f"{about} removed: {before}"
        case _:
            return f"{about}: in a different order or form"


def news_words(news: News, changes: Iterable[FieldChange], *, people: bool) -> str:
    """Return `new`, `back`, `unchanged`, or `changed: …` with what changed."""
    if news != "changed":
        return news
    told = "; ".join(_list_shown_changes(changes, people=people)) or (
        "in its form" if people else ""
    )
    return f"{news}: {told}" if told else news


def reopened_words(reopened: Reopened | str | None, *, people: bool = True) -> str:
    """Return why decisions no longer hold; empty where they do.

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
    if reopened.undone_on:
        causes.append(f"the decision was undone on {day(reopened.undone_on)}")
    if reopened.stronger:
        then, now = reopened.stronger
        causes.append(
            f"the match is {score_words(now)} by a new matcher, and was {score_words(then)} when "
            "it was decided"
        )
    told = "; ".join(_list_shown_changes(reopened.changes, people=people))
    return " and ".join(causes) + (f": {told}" if told else "")


def _list_shown_changes(changes: Iterable[FieldChange], *, people: bool) -> Iterator[str]:
    return (change_words(one) for one in changes if people or not one.personal)

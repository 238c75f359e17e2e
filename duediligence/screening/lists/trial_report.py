"""What a trial of a list's files found, in words that name nobody."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict

from duediligence.render.wording import day, visible
from duediligence.screening.lists.trial import Headings, Trial, Unmapped, result_of
from duediligence.text.wording import count
from duediligence.version import __version__

_RESULTS = {
    "as known": "The files read as known.",
    "changed": "The files can be read, and something in them changed.",
    "not readable": "The files cannot be read.",
}
_REFUSED = "The files can be read, and a refresh would refuse what they hold."
_MOST = 40


def format_trial_report(trials: Iterable[Trial]) -> Iterator[str]:
    """Yield the report as Markdown, one line after the other: no content of the files is in it."""
    trials = tuple(trials)
    first = trials[0]
    yield f"# Test of the list {first.list_id} ({first.title})"
    yield ""
    refused = all(trial.refused for trial in trials)
    yield _REFUSED if refused else _RESULTS[result_of(trials)]
    since = f", of {first.known_since}" if first.known_since else ""
    yield f"The form that is known: {first.known_from}{since}. duediligence {__version__}."
    for trial in trials:
        yield ""
        yield from map(visible, _of_one(trial))
    yield ""
    yield "Nothing was loaded. This text quotes headings and words of status, and no records."


def _of_one(trial: Trial) -> Iterator[str]:
    yield "## Files"
    yield ""
    for file in trial.files:
        held = f"{file.format}, {count(file.records, 'record')}" if file.format else "not readable"
        yield f"- {file.name}: {held}, {file.size:,} bytes, SHA-256 {file.sha256[:16]}"
    if trial.error:
        yield ""
        yield "## First error"
        yield ""
        yield f"- {trial.error}"
        if trial.at:
            yield f"- raised at {trial.at}, which did not foresee such a file"
    yield ""
    yield "## Headings"
    yield ""
    found = [f"- {file.name}: not compared" for file in trial.files if not file.format]
    found += [line for one in trial.headings for line in _describe_headings(one)]
    for unread in trial.unread:
        name = f"{unread.kind} {unread.name}" if unread.name else f"a {unread.kind}, name withheld"
        usual = "; as before" if unread.usual else ""
        found.append(f"- not read by any code: {name} ({count(unread.count, 'time')}){usual}")
    yield from found or ["- as known"]
    yield ""
    yield "## Values that no table maps"
    yield ""
    for one in trial.unmapped:
        yield f"- {_describe_unmapped_values(one)}"
    if not trial.unmapped:
        yield "- none"
    yield ""
    yield "## Entries"
    yield ""
    yield from _describe_trial_entries(trial)


def _describe_headings(one: Headings) -> Iterator[str]:
    names = ", ".join(one.files[:3]) + (
        f" and {count(len(one.files) - 3, 'more file')}" if len(one.files) > 3 else ""
    )
    if one.expected:
        yield f"- {names}: another format; known is {' or '.join(one.expected)}"
    if not one.recognised:
        yield f"- {names}: no row has known headings, so none is quoted: is it another file?"
    for old, new in one.renamed:
        yield f"- {names}: probably renamed: {old} is now {new}"
    if one.gone:
        where = "gone" if one.certain else "not in these files (may be optional)"
        yield f"- {names}: {where}: {_join_heading_names(one.gone)}"
    if one.new:
        yield f"- {names}: new, or not in the sample: {_join_heading_names(one.new)}"


def _join_heading_names(names: tuple[str, ...]) -> str:
    more = len(names) - _MOST
    return ", ".join(names[:_MOST]) + (f" and {more} more" if more > 0 else "")


def _describe_unmapped_values(one: Unmapped) -> str:
    values = ", ".join(f"{value} ({times:,})" for value, times in one.values)
    what = "values" if one.quoted else "shapes"
    usual = "; as before" if one.usual else ""
    return f"{one.field}: {count(one.rows, 'row')}{usual}; {what}: {values}"


def _describe_trial_entries(trial: Trial) -> Iterator[str]:
    before = ", before the error" if trial.error and not trial.refused else ""
    yield f"- {count(trial.entries, 'entry', 'entries')} read{before}"
    for reason, times in trial.left_out:
        yield f"- left out: {times:,}: {reason}"
    yield f"- expected: {trial.least:,} to {trial.most:,}"
    if trial.previous:
        published = trial.previous.published
        of = f", published on {day(published)}" if published else ""
        difference = trial.entries - trial.previous.entries
        yield f"- version in use: {trial.previous.entries:,}{of} (difference {difference:+,})"
    else:
        yield "- version in use: none"


def build_list_trial_document(trials: Iterable[Trial]) -> dict[str, object]:
    """Return the same for programs."""
    trials = tuple(trials)
    return {
        "id": trials[0].list_id,
        "result": result_of(trials),
        "trials": [
            {
                **{
                    name: value
                    for name, value in asdict(trial).items()
                    if name not in ("list_id", "title", "previous")
                },
                "result": trial.result,
                "entries_in_use": trial.previous.entries if trial.previous else None,
            }
            for trial in trials
        ],
    }

"""What the files of a list or register held beside its entries, and why a list is not current.

Each is a value, with the parts that may hold personal data apart; `words` renders it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from duediligence.model.entries import Handling
from duediligence.text.dates import long_date

ListState = Literal["current", "stale", "never loaded"]
DriftKind = Literal[
    "unread",
    "unmapped",
    "left out",
    "note",
    "no reference",
    "link not kept",
    "reference of several records",
    "recorded text",
]
DoubtKind = Literal["not read", "different days", "first load unproven"]
ReasonStepName = Literal["accept-list-format", "confirm-list", "put-clock-right", "state-list-day"]
StaleKind = Literal[
    "not fetched",
    "not compared",
    "refresh failed",
    "records left out",
    "headings not read",
    "first load unproven",
    "files of different days",
    "age unknown",
    "too old",
    "publisher's date not moving",
    "page changed",
    "index not readable",
    "not as recorded",
    "description gone",
    "clock in doubt",
    "wrong clock",
    "publisher's date ahead",
    "recorded text",
]
# Kinds whose name is that of a thing of the kind in `what`: an unread column, say.
_NAMED = ("unread", "unmapped")
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class DriftItem:
    """Something in a list's files that was not understood, was left out or should be noted.

    `what` says what kind of thing or which field it is (`column`, `Name type`), or why it was left
    out; `name` is the name of the thing, or the value, as the file has it. It was met `count`
    times. `recorded text` is a whole line that an earlier version stored, in `name`.
    """

    kind: DriftKind
    what: str
    name: str = ""
    count: int = 1

    @property
    def label(self) -> str:
        """Return what comes before the colon: `unread column`, `left out`."""
        return f"{self.kind} {self.what}" if self.kind in _NAMED else self.kind

    @property
    def about(self) -> str:
        """Return what comes after the colon, without the number of times."""
        if self.kind in _NAMED:
            return self.name
        return ": ".join(filter(None, (self.what, self.name)))

    @property
    def personal(self) -> bool:
        """Return whether `name` is content of the file, which may be about a person."""
        return bool(self.name) and self.kind != "unread"

    def words(self, *, people: bool = True) -> str:
        """Return `unread column: Risk rating (12)`; without `people`, no content of the file."""
        if not people and self.personal:
            if self.kind == "recorded text":
                return "a line that an earlier version recorded"
            told = self.label if self.kind in _NAMED else f"{self.kind}: {self.what}"
            return f"{told} ({self.count})"
        if self.kind == "recorded text":
            return self.name
        return f"{self.label}: {self.about} ({self.count})"


@dataclass(frozen=True, slots=True)
class NotReadRow:
    """A row of a list's files that looks like a record and could not be read.

    `row` is its number in `file`, `column` where the first fault is (empty: the row as a whole),
    `reason` what is wrong there, which may quote the cell. `cells` are those that may hold a name,
    a number or an address, for look-ups alone; none where the record would not have been kept.
    `handling` is that of the record, the strictest where it is not known.
    """

    file: str
    row: int
    column: str
    reason: str
    cells: tuple[str, ...] = ()
    handling: Handling = "restricted"


@dataclass(frozen=True, slots=True)
class ListDoubt:
    """Why a loaded version cannot be called current, met `count` times in its files.

    `not read`: `what` is a heading or tag that no code reads, which may be a renamed one.
    `different days`: `what` are rows, or a page, of a file whose record another file lacks.
    `first load unproven`: no version before shows whether it lost names, and so few entries have
    what the list expects that it may have; `count` is their share in per cent.
    """

    kind: DoubtKind
    what: str
    count: int

    @property
    def acceptable(self) -> bool:
        """Return whether a person can accept it, once they compared the list with its publisher."""
        return self.kind != "different days"


@dataclass(frozen=True, slots=True)
class ReasonStep:
    """What a person does about a reason, by the name of the step (`errors.Step`)."""

    name: ReasonStepName


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleReason:
    """A reason for which a list is not current.

    `on` is the day of the refresh that failed, the last day on which the version was known to be
    the newest, or the publisher's own date; `changed_on` the day on which the list's page changed.
    `days` have gone by since `on`, `most_days` may. `count` and `what` are how many and which
    records, headings or rows it is about, `page` the address to compare a list with that is kept
    by hand. `code` names the error of a refresh that failed and `said` its message; `said` is also
    why an index cannot be read, and the line that an earlier version stored. `clock` is what the
    clock of this computer said, `at` the time of the newest record, or that of a wrong clock.
    """

    kind: StaleKind
    on: date | None = None
    changed_on: date | None = None
    days: int | None = None
    most_days: int | None = None
    count: int = 0
    what: tuple[str, ...] = ()
    page: str = ""
    code: str = ""
    said: str = ""
    at: datetime | None = None
    clock: datetime | None = None

    @property
    def personal(self) -> bool:
        """Return whether `said` may quote the content of a file, and so name a person."""
        if self.kind == "refresh failed":
            # These tell of the server, and of numbers of entries.
            return self.code not in ("FetchFailed", "ExpectationFailed", "NamesLost")
        return self.kind == "recorded text"

    def words(self, *, people: bool = True) -> str:
        """Return the reason, with the step that helps; without `people`, nothing that is
        `personal`.
        """
        return "".join(
            _STEPS[part.name] if isinstance(part, ReasonStep) else part
            for part in self.parts(people=people)
        )

    def parts(self, *, people: bool = True) -> Sequence[str | ReasonStep]:
        """Return the reason as text and, among it, the step that helps; as `words`, for any front
        end.
        """
        said = self.said if people or not self.personal else ""
        confirm = ReasonStep("confirm-list")
        compare = (f"compare it with {self.page} again, then ", confirm) if self.page else ()
        match self.kind:
            case "not fetched":
                return ("no copy was fetched or loaded yet",)
            case "not compared":
                return (f"look at {self.page}. If it names nobody: ", confirm)
            case "refresh failed":
                return (f"the refresh of {_day(self.on)} failed", f": {said}" if said else "")
            case "records left out":
                return (
                    f"all its records ({self.count:,}) are restricted and were left out, "
                    "because the setting store_restricted is off",
                )
            case "headings not read":
                more = len(self.what) - _SHOWN
                return (
                    "its files have headings that are not read and may be renamed ones: "
                    f"{', '.join(self.what[:_SHOWN])}{f' and {more} more' if more > 0 else ''}. "
                    "If nothing is lost by that: ",
                    ReasonStep("accept-list-format"),
                )
            case "first load unproven":
                return (
                    f"its first load is unproven: {self.count} % of its entries have "
                    f"{''.join(self.what)}, fewer than its publisher has. If the publisher's page "
                    "shows no more: ",
                    ReasonStep("accept-list-format"),
                )
            case "files of different days":
                more = len(self.what) - 1
                return (
                    f"its files are of different days: {''.join(self.what[:1])} ({self.count:,})"
                    f"{f' and {more} more signs' if more > 0 else ''}. Fetch them all again",
                )
            case "age unknown":
                return (
                    "age unknown: its files carry no date. Say of which day they are: ",
                    ReasonStep("state-list-day"),
                )
            case "too old":
                done = "compared with its page" if self.page else "known good"
                return (
                    f"last {done} on {_day(self.on)}, {self.days} days ago; the maximum is "
                    f"{self.most_days} days",
                    *(("; ", *compare) if compare else ()),
                )
            case "publisher's date not moving":
                return (
                    f"the publisher's own date, {_day(self.on)}, has not moved for {self.days} "
                    "days",
                )
            case "page changed":
                return (
                    f"its page changed on {_day(self.changed_on)} and was last compared on "
                    f"{_day(self.on)}: ",
                    *compare,
                )
            case "not as recorded":
                return (
                    "what lists.db has of it is not what the audit chain recorded: the file was "
                    "changed or exchanged, or a refresh was cut short. Refresh the list",
                )
            case "description gone":
                return (
                    "the file that describes this register is gone from local-registers: put it "
                    "back from a backup, or drop the register where it is not used any more",
                )
            case "clock in doubt":
                return (
                    f"the clock of this computer says {format_minute(self.clock)}, and the "
                    "newest record "
                    f"is of {format_minute(self.at)}",
                    ". Correct the clock. If it is right now, an administrator records that: ",
                    ReasonStep("put-clock-right"),
                )
            case "wrong clock":
                again = compare or ("fetch or load it again",)
                return (
                    f"its time, {format_minute(self.at)}, is of a clock that was wrong: ",
                    *again,
                )
            case "publisher's date ahead":
                return (
                    f"the publisher's own date, {_day(self.on)}, is in the future: the clock of "
                    f"this computer says {format_minute(self.clock)}",
                )
            case _:
                return (said,)


# A reader of a report may have neither the command line nor the console.
_STEPS: Mapping[ReasonStepName, str] = {
    "accept-list-format": "accept the headings of this list",
    "confirm-list": "confirm the list",
    "put-clock-right": "put the clock right",
    "state-list-day": "load them with that day",
}


def reason_words(reasons: Iterable[StaleReason], *, people: bool = True) -> str:
    """Return the reasons in one line; empty where there is none."""
    return "; ".join(filter(None, (each.words(people=people) for each in reasons)))


def format_minute(at: datetime | None) -> str:
    """Return `24 November 2026, 09:30 UTC`, for a time that is compared with a clock."""
    return f"{long_date(at)}, {at.astimezone(UTC):%H:%M} UTC" if at else "an unknown time"


def _day(day: date | None) -> str:
    return long_date(day) if day else "an unknown day"

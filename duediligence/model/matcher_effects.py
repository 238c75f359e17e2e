"""What another version of the matcher makes of alerts whose two sides did not change."""

from dataclasses import dataclass
from typing import Literal

from duediligence.model.entries import Handling
from duediligence.model.findings import Severity

# Found for the first time, found again, found otherwise, no longer found though both sides are the
# same, or (of a check without a list entry) no longer found and so resolved.
MatchNews = Literal["new", "back", "changed", "gone", "resolved"]
# What is not as it was beside the strength: which names were compared, what agrees and what
# differs, how severe it is.
ChangedPart = Literal["names", "evidence", "severity"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchChange:
    """What became of one alert because of a new matcher. It names no person.

    `before` and `now` are the scores (0.0 … 1.0), None where nothing was or is matched. `changed`
    says what else is not as it was. `state` is where the alert stood before, empty for a new one.
    `reopened`: its decision no longer holds, for the match is stronger by a word. `handling` is
    that of the record that it rests on; `person`: it is, or may be, about a natural person.
    """

    alert_id: str
    news: MatchNews
    severity: Severity
    check_id: str
    check_title: str
    list_id: str = ""
    entry_id: str = ""
    before: float | None = None
    now: float | None = None
    changed: tuple[ChangedPart, ...] = ()
    state: str = ""
    reopened: bool = False
    handling: Handling = "public"
    person: bool = False


@dataclass(frozen=True, slots=True)
class NotMatched:
    """A finding that no screening since raises, though both sides are the same: by its place in
    the run that raised it.
    """

    run_id: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MatcherEffect:
    """What another matcher makes of the alerts of one supplier.

    `changes` are those of this run alone, `not_matched` what is still not matched from before.
    """

    changes: tuple[MatchChange, ...] = ()
    not_matched: tuple[NotMatched, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMatcher:
    """A run whose suppliers were last screened by other versions of the matcher: `before`.

    `other_settings`: the threshold, the policy or the number of matches shown is not as it was
    then, either.
    """

    before: tuple[str, ...]
    other_settings: bool = False

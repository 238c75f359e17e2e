"""Whether a screening now would be complete: folder, space, network settings, registers, lists."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from duediligence.casework.home_access import check_exposure
from duediligence.casework.home_storage import check_storage
from duediligence.casework.signing_keys import known_keys
from duediligence.errors import DuediligenceError, Hint, OptionRemark, Step
from duediligence.extension import find_extensions, list_ignored_extensions, load_parts
from duediligence.law.victims import help_for_victims
from duediligence.model import ListStatus
from duediligence.model.audit import AuditKind, AuditRecord
from duediligence.render.scope import weakenings_by_kind
from duediligence.render.wording import day
from duediligence.screening.audit_events import CONTENT, REGISTERS
from duediligence.screening.clock import read_clock
from duediligence.screening.lists.statuses import (
    Remedy,
    content_is_recorded,
    find_swapped_index,
    not_as_recorded,
    reason_hint,
    remedies,
    remedy,
    statuses,
)
from duediligence.screening.registers import statuses as register_statuses
from duediligence.screening.run.policy import current_weakenings, read_policy
from duediligence.screening.workspace import Workspace
from duediligence.settings import EffectiveSettings, Settings
from duediligence.settings.working_folder import IgnoredFile
from duediligence.text.wording import count, listed
from duediligence.writing import storing

LEAST_FREE_BYTES = 1_000_000_000
# A warning says what is unsafe, what is overdue is to be reviewed, what is weakened shows less than
# by default; none of them makes a run incomplete.
State = Literal["ok", "not in use", "overdue", "weakened", "warning", "problem", "broken"]


@dataclass(frozen=True, slots=True)
class ReadinessLine:
    """One thing that was looked at: `list_id` if it is a list, which `remedy` puts right."""

    what: str
    state: State
    detail: str | Hint
    remedy: Remedy | None = None
    list_id: str = ""


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was looked at, and what puts right all lists that are not current."""

    lines: tuple[ReadinessLine, ...]
    remedies: tuple[Remedy, ...] = ()

    @property
    def problems(self) -> tuple[ReadinessLine, ...]:
        """Return what makes a run incomplete, or impossible."""
        return tuple(line for line in self.lines if line.state in ("problem", "broken"))

    @property
    def state(self) -> State:
        """Return `ok` where a run now would be complete, `broken` where nothing can be stored."""
        states = {line.state for line in self.problems}
        return "broken" if "broken" in states else "problem" if states or self.remedies else "ok"

    @property
    def unused(self) -> tuple[str, ...]:
        """Return the optional lists that nobody uses, by id."""
        return tuple(
            line.list_id for line in self.lines if line.list_id and line.state == "not in use"
        )

    @property
    def unsafe(self) -> str:
        """Return what others can read or change, in a sentence; empty where nothing is unsafe."""
        found = [line.what for line in self.lines if line.state == "warning"]
        return f"Not safe: {', '.join(found)}. See the warnings above." if found else ""

    @property
    def summary(self) -> Hint:
        """Return whether a run now would be complete, and if not the way there, in one line."""
        if self.state == "ok":
            return Hint(READY)
        others = [
            Hint(_capitalise_line(f"{line.what}: "), line.detail)
            for line in self.problems
            if not line.remedy
        ]
        missing = [*others, *map(remedy_words, self.remedies)]
        parts = [part for each in missing for part in (". ", each)][1:]
        return Hint("Not ready for a complete run. ", *parts)


READY = "Ready: a run now would be complete."


def remedy_words(
    remedy: Remedy, most_named: int | None = None, titles: Mapping[str, str] = MappingProxyType({})
) -> Hint:
    """Return `Never loaded: eu, un. Run: …`: what lists lack, and the way to put it right.

    With `most_named`, no more lists than that are named and the rest is counted. `titles` are those
    of lists by ID: without, they are named by their IDs.
    """
    called = [titles.get(one, one) for one in remedy.list_ids]
    names = listed(called, most_named) if most_named else ", ".join(called)
    first = Hint(remedy.first)
    then, now = OptionRemark(", then run", ", then"), OptionRemark("Run", "To do")
    run = Hint(_capital_hint(first), then) if remedy.first else Hint(now)
    return Hint(f"{_capitalise_line(remedy.lack)}: {names}. ", run, ": ", remedy.step)


def _capitalise_line(text: str) -> str:
    return text[:1].upper() + text[1:]


def _capital_hint(hint: Hint) -> Hint:
    first, *rest = hint.parts
    if isinstance(first, OptionRemark):
        said = map(_capitalise_line, (first.text, first.elsewhere))
        return Hint(OptionRemark(*said), *rest)
    return Hint(_capitalise_line(first) if isinstance(first, str) else first, *rest)


def build_readiness_document(
    found: Readiness, word: Callable[[str | Hint], str], command: Callable[[Step], str]
) -> list[dict[str, str]]:
    """Return what was looked at, for programs, and last whether a run would be complete.

    `word` puts a hint in words, `command` a step that puts something right.
    """
    lines = [
        {
            "what": one.what,
            "state": one.state,
            "detail": word(one.detail),
            "command": command(one.remedy.step) if one.remedy else "",
            "list_id": one.list_id,
        }
        for one in found.lines
    ]
    whole = {
        "what": "complete run",
        "state": found.state,
        "detail": found.summary.worded(command),
        "command": "; ".join(command(one.step) for one in found.remedies),
        "list_id": "",
    }
    return [*lines, whole]


def examine_readiness(
    resolved: EffectiveSettings,
    ignored: IgnoredFile | None = None,
    *,
    opened: Callable[[], AbstractContextManager[Workspace]] | None = None,
) -> Readiness:
    """Look at everything. `ignored` is a settings file that is not read.

    `opened` opens the workspace of whoever asks, where that is not the account of this machine.
    """
    opened = opened or (lambda: Workspace(resolved.settings))
    lines = list(_check_machine(resolved, ignored, opened))
    if any(line.state == "broken" for line in lines):
        return Readiness(tuple(lines))
    with opened() as ws:
        found = statuses(ws)
        lines += [
            _check_clock(ws),
            _signing_key(ws),
            _check_victim_steps(ws),
            *_check_missing_extensions(ws),
            *chain.from_iterable(check(ws) for check in load_parts(ws.extensions, "readiness")),
            *_check_registers(ws),
        ]
        lines += _check_weakenings(ws, found)
        lines += [_check_watchlist(ws, status) for status in found]
        return Readiness(tuple(lines), tuple(remedies(ws, found)))


def _check_weakenings(workspace: Workspace, found: Sequence[ListStatus]) -> Iterator[ReadinessLine]:
    """In which ways a run now would show less; a policy that cannot be read has its own line."""
    with suppress(DuediligenceError):
        for kind, words in weakenings_by_kind(current_weakenings(workspace, found)).items():
            yield ReadinessLine(kind, "weakened", words)


def _check_clock(workspace: Workspace) -> ReadinessLine:
    """Return whether the clock agrees with the audit chain."""
    if doubt := read_clock(workspace).in_doubt:
        step = Step("put-clock-right")
        detail = Hint(str(doubt.parts()[0]), ". Correct the clock. If it is right now: ", step)
        return ReadinessLine("clock", "problem", detail)
    return ReadinessLine("clock", "ok", "not behind the newest record")


def _check_victim_steps(workspace: Workspace) -> ReadinessLine:
    """Return whether the steps for people who may be victims were reviewed in time."""
    help_ = help_for_victims()
    if late := help_.not_reviewed(workspace.now().date()):
        return ReadinessLine("steps for victims", "overdue", late)
    return ReadinessLine("steps for victims", "ok", f"to be reviewed by {day(help_.review_by)}")


def _signing_key(workspace: Workspace) -> ReadinessLine:
    """Return which key signs packs and heads, as the audit chain has it."""
    try:
        known = known_keys(workspace)
    except DuediligenceError as error:
        return ReadinessLine("signing key", "problem", error.message)
    key = known[-1] if known else None
    made = f"{key.id} since {day(key.since)}" if key and key.since else "none made yet"
    return ReadinessLine("signing key", "ok", made)


def _check_machine(
    resolved: EffectiveSettings,
    ignored: IgnoredFile | None,
    opened: Callable[[], AbstractContextManager[Workspace]],
) -> Iterator[ReadinessLine]:
    settings = resolved.settings
    try:
        read_policy(settings.policy)
        yield ReadinessLine("policy", "ok", str(settings.policy or "as declared by the checks"))
    except DuediligenceError as error:
        yield ReadinessLine("policy", "problem", error.message)
    yield from _check_extensions(settings)
    if ignored and ignored.deciding:
        yield ReadinessLine(
            "settings", "problem", f"{ignored.path} holds {ignored.deciding}: move it"
        )
    proxies = [name for name in ("HTTPS_PROXY", "https_proxy") if os.environ.get(name)]
    yield ReadinessLine("proxy", "ok", f"taken from {proxies[0]}" if proxies else "none set")
    for one in check_storage(settings.home):
        yield ReadinessLine(one.what, "warning" if one.what != "damage" else "broken", one.detail)
    try:
        with opened() as ws:
            statuses(ws)  # opens the home
            users, restored, backup = (
                _describe_own_role(ws),
                _describe_last_restoration(ws),
                _check_last_backup(ws),
            )
    except DuediligenceError as error:
        yield ReadinessLine("home", "broken", Hint(f"{error.message}. ", error.hint))
        return
    yield ReadinessLine("home", "ok", f"{settings.home} can be written")
    with storing(settings.home):
        for one in check_exposure(resolved):
            yield ReadinessLine(one.what, "ok" if one.safe else "warning", one.detail)
    if restored:
        yield ReadinessLine("restored", "ok", restored)
    yield backup
    yield ReadinessLine("users", "ok", users)
    free = shutil.disk_usage(_find_existing_parent(settings.home)).free
    enough = free > LEAST_FREE_BYTES
    yield ReadinessLine("space", "ok" if enough else "problem", f"{free / 1e9:.1f} GB free")


def _check_extensions(settings: Settings) -> Iterator[ReadinessLine]:
    """Yield each extension with the distribution that it comes with, and those not allowed."""
    try:
        for used in find_extensions(settings.extensions):
            what = f"extension {used.extension.name}"
            yield ReadinessLine(what, "ok", f"{used.distribution} {used.version}")
    except DuediligenceError as error:
        yield ReadinessLine("extensions", "problem", Hint(f"{error.message}. ", error.hint))
    for what, distribution, version in list_ignored_extensions(settings.extensions):
        yield ReadinessLine(
            what,
            "not in use",
            f"{distribution} {version} is installed, and not allowed. To use it, name "
            f"{distribution} in the setting extensions",
        )


def _check_missing_extensions(ws: Workspace) -> Iterator[ReadinessLine]:
    """Yield the extensions of which the home has records, and that are not in use."""
    there = {one.name for one in ws.extensions}
    for owner, rows in ws.casework.owned_rows().items():
        if owner not in there:
            yield ReadinessLine(
                f"extension {owner}",
                "not in use",
                f"{count(rows, 'record')} of it are kept here, and it is not installed: retention, "
                "removal of suppliers and subject access are refused, and nothing of them is "
                "compared, counted or shown",
            )
    for name in ws.list_missing_extensions():
        yield ReadinessLine(
            f"extension {name}",
            "not in use",
            "files of it were loaded here, and it is not installed: they are neither asked nor "
            "verified",
        )


def _check_last_backup(ws: Workspace) -> ReadinessLine:
    """Return when the last backup was made. None is no reason for a run to be incomplete."""
    record = _find_last_record(ws, "backup made")
    if record is None:
        none = Hint("none was made: ", Step("make-backup"))
        return ReadinessLine("backup", "not in use", none)
    return ReadinessLine("backup", "ok", f"the last was made on {day(record.event.at)}")


def _describe_last_restoration(ws: Workspace) -> str:
    """From which backup this home was last restored, and the id of that; empty where it was not."""
    record = _find_last_record(ws, "restored")
    if record is None:
        return ""
    made = day(datetime.fromisoformat(str(record.event.what.get("backup_made_at"))))
    return f"{day(record.event.at)} from a backup of {made}, restoration {record.event.subject}"


def _find_last_record(ws: Workspace, kind: AuditKind) -> AuditRecord | None:
    return next(reversed(list(ws.audit.records(kind=kind))), None)


def _check_registers(ws: Workspace) -> Iterator[ReadinessLine]:
    """Yield what a run looks at beside the lists. Where there is nothing, no run is incomplete for
    it.
    """
    try:
        online = bool(ws.settings.key_of_companies_house())
        if online:
            ws.settings.address_of_key("companies_house_url")
    except DuediligenceError as error:
        yield ReadinessLine("registers", "problem", error.message)
        return
    if online:
        yield ReadinessLine("register companies-house online", "ok", "a key is set")
    lost = ws.register.lost() if ws.audit.sealed(REGISTERS) else []
    for each in lost:
        again = Step("load-registers", register=each)
        said = Hint("it is missing, which the audit chain says is loaded. Load it again: ", again)
        yield ReadinessLine(f"register {each}", "problem", said)
    loaded = [one for one in register_statuses(ws) if one.version]
    for one in loaded:
        assert one.version
        dated = day(one.version.published or one.version.loaded_at)
        age = "" if one.age_days is None else f", {count(one.age_days, 'day')} old"
        old = f"; {one.reason}" if one.stale else ""
        yield ReadinessLine(f"register {one.register}", "ok", f"file of {dated}{age}{old}")
    if not (loaded or lost or online):
        yield ReadinessLine(
            "registers",
            "not in use",
            Hint(
                "none is set up, so a run looks at lists only, not at directors, owners or "
                "filings. To look at more: set DUEDILIGENCE_COMPANIES_HOUSE_KEY, or ",
                Step("load-registers", register="companies-house"),
            ),
        )


def _check_watchlist(ws: Workspace, status: ListStatus) -> ReadinessLine:
    reason = reason_hint(status)
    detail = Hint(status.state, ": ", reason) if reason else status.state
    index = find_swapped_index(ws, status.list_id)
    if not index and (one := remedy(ws, status)):
        return ReadinessLine(f"list {status.list_id}", "problem", detail, one, status.list_id)
    version = status.version
    # Of a list that an earlier program loaded nothing is recorded before it is searched.
    recorded = version and ws.audit.sealed(CONTENT[0])
    if index or (
        version and recorded and not content_is_recorded(ws, status.list_id, version.version)
    ):
        error = not_as_recorded(ws, status.list_id, index)
        said = Hint(error.message, ". ", error.hint)
        return ReadinessLine(f"list {status.list_id}", "problem", said, list_id=status.list_id)
    if status.version is None:
        unused = "optional, never used"
        return ReadinessLine(f"list {status.list_id}", "not in use", unused, list_id=status.list_id)
    return ReadinessLine(f"list {status.list_id}", "ok", detail, list_id=status.list_id)


def _describe_own_role(ws: Workspace) -> str:
    if not ws.needs_role:
        return f"no roles are set: whoever opens the folder may do everything; you are {ws.who}"
    named = f"{len(ws.settings.users)} named"
    if ws.role is None:
        return f"{named}, but not {ws.who}: you may do nothing"
    return f"{named}; you are {ws.who}: {ws.role}"


def _find_existing_parent(path: Path) -> Path:
    return path if path.exists() else _find_existing_parent(path.parent)

"""Screen the whole register against all lists that are in use."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from duediligence.errors import Hint, NotFound, Step
from duediligence.extensions.whole_register.lookup.layers import DoParts
from duediligence.extensions.whole_register.lookup.plan import ROWS_OF_A_PART, ListUsed, LookupRules
from duediligence.extensions.whole_register.lookup.register_lookup import RegisterLookup
from duediligence.extensions.whole_register.lookup.state import (
    FOUND,
    LAYERS,
    PUBLISHED,
    SCREENINGS,
    RegisterScreening,
    folder_digest,
    last_done,
    publish_screened_matches,
)
from duediligence.extensions.whole_register.lookup.workers import in_processes
from duediligence.extensions.whole_register.versions import open_recorded
from duediligence.fetch.locking import lock_file
from duediligence.matching import DEFAULT_THRESHOLD, Engine
from duediligence.model import ListStatus
from duediligence.model.audit import AuditEvent
from duediligence.progress import SILENT, Progress
from duediligence.screening.access import use_case
from duediligence.screening.lists.statuses import statuses
from duediligence.screening.lookup.list_search import open_lists
from duediligence.screening.run.policy import read_policy
from duediligence.screening.workspace import Workspace
from duediligence.store.seals import Seal
from duediligence.text.wording import count
from duediligence.writing import make_folder, storing

_PATIENCE = 1.0


@dataclass(frozen=True, slots=True)
class ScreenedRegister:
    """A screening of the whole register, and the status of each list as it was searched."""

    screening: RegisterScreening
    lists: tuple[ListStatus, ...]
    unchanged: bool = False

    @property
    def never_loaded(self) -> tuple[ListStatus, ...]:
        """Return lists in use that were not searched, for none of their versions was ever
        loaded.
        """
        return tuple(one for one in self.lists if one.in_use and one.state == "never loaded")

    @property
    def unreadable(self) -> tuple[ListStatus, ...]:
        """Return lists that were not searched, for their index cannot be read."""
        return tuple(
            one for one in self.lists if one.version is None and one.state != "never loaded"
        )

    @property
    def outdated(self) -> tuple[ListStatus, ...]:
        """Return lists that were searched in a version that is too old."""
        return tuple(one for one in self.lists if one.version and one.state == "stale")

    @property
    def complete(self) -> bool:
        """Return whether every list in use was searched in a version that is not too old."""
        return not any(one.blocks_complete_run for one in self.lists)


@use_case("screen", event="register screened")
def screen_register(
    workspace: Workspace,
    *,
    full: bool = False,
    do: DoParts | None = None,
    rows_of_a_part: int = ROWS_OF_A_PART,
    progress: Progress = SILENT,
) -> ScreenedRegister:
    """Look every company, owner and officer up on all lists that are in use.

    Only what changed since the last screening, on either side, is looked up; with `full`, or where
    the rules changed, everybody. One that was stopped goes on where it was. `do` does the parts,
    in processes of this machine if not given. Nobody is alerted: the result is to be asked.

    Raises NotFound where no register or no list is loaded, InUse where another screening is under
    way, Incomplete where some parts could not be done, StorageError, and UsageError where duckdb
    is not installed.
    """
    version = open_recorded(workspace)
    root = version.folder.parent / ".lookup"
    with storing(root):
        make_folder(root)
    with lock_file(root / "lock", patience=_PATIENCE):
        opened, engine = open_lists(workspace, statuses(workspace))
        rules = _build_lookup_rules(workspace, version.folder.name, engine)
        before, recorded = last_done(root), workspace.audit.sealed(SCREENINGS)
        if before and folder_digest(before[0]) != recorded.get(LAYERS):
            workspace.warn(
                "What the last screening of the register left is not what was recorded: everybody "
                "is looked up again"
            )
            before = None
        if before and before[1].rules == rules and not full:
            publish_screened_matches(*before, version.folder, recorded[FOUND])
            return ScreenedRegister(before[1], tuple(opened), unchanged=True)
        lookup = RegisterLookup(
            workspace=workspace,
            version=version,
            root=root,
            rules=rules,
            do=do or in_processes(workspace.settings.workers),
            rows_of_a_part=rows_of_a_part,
            progress=progress,
        )
        done = lookup.run(before, full=full)
        last = last_done(root)
        assert last is not None
        kept = {FOUND: version.folder / PUBLISHED, LAYERS: last[0]}
    workspace.audit.add(
        _build_lookup_event(workspace, done),
        [Seal(SCREENINGS, name, folder_digest(folder)) for name, folder in kept.items()],
    )
    return ScreenedRegister(done, tuple(opened))


def _build_lookup_rules(workspace: Workspace, register: str, engine: Engine) -> LookupRules:
    """Return the lists in use with their thresholds, as `screen` has them."""
    if not engine.lists:
        raise NotFound("No list is loaded", hint=Hint("Load them: ", Step("refresh-lists")))
    settings = workspace.settings
    threshold = settings.threshold or DEFAULT_THRESHOLD
    decided = read_policy(settings.policy, workspace.watchlists).thresholds
    current = workspace.lists.current()
    return LookupRules(
        register,
        {
            list_id: ListUsed(
                current[list_id].version.version,
                engine.index_name(list_id),
                decided.get(list_id, threshold),
            )
            for list_id in sorted(engine.lists)
        },
    )


def _build_lookup_event(workspace: Workspace, done: RegisterScreening) -> AuditEvent:
    return AuditEvent(
        "register screened",
        workspace.now(),
        workspace.who,
        {
            "purpose": "an index to ask",
            **{f"{kind}_rows": count for kind, count in done.rows.items()},
            "changed_subjects": done.changed_subjects,
            "changed_entries": done.changed_entries,
            "lists": tuple(
                f"{list_id} {used.version}" for list_id, used in sorted(done.rules.lists.items())
            ),
            "matches": sum(done.matches.values()),
        },
        subject=done.rules.register,
    )


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

"""The lists as a person sees them: each with its state, what is wrong and what to do about it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from duediligence.contracts import Watchlist
from duediligence.errors import Hint, NotFound, OptionRemark, Step
from duediligence.model import DriftItem, ListStatus, ListVersion
from duediligence.render.output import Line
from duediligence.render.scope import format_untried_lists
from duediligence.render.wording import day
from duediligence.screening.access import use_case
from duediligence.screening.lists import statuses as lists
from duediligence.screening.lists.statuses import (
    RESTRICTED,
    Remedy,
    has_address,
    reason_hint,
    remedy,
)
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.text.wording import count


@dataclass(frozen=True, slots=True)
class ListView:
    """A list: `status` has its facts and state, the rest is words.

    `reason` says why it is not current, and is empty where it is; `age` is the age in days.
    `problem` is one sentence on why results are incomplete, or on its rows that could not be read;
    both may be empty. `drift` says what of its files was not understood or was left out. `remedy`
    is None where the list makes no run incomplete. `is_fetched` says that a refresh finds its files
    by itself, at its publisher or in its own folder; else a person brings them.
    """

    status: ListStatus
    reason: Hint
    publisher: str
    licence: str
    homepage: str
    notes: str
    files: str
    age: str
    problem: str | Hint
    drift: tuple[str, ...]
    remedy: Remedy | None
    is_fetched: bool

    @property
    def in_use(self) -> bool:
        """Return whether it is shown among the lists in use: an optional one only once it was
        loaded.
        """
        return not self.status.optional or self.status.version is not None


@dataclass(frozen=True, slots=True)
class ListsView:
    """All lists, by id, with what is said below them; `to_load` is empty where none is missing,
    `untried` where a real file of each list in use was seen.
    """

    lists: tuple[ListView, ...]
    to_load: str | Hint
    unused: str
    to_use: str | Hint
    untried: str = ""


@use_case("read")
def list_views(workspace: Workspace, only: Iterable[str] = ()) -> ListsView:
    """Return every list (or those in `only`) as it is shown. Raises NotFound for an unknown id."""
    found = tuple(
        _build_list_view(
            workspace.watchlist(status.list_id),
            status,
            remedy(workspace, status),
            workspace.settings.addresses,
        )
        for status in lists.statuses(workspace, only)
    )
    missing = any(one.status.blocks_complete_run for one in found)
    unused = [one.status.list_id for one in found if not one.in_use]
    return ListsView(
        found,
        to_load=Hint("To load them: ", Step("refresh-lists")) if missing else "",
        unused=f"Optional, and not in use: {', '.join(unused)}." if unused else "",
        to_use=Hint("To use one: ", Step("refresh-list")) if unused else "",
        untried=format_untried_lists(one.status for one in found if one.in_use),
    )


def _build_list_view(
    watchlist: Watchlist, status: ListStatus, remedy: Remedy | None, addresses: Iterable[str]
) -> ListView:
    return ListView(
        status=status,
        reason=reason_hint(status),
        publisher=watchlist.publisher,
        licence=watchlist.licence,
        homepage=watchlist.homepage,
        notes=watchlist.notes,
        files=files_of(watchlist),
        age=_format_list_age(status),
        problem=_describe_list_problem(watchlist, status),
        drift=tuple(item.words() for item in status.version.drift) if status.version else (),
        remedy=remedy,
        is_fetched=watchlist.location is not None
        or watchlist.asked
        or has_address(watchlist, addresses),
    )


def _format_list_age(status: ListStatus) -> str:
    """Return the age in days; `unknown` where the list was loaded and nothing says how old it
    is.
    """
    if status.age_days is None:
        return "unknown" if status.version else ""
    return str(status.age_days)


def _describe_list_problem(watchlist: Watchlist, status: ListStatus) -> str | Hint:
    reason = reason_hint(status)
    if status.state == "stale":
        return Hint(OptionRemark(f"{status.list_id} is stale: "), reason, ".")
    if status.version and status.version.not_read:
        return Hint(
            OptionRemark(f"{status.list_id} is current with "),
            f"{count(status.version.not_read, 'row')} not read. Which: ",
            Step("test-list", list=status.list_id),
        )
    if status.state == "never loaded" and not status.optional:
        needs = f". It needs {files_of(watchlist)}."
        never = Hint(OptionRemark(f"{status.list_id} was never loaded: "), reason, needs)
        if watchlist.template:
            step = Step("write-list-template", list=status.list_id)
            return Hint(never, " `", step, "` writes it, empty.")
        return never
    return ""


def files_of(watchlist: Watchlist) -> str:
    """Return the files that a list needs, `*` where names differ: `SDN.CSV, ALT.CSV or SDN.XML`."""
    sets = (
        ", ".join(
            feed.filename.replace("{part}", "*").replace("{page}", "*")
            for feed in feeds
            if not feed.optional
        )
        for feeds in watchlist.feed_sets
    )
    # One file can be at several addresses.
    return " or ".join(dict.fromkeys(sets))


def ask_list_comparison(watchlist: Watchlist, status: ListStatus) -> str:
    """Return what a person says who confirms a list that is kept by hand, as a question."""
    entries = status.version.entries if status.version else 0
    names = (
        f"name just the {count(entries, 'entry', 'entries')} loaded" if entries else "name nobody"
    )
    return f"Have you read {watchlist.homepage} today, and does it {names}?"


def describe_list_comparison(watchlist: Watchlist, version: ListVersion) -> str:
    """Return what was recorded of a person who compared a list that is kept by hand with its
    page.
    """
    assert version.stated_at
    entries = count(version.entries, "entry", "entries")
    finding = f"it names the {entries} loaded" if version.entries else "it names nobody"
    return (
        f"{watchlist.id}: recorded that you read {watchlist.homepage} on "
        f"{day(version.stated_at)} and that {finding}."
    )


def not_in_use(list_id: str) -> NotFound:
    """Return the error about a list that cannot be dropped."""
    return NotFound(
        f"{list_id} is not in use",
        hint=Hint("To see those that are: ", Step("show-list-status")),
    )


def unused_now(list_id: str, watchlist: Watchlist | None, settings: Settings) -> Iterator[Line]:
    """Yield what came of dropping a list; `watchlist` is None where nothing describes it any
    more.
    """
    yield Line(f"{list_id} is no longer in use.")
    if watchlist is not None and watchlist.reading:
        yield Line(
            f"Its description is still in {settings.local_registers_folder}: delete it there too, "
            "or the next refresh loads the register, and every run until then is incomplete.",
            "warning",
        )
    elif watchlist is not None and not watchlist.optional:
        yield Line(
            "It is not optional: until it is loaded again, every run is incomplete.", "warning"
        )


def drift_words(item: DriftItem) -> str:
    """Return an item of a list's drift as it is shown: what was met but once needs no number."""
    if item.kind == "left out" and item.what == RESTRICTED:
        return f"{item.words()}, because the setting store_restricted is off"
    told = item.about if item.kind == "note" else f"{item.label}: {item.about}"
    return told if item.count == 1 else f"{told} ({item.count})"


def build_list_document(status: ListStatus) -> dict[str, object]:
    """Return a list for programs: the same fields whether it was ever loaded or not."""
    version = status.version
    return {
        "id": status.list_id,
        "title": status.title,
        "state": status.state,
        "reason": status.reason,
        "optional": status.optional,
        "untried": status.untried,
        "entries": version.entries if version else 0,
        "names": version.names if version else 0,
        "version": version.version if version else None,
        "published": version.published if version else None,
        "age_days": status.age_days,
        "age_source": status.age_source,
        "retrieved_at": version.retrieved_at if version else None,
        "checked_at": version.checked_at if version else None,
        "sha256": version.sha256 if version else None,
        "origin": version.origin if version else None,
        "not_read": version.not_read if version else 0,
        "drift": tuple(item.words() for item in version.drift) if version else (),
        "accepted": version.accepted if version else (),
        "accepted_loss": version.accepted_loss if version else None,
        "stated_at": version.stated_at if version else None,
        "page_changed_at": version.page_changed_at if version else None,
    }

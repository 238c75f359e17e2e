"""Screen from Python: what `duediligence.Screener` and `duediligence.read_suppliers` are."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from duediligence import registry
from duediligence.contracts import Expect, Feed, Watchlist
from duediligence.delivery.flag_files import flags_of
from duediligence.errors import UsageError
from duediligence.matching import PreparedName, prepare
from duediligence.matching import compare as compare_names
from duediligence.model import Finding, Kind, ListEntry, Match, Person, Run, Scope, Supplier
from duediligence.render.flags import COLUMNS, format_flag_rows
from duediligence.screening.contact_keys import passing_hasher
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.run.screen import check as check_name
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.suppliers.facts import SupplierFacts
from duediligence.suppliers.importing import Import, read_records
from duediligence.suppliers.importing import read_suppliers as read_file
from duediligence.suppliers.rows import read_facts

Lists = str | os.PathLike[str] | Mapping[str, Iterable[ListEntry]]
_NO_LIMITS = Expect(entries=(0, 100_000_000), names=(0.0, 1e9), weekly_loss=1.0)


class _Pandas(Protocol):
    def to_dict(self, orient: Any, /) -> Any: ...


class _Polars(Protocol):
    def to_dicts(self) -> list[dict[str, Any]]: ...


Records = Iterable[Mapping[str, object]] | _Pandas | _Polars


@dataclass(frozen=True, slots=True)
class Result:
    """What a screening came to.

    Nothing is clear unless `complete`: all that was expected was checked. `scope` says which
    registers were asked, and what this set-up never looks at; `run.lists` which lists were.
    """

    run: Run
    suppliers: tuple[Supplier, ...] = ()

    @property
    def complete(self) -> bool:
        """Return whether all that is in scope was checked."""
        return self.run.complete

    @property
    def scope(self) -> Scope | None:
        """Return the registers that were asked, and what the set-up never looks at."""
        return self.run.scope

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return every finding that may leave this computer: not those of restricted records."""
        return tuple(one for one in self.run.findings if one.handling != "restricted")

    def rows(self) -> list[dict[str, str]]:
        """Return the rows of the flags file, each by column: see `docs/officer/flags-file.md`.

        They name the people that a flag is about. What was not checked has its own rows, and the
        last row states the scope, so that no row is not the same as clear.
        """
        rows = format_flag_rows(flags_of(self.run, {one.ref: one for one in self.suppliers}))
        return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


class Screener:
    """Screens suppliers against the lists of a home, or against lists that are handed in.

        with Screener() as screener:
            result = screener.check("Bright Sands Home Care Ltd", number="99001234")

    `home` is the folder that the command line keeps its data in, with settings from its file, the
    environment and `settings` (by name: `threshold=0.8`). With `lists` there is no home, and no
    other list counts: a folder of files as publishers name them (as `lists refresh --from`), or
    the entries of each list by its id. `as_of` is the day of files that carry none. Nothing about
    suppliers is stored unless `store`.

    Raises UsageError for settings or lists that cannot be used, SourceError for a list that
    cannot be read, StorageError.
    """

    def __init__(
        self,
        home: str | os.PathLike[str] | None = None,
        *,
        lists: Lists | None = None,
        as_of: date | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        **settings: Any,
    ) -> None:
        if home is not None and lists is not None:
            raise UsageError("give a home or lists, not both")
        self._opened = ExitStack()
        self._in_memory = lists is not None
        with ExitStack() as failed:
            failed.callback(self.close)
            if lists is None:
                flags = {**settings, "home": Path(home).absolute() if home is not None else None}
                self._workspace = self._opened.enter_context(
                    Workspace(_load_screener_settings(flags), now)
                )
            else:
                folder = Path(self._opened.enter_context(TemporaryDirectory("-duediligence")))
                made = Settings(home=folder / "home", **settings)
                self._workspace = self._opened.enter_context(Workspace(made, now, only={}))
                _load_screener_lists(self._workspace, lists, folder / "files", as_of)
            failed.pop_all()

    def check(
        self,
        name: str,
        *,
        kind: Kind = "unknown",
        number: str = "",
        charity: str = "",
        postcode: str = "",
        people: Sequence[str | Person] = (),
        store: bool = False,
    ) -> Result:
        """Check one supplier and the people behind it.

        `people` are Persons, or texts such as `"Jo Invented,1968-03"`. With `store` it is kept in
        the home as a check, which changes no count of the suppliers. Raises UsageError for a
        name or number that cannot be used, else as `screen`.
        """
        named = tuple(one for one in people if isinstance(one, str))
        supplier = read_facts(
            SupplierFacts(
                name=name, number=number, charity=charity, postcode=postcode, people=named
            )
        )
        typed = tuple(one for one in people if isinstance(one, Person))
        supplier = replace(supplier, people=(*supplier.people, *typed))
        if not store:
            return self._screen(Screened([supplier], kind=kind), store=False)
        self._refuse_in_memory()
        with check_name(self._workspace, supplier, kind=kind, keep=True) as run:
            return Result(run, tuple(self._workspace.screened.suppliers(run.id)))

    def screen(self, suppliers: Import | Iterable[Supplier], *, store: bool = False) -> Result:
        """Screen suppliers, as `read_suppliers` gives them, or made one by one.

        Rows that could not be read are findings of the result, which is incomplete then. With
        `store` the run is kept in the home, as `duediligence screen` does. Raises UsageError where
        the user's role does not cover it, StorageError.
        """
        if isinstance(suppliers, Import):
            screened = Screened(
                suppliers.suppliers, suppliers.file, suppliers.sha256, suppliers.not_read
            )
        else:
            screened = Screened(tuple(suppliers))
        return self._screen(screened, store=store)

    def close(self) -> None:
        """Close what is open; lists that were handed in are gone."""
        self._opened.close()

    def __enter__(self) -> "Screener":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _refuse_in_memory(self) -> None:
        if self._in_memory:
            raise UsageError("a run is stored in a home", hint="Make a Screener(home=…) for that.")

    def _screen(self, screened: Screened, *, store: bool) -> Result:
        if store:
            self._refuse_in_memory()
        run = screen(self._workspace, screened, store=store)
        return Result(run, tuple(screened.suppliers))


def read_suppliers(
    source: str | os.PathLike[str] | Records,
    *,
    mapping: Mapping[str, str] | None = None,
    sheet: str = "",
) -> Import:
    """Read suppliers: from a spreadsheet by its path, from records, or from a data frame.

    Records are mappings of headings to values; a data frame is anything with `to_dicts()` (as
    Polars) or `to_dict("records")` (as pandas). `mapping` names the headings of fields where
    guessing is not enough, `sheet` the sheet of a workbook: see `docs/officer/supplier-file.md`.
    The result has `suppliers`, `rejects` and `notes`. What it has of phone numbers, e-mail domains
    and bank accounts are hashes that agree within this process alone. Raises UsageError for what
    cannot be used.
    """
    if isinstance(source, str | os.PathLike):
        return read_file(
            Path(source), mapping=mapping, sheet=sheet, contact_key=passing_hasher().key
        )
    if hasattr(source, "to_dicts"):
        records: Iterable[Mapping[str, object]] = source.to_dicts()
    elif hasattr(source, "to_dict"):
        records = source.to_dict("records")
    else:
        records = source
    return read_records(records, mapping=mapping, contact_key=passing_hasher().key)


def compare(query: str | PreparedName, listed: str | PreparedName) -> Match:
    """Compare two names, and nothing but the names: `Match.score` is 0.0 … 1.0."""
    prepared = [prepare(name) if isinstance(name, str) else name for name in (query, listed)]
    return compare_names(*prepared)


def _load_screener_settings(flags: Mapping[str, Any]) -> Settings:
    from platformdirs import user_config_path, user_data_path

    from duediligence.settings import load_settings

    return load_settings(
        flags,
        os.environ,
        user_folder=user_config_path("duediligence"),
        default_home=user_data_path("duediligence"),
    ).settings


def _load_screener_lists(
    workspace: Workspace, lists: Lists, folder: Path, as_of: date | None
) -> None:
    """Load the lists that were handed in. One that cannot be read stops it: none is left out."""
    known = registry.find_watchlists()
    if isinstance(lists, Mapping):
        workspace.only = {
            i: _build_given_watchlist(known.get(i), i, entries, folder)
            for i, entries in lists.items()
        }
        as_of = as_of or workspace.now().date()
    else:
        folder = Path(lists)
        if not folder.is_dir():
            raise UsageError(
                f"{folder} is not a folder", hint="Give the folder of the lists' files."
            )
        workspace.only = known
    loaded = {}
    for ended in refresh(workspace, folder=folder, terms=RefreshTerms(as_of=as_of)):
        if ended.error and ended.result == "failed":
            raise ended.error
        if ended.result == "loaded":
            loaded[ended.list_id] = workspace.watchlist(ended.list_id)
    if not loaded:
        raise UsageError(
            f"{folder} holds no list" if not isinstance(lists, Mapping) else "lists is empty",
            hint="See docs/reference/lists.md for the names of each list's files.",
        )
    # A fresh view: what is known was looked up while loading.
    workspace.only = loaded
    workspace.__dict__.pop("watchlists", None)


def _build_given_watchlist(
    known: Watchlist | None, list_id: str, entries: Iterable[ListEntry], folder: Path
) -> Watchlist:
    """Return a list of these entries: one of the publishers' by its id, else one of the caller's
    own.
    """
    import msgspec

    held = [replace(entry, list_id=list_id) for entry in entries]
    (folder / list_id).mkdir(parents=True)
    (folder / list_id / "entries.json").write_bytes(msgspec.json.encode(held))
    feeds = (Feed("entries.json"),)
    if known:
        return replace(
            known, feeds=feeds, alternates=(), folder=list_id, expect=_NO_LIMITS,
            parse=lambda _: iter(held), published=lambda _: None, by_hand=None,
        )  # fmt: skip
    return Watchlist(
        parse=lambda _: iter(held), id=list_id, title=list_id, publisher="handed in", licence="",
        topic="enforcement", homepage="", feeds=feeds, max_age=timedelta(days=1),
        expect=_NO_LIMITS, known_from="code that reads it",
    )  # fmt: skip

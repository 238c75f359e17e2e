"""`lists`: refresh, status, confirm."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.asking import is_terminal
from duediligence.cli.globals import (
    JsonOption,
    note,
    progress,
    say,
    say_json,
    warn,
    workspace,
)
from duediligence.errors import Hint, NotFound, Step, UsageError
from duediligence.text.wording import count

if TYPE_CHECKING:
    from duediligence.model import ListStatus
    from duediligence.screening.lists.loading import Terms
    from duediligence.screening.lists.recognition import Recognition
    from duediligence.screening.lists.refresh import Refreshed
    from duediligence.screening.workspace import Workspace


app = typer.Typer(help="The lists that suppliers are screened against.", no_args_is_help=True)


@app.command()
def refresh(
    ids: Annotated[
        list[str] | None, typer.Argument(help="Lists to refresh. Default: those in use.")
    ] = None,
    from_: Annotated[
        Path | None,
        typer.Option("--from", metavar="DIR", help="Read the files from this folder instead."),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="YYYY-MM-DD",
            help="Day the --from files were published, if they carry no date.",
        ),
    ] = None,
    accept_shrink: Annotated[
        bool,
        typer.Option("--accept-shrink", help="Accept a list that lost more than usual."),
    ] = False,
    accept_format: Annotated[
        bool,
        typer.Option("--accept-format", help="Accept headings and tags that are not read."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Load the newest lists, from their publishers or from a folder of files.

    A list that fails keeps the version it had, is marked stale, and makes the command exit 3.
    An optional list comes into use when it is first named, or found in the folder. A file in the
    folder that has another name than it should is recognised by what it holds. `lists guide` says
    what to download. If it is stopped (Ctrl-C), each list that was done stays.

    Examples:

        duediligence lists refresh

        duediligence lists refresh cqc fhrs

        duediligence lists refresh uk-sanctions --from ~/Downloads

        duediligence lists refresh ofac-sdn --from ~/Downloads --as-of 2026-11-20

        duediligence lists refresh un --accept-shrink
    """
    from duediligence.cli.lists_shown import files_of, sum_up, tell, tell_brought, tell_missing
    from duediligence.screening.lists.refresh import refresh as refresh_lists
    from duediligence.screening.lists.statuses import statuses

    if from_ is not None and not from_.is_dir():
        raise UsageError(f"{from_} is not a folder", hint="Name the folder that holds the files.")
    ids = ids or []
    terms = _terms(ids, from_, as_of, accept_shrink=accept_shrink, accept_format=accept_format)
    with workspace() as ws:
        brought = _recognised(ws, from_)
        if not as_json:
            tell_brought(brought, ids)
        ended = []
        for one in refresh_lists(
            ws, ids, folder=from_, brought=brought, terms=terms, progress=progress()
        ):
            ended.append(one)
            if not as_json:
                tell(ws, one, named=one.list_id in ids, folder=from_)
        elsewhere = sum(one.result == "absent" for one in ended)
        if from_ is not None and not ids and elsewhere < len(ended) and not as_json:
            tell_missing(ws, ended, from_)
        wanted = {one.list_id: files_of(ws.watchlist(one.list_id)) for one in ended}
        loaded = [one.list_id for one in ended if one.version]
        stale = [s for s in statuses(ws, loaded) if s.state == "stale"] if loaded else []
    if as_json:
        say_json([_refreshed(one, brought) for one in ended])
    told = {one.list_id for one in ended if one.result == "failed"}
    also = [status for status in stale if status.list_id not in told or as_json]
    for status in also:
        warn(f"Warning: {status.list_id} is stale: {status.reason}.")
    if not as_json:
        sum_up(ended, [status.list_id for status in also])
    missing = [one.list_id for one in ended if one.result == "absent" and one.list_id in ids]
    if from_ is not None and not ids and elsewhere == len(ended):
        raise UsageError(
            f"{from_} holds no file of any list",
            hint="Name the list to see which files it needs: "
            "duediligence lists refresh ID --from DIR",
        )
    if missing and from_ is not None:
        raise UsageError(
            f"no file of {', '.join(missing)} is in {from_}",
            hint="\n".join(f"{one} needs {wanted[one]}." for one in missing),
        )
    if missing or any(one.result == "failed" for one in ended):
        raise typer.Exit(3)


def _terms(
    ids: list[str],
    folder: Path | None,
    as_of: datetime | None,
    *,
    accept_shrink: bool,
    accept_format: bool,
) -> "Terms":
    """What a person says of the lists. Raises UsageError where it is not said of named lists."""
    from duediligence.screening.lists.loading import Terms

    if (as_of or accept_shrink or accept_format) and not ids:
        raise UsageError(
            "--as-of, --accept-shrink and --accept-format need the ID of a list",
            hint="Name the list that you compared with its publisher.",
        )
    if as_of and folder is None:
        raise UsageError(
            "--as-of needs --from", hint="A downloaded list has the age of its download."
        )
    if as_of and as_of.date() > datetime.now(UTC).date():
        raise UsageError(f"--as-of {as_of:%Y-%m-%d} is in the future", hint="Correct the day.")
    return Terms(
        as_of=as_of.date() if as_of else None,
        accept_shrink=accept_shrink,
        accept_format=accept_format,
    )


def _recognised(ws: "Workspace", folder: Path | None) -> "Recognition":
    """What the files of the folder are; of no folder nothing."""
    from importlib.resources import as_file, files

    from duediligence.screening.lists.recognition import Recognition, recognise

    if folder is None:
        return Recognition()
    with as_file(files("duediligence.demo") / "lists") as samples:
        return recognise(ws, folder, samples=samples)


def _refreshed(one: "Refreshed", brought: "Recognition") -> dict[str, object]:
    return {
        "id": one.list_id,
        "result": one.result,
        "version": one.version.version if one.version else None,
        "entries": one.version.entries if one.version else None,
        "entries_before": one.previous.entries if one.previous else None,
        "error": one.error.message if one.error else None,
        "read_as": {name: path.name for name, path in brought.renamed(one.list_id).items()},
    }


@app.command()
def guide(
    ids: Annotated[
        list[str] | None, typer.Argument(help="Lists to explain. Default: those in use.")
    ] = None,
    out: Annotated[
        Path, typer.Option(metavar="PAGE", help="The page to write: an .html file.")
    ] = Path("lists-to-download.html"),
) -> None:
    """Write a page that says which files to download by hand, for a machine without internet.

    For each list it has the address, what to select there, the name to save it under, about how
    large it must be, and how old it may be. Then: lists refresh --from FOLDER.

    Examples:

        duediligence lists guide

        duediligence lists guide uk-sanctions cqc --out to-download.html
    """
    from duediligence.render.guide_page import render
    from duediligence.screening.lists.guide import guide as guide_lists
    from duediligence.writing import write_text

    if out.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"{out}: the page is HTML, and its name must end in .html")
    with workspace() as ws:
        lists = guide_lists(ws, ids or ())
        write_text(out, render(lists, ws.now()))
    say(f"Wrote {out}: {count(len(lists), 'list')}.")
    note(
        "Open it on a machine with internet, save the files into one folder, bring that here, and:"
    )
    note("duediligence lists refresh --from FOLDER")


@app.command()
def status(as_json: JsonOption = False) -> None:
    """Show each list in use: its version, entries, publisher's date, age and state.

    Optional lists that are not in use are named below; --json has all lists.

    Examples:

        duediligence lists status

        duediligence lists status --json
    """
    from duediligence.cli.lists_shown import files_of
    from duediligence.screening.lists.statuses import statuses

    with workspace() as ws:
        found = statuses(ws)
    if as_json:
        say_json([_status(one) for one in found])
        return
    from duediligence.cli.globals import table

    unused = [one for one in found if one.optional and not one.version]
    table(
        ["list", "state", "entries", "published", "age (days)", "version"],
        [
            [
                one.list_id,
                one.state,
                f"{one.version.entries:,}" if one.version else "",
                str(one.version.published or "") if one.version else "",
                _age(one),
                one.version.version if one.version else "",
            ]
            for one in found
            if one not in unused
        ],
    )
    for one in found:
        if one.state == "stale":
            say(f"{one.list_id} is stale: {one.reason}.")
        elif one.version and one.version.not_read:
            say(
                f"{one.list_id} is current with {count(one.version.not_read, 'row')} not read. "
                f"Which: duediligence lists test {one.list_id}"
            )
        elif one.state == "never loaded" and not one.optional:
            watchlist = ws.watchlist(one.list_id)
            by_hand = f" `duediligence lists template {one.list_id}` writes it, empty."
            say(
                f"{one.list_id} was never loaded: {one.reason}. It needs {files_of(watchlist)}."
                + (by_hand if watchlist.template else "")
            )
    if any(one.blocks_complete_run for one in found):
        note("To load them: duediligence lists refresh (offline, with --from FOLDER)")
    if unused:
        say(f"Optional, and not in use: {', '.join(one.list_id for one in unused)}.")
        note("To use one: duediligence lists refresh ID")


def _age(one: "ListStatus") -> str:
    """The age in days; `unknown` where the list was loaded and nothing says how old it is."""
    if one.age_days is None:
        return "unknown" if one.version else ""
    return str(one.age_days)


def _status(one: "ListStatus") -> dict[str, object]:
    version = one.version
    return {
        "id": one.list_id,
        "title": one.title,
        "state": one.state,
        "reason": one.reason,
        "optional": one.optional,
        "entries": version.entries if version else 0,
        "names": version.names if version else 0,
        "version": version.version if version else None,
        "published": version.published if version else None,
        "age_days": one.age_days,
        "age_source": one.age_source,
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


@app.command()
def drop(
    list_id: Annotated[str, typer.Argument(metavar="ID", help="The list, by its id.")],
) -> None:
    """Stop using a list: an optional one you no longer want, or a register that is gone.

    Runs that used it keep their findings. A list that is not optional is then missing, and makes
    every run incomplete.

    Examples:

        duediligence lists drop opensanctions
    """
    from duediligence.screening.lists.refresh import drop as drop_list

    with workspace() as ws:
        if not drop_list(ws, list_id):
            raise NotFound(
                f"{list_id} is not in use",
                hint=Hint("To see those that are: ", Step("show-list-status")),
            )
        one = ws.watchlists.get(list_id)
        described = ws.settings.local_registers_folder
    say(f"{list_id} is no longer in use.")
    if one is not None and one.reading:
        warn(
            f"Its description is still in {described}: delete it there too, or the next refresh "
            "loads the register, and every run until then is incomplete."
        )
    elif one is not None and not one.optional:
        warn("It is not optional: until it is loaded again, every run is incomplete.")


@app.command()
def confirm(
    list_id: Annotated[
        str, typer.Argument(metavar="ID", help="A list kept by hand: `uk-debarment`.")
    ],
    yes: Annotated[
        bool,
        typer.Option(
            "--yes", help="Do not ask for confirmation; without a terminal, nothing is asked."
        ),
    ] = False,
) -> None:
    """Record that you compared a list that is kept by hand with its official page today.

    If nothing is loaded, this records that the page names nobody, and loads the list empty.
    The audit chain records your account and the time.

    Examples:

        duediligence lists confirm uk-debarment
    """
    from duediligence.render.wording import day
    from duediligence.screening.lists.refresh import confirm as confirm_list
    from duediligence.screening.lists.statuses import statuses

    with workspace() as ws:
        watchlist = ws.watchlist(list_id)
        if watchlist.by_hand and not yes and is_terminal():
            (loaded,) = statuses(ws, [list_id])
            _ask(watchlist.homepage, loaded.version.entries if loaded.version else 0)
        version = confirm_list(ws, list_id)
    assert version.stated_at
    entries = count(version.entries, "entry", "entries")
    finding = f"it names the {entries} loaded" if version.entries else "it names nobody"
    say(
        f"{list_id}: recorded that you read {watchlist.homepage} on {day(version.stated_at)} and "
        f"that {finding}."
    )
    if not version.entries:
        note(
            f"If the page names a supplier: duediligence lists template {list_id}, fill it in, "
            f"then duediligence lists refresh {list_id} --from DIR"
        )


def _ask(page: str, entries: int) -> None:
    """Ask whether the page was read: what is recorded here is a person's word."""

    held = (
        f"name just the {count(entries, 'entry', 'entries')} loaded" if entries else "name nobody"
    )
    if not typer.confirm(f"Have you read {page} today, and does it {held}?"):
        note("Nothing was recorded.")
        raise typer.Exit(2)


@app.command()
def template(
    name: Annotated[str, typer.Argument(help="A list kept by hand: `debarment`.")],
    out: Annotated[Path | None, typer.Option(help="File to write; printed if not given.")] = None,
) -> None:
    """Write the empty file of a list that is kept by hand.

    Examples:

        duediligence lists template debarment > debarment.csv

        duediligence lists template debarment --out lists/uk-debarment/debarment.csv
    """
    from duediligence import registry
    from duediligence.writing import make_folder, write_text

    kept_by_hand = {i: w for i, w in registry.watchlists().items() if w.template}
    watchlist = kept_by_hand.get(name) or kept_by_hand.get(f"uk-{name}")
    if watchlist is None:
        raise UsageError(
            f"there is no template for {name!r}",
            hint=f"Lists kept by hand: {', '.join(kept_by_hand)}.",
        )
    if out is None:
        typer.echo(watchlist.template, nl=False)
        return
    if out.exists():
        raise UsageError(f"{out} already exists", hint="Name another file; nothing was written.")
    try:
        make_folder(out.parent)
        write_text(out, watchlist.template)
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}") from error
    note(f"Wrote {out}. Fill it in, then: duediligence lists refresh {watchlist.id} --from DIR")

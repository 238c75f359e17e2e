"""`lists`: refresh, status, confirm."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.asking import ask_at_terminal, is_terminal
from duediligence.cli.globals import (
    JsonOption,
    note,
    print_line,
    progress,
    say,
    say_json,
    warn,
    worded,
    workspace,
)
from duediligence.errors import UsageError
from duediligence.text.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from duediligence.render.output import Line
    from duediligence.screening.lists.loading import RefreshTerms
    from duediligence.screening.lists.recognition import Recognition
    from duediligence.screening.lists.shown import ListView
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
        typer.Option(
            "--accept-format", help="Accept headings that are not read, and names that are gone."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Load the newest lists, from publishers or from a folder.

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
    from duediligence.screening.lists import refresh_report
    from duediligence.screening.lists.refresh import refresh as refresh_lists
    from duediligence.screening.lists.shown import files_of
    from duediligence.screening.lists.statuses import reason_hint, statuses

    if from_ is not None and not from_.is_dir():
        raise UsageError(f"{from_} is not a folder", hint="Name the folder that holds the files.")
    ids = ids or []
    terms = _build_refresh_terms(
        ids, from_, as_of, accept_shrink=accept_shrink, accept_format=accept_format
    )
    with workspace() as ws:
        brought = _recognise_folder(ws, from_)
        if not as_json:
            _print_lines(refresh_report.report_recognised_files(brought, ids))
        ended = []
        for one in refresh_lists(
            ws, ids, folder=from_, brought=brought, terms=terms, progress=progress()
        ):
            ended.append(one)
            if not as_json:
                watchlist = ws.watchlist(one.list_id)
                named = one.list_id in ids
                _print_lines(
                    refresh_report.report_refresh_result(watchlist, one, named=named, folder=from_)
                )
        elsewhere = sum(one.result == "absent" for one in ended)
        if from_ is not None and not ids and elsewhere < len(ended) and not as_json:
            _print_lines(refresh_report.missing(ws, ended, from_))
        wanted = {one.list_id: files_of(ws.watchlist(one.list_id)) for one in ended}
        loaded = [one.list_id for one in ended if one.version]
        stale = [s for s in statuses(ws, loaded) if s.state == "stale"] if loaded else []
    if as_json:
        say_json([refresh_report.build_refresh_document(one, brought) for one in ended])
    told = {one.list_id for one in ended if one.result == "failed"}
    also = [status for status in stale if status.list_id not in told or as_json]
    for status in also:
        warn(f"Warning: {status.list_id} is stale: {worded(reason_hint(status))}.")
    if not as_json:
        _print_lines(refresh_report.summarise_refresh(ended, [status.list_id for status in also]))
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


def _print_lines(lines: "Iterable[Line]") -> None:
    for line in lines:
        print_line(line)


def _build_refresh_terms(
    ids: list[str],
    folder: Path | None,
    as_of: datetime | None,
    *,
    accept_shrink: bool,
    accept_format: bool,
) -> "RefreshTerms":
    """Return what a person says of the lists. Raises UsageError where it is not said of named
    lists.
    """
    from duediligence.screening.lists.loading import RefreshTerms

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
    return RefreshTerms(
        as_of=as_of.date() if as_of else None,
        accept_shrink=accept_shrink,
        accept_format=accept_format,
    )


def _recognise_folder(ws: "Workspace", folder: Path | None) -> "Recognition":
    """Return what the files of the folder are; of no folder nothing."""
    from importlib.resources import as_file, files

    from duediligence.screening.lists.recognition import Recognition, recognise

    if folder is None:
        return Recognition()
    with as_file(files("duediligence.demo") / "lists") as samples:
        return recognise(ws, folder, samples=samples)


@app.command()
def guide(
    out: Annotated[Path, typer.Option(metavar="PAGE", help="The page to write: an .html file.")],
    ids: Annotated[
        list[str] | None, typer.Argument(help="Lists to explain. Default: those in use.")
    ] = None,
) -> None:
    """Write a page that says which files to download by hand.

    It is for a machine without internet. For each list it has the address, what to select there,
    the name to save it under, about how large it must be, and how old it may be. Then: lists
    refresh --from FOLDER.

    Examples:

        duediligence lists guide --out to-download.html

        duediligence lists guide uk-sanctions cqc --out to-download.html
    """
    from duediligence.render.guide_page import render_guide_page
    from duediligence.screening.lists.guide import guide as guide_lists
    from duediligence.writing import write_text

    if out.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"{out}: the page is HTML, and its name must end in .html")
    with workspace() as ws:
        lists = guide_lists(ws, ids or ())
        write_text(out, render_guide_page(lists, ws.now(), commands=True))
    say(f"Wrote {out}: {count(len(lists), 'list')}.")
    note(
        "Open it on a machine with internet, save the files into one folder, bring that here, and:"
    )
    note("duediligence lists refresh --from FOLDER")


@app.command()
def status(as_json: JsonOption = False) -> None:
    """Show each list in use, how old it is and whether it is current.

    Optional lists that are not in use are named below; --json has all lists.

    Examples:

        duediligence lists status

        duediligence lists status --json
    """
    from duediligence.screening.lists.shown import build_list_document, list_views

    with workspace() as ws:
        found = list_views(ws)
    if as_json:
        say_json([build_list_document(one.status) for one in found.lists])
        return
    from duediligence.cli.globals import table

    table(
        ["list", "state", "entries", "published", "age (days)", "version"],
        [_format_list_row(one) for one in found.lists if one.in_use],
    )
    for one in found.lists:
        if one.problem:
            say(worded(one.problem))
    if found.untried:
        say(found.untried)
    if found.to_load:
        note(f"{worded(found.to_load)} (offline, with --from FOLDER)")
    if found.unused:
        say(found.unused)
        note(worded(found.to_use))


def _format_list_row(one: "ListView") -> list[str]:
    version = one.status.version
    return [
        one.status.list_id,
        one.status.state,
        f"{version.entries:,}" if version else "",
        str(version.published or "") if version else "",
        one.age,
        version.version if version else "",
    ]


@app.command()
def drop(
    list_id: Annotated[str, typer.Argument(metavar="ID", help="The list, by its id.")],
) -> None:
    """Stop using a list.

    Use it for an optional list that you no longer want, or a register that is gone. Runs that used
    it keep their findings. A list that is not optional is then missing, and makes every run
    incomplete.

    Examples:

        duediligence lists drop opensanctions
    """
    from duediligence.screening.lists.refresh import drop as drop_list
    from duediligence.screening.lists.shown import not_in_use, unused_now

    with workspace() as ws:
        if not drop_list(ws, list_id):
            raise not_in_use(list_id)
        _print_lines(unused_now(list_id, ws.watchlists.get(list_id), ws.settings))


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
    """Record that you compared a list that is kept by hand.

    You compared it today with its official page. If nothing is loaded, this records that the page
    names nobody, and loads the list empty. The audit chain records your account and the time.

    Examples:

        duediligence lists confirm uk-debarment
    """
    from duediligence.screening.lists.refresh import confirm as confirm_list
    from duediligence.screening.lists.shown import ask_list_comparison, describe_list_comparison
    from duediligence.screening.lists.statuses import statuses

    with workspace() as ws:
        watchlist = ws.watchlist(list_id)
        if watchlist.by_hand and not yes and is_terminal():
            (loaded,) = statuses(ws, [list_id])
            ask_at_terminal(ask_list_comparison(watchlist, loaded), nothing="Nothing was recorded")
        version = confirm_list(ws, list_id)
    say(describe_list_comparison(watchlist, version))
    if not version.entries:
        note(
            f"If the page names a supplier: duediligence lists template {list_id}, fill it in, "
            f"then duediligence lists refresh {list_id} --from DIR"
        )


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

    kept_by_hand = {i: w for i, w in registry.find_watchlists().items() if w.template}
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

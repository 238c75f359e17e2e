"""`suppliers`: add, edit, end, merge, split, undo and history."""

from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.asking import YesOption, confirm
from duediligence.cli.globals import JsonOption, note, say, say_json, warn, workspace
from duediligence.cli.request_options import take_request
from duediligence.suppliers.facts import SupplierFacts

if TYPE_CHECKING:
    from duediligence.casework.supplier_history import ChangeShown
    from duediligence.casework.supplier_merging import MergePreview
    from duediligence.model import Supplier

RefArgument = Annotated[
    str, typer.Argument(metavar="REF", help="The supplier's reference.", show_default=False)
]
NoteOption = Annotated[str, typer.Option("--note", help="Why, for anyone who asks later.")]


def add_supplier_commands(app: typer.Typer) -> None:
    """Add these commands to those of `suppliers`."""
    for command in (add, edit, confirm_people, end, reopen, merge, split, undo, history):
        app.command()(command)


@take_request(SupplierFacts, name=typer.Argument(metavar="NAME", help="The supplier's name."))
def add(
    facts: SupplierFacts,
    ref: Annotated[
        str, typer.Option(help="Your reference for it. Default: one made from what it is.")
    ] = "",
    why: NoteOption = "",
    as_json: JsonOption = False,
) -> None:
    """Add a supplier by hand.

    Examples:

        duediligence suppliers add "Bright Sands Home Care Ltd" --ref S00044 --number 99001234

        duediligence suppliers add "Fenmoor Haulage" --part-of S00044 --role sub-contractor
    """
    from duediligence.casework.supplier_editing import add as add_supplier

    with workspace() as ws:
        supplier = add_supplier(ws, facts, ref=ref, note=why)
    _tell(supplier, "added", as_json=as_json)


@take_request(SupplierFacts)
def edit(
    ref: RefArgument,
    facts: SupplierFacts,
    remove: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEXT",
            help="A trading or former name, a person, a number, or the reference it works under: "
            "to be removed. Repeatable.",
        ),
    ] = None,
    clear_unread: Annotated[
        bool,
        typer.Option(
            "--clear-unread", help="What could not be read of the file was entered by hand."
        ),
    ] = False,
    settle: Annotated[
        str,
        typer.Option(
            metavar="CELL",
            help="An unread cell of names that is settled",
        ),
    ] = "",
    why: NoteOption = "",
    as_json: JsonOption = False,
) -> None:
    """Correct or complete the facts of a supplier. Its reference, links and decisions stay.

    Numbers, name and address take the place of the old ones; names and people are added. With
    --settle, a cell that `suppliers show` quotes as not read holds the people of --person, or the
    names read of it are whole; the same cell is not asked about again.

    Examples:

        duediligence suppliers edit S00044 --name "Bright Sands Homecare Ltd" --note "Misspelt"

        duediligence suppliers edit S00044 --person "Jo Invented,1968-03" --remove "J Invented"

        duediligence suppliers edit S00044 --settle "Zorkin" --note "She has one name"
    """
    from duediligence.casework.supplier_editing import edit as edit_supplier
    from duediligence.screening.resolution.resolving import supplier_of
    from duediligence.suppliers.differences import list_differences

    with workspace() as ws:
        before = supplier_of(ws, ref)
        now = edit_supplier(
            ws,
            ref,
            facts,
            remove=remove or (),
            clear_unread=clear_unread,
            settle=settle,
            note=why,
        )
    _tell(now or before, "changed" if now else "nothing is different", as_json=as_json)
    for one in list_differences(before, now) if now and not as_json else ():
        say("  " + on_one_line(f"{one.field}: {one.before or '-'} → {one.now or '-'}"))


def confirm_people(ref: RefArgument, why: NoteOption = "", as_json: JsonOption = False) -> None:
    """Confirm the people that an earlier version read.

    Their birth dates count again. Correct those that are wrong first. Importing the file again
    reads all its people again.

    Examples:

        duediligence suppliers confirm-people S00044 --note "Compared with their own letter"
    """
    from duediligence.casework.supplier_editing import confirm_people as confirm_people_of
    from duediligence.casework.supplier_words import person_words

    with workspace() as ws:
        supplier = confirm_people_of(ws, ref, note=why)
    _tell(supplier, "its people are confirmed", as_json=as_json)
    for one in supplier.people if not as_json else ():
        say("  " + on_one_line(person_words(one)))


def end(
    refs: Annotated[list[str], typer.Argument(metavar="REF...", help="References.")],
    on: Annotated[
        str,
        typer.Option(metavar="DATE", help="From which day nothing is bought. Default: today."),
    ] = "",
    why: NoteOption = "",
    as_json: JsonOption = False,
) -> None:
    """Record that nothing is bought from suppliers any more.

    They are kept and not screened. Their alerts leave the queue, undecided ones as "supplier
    ended". All or none are ended.

    Examples:

        duediligence suppliers end S00044 S00051 --on 2026-12-31 --note "Contract not renewed"
    """
    from duediligence.casework.choices import date_of
    from duediligence.casework.supplier_editing import end as end_suppliers
    from duediligence.render.wording import day

    with workspace() as ws:
        ended = end_suppliers(ws, refs, on=date_of("on", on), note=why)
    if as_json:
        say_json(ended)
        return
    for one in ended:
        assert one.ended
        say(on_one_line(f"{one.ref}: {one.name}: ended on {day(one.ended)}"))


def reopen(ref: RefArgument, why: NoteOption = "", as_json: JsonOption = False) -> None:
    """Record that a supplier has not ended after all.

    Examples:

        duediligence suppliers reopen S00044 --note "New contract"
    """
    from duediligence.casework.supplier_editing import reopen as reopen_supplier

    with workspace() as ws:
        supplier = reopen_supplier(ws, ref, note=why)
    _tell(supplier, "open again", as_json=as_json)


def merge(
    ref: Annotated[
        str, typer.Argument(metavar="REF", help="The supplier that stays.", show_default=False)
    ],
    other: Annotated[
        str,
        typer.Argument(
            metavar="OTHER", help="The one that becomes part of it.", show_default=False
        ),
    ],
    yes: YesOption = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what the merge would come to.")
    ] = False,
    why: NoteOption = "",
    as_json: JsonOption = False,
) -> None:
    """Merge two entries of one supplier.

    Alerts and decisions of the other become the first's. A decision counts where exactly that is
    compared; where the facts differ, the alert is open again and says what differs. Screenings and
    packs stay as they are.

    Examples:

        duediligence suppliers merge S00044 S00107

        duediligence suppliers merge S00044 S00107 --yes --note "Same company number"
    """
    from duediligence.casework.supplier_merging import merge as merge_suppliers
    from duediligence.casework.supplier_merging import preview_merge

    with workspace() as ws:
        seen = preview_merge(ws, ref, other)
        if dry_run:
            say_json(seen) if as_json else _tell_preview(seen)
            return
        if not yes:
            _tell_preview(seen)
            confirm(f"Merge {other} into {ref}?", yes=yes, nothing="Nothing was changed")
        for doubt in seen.doubts if yes else ():
            warn(f"Warning: {doubt}")
        supplier = merge_suppliers(ws, ref, other, note=why)
    _tell(supplier, f"{other} is part of it now", as_json=as_json)
    note("To compare what the two are together: duediligence screen")
    note(f"To take it back: duediligence suppliers undo {ref}")


@take_request(
    SupplierFacts,
    only=(
        *("name", "number", "charity", "address", "postcode"),
        *("trading_names", "former_names", "people"),
    ),
    name=typer.Option("--name", help="Name of the new supplier."),
)
def split(
    ref: RefArgument,
    new: Annotated[str, typer.Option(metavar="REF", help="Reference of the new supplier.")],
    facts: SupplierFacts,
    contract: Annotated[
        list[str] | None,
        typer.Option(metavar="TITLE", help="A contract that is the new one's. Repeatable."),
    ] = None,
    why: NoteOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make two suppliers of one that is really two. The numbers, names, people and contracts that
    you give move to the new one.

    Examples:

        duediligence suppliers split S00044 --new S00112 --name "Bright Sands Cleaning Ltd" \
--number 99001402 --person "Jo Invented" --contract "Cleaning of schools"
    """
    from duediligence.casework.supplier_merging import SplitRequest
    from duediligence.casework.supplier_merging import split as split_supplier

    asked = SplitRequest(ref=new, facts=facts, contracts=contract or ())
    with workspace() as ws:
        first, second = split_supplier(ws, ref, asked, note=why)
    if as_json:
        say_json([first, second])
        return
    say(on_one_line(f"{first.ref}: {first.name}: changed"))
    say(on_one_line(f"{second.ref}: {second.name}: added"))
    note("To compare both as they are now: duediligence screen")


def undo(
    ref: RefArgument,
    change: Annotated[
        int | None,
        typer.Option(metavar="N", help="The number of the change. Default: the newest."),
    ] = None,
    why: NoteOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take back an edit, end, merge or split of a supplier.

    It stays on record.

    Examples:

        duediligence suppliers undo S00044

        duediligence suppliers undo S00044 --change 12 --note "Two different firms"
    """
    from duediligence.casework.supplier_history import undo as undo_change

    with workspace() as ws:
        undone = undo_change(ws, ref, change=change, note=why)
    if as_json:
        say_json(undone)
        return
    say(f"{', '.join(undone.refs)}: change {undone.undoes} was taken back")


def history(ref: RefArgument, as_json: JsonOption = False) -> None:
    """Show what became of a supplier: who changed what and when. Also of one that was merged.

    Examples:

        duediligence suppliers history S00044
    """
    from duediligence.casework.supplier_history import history as history_of

    with workspace() as ws:
        found = history_of(ws, ref)
    if as_json:
        say_json(found)
        return
    if found.merged_into:
        say(f"{found.ref} is part of {found.merged_into}.")
    for _, line in found.imports:
        say(on_one_line(line))
    for one in found.changes:
        say(on_one_line(_format_change_line(one)))
    if not found.changes:
        note("No change was made by hand.")


def _tell(supplier: "Supplier", what: str, *, as_json: bool) -> None:
    if as_json:
        say_json(supplier)
    else:
        say(on_one_line(f"{supplier.ref}: {supplier.name}: {what}"))


def _tell_preview(seen: "MergePreview") -> None:
    """Both suppliers side by side, and what the merge would come to."""
    from duediligence.casework.supplier_history import side_by_side
    from duediligence.casework.supplier_words import merge_lines
    from duediligence.cli.globals import table

    rows = [
        [on_one_line(cell) for cell in row]
        for row in side_by_side(seen.supplier, seen.other, seen.merged)
    ]
    table(["", seen.supplier.ref, seen.other.ref, "together"], rows)
    for line in merge_lines(seen):
        say(line)
    for doubt in seen.doubts:
        warn(f"Warning: {doubt}")


def _format_change_line(one: "ChangeShown") -> str:
    """Return one change on one line: number, when, who, what, and the difference field by field."""
    from duediligence.render.wording import change_words, moment

    others = f" ({', '.join(one.suppliers)})" if len(one.suppliers) > 1 else ""
    what = f"{one.act} {one.undoes}" if one.undoes else one.act
    told = "; ".join(change_words(each) for each in one.changes)
    parts = [f"{one.number}  {moment(one.at)}  {one.by}  {what}{others}"]
    if told:
        parts.append(f": {told}")
    if one.note:
        parts.append(f" ({one.note})")
    if one.undone:
        parts.append(" [taken back]")
    return "".join(parts)


def on_one_line(text: str) -> str:
    """Return the text as it may be shown in a line of output."""
    from duediligence.render.wording import visible

    return visible(text)

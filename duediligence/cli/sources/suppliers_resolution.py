"""Which legal entity each supplier is: found out, or settled by hand."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import note, progress, say, say_json, warn, workspace
from duediligence.cli.options import JsonOption
from duediligence.errors import UsageError

if TYPE_CHECKING:
    from duediligence.model import Supplier
    from duediligence.screening.resolution import Candidate, Resolved
    from duediligence.store.casework.links import Link

SHOWN = 5
EXIT_CODES = {"settled": 0, "needs a person": 1, "not known": 3}
_PLURAL = {"needs a person": "need a person"}


def register(app: typer.Typer) -> None:
    """Add the commands to the noun `suppliers`."""
    app.command("resolve")(resolve)
    app.command("link")(link)


def resolve(
    refs: Annotated[
        list[str] | None, typer.Argument(metavar="[REF]...", help="References; all, if none.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Find the company or charity that each supplier is, or who must look.

    By the link made by hand, else the number given, else the names and the postcode. Only what is
    clearly the best is taken by name. Exits 1 where a person must look, 3 where a register could
    not be asked.

    Examples:

        duediligence suppliers resolve

        duediligence suppliers resolve S00001 S00007 --json
    """
    from duediligence.screening.resolution.settling import resolve_suppliers
    from duediligence.screening.resolution.sources import sources_at_hand

    with workspace() as ws:
        found = resolve_suppliers(ws, sources_at_hand(ws), refs or (), progress=progress())
    if as_json:
        say_json([_document(*one) for one in found])
    else:
        states = list(EXIT_CODES)
        if len(found) > 1 and all(resolved.not_asked for _, resolved in found):
            _tell_not_asked([resolved for _, resolved in found])
        else:  # those that need a person come last, where they are seen
            for supplier, resolved in sorted(found, key=lambda one: states.index(one[1].state)):
                _show(supplier, resolved)
        _sum_up([resolved for _, resolved in found])
    raise typer.Exit(max((EXIT_CODES[resolved.state] for _, resolved in found), default=0))


def link(
    ref: Annotated[str, typer.Argument(help="The supplier's reference.")],
    entity: Annotated[
        str,
        typer.Argument(
            metavar="[ENTITY]",
            help="GB-COH- and the company number, GB-CHC-, GB-SC- or GB-NIC- and the charity "
            "number, or none: it is on no register. Left out: show who settled what.",
            show_default=False,
        ),
    ] = "",
    reason: Annotated[str, typer.Option("--note", help="Why, for whoever asks later.")] = "",
    by: Annotated[str, typer.Option(help="Who says so. Unset: your user name.")] = "",
) -> None:
    """Settle by hand which company or charity a supplier is. The newest word counts.

    Examples:

        duediligence suppliers link S00001 GB-COH-99000001 --note "Their letterhead"

        duediligence suppliers link S00001 none --by "Ada Ferrow"

        duediligence suppliers link S00001
    """
    from duediligence.reports.wording import visible
    from duediligence.screening.resolution.resolving import NAME_FITS
    from duediligence.screening.resolution.settling import links_of, resolve_suppliers, settle
    from duediligence.screening.resolution.sources import sources_at_hand

    with workspace() as ws:
        if not entity:
            _show_history(*links_of(ws, ref))
            return
        settle(ws, ref, entity, by=by or _user(), note=reason)
        ((supplier, resolved),) = resolve_suppliers(ws, sources_at_hand(ws), [ref])
    say(visible(f"{supplier.ref}: {supplier.name}"))
    say("  " + visible(resolved.resolution.reason))
    for why in resolved.not_asked:
        note(f"Recorded; not looked up: {why}")
    score = resolved.resolution.name_score
    if resolved.identifier and not resolved.entity and not resolved.not_asked:
        warn(f"Warning: {resolved.identifier} is on none of the registers at hand.")
    elif score is not None and score < NAME_FITS:
        warn(f"Warning: the names are alike to {score:.2f} only. Is {resolved.identifier} right?")


def _user() -> str:
    from getpass import getuser

    try:
        return getuser()
    except (ImportError, KeyError, OSError):
        raise UsageError("your user name is not known", hint="Give it with --by NAME.") from None


def _show(supplier: "Supplier", resolved: "Resolved") -> None:
    from duediligence.reports.wording import visible

    named = f" {resolved.identifier}" if resolved.identifier else ""
    say(visible(f"{supplier.ref}: {supplier.name}"))
    say("  " + visible(f"{resolved.state}{named}: {resolved.resolution.reason}"))
    if resolved.state == "settled":
        return
    for why in resolved.not_asked:
        say("  " + visible(f"not asked: {why}"))
    for place, candidate in enumerate(resolved.candidates[:SHOWN], start=1):
        say(f"  {place}. " + visible(_headline(candidate)))
        say("     " + visible(" ".join(candidate.reasons)))
    say(f"  To settle it: duediligence suppliers link {visible(supplier.ref)} GB-COH-… (or none)")


def _tell_not_asked(found: Sequence["Resolved"]) -> None:
    """Say once why no supplier could be looked up."""
    from duediligence.reports.wording import visible

    say("No supplier could be looked up:")
    for why in dict.fromkeys(why for resolved in found for why in resolved.not_asked):
        say("  " + visible(why))


def _headline(candidate: "Candidate") -> str:
    parts = [str(candidate.identifier), candidate.name, *candidate.postcodes, candidate.status]
    return ", ".join(part for part in parts if part)


def _show_history(supplier: "Supplier", links: Sequence["Link"]) -> None:
    from duediligence.reports.wording import moment, visible

    if not links:
        note(f"Nobody has settled by hand who {supplier.name} ({supplier.ref}) is.")
    for one in links:
        told = f": {one.note}" if one.note else ""
        say(visible(f"{moment(one.at)}  {one.identifier or 'none'}  {one.by}{told}"))


def _sum_up(found: Sequence["Resolved"]) -> None:
    from duediligence.text.wording import count

    if not found:
        note("No supplier has been imported: duediligence screen FILE")
        return
    counts = [(sum(one.state == state for one in found), state) for state in EXIT_CODES]
    states = ", ".join(
        f"{n:,} {_PLURAL.get(state, state) if n != 1 else state}" for n, state in counts
    )
    note(f"{count(len(found), 'supplier')}: {states}.")


def _document(supplier: "Supplier", resolved: "Resolved") -> dict[str, object]:
    import msgspec

    body = msgspec.to_builtins(resolved)
    return {"supplier_ref": supplier.ref, "supplier_name": supplier.name, **body}

"""`suppliers duplicates`: suppliers that may be one, and those that a person said are not."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import JsonOption, note, say, say_json, workspace
from duediligence.errors import UsageError

if TYPE_CHECKING:
    from duediligence.model import Supplier
    from duediligence.screening.duplicates import DuplicateGroup, DuplicateSupplier
    from duediligence.suppliers.duplicates import DuplicatePair


def register(app: typer.Typer) -> None:
    """Add the command to the noun `suppliers`."""
    app.command("duplicates")(duplicates)


def duplicates(
    refs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[REF OTHER]",
            help="With --not-the-same: the two suppliers.",
            show_default=False,
        ),
    ] = None,
    not_the_same: Annotated[
        bool,
        typer.Option(
            "--not-the-same", help="Record that these two are not one: they are not shown again."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List suppliers that may be one: same number, same name and postcode, similar name.

    Merging keeps all alerts and decisions. Nothing is merged here.

    Examples:

        duediligence suppliers duplicates

        duediligence suppliers duplicates --not-the-same S00001 S00007
    """
    from duediligence.screening.duplicates import duplicates_of, keep_apart

    refs = refs or []
    if not_the_same != (len(refs) == 2) or (refs and not not_the_same):
        raise UsageError(
            "Name two suppliers with --not-the-same, and none without it",
            hint="To see all that may be one: duediligence suppliers duplicates",
        )
    with workspace() as ws:
        if not_the_same:
            one, other = keep_apart(ws, *refs)
            say(f"Recorded: {_named(one)} and {_named(other)} are not the same supplier.")
            return
        found = duplicates_of(ws)
    if as_json:
        say_json([_document(group) for group in found])
        return
    for number, group in enumerate(found):
        if number:
            say()
        for line in _lines(group):
            say(line)
    if found:
        note("\nNot the same? duediligence suppliers duplicates --not-the-same REF OTHER")
    else:
        note("No suppliers that may be one.")


def _lines(group: "DuplicateGroup") -> Iterator[str]:
    from duediligence.render.wording import visible
    from duediligence.text.wording import count

    for one in group.suppliers:
        supplier = one.supplier
        parts = [
            _named(supplier),
            supplier.address.postcode if supplier.address else "",
            "ended" if supplier.ended else "",
        ]
        yield visible(", ".join(filter(None, parts)))
        yield f"    {count(one.alerts, 'alert')}, {count(one.decisions, 'decision')}"
    for why in dict.fromkeys(why_of(pair) for pair in group.pairs):
        yield "  " + visible(why)
    for other in group.suppliers[1:]:
        yield "  " + visible(_merge(group.suppliers[0], other))


def _merge(keep: "DuplicateSupplier", other: "DuplicateSupplier") -> str:
    """The command that makes them one."""
    return f"duediligence suppliers merge {keep.supplier.ref} {other.supplier.ref}"


def why_of(pair: "DuplicatePair") -> str:
    """Why two suppliers may be one, in words."""
    match pair.why:
        case "same number":
            return f"Both have the number {pair.number}"
        case "similar name, same postcode":
            return f"Names {pair.similarity:.0%} similar, same postcode"
        case "similar name, same person":
            return f"Names {pair.similarity:.0%} similar, a person with the same date of birth"
        case "similar name":
            return f"Names {pair.similarity:.0%} similar"
        case "same name and postcode":
            return "Same name and postcode"
        case "same name":
            return "Same name"


def _named(supplier: "Supplier") -> str:
    return f"{supplier.ref} {supplier.name}"


def _document(group: "DuplicateGroup") -> dict[str, object]:
    keep, others = group.suppliers[0], group.suppliers[1:]
    return {
        "suppliers": [_of(one) for one in group.suppliers],
        "why": [
            {
                "one": pair.one.ref,
                "other": pair.other.ref,
                "reason": pair.why,
                "number": pair.number,
                "similarity": round(pair.similarity, 4),
            }
            for pair in group.pairs
        ],
        "commands": [_merge(keep, one) for one in others],
    }


def _of(one: "DuplicateSupplier") -> dict[str, object]:
    supplier = one.supplier
    return {
        "ref": supplier.ref,
        "name": supplier.name,
        "postcode": supplier.address.postcode if supplier.address else "",
        "numbers": [str(each) for each in supplier.identifiers],
        "ended": supplier.ended,
        "alerts": one.alerts,
        "decisions": one.decisions,
    }

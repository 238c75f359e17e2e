"""One supplier from the command line, where a mistake is an error and not a reject."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from duediligence.errors import UsageError
from duediligence.model import Supplier
from duediligence.suppliers.rows import Cell, PeopleCells, Unusable, made_ref, supplier
from duediligence.text.postcodes import is_postcode


def supplier_from_options(
    name: str,
    *,
    ref: str = "",
    number: str = "",
    charity: str = "",
    mutual: str = "",
    ppon: str = "",
    address: str = "",
    postcode: str = "",
    country: str = "",
    trading_names: Sequence[str] = (),
    former_names: Sequence[str] = (),
    people: Sequence[str] = (),
    contract: str = "",
    today: date | None = None,
) -> Supplier:
    """The supplier that the options describe; each of `people` is `Name` or `Name,1965-04`.

    A number is mended as in a file (`repairs`). Raises UsageError for a name that cannot be
    screened and for whatever is not understood.
    """
    given = {
        "ref": (ref,),
        "name": (name,),
        "company_number": (number,),
        "charity_number": (charity,),
        "mutual_number": (mutual,),
        "ppon": (ppon,),
        "address": (address,),
        "postcode": (postcode,),
        "country": (country,),
        "trading_names": trading_names,
        "former_names": former_names,
        "contract": (contract,),
    }
    if any("\0" in text for texts in (*given.values(), people) for text in texts):
        raise UsageError("an option holds a NUL byte")
    try:
        found = supplier(
            {
                field: [Cell(_OPTIONS.get(field, field), text) for text in texts]
                for field, texts in given.items()
            },
            [PeopleCells("person", Cell("--person", text), Cell("", "")) for text in people],
            today=today or datetime.now(UTC).date(),
        )
    except Unusable as error:
        raise UsageError(f"{name[:60]!r} cannot be checked: {error}") from error
    if postcode.strip() and not (country or is_postcode(postcode)):
        raise UsageError(
            f"--postcode {postcode!r} is no UK postcode",
            hint="Write it whole, such as --postcode 'AB1 2CD', or leave it out.",
        )
    for repair in found.repairs:
        if not repair.used:
            raise UsageError(f"{repair.column} {repair.found}: {repair.reason}")
    for cell in found.unread:
        if cell.looks_like == "person" and found.people:
            continue  # looked up as far as it was read, and said to be unknown beyond that
        raise UsageError(f"{cell.column} {cell.text}: {cell.reason}")
    return found if found.ref else replace(found, ref=made_ref(found))


_OPTIONS = {
    "company_number": "--number",
    "charity_number": "--charity",
    "mutual_number": "--mutual",
    "ppon": "--ppon",
}

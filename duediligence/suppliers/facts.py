"""What is asked about a supplier and about a contract, each field described once.

docs/developer/adding-a-field.md says what else a new field needs. Imports nothing heavy: the
command line makes its options of it at every start.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from duediligence.request_fields import RequestField, describe_request

if TYPE_CHECKING:
    from duediligence.model import Contract, Person, Supplier
    from duediligence.model.suppliers import PartRole

LONGEST_NAME = 500
LONGEST_CELL = 5_000
LONGEST_REF = 100


@dataclass(frozen=True, slots=True)
class SupplierFact(RequestField):
    """A fact of a supplier. `schemes` are the registers whose number it is; `column` is the field
    of a supplier file that it is read as, where that has another name.

    A file has a column of its own for it where `headings` are given: those that are taken for it,
    separated by commas. `meaning` and `example` describe that column.
    """

    schemes: tuple[str, ...] = ()
    column: str = ""
    headings: str = ""
    meaning: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierFacts:
    """What is known of a supplier, as text in the forms that a supplier file may have.

    What is empty is not changed. Numbers take the place of those of the same register; names and
    people (`Name` or `Name,1965-04`) are added. `part_of` names the supplier under which it works.
    """

    name: Annotated[
        str, SupplierFact("Name", longest=LONGEST_NAME, help="The name as it should be.")
    ] = ""
    number: Annotated[
        str,
        SupplierFact(
            "Companies House number", width=10, schemes=("GB-COH",), column="company_number"
        ),
    ] = ""
    charity: Annotated[
        str,
        SupplierFact(
            "Charity number",
            width=10,
            schemes=("GB-CHC", "GB-SC", "GB-NIC"),
            column="charity_number",
        ),
    ] = ""
    mutual: Annotated[
        str,
        SupplierFact(
            "Number on the Mutuals Register",
            width=10,
            is_rare=True,
            schemes=("GB-MPR",),
            column="mutual_number",
        ),
    ] = ""
    ppon: Annotated[
        str,
        SupplierFact(
            "Number on the Central Digital Platform", width=20, is_rare=True, schemes=("GB-PPON",)
        ),
    ] = ""
    address: Annotated[str, SupplierFact("Address without the postcode")] = ""
    postcode: Annotated[str, SupplierFact("Postcode", width=10)] = ""
    country: Annotated[
        str,
        SupplierFact(
            "Country",
            width=20,
            headings="country, country name",
            meaning="Country.",
            example="United Kingdom",
        ),
    ] = ""
    trading_names: Annotated[
        Sequence[str],
        SupplierFact(
            "Trading names",
            kind="lines",
            longest=LONGEST_NAME,
            hint="One a line.",
            option="trading-name",
            help="A trading name. Repeatable.",
        ),
    ] = ()
    former_names: Annotated[
        Sequence[str],
        SupplierFact(
            "Former names",
            kind="lines",
            longest=LONGEST_NAME,
            hint="One a line.",
            option="former-name",
            help="A former name. Repeatable.",
        ),
    ] = ()
    people: Annotated[
        Sequence[str],
        SupplierFact(
            "People",
            kind="lines",
            hint="One a line, with month and year of birth if you know them: Jo Invented,1968-03",
            option="person",
            metavar='"NAME,YYYY-MM"',
            help="A director, owner or partner, with month and year of birth. Repeatable.",
        ),
    ] = ()
    part_of: Annotated[
        str,
        SupplierFact(
            "Reference of the supplier under which it works",
            width=20,
            is_rare=True,
            longest=LONGEST_REF,
            metavar="REF",
            help="The supplier under which it works.",
        ),
    ] = ""
    role: Annotated[
        "PartRole",
        SupplierFact(
            "As what?",
            kind="choice",
            choices=("sub-contractor", "consortium member"),
            is_rare=True,
            help="As what: sub-contractor or consortium-member.",
        ),
    ] = "sub-contractor"


SUPPLIER_FIELDS: Mapping[str, SupplierFact] = {
    name: about
    for name, about in describe_request(SupplierFacts).items()
    if isinstance(about, SupplierFact)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFacts:
    """What is known of a contract, as text in the forms that a supplier file may have.

    `value` is the total, which counts where `yearly_value` is empty and both days are known.
    """

    title: Annotated[
        str, RequestField("Title", longest=LONGEST_NAME, help="The title as it should be.")
    ] = ""
    category: Annotated[str, RequestField("Your own category")] = ""
    cpv: Annotated[
        str,
        RequestField(
            "CPV codes",
            width=20,
            hint="Codes of the Common Procurement Vocabulary, such as 85312000.",
        ),
    ] = ""
    yearly_value: Annotated[str, RequestField("Value of one year in pounds", width=10)] = ""
    value: Annotated[
        str,
        RequestField(
            "Total value in pounds",
            width=10,
            help="Total value in pounds; needs start and end.",
            hint="Needs the first and the last day. It counts where the value of one year is "
            "empty.",
        ),
    ] = ""
    start: Annotated[str, RequestField("First day", kind="day", metavar="DATE")] = ""
    end: Annotated[str, RequestField("Last day", kind="day", metavar="DATE")] = ""
    owner: Annotated[
        str,
        RequestField(
            "Who answers for it here",
            longest=LONGEST_NAME,
            help="Who answers for it here: a person or a team.",
            hint="A person or a team.",
        ),
    ] = ""


def facts_of_supplier(supplier: "Supplier") -> SupplierFacts:
    """Return what is known of a stored supplier; of several numbers of a register the first, and
    nothing of whom it works under.
    """
    address = supplier.address
    found: dict[str, Any] = {
        "address": address.text if address else "",
        "postcode": address.postcode if address else "",
        "country": address.country if address else "",
        "people": tuple(map(format_person, supplier.people)),
    }
    for name, about in SUPPLIER_FIELDS.items():
        if about.schemes:
            held = (one.id for one in supplier.identifiers if one.scheme in about.schemes)
            found[name] = next(held, "")
        elif name not in (*found, "part_of", "role"):
            found[name] = getattr(supplier, name)
    return SupplierFacts(**found)


def format_person(person: "Person") -> str:
    """Return a person as they are typed: `Jo Invented,1968-03`."""
    return f"{person.name},{person.birth_date}" if person.birth_date else person.name


def facts_of_contract(contract: "Contract") -> ContractFacts:
    """Return what is known of a stored contract."""
    return ContractFacts(
        title=contract.title,
        category=contract.category,
        cpv=", ".join(contract.cpv),
        yearly_value="" if contract.yearly_value is None else str(contract.yearly_value),
        start=contract.start.isoformat() if contract.start else "",
        end=contract.end.isoformat() if contract.end else "",
        owner=contract.owner,
    )

"""What is asked about a supplier and about a contract, each field described once.

docs/adding-a-field.md says what else a new field needs. Imports nothing heavy: the command line
makes its options of it at every start.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from duediligence.request_fields import RequestField, describe_request

if TYPE_CHECKING:
    from duediligence.model.suppliers import PartRole

LONGEST_NAME = 500
LONGEST_CELL = 5_000
LONGEST_REF = 100


@dataclass(frozen=True, slots=True)
class SupplierField(RequestField):
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
        str, SupplierField("Name", longest=LONGEST_NAME, help="The name as it should be.")
    ] = ""
    number: Annotated[
        str,
        SupplierField(
            "Companies House number", width=10, schemes=("GB-COH",), column="company_number"
        ),
    ] = ""
    charity: Annotated[
        str,
        SupplierField(
            "Charity number",
            width=10,
            schemes=("GB-CHC", "GB-SC", "GB-NIC"),
            column="charity_number",
        ),
    ] = ""
    mutual: Annotated[
        str,
        SupplierField(
            "Number on the Mutuals Register",
            width=10,
            is_rare=True,
            schemes=("GB-MPR",),
            column="mutual_number",
        ),
    ] = ""
    ppon: Annotated[
        str,
        SupplierField(
            "Number on the Central Digital Platform",
            width=20,
            is_rare=True,
            schemes=("GB-PPON",),
        ),
    ] = ""
    address: Annotated[str, SupplierField("Address without the postcode")] = ""
    postcode: Annotated[str, SupplierField("Postcode", width=10)] = ""
    country: Annotated[
        str,
        SupplierField(
            "Country",
            width=20,
            headings="country, country name",
            meaning="Country.",
            example="United Kingdom",
        ),
    ] = ""
    trading_names: Annotated[
        Sequence[str],
        SupplierField(
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
        SupplierField(
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
        SupplierField(
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
        SupplierField(
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
        SupplierField(
            "As what?",
            kind="choice",
            choices=("sub-contractor", "consortium member"),
            is_rare=True,
            help="As what: sub-contractor or consortium-member.",
        ),
    ] = "sub-contractor"


SUPPLIER_FIELDS: Mapping[str, SupplierField] = {
    name: about
    for name, about in describe_request(SupplierFacts).items()
    if isinstance(about, SupplierField)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFacts:
    """What is known of a contract, as text in the forms that a supplier file may have.

    `value` is the total, which counts where `yearly_value` is empty and both days are known.
    """

    title: Annotated[
        str,
        RequestField("Title", longest=LONGEST_NAME, help="The title as it should be."),
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

"""What is asked about a supplier and about a contract, each field described once.

docs/developer/adding-a-field.md says what else a new field needs. Imports nothing heavy: the
command line makes its options of it at every start.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from duediligence.request_fields import RequestField, describe_request

if TYPE_CHECKING:
    from duediligence.model import Contract, Person, Supplier
    from duediligence.model.suppliers import (
        BuyerKind,
        ContractSubject,
        Funding,
        Nation,
        PartRole,
        ProcedureCode,
        RegimeCode,
    )

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
    care: Annotated[
        str,
        SupplierFact(
            "Number with a regulator of care or schools",
            hint="A URN of Ofsted, an ID of the CQC or a service number. It counts with a name "
            "that agrees.",
            width=20,
            is_rare=True,
            schemes=("care",),
            column="care_number",
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
            choices=("sub-contractor", "consortium member", "firm of the bid"),
            is_rare=True,
            help="As what: sub-contractor, consortium-member or firm-of-the-bid.",
        ),
    ] = "sub-contractor"


SUPPLIER_FIELDS: Mapping[str, SupplierFact] = {
    name: about
    for name, about in describe_request(SupplierFacts).items()
    if isinstance(about, SupplierFact)
}


@dataclass(frozen=True, slots=True)
class ContractFact(RequestField):
    """A fact that says how a contract was bought (`Procurement` of the model). A file has a column
    for it with one of these `headings`; `meaning` and `example` describe that column.
    """

    headings: str = ""
    meaning: str = ""
    example: str = ""


# The words by which people choose a regime; law/data/regimes.toml says what each is.
REGIME_WORDS: Mapping[str, str] = {
    "": "Not known",
    "pa23": "Procurement Act 2023",
    "below-threshold": "Below the threshold (Part 6 of the Procurement Act 2023, or earlier rules)",
    "psr-england": "Provider Selection Regime, England",
    "psr-wales": "Provider Selection Regime, Wales",
    "pcr-2015": "Public Contracts Regulations 2015",
    "ccr-2016": "Concession Contracts Regulations 2016",
    "ucr-2016": "Utilities Contracts Regulations 2016",
    "scotland": "Scottish procurement rules",
    "scotland-regulated": "Scottish rules for regulated contracts below the threshold",
    "scotland-below": "Scotland, not regulated",
    "grant": "Grant or other funding",
}


def _describe_choice(label: str, *choices: str, **about: str) -> ContractFact:
    """Return the description of a fact that is one of some words, or not known."""
    return ContractFact(
        label,
        kind="choice",
        choices=("", *choices),
        choice_words=("Not known", *(one[0].upper() + one[1:] for one in choices)),
        is_rare=True,
        meaning=f"{about.pop('meaning', label)}: {', '.join(f'`{one}`' for one in choices)}.",
        example=choices[0],
        **about,  # type: ignore[arg-type]
    )


def _describe_regime(label: str, **about: str) -> ContractFact:
    return ContractFact(
        label,
        kind="choice",
        choices=tuple(REGIME_WORDS),
        choice_words=tuple(REGIME_WORDS.values()),
        is_rare=True,
        example="Public Contracts Regulations 2015",
        **about,  # type: ignore[arg-type]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFacts:
    """What is known of a contract, as text in the forms that a supplier file may have.

    `value` is the total, which counts where `yearly_value` is empty and both days are known. What
    comes after `owner` says how it was bought.
    """

    title: Annotated[
        str, RequestField("Title", longest=LONGEST_NAME, help="The title as it should be.")
    ] = ""
    category: Annotated[str, RequestField("Your own category")] = ""
    description: Annotated[
        str,
        RequestField(
            "Description, with the lots",
            help="What the contract is for in more words, with its lots.",
            hint="Its words say which registration the work needs.",
            is_rare=True,
        ),
    ] = ""
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
    begun: Annotated[
        str,
        ContractFact(
            "Day on which the procedure began",
            kind="day",
            metavar="DATE",
            hint="That of the first notice, or of the first contact with a supplier.",
            is_rare=True,
            headings="procedure start date, procedure began, procurement start date, "
            "procurement began, contract notice date, tender notice date, date of tender notice, "
            "tender start date",
            meaning="The day on which the procedure began: the first notice, or the first contact "
            "with a supplier.",
            example="03/11/2025",
        ),
    ] = ""
    procedure: Annotated[
        "ProcedureCode | Literal['']",
        _describe_choice(
            "Procedure",
            "open",
            "competitive flexible",
            "other competition",
            "direct award",
            "framework",
            "call-off",
            "dynamic market",
            "modification",
            meaning="The procedure",
            headings="procurement procedure, procedure, procedure type, route to market, "
            "procurement route, procurement method, award procedure",
        ),
    ] = ""
    framework: Annotated[
        str,
        ContractFact(
            "Framework or dynamic market that it is called off from",
            longest=LONGEST_NAME,
            is_rare=True,
            headings="framework, framework name, framework title, framework ref, "
            "framework agreement, name of framework, name of dynamic market",
            meaning="The framework or dynamic market that it is called off from.",
            example="Home care framework 2023",
        ),
    ] = ""
    framework_begun: Annotated[
        str,
        ContractFact(
            "Day on which the procedure for that began",
            kind="day",
            metavar="DATE",
            hint="Call-offs stay under the law of their framework, however late they are.",
            is_rare=True,
            headings="framework start date, framework date, framework procedure start date, "
            "framework notice date, date of framework",
            meaning="The day on which the procedure for that framework began.",
            example="02/05/2023",
        ),
    ] = ""
    framework_regime: Annotated[
        "RegimeCode | Literal['']",
        _describe_regime(
            "Law of that framework or dynamic market",
            headings="framework regime, framework law, law of framework",
            meaning="The law under which that framework was set up.",
        ),
    ] = ""
    buyer: Annotated[
        "BuyerKind | Literal['']",
        _describe_choice(
            "Who buys",
            "council",
            "NHS body",
            "central government",
            "UK government body",
            "other public body",
            "utility",
            "private utility",
            "school",
            meaning="Who buys, if not whoever the settings say",
            hint="Councils, combined authorities and NHS bodies are relevant authorities for "
            "health care services. Empty: as the settings say.",
            headings="buyer, buyer type, type of buyer, contracting authority type",
        ),
    ] = ""
    nation: Annotated[
        "Nation | Literal['']",
        _describe_choice(
            "Nation of the buyer",
            "England",
            "Scotland",
            "Wales",
            "Northern Ireland",
            hint="Empty: as the settings say.",
            headings="buyer nation, nation of buyer, contract nation",
        ),
    ] = ""
    subject: Annotated[
        "ContractSubject | Literal['']",
        _describe_choice(
            "Main subject",
            "health care services",
            "light-touch services",
            "goods or other services",
            "works",
            "concession",
            hint="Of several the one that is worth most. Light-touch: social care, education and "
            "the like.",
            headings="main subject, contract subject, subject of contract, nature of contract",
        ),
    ] = ""
    value_with_vat: Annotated[
        str,
        ContractFact(
            "Whole value in pounds, with VAT and options",
            width=10,
            is_rare=True,
            hint="What was estimated when the procedure began. It decides about the threshold.",
            headings="value with vat, value including vat, value inc vat, total value inc vat, "
            "contract value inc vat, contract value including vat, total value including vat, "
            "total contract value inc vat, estimated value including vat, gross contract value",
            meaning="The whole estimated value in pounds, with VAT and options.",
            example="£1,440,000",
        ),
    ] = ""
    funding: Annotated[
        "Funding | Literal['']",
        _describe_choice(
            "Contract or grant",
            "contract",
            "grant",
            headings="funding type, type of funding, contract or grant, grant or contract",
        ),
    ] = ""
    regime: Annotated[
        "RegimeCode | Literal['']",
        _describe_regime(
            "Law under which it was bought, if you know it",
            hint="Saving it confirms it: letters about exclusion wait for that.",
            headings="procurement regime, regime, legal regime, procurement law, "
            "procurement legislation, procurement rules, procured under",
            meaning="The law under which it was bought. Importing it confirms it.",
        ),
    ] = ""


CONTRACT_FIELDS: Mapping[str, ContractFact] = {
    name: about
    for name, about in describe_request(ContractFacts).items()
    if isinstance(about, ContractFact)
}


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
        description=contract.description,
        cpv=", ".join(contract.cpv),
        yearly_value="" if contract.yearly_value is None else str(contract.yearly_value),
        start=contract.start.isoformat() if contract.start else "",
        end=contract.end.isoformat() if contract.end else "",
        owner=contract.owner,
        **{
            name: _format_procurement_fact(contract, name, about)
            for name, about in CONTRACT_FIELDS.items()
        },
    )


def _format_procurement_fact(contract: "Contract", name: str, about: ContractFact) -> Any:
    value = getattr(contract.procurement, name.removesuffix("_with_vat"))
    if value is None:
        return ""
    return value.isoformat() if about.kind == "day" else str(value)

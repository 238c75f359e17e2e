"""The columns of a supplier file: what each holds and which headings are taken for it."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from duediligence.suppliers.facts import CONTRACT_FIELDS, SUPPLIER_FIELDS
from duediligence.typed_data import convert_to


@dataclass(frozen=True, slots=True)
class Field:
    """A supplier field. `headings` are the ones that are guessed, the most certain first.

    `several` says that more than one column may hold it (`Address 1`, `Address 2`), `numbered` that
    a number in the heading (`Contract 2 value`) is that of a further one.
    """

    name: str
    meaning: str
    example: str
    headings: tuple[str, ...]
    several: bool = False
    numbered: bool = False


def _headings(text: str) -> tuple[str, ...]:
    return tuple(heading.strip() for heading in text.split(","))


def _read_fields(part: str) -> tuple[Field, ...]:
    return convert_to(tuple[Field, ...], _TABLE[part])


_TABLE = tomllib.loads(Path(__file__).with_name("fields.toml").read_text(encoding="utf-8"))
FIELDS: tuple[Field, ...] = (
    *_read_fields("supplier"),
    # Columns that are described with their fact.
    *(
        Field(about.column or name, about.meaning, about.example, _headings(about.headings))
        for name, about in SUPPLIER_FIELDS.items()
        if about.headings
    ),
    *_read_fields("contract"),
    *(
        Field(
            f"contract_{name}",
            about.meaning,
            about.example,
            _headings(about.headings),
            numbered=True,
        )
        for name, about in CONTRACT_FIELDS.items()
    ),
    *_read_fields("further"),
)

# Of the headings of a file of payments, as the Local Government Transparency Code has them, two
# show what it is. There the body that pays has a name too, and each payment a reference.
PAYMENTS = frozenset(
    _headings(
        "transaction number, trans number, transaction ref, payment date, paid date, date paid, "
        "pay date, date of payment, net amount, amount, gross amount, payment amount, "
        "invoice amount, total invoice amount, irrecoverable vat, vat, invoice number, "
        "expenditure category, expenditure code, expense type, expense area, expense code, "
        "expenditure type, service label, service category label, service area, "
        "service division label, organisational unit, purpose of expenditure, purpose of spend, "
        "merchant category, capital or revenue, effective date, body name, name of body"
    )
)
PAYERS = frozenset(
    _headings("company name, organisation name, name of organisation, company, organisation, name")
)
OF_PAYMENTS = frozenset(
    _headings(
        "our ref, unique ref, unique id, unique number, unique identifier, urn, ref, ref number, "
        "id, number, account code"
    )
)

# The fields that hold contacts. What stands in them is kept nowhere.
CONTACTS = ("phone", "email", "website", "bank_account", "sort_code", "iban")
if taken := {one.column or name for name, one in SUPPLIER_FIELDS.items()} & {*CONTACTS}:
    raise ValueError(f"a fact has the name of a contact, which is kept nowhere: {sorted(taken)}")
# A column whose heading has one of these words may hold such a value, whatever else it says.
CONTACT_WORDS = frozenset(
    "phone telephone tel mobile mob landline fax mail email website url homepage iban bank bic "
    "swift sort sortcode bacs".split()
)

# The people who may be screened, by the name of their column. Staff and contacts are not among
# them: only those who own, run or are accountable for a supplier are relevant to its exclusion.
ROLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "director": (
        "director",
        _headings(
            "director, company director, managing director, dir, board, board of director, md, "
            "ceo, chief executive, chief executive officer, chair, chairman, chairwoman, "
            "chairperson, company secretary, founder, director detail, "
            "director info, director information, cyfarwyddwr, cyfarwyddwyr"
        ),
    ),
    "owner": (
        "owner",
        _headings(
            "owner, proprietor, sole trader, beneficial owner, shareholder, ubo, "
            "ultimate beneficial owner, owned by, run by, ownership, parent company, "
            "parent, parent name, parent organisation, ultimate parent, "
            "ultimate parent company, holding company, licence holder, perchennog, perchnogion, "
            "rhiant gwmni"
        ),
    ),
    "trustee": ("trustee", _headings("trustee, charity trustee, ymddiriedolwr, ymddiriedolwyr")),
    "partner": ("partner", _headings("partner, business partner")),
    "psc": (
        "person with significant control",
        _headings(
            "psc, pwsc, person with significant control, people with significant control, "
            "controller, controlled by"
        ),
    ),
    "member": ("member", _headings("member, llp member, designated member")),
    "officer": ("officer", _headings("officer, company officer")),
    "principal": ("principal", _headings("principal")),
    "registered manager": (
        "registered manager",
        _headings("registered manager, registered care manager, rheolwr cofrestredig"),
    ),
    "nominated individual": (
        "nominated individual",
        _headings("nominated individual, responsible individual, unigolyn cyfrifol"),
    ),
    "person": (
        "named person",
        _headings(
            "person, people, named person, named people, key person, key people, key personnel, "
            "key individual, individual, connected person, associated person"
        ),
    ),
}

# A heading with one of these words is of that role, unless another word of it says that it holds
# something else. The first that fits is taken: a person with significant control is no owner.
ROLE_WORDS: dict[str, str] = {
    "psc": "psc", "significant": "psc", "controlling": "psc",
    "director": "director", "dir": "director", "trustee": "trustee", "governor": "trustee",
    "partner": "partner", "ubo": "owner", "owner": "owner", "proprietor": "owner",
    "shareholder": "owner", "trader": "owner", "member": "member", "officer": "officer",
    "principal": "principal",
}  # fmt: skip
NOT_PEOPLE = frozenset(
    "number count total qty email mail phone telephone tel mobile fax address postcode post code "
    "id ref dbs check checked country nationality percentage percent share status type appointed "
    "resigned since note comment gender age ethnicity signature signed url website link vat bank "
    "account contract procurement council authority budget category buyer commissioning risk data "
    "relationship activity trade office place state membership organisation expiry issue licence "
    "insurance detail lead case monitoring duty senior responsible requesting record process "
    "product system project service department team delivery framework date month year".split()
)
# Who buys or answers for the supplier, and is not looked up.
OUR_PEOPLE = frozenset(
    "contact manager officer staff buyer lead approved requested reviewed updated prepared worker "
    "commissioner administrator holder".split()
)

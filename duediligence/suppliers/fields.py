"""The columns of a supplier file: what each holds and which headings are taken for it."""

from dataclasses import dataclass

from duediligence.suppliers.facts import CONTRACT_FIELDS, SUPPLIER_FIELDS


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


_HASHED = "Only a keyed hash is kept, which links suppliers."

# In the order in which columns are given to fields: where the name is already found, a column
# `Legal name` goes on to be a trading name, so that it is screened all the same.
FIELDS: tuple[Field, ...] = (
    Field(
        "ref",
        "Your own key for the supplier, unique in the file. Without it one is made from the "
        "name, the numbers and the postcode.",
        "S00123",
        _headings(
            "supplier ref, supplier id, supplier number, supplier code, vendor ref, vendor id, "
            "vendor number, vendor code, creditor ref, creditor number, provider ref, "
            "provider id, contractor ref, contractor number, supplier account, "
            "supplier account number, vendor account, vendor account number, creditor account, "
            "supplier beneficiary id, beneficiary id, beneficiary ref, payee id, "
            "local supplier internal ref, supplier internal ref, "
            "account ref, account code, our ref, unique ref, unique id, unique number, "
            "unique identifier, ref, ref number, id, urn, number"
        ),
    ),
    Field(
        "name",
        "The supplier's name. The only required column.",
        "Bright Sands Home Care Ltd",
        _headings(
            "supplier name, beneficiary name, supplier or beneficiary name, supplier beneficiary "
            "name, name of beneficiary, beneficiary, benificiary name, payee name, creditor "
            "name, merchant name, company name, organisation name, provider name, vendor name, "
            "business name, contractor name, charity name, name of supplier, name of company, "
            "name of organisation, name of provider, company, organisation, business, charity, "
            "supplier, provider, vendor, contractor, name, firm, payee, creditor, legal name, "
            "registered name, registered company name, supplier trading name, supplier or "
            "trading name, supplier company name, supplier business name, supplier full name, "
            "full supplier name, supplier organisation, company trading name, supplier "
            "description"
        ),
    ),
    Field(
        "trading_names",
        "Other names it uses, several separated by ; or | or line breaks.",
        "Bright Sands; BS Care",
        _headings(
            "trading name, trading as, also trading as, trading style, t/a, other name, "
            "alternative name, supplier legal name, legal entity name, entity name, full name, "
            "also known as, aka, alias, dba, "
            "doing business as, known as, legal name, registered name, registered company name"
        ),
        several=True,
    ),
    Field(
        "former_names",
        "Names it used before, several separated in the same way.",
        "Sandy Care Ltd",
        _headings("former name, previous name, formerly, formerly known as, fka, old name"),
        several=True,
    ),
    Field(
        "company_number",
        "The Companies House number.",
        "99001234",
        _headings(
            "company number, company registration number, companies house number, "
            "company house number, crn, ch number, companies house ref, uk company number, "
            "limited company number, gb coh, companies house, registered number, company id, "
            "company ref, supplier company number, supplier registered company number, "
            "supplier company registration number, incorporation number, company registered, "
            "company charity number, "
            "company or charity number, charity company number, charity or company number"
        ),
    ),
    Field(
        "charity_number",
        "The number of a charity: digits for England and Wales, SC… for Scotland, NIC… for "
        "Northern Ireland.",
        "9900001",
        _headings(
            "charity number, charity registration number, registered charity number, "
            "charity commission number, charity ref, charity id, charity commission, "
            "charity registered, supplier charity number, supplier registered charity number, "
            "gb chc"
        ),
    ),
    Field(
        "ppon",
        "The Public Procurement Organisation Number of the Central Digital Platform.",
        "PZZZ-9900-ZZZZ",
        _headings("ppon, gb ppon, public procurement organisation number, ppon number"),
    ),
    Field(
        "mutual_number",
        "The number on the Mutuals Public Register.",
        "IP099001",
        _headings(
            "mutual number, mutuals register number, mutual registration number, "
            "society number, society registration number, fca mutual number, gb mpr"
        ),
    ),
    Field(
        "care_number",
        "The number of a registration with a regulator of care, children's services or schools: "
        "a URN of Ofsted, a location or provider ID of the CQC, a service number; several "
        "separated by ; or a comma.",
        "SC990004",
        _headings(
            "ofsted urn, ofsted number, ofsted reference, ofsted registration number, "
            "cqc id, cqc number, cqc location id, cqc provider id, cqc registration number, "
            "care registration number, care service number, cs number, care inspectorate number, "
            "ciw number, rqia number, registration urn, regulator number, care number, "
            "service number, urn"
        ),
    ),
    Field(
        "address",
        "Where it is, in one column or several.",
        "4 Dune Row",
        _headings(
            "address, address line, street, street address, full address, postal address, "
            "registered address, registered office, registered office address, building, premises"
        ),
        several=True,
    ),
    Field("town", "Town or city.", "Porthmellow", _headings("town, city, town city, post town")),
    Field("county", "County or region.", "Cornwall", _headings("county, region")),
    Field(
        "postcode",
        "Postcode.",
        "ZZ9 9ZZ",
        _headings("postcode, post code, postal code, zip code, zip"),
    ),
    # Columns that are described with their fact.
    *(
        Field(about.column or name, about.meaning, about.example, _headings(about.headings))
        for name, about in SUPPLIER_FIELDS.items()
        if about.headings
    ),
    Field(
        "contract",
        "What it is engaged for. Its words and the fields below say which registration the work "
        "needs; several rows of one reference are several contracts.",
        "Home care 2026",
        _headings(
            "contract, contract title, contract name, title of contract, contract ref, "
            "contract number, contract id"
        ),
        numbered=True,
    ),
    Field(
        "contract_description",
        "What the contract is for in more words; the title where there is none.",
        "Personal care of adults in their own homes",
        _headings(
            "contract description, description of contract, description of services, "
            "description of service, scope of contract, contract scope, notice description, "
            "tender description, contract details"
        ),
        numbered=True,
    ),
    Field(
        "contract_lots",
        "The lots of it, in words; kept with the description.",
        "Lot 2: night care",
        _headings("contract lots, lots, lot title, lot name, lot description"),
        numbered=True,
    ),
    Field(
        "contract_category",
        "The category of the contract, ProClass or your own, in words.",
        "Adult social care: home care",
        _headings(
            "contract category, category, procurement category, spend category, service category, "
            "category description, category name, category title, category of spend, "
            "contract type of service, proclass, proclass category, proclass description, "
            "proclass title, proclass name, proclass level, type of service, "
            "service type"
        ),
        numbered=True,
    ),
    Field(
        "contract_cpv",
        "Codes of the Common Procurement Vocabulary, of 8 digits, with or without words.",
        "85144100-1",
        _headings(
            "cpv, cpv code, contract cpv, contract cpv code, main cpv, main cpv code, "
            "primary cpv, primary cpv code, common procurement vocabulary, "
            "common procurement vocabulary code"
        ),
        numbered=True,
    ),
    Field(
        "contract_yearly_value",
        "What the contract is worth in a year, in pounds.",
        "£412,000",
        _headings(
            "annual value, annual contract value, contract annual value, yearly value, "
            "yearly contract value, value per annum, value per year, value pa, acv, "
            "contract value per annum, contract value per year, contract value pa, "
            "annualised value, annualised contract value, estimated annual value, "
            "estimated annual contract value, average annual value"
        ),
        numbered=True,
    ),
    Field(
        "contract_value",
        "What the contract is worth in total, in pounds; read where there is no yearly value.",
        "£1.6m",
        _headings(
            "total contract value, contract value, total value, contract total value, "
            "whole life value, lifetime value, contract award value, award value, "
            "awarded value, estimated contract value, estimated total value"
        ),
        numbered=True,
    ),
    Field(
        "contract_start",
        "The day on which the contract starts, day before month.",
        "01/04/2026",
        _headings(
            "contract start date, contract start, start date, start of contract, "
            "contract commencement date, commencement date, contract from, contract date from"
        ),
        numbered=True,
    ),
    Field(
        "contract_end",
        "The last day of the contract.",
        "31/03/2029",
        _headings(
            "contract end date, contract end, end date, end of contract, contract expiry date, "
            "contract expiry, contract to, contract date to, contract finish date, current end date"
        ),
        numbered=True,
    ),
    Field(
        "contract_owner",
        "Who answers for the contract at your organisation: a person or a team. `Owner` alone is "
        "the owner of the supplier.",
        "Ada Ferrow, Adult Care",
        _headings(
            "contract owner, contract manager, contract lead, contract lead officer, lead officer, "
            "contract owner name, contract manager name, lead officer name, "
            "contract officer, responsible officer, contract responsible officer, "
            "owner of contract, manager of contract, contract holder, contract administrator, "
            "contract managed by, contract owned by, senior responsible owner, "
            "senior responsible officer, sro, commissioner, commissioning manager, "
            "commissioning officer, commissioning lead"
        ),
        numbered=True,
    ),
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
    Field(
        "status",
        "Whether you still buy from it: `Active` or `Ended`, or another of the words below. "
        "Not its status at Companies House.",
        "Ended",
        _headings(
            "supplier status, vendor status, provider status, contractor status, account status, "
            "creditor status, supplier active, vendor active, active supplier, active vendor, "
            "is active, active, current supplier, contract status, status of contract, status, "
            "current status, record status"
        ),
    ),
    Field(
        "ended",
        "The day from which nothing is bought from it any more.",
        "30/06/2026",
        _headings(
            "supplier end date, vendor end date, provider end date, supplier ended, "
            "supplier ended on, date supplier ended, supplier left, date supplier left, "
            "supplier leaving date, ended on, date ended, ended, date left, left on, leaving date, "
            "inactive since, inactive from, date inactive, inactive date, date deactivated, "
            "date made inactive, supplier closed date, date closed"
        ),
    ),
    Field(
        "part_of",
        "The supplier under which it works: its reference, or its name just as in the file. "
        "Several separated by ; or | or line breaks.",
        "S00123",
        _headings(
            "main contractor, main supplier, main provider, main contractor ref, "
            "main contractor name, prime contractor, prime contractor name, prime contractor ref, "
            "prime supplier, prime provider, prime, "
            "subcontractor of, subcontractor to, sub contractor of, sub contractor to, "
            "subcontracted by, sub contracted by, subcontracted to, works under, "
            "lead contractor, lead supplier, lead provider, "
            "consortium lead, consortium lead member, lead member of consortium, lead member, "
            "consortium leader"
        ),
        several=True,
    ),
    Field(
        "part_role",
        "As what it works under that supplier: `Sub-contractor` or `Consortium member`. Without "
        "it the heading of `part_of` decides.",
        "Sub-contractor",
        _headings(
            "supplier role, vendor role, contract role, role in contract, role on contract, "
            "supply chain role, role in supply chain"
        ),
    ),
    Field(
        "phone",
        f"A phone number. {_HASHED}",
        "01632 960001",
        _headings(
            "phone, phone number, telephone, telephone number, tel, tel number, mobile, "
            "mobile number, mobile phone, mobile telephone, mob, landline, landline number, "
            "work phone, office phone, office telephone, business phone, business telephone, "
            "main phone, main telephone, day phone, daytime telephone, contact phone, "
            "contact phone number, contact telephone, contact telephone number, contact tel, "
            "contact mobile, contact number, supplier phone, supplier telephone, supplier tel, "
            "vendor phone, vendor telephone, creditor telephone, provider telephone, "
            "provider phone number, phone or mobile, telephone or mobile"
        ),
        several=True,
    ),
    Field(
        "email",
        f"An e-mail address, of which only the domain counts. {_HASHED}",
        "accounts@brightsands.example",
        _headings(
            "email, e-mail, email address, e-mail address, mail, mail address, "
            "contact email, contact email address, supplier email, supplier email address, "
            "vendor email, vendor email address, creditor email, provider email, "
            "provider email address, company email, business email, main email, office email, "
            "remittance email, remittance email address, remittance advice email, "
            "payment email, accounts email, invoice email, purchase order email, order email, "
            "finance email"
        ),
        several=True,
    ),
    Field(
        "website",
        f"A web address, of which only the domain counts, as that of an e-mail. {_HASHED}",
        "www.brightsands.example",
        _headings(
            "website, web site, website address, web address, web page, url, homepage, "
            "home page, company website, company url, supplier website, provider website, "
            "vendor website, business website"
        ),
        several=True,
    ),
    Field(
        "bank_account",
        f"The account number, with its sort code beside it or in the same cell; or an IBAN. "
        f"{_HASHED}",
        "31926819",
        _headings(
            "bank account number, bank account, bank account details, bank details, "
            "bank account no, account number, bank number, payee account number, "
            "supplier bank account, supplier bank account number, vendor bank account, "
            "vendor bank account number, creditor bank account, beneficiary account, "
            "beneficiary account number, bacs account number, sort code and account number, "
            "bank sort code and account number"
        ),
        several=True,
    ),
    Field(
        "sort_code",
        "The sort code of the account; kept only with it, as above.",
        "60-16-13",
        _headings(
            "sort code, sortcode, bank sort code, bank code, supplier sort code, "
            "vendor sort code, creditor sort code, beneficiary sort code, bacs sort code, "
            "payee sort code, bank sort"
        ),
        several=True,
    ),
    Field(
        "iban",
        f"The account as an IBAN. {_HASHED}",
        "GB29 NWBK 6016 1331 9268 19",
        _headings(
            "iban, iban number, bank iban, supplier iban, vendor iban, creditor iban, "
            "beneficiary iban, international bank account number"
        ),
        several=True,
    ),
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
            "director info, director information"
        ),
    ),
    "owner": (
        "owner",
        _headings(
            "owner, proprietor, sole trader, beneficial owner, shareholder, ubo, "
            "ultimate beneficial owner, owned by, run by, ownership, parent company, "
            "ultimate parent, ultimate parent company, holding company, licence holder"
        ),
    ),
    "trustee": ("trustee", _headings("trustee, charity trustee")),
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

_PERSON = "Dragomir Petrosyanov, 1968-03"


def fields_table() -> str:
    """Return the fields as a Markdown table, for the documentation."""
    lines = [
        "| Field | What it holds | Example | Headings that are understood |",
        "|---|---|---|---|",
    ]
    lines += [
        _format_field_row(field.name, field.meaning, field.example, ", ".join(field.headings))
        for field in FIELDS
    ]
    for name, (role, headings) in ROLES.items():
        meaning = f"{role[0].upper()}{role[1:]}: one or several, each with year and month of birth."
        lines.append(_format_field_row(name, meaning, _PERSON, ", ".join(headings)))
    born = (
        "Year and month of birth in a column of its own; the same for every role, numbered or not."
    )
    lines.append(
        _format_field_row("director born", born, "1968-03", "director dob, director 1 dob, dob")
    )
    return "\n".join(lines) + "\n"


def _format_field_row(name: str, *cells: str) -> str:
    return f"| `{name}` | {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"

"""The fields of a record: what each holds, which words it takes, which headings are its own."""

import re
from dataclasses import dataclass
from typing import Literal, get_args

from duediligence.law.crimes import CRIME_TYPES
from duediligence.model.entries import Handling, Power, RecordStatus, RecordType

FieldKind = Literal["text", "word", "words", "date", "month", "money", "number", "address", "link"]
SubjectType = Literal["organisation", "individual"]


@dataclass(frozen=True, slots=True)
class RecordField:
    """A field of a record.

    `words` are the only values that it takes, empty for any. `several` says that more than one
    column may hold it. `headings` are the ones that a starter is guessed from, the surest first.
    """

    name: str
    kind: FieldKind
    meaning: str
    headings: tuple[str, ...]
    words: tuple[str, ...] = ()
    several: bool = False


def _headings(text: str) -> tuple[str, ...]:
    return tuple(heading.strip() for heading in text.split(","))


# In the order in which a starter gives columns to fields.
FIELDS: tuple[RecordField, ...] = (
    RecordField(
        "record_ref",
        "number",
        "The register's own number of the record. Without it one is made from the content.",
        _headings(
            "record ref, reference number, case reference, case number, notice reference, "
            "notice number, licence number, enforcement reference, reference, ref, ref number, "
            "application number, licence no, licence, registration number, case, urn, id"
        ),
    ),
    RecordField(
        "power",
        "word",
        "The council's power, where one register holds several.",
        _headings("power, service area, service, department, team"),
        get_args(Power),
    ),
    RecordField(
        "authority",
        "text",
        "Who acted, where it is not the register's own authority.",
        _headings("authority, local authority, council, local authority name"),
    ),
    RecordField(
        "record_type",
        "word",
        "What kind of record it is.",
        _headings(
            "record type, type of action, action type, notice type, enforcement type, "
            "type of notice, nature of notice, nature of action, decision type, action taken, "
            "kind, type, notice"
        ),
        # Insolvent individuals have lists of their own, with their own rules of keeping.
        tuple(kind for kind in get_args(RecordType) if kind != "personal_insolvency"),
    ),
    RecordField(
        "subject_type",
        "word",
        "Whether the subject is an organisation or an individual. A conviction or a caution is "
        "read only where this is given.",
        _headings(
            "subject type, party type, recipient type, holder type, individual or organisation, "
            "offender type"
        ),
        get_args(SubjectType),
    ),
    RecordField(
        "subject_name",
        "text",
        "Who it is about; each of several holders is a party of its own. Without a name a record "
        "is found by its premises alone.",
        _headings(
            "subject name, business name, company name, organisation name, licence holder, "
            "name of licence holder, holder name, holder, recipient, recipient name, served on, "
            "notice served on, served upon, who on, licensee, offender, offender name, defendant, "
            "respondent, landlord, landlord name, owner, occupier, company, organisation, "
            "business, provider, provider name, service provider, supplier name, supplier, "
            "beneficiary name, vendor name, payee, applicant, name"
        ),
        several=True,
    ),
    RecordField(
        "trading_name",
        "text",
        "Other names it uses, several separated by ; or |.",
        _headings("trading name, trading as, t/a, premises name, name of premises, known as"),
        several=True,
    ),
    RecordField(
        "company_number",
        "number",
        "The Companies House number.",
        _headings(
            "company number, company registration number, companies house number, crn, "
            "company registered number"
        ),
    ),
    RecordField(
        "charity_number",
        "number",
        "The number of a charity: digits, SC… or NIC….",
        _headings("charity number, registered charity number, charity registration number"),
    ),
    RecordField(
        "birth_month_year",
        "month",
        "Month and year of birth of an individual. The day of a whole date is dropped.",
        _headings("birth month year, date of birth, dob, month of birth, born"),
    ),
    RecordField(
        "premises_address",
        "address",
        "Where it was, in one column or several.",
        _headings(
            "premises address, site address, property address, address of premises, location, "
            "site location, site, address, full address, property, land at, land, premises, "
            "address line 1, address 1, address line 2, address 2, address line 3, address 3, "
            "address line 4, town, city, town city, town or city, county"
        ),
        several=True,
    ),
    RecordField(
        "postcode",
        "text",
        "Its postcode. Without a column it is found in the address.",
        _headings("postcode, post code, p code, premises postcode, site postcode, postal code"),
    ),
    RecordField(
        "uprn",
        "number",
        "The Unique Property Reference Number of the premises.",
        _headings("uprn, property reference, unique property reference number"),
    ),
    RecordField(
        "act_section",
        "text",
        "The Act and section.",
        _headings("act section, act, act and section, legislation, section, statute"),
        several=True,
    ),
    RecordField(
        "event",
        "text",
        "What happened, in the register's own words.",
        _headings(
            "event, details, description, breach, alleged breach, nature of breach, offence, "
            "offence details, reason, reasons, nature of the breach, breach alleged, summary, "
            "concern, matter, what for, why"
        ),
        several=True,
    ),
    RecordField(
        "event_date",
        "date",
        "The day on which it happened.",
        _headings("event date, offence date, date of offence, incident date, date of breach"),
    ),
    RecordField(
        "decision_date",
        "date",
        "The day on which it was decided, served or imposed.",
        _headings(
            "decision date, date of decision, date decided, decided on, issue date, date issued, "
            "date served, served, issued, date of issue, hearing date, date of conviction, "
            "conviction date, sentenced, "
            "date of notice, notice date, start date, date granted, granted, licence commenced, "
            "commenced, date"
        ),
    ),
    RecordField(
        "known_date",
        "date",
        "The day from which a buyer could have known of it.",
        _headings("known date, date known, published, date published, publication date"),
    ),
    RecordField(
        "expires",
        "date",
        "The day on which it ends.",
        _headings("expires, expiry date, date of expiry, end date, licence expires, valid until"),
    ),
    RecordField(
        "status",
        "word",
        "Its current status.",
        _headings(
            "status, current status, current state, notice status, case status, state, "
            "compliance status, position, current position, now"
        ),
        get_args(RecordStatus),
    ),
    RecordField(
        "outcome",
        "text",
        "What the result was.",
        _headings("outcome, result, decision, sentence, disposal, compliance, conditions"),
        several=True,
    ),
    RecordField(
        "penalty_gbp",
        "money",
        "Fine or penalty in pounds.",
        _headings("penalty gbp, penalty, fine, fine amount, amount, penalty amount, total fine"),
    ),
    RecordField(
        "crime_types",
        "words",
        "Types of crime it can point to, several separated by ; or |. Without it they are "
        "derived from the Act and the event.",
        _headings("crime types, crime type"),
        CRIME_TYPES,
    ),
    RecordField(
        "handling",
        "word",
        "Who may see it. The stricter of this and the register's own handling applies.",
        _headings("handling, marking, protective marking, sensitivity, classification"),
        get_args(Handling),
    ),
    RecordField(
        "source_url",
        "link",
        "The address of the record's own page.",
        _headings("source url, url, link, web page, web address, more information"),
    ),
    RecordField(
        "source_date",
        "date",
        "The day that the source describes.",
        _headings("source date, extract date, last updated, date updated, updated"),
    ),
)
BY_NAME = {field.name: field for field in FIELDS}


def plain(heading: str) -> str:
    """Return the heading apart from case, punctuation and the ways to abbreviate `number`."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading[:200])  # companyNumber
    words = re.findall(r"[^\W_]+|#", re.sub(r"['’](?:s\b)?", "", parted.casefold()))
    return " ".join(_SAME.get(word, word) for word in words)


_SAME = {
    **dict.fromkeys(("no", "num", "nr", "#"), "number"),
    **dict.fromkeys(("org", "organization"), "organisation"),
    **dict.fromkeys(("reg", "regd"), "registered"),
    **dict.fromkeys(("lic", "license"), "licence"),
    "addr": "address",
    "co": "company",
    "curr": "current",
    "desc": "description",
    "dt": "date",
    "refno": "reference number",
}


def fields_table() -> str:
    """Return the fields as a Markdown table, for the documentation."""
    lines = ["| Field | What it holds | Words it takes |", "|---|---|---|"]
    for field in FIELDS:
        words = ", ".join(f"`{word}`" for word in field.words)
        several = " Several columns may hold it." if field.several else ""
        lines.append(f"| `{field.name}` | {_escape_pipes(field.meaning)}{several} | {words} |")
    return "\n".join(lines) + "\n"


def _escape_pipes(text: str) -> str:
    return text.replace("|", "&#124;")

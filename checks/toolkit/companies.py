"""Companies of the register: their legal forms, and others that share their people."""

from collections.abc import Iterator
from datetime import date

from duediligence.checks.toolkit.wording import is_recent

from duediligence.model import Appointment, Charity, Company, Dossier, Officer, Outcome, Text, known
from duediligence.model.circumstances import Circumstance, Handover
from duediligence.model.facts import say, word
from duediligence.text.dates import months_before

COMMUNITY_INTEREST = "community-interest-company"
# Forms whose members are many or have no share: clubs, charities, residents, mutuals.
_VOLUNTARY = frozenset(
    "private-limited-guarant-nsc private-limited-guarant-nsc-limited-exemption "
    "private-limited-shares-section-30-exemption private-unlimited-nsc royal-charter "
    "charitable-incorporated-organisation scottish-charitable-incorporated-organisation "
    "registered-society-non-jurisdictional industrial-and-provident-society "
    "northern-ireland-other further-education-or-sixth-form-college-corporation "
    "community-interest-company".split()
)
# Companies Act 2006 s.154: these have directors, and they are on this register.
_DIRECTED = frozenset(
    "ltd plc old-public-company private-unlimited private-unlimited-nsc "
    "private-limited-guarant-nsc private-limited-guarant-nsc-limited-exemption "
    "private-limited-shares-section-30-exemption northern-ireland protected-cell-company "
    "united-kingdom-societas european-public-limited-liability-company-se "
    # Bulk data gives a community interest company this as its type, the API as its subtype.
    "community-interest-company".split()
)
_PARTNERSHIPS = frozenset({"limited-partnership", "scottish-partnership"})
_SCOTTISH_PARTNERSHIPS = frozenset({"slp", "spflp"})
_QUIET_SIC = frozenset("64202 64203 64204 64205 64209 70100 98000".split())
_LIVE = frozenset({"active", "open", "registered"})
_ELSEWHERE = frozenset("CE CS IP SP NP NO RS RC SR NR IC SI NV".split())
DEAD = frozenset({"dissolved", "converted-closed", "closed", "removed"})
# As in the register's own enumeration of a company's status.
INSOLVENT = frozenset(
    "liquidation administration receivership insolvency-proceedings voluntary-arrangement".split()
)
NO_INCORPORATION = Outcome("unknown", why="The register gives no date of incorporation.")


def is_voluntary(dossier: Dossier) -> bool:
    """Return whether the supplier is of the voluntary or mutual sector, whose boards and offices
    differ: trustees rotate, hubs house dozens, nobody owns it.
    """
    company = dossier.company
    return isinstance(dossier.charity, Charity) or (
        isinstance(company, Company) and voluntary_form(company)
    )


def voluntary_form(company: Company) -> bool:
    return company.type in _VOLUNTARY or company.subtype == COMMUNITY_INTEREST


def is_quiet_trade(company: Company) -> bool:
    """Return whether its trade is one of holding companies, head offices or residents' companies,
    which are rightly dormant.
    """
    return any(code in _QUIET_SIC for code in company.sic_codes)


def dead(company: Company) -> bool:
    return company.status in DEAD


def unknown_status(company: Company) -> Text:
    """Return why nothing can be read from a status that the register's enumeration does not
    have.
    """
    if company.status in _LIVE | DEAD | INSOLVENT:
        return ""
    if not company.status and not has_directors(company):
        return ""  # some forms have none: they are on the register, or closed
    return say(
        "The register gives the status '{status}', which has no known meaning.",
        status=word(company.status),
    )


def has_directors(company: Company) -> bool:
    """Return whether the form must have directors on this register, or members for an LLP."""
    return company.type in _DIRECTED or is_llp(company)


def is_llp(company: Company) -> bool:
    return company.type == "llp"


def is_partnership(company: Company) -> bool:
    return is_llp(company) or company.type in _PARTNERSHIPS


def declares_owners(company: Company) -> bool:
    """Return whether the form must declare people with significant control (Companies Act 2006 Part
    21A, and for Scottish partnerships the regulations of 2017).
    """
    return (
        has_directors(company)
        or company.type == "scottish-partnership"
        or (company.type in _PARTNERSHIPS and company.subtype in _SCOTTISH_PARTNERSHIPS)
    )


def files_accounts(company: Company) -> bool:
    """Return whether accounts are filed here: `partial` records belong to another register."""
    return has_directors(company) and not company.partial


def needs_no_owner(company: Company) -> bool:
    """Return whether nobody need own such a body: it ends a chain of ownership without a person."""
    return voluntary_form(company) or company.type in ("plc", "old-public-company")


def registered_elsewhere(number: str) -> bool:
    """Return whether a number's register is kept by others (charity regulators, the FCA), so that
    Companies House may hold little or nothing of it.
    """
    return number[:2] in _ELSEWHERE


# A company in one of these has ceased to trade, or is about to.
ENDED = frozenset({"liquidation"})
NETWORK = ("company", "officers", "appointments")


def people(dossier: Dossier, today: date) -> list[Officer]:
    """Return directors in office and those who left within the year, as far as they can be
    followed.
    """
    year_ago = months_before(today, 12)
    return [
        officer
        for officer in known(dossier.officers)
        if officer.director
        and officer.officer_id
        and (officer.resigned_on is None or officer.resigned_on >= year_ago)
    ]


def directed_elsewhere(dossier: Dossier, today: date) -> Iterator[tuple[Officer, Appointment]]:
    own = known(dossier.company).number
    followed = {officer.officer_id: officer for officer in people(dossier, today)}
    for appointment in known(dossier.appointments):
        officer = followed.get(appointment.officer_id)
        directed = "director" in appointment.role or "llp" in appointment.role
        if officer and directed and appointment.company_number != own:
            yield officer, appointment


def describe_failed_company(other: Appointment, *went_over: Handover) -> Circumstance:
    """Return what it means that another company of a director failed; `went_over` is what shows
    that its business or assets came to the supplier.
    """
    return Circumstance(
        kind="possible predecessor" if went_over else "failed company of a director",
        whom="predecessor",
        continues=True,
        ended=other.company_status in ENDED,
        went_over=went_over,
    )


def failed(dossier: Dossier, today: date, months: int) -> Iterator[tuple[Officer, Appointment]]:
    for officer, appointment in directed_elsewhere(dossier, today):
        # The list of appointments has no day of the insolvency; the day of leaving stands for it.
        if appointment.company_status in INSOLVENT and is_recent(
            appointment.resigned_on, today, months
        ):
            yield officer, appointment

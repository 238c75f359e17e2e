"""What the people here direct elsewhere, and which of that has failed."""

from collections.abc import Iterator
from datetime import date

from duediligence.checks._register.dates import since
from duediligence.checks._register.forms import INSOLVENT

from duediligence.model import Appointment, Dossier, Officer, known
from duediligence.text.dates import months_before

GROUNDS = ("PA23-7-5 insolvency of a predecessor (Sch 6 para 45), officer to decide",)
NETWORK = ("company", "officers", "appointments")


def people(dossier: Dossier, today: date) -> list[Officer]:
    """Directors in office and those who left within the year, as far as they can be followed."""
    year_ago = months_before(today, 12)
    return [
        officer
        for officer in known(dossier.officers)
        if officer.director
        and officer.officer_id
        and (officer.resigned_on is None or officer.resigned_on >= year_ago)
    ]


def elsewhere(dossier: Dossier, today: date) -> Iterator[tuple[Officer, Appointment]]:
    own = known(dossier.company).number
    followed = {officer.officer_id: officer for officer in people(dossier, today)}
    for appointment in known(dossier.appointments):
        officer = followed.get(appointment.officer_id)
        directed = "director" in appointment.role or "llp" in appointment.role
        if officer and directed and appointment.company_number != own:
            yield officer, appointment


def failed(dossier: Dossier, today: date, months: int) -> Iterator[tuple[Officer, Appointment]]:
    for officer, appointment in elsewhere(dossier, today):
        # The list of appointments has no day of the insolvency; the day of leaving stands for it.
        if appointment.company_status in INSOLVENT and since(
            appointment.resigned_on, today, months
        ):
            yield officer, appointment

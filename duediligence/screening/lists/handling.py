"""Which records may be stored, and so found by anybody who screens."""

from duediligence.model import ListEntry
from duediligence.model.identifiers import (
    CHARITY_ENGLAND_WALES,
    CHARITY_NORTHERN_IRELAND,
    CHARITY_SCOTLAND,
    COMPANY,
    MUTUAL,
)
from duediligence.model.records import RecordType
from duediligence.text.legal_forms import ends_in_legal_form

_OFFENCES: dict[RecordType, str] = {
    "conviction": "conviction of an individual",
    "caution": "caution of an individual",
    "prosecution_pending": "pending prosecution of an individual",
}
_OF_BODIES = frozenset(
    {COMPANY, CHARITY_ENGLAND_WALES, CHARITY_SCOTLAND, CHARITY_NORTHERN_IRELAND, MUTUAL}
)
RESTRICTED = "restricted record"


def storable(entry: ListEntry, store_restricted: bool) -> str:
    """Why the entry must not be stored; empty where it may be.

    A restricted record is stored only where the setting `store_restricted` says so. That an
    individual was convicted, cautioned or prosecuted is never stored: those are data of criminal
    offences (UK GDPR art 10; Data Protection Act 2018 s.11(2), alleged offences and proceedings
    included), and a search by name would turn them into a register of convictions. An entry of
    unknown kind is an individual unless it has the number of a company, charity or mutual, or a
    name that ends in a legal form: a sole trader's business name is a person's.
    """
    record = entry.record
    if record is None:
        return ""
    if record.type in _OFFENCES and _individual(entry):
        return _OFFENCES[record.type]
    if record.handling == "restricted" and not store_restricted:
        return RESTRICTED
    return ""


def _individual(entry: ListEntry) -> bool:
    if entry.kind != "unknown":
        return entry.kind == "person"
    numbered = any(identifier.scheme in _OF_BODIES for identifier in entry.identifiers)
    return not numbered and not any(ends_in_legal_form(name.text) for name in entry.names)

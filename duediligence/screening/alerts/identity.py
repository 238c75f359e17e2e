"""Who an alert is about, from run to run, and what stands on both sides of it."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

import msgspec

from duediligence.model import Dossier, Finding, ListEntry, Party, PartyRole, Supplier, Text
from duediligence.model.alerts import Compared
from duediligence.model.entries import COMPANY
from duediligence.model.facts import joined
from duediligence.model.parties import SUPPLIER
from duediligence.render.saying import explain
from duediligence.screening.alerts.content import told_of
from duediligence.screening.alerts.earlier_form import recorded_before, without_ago
from duediligence.text.folding import fold

# The supplier, under whichever of its names it was found.
ITSELF = "party:itself"


def party_key(party: Party, officer_ids: Mapping[Party, str]) -> str:
    """Return who a party is to its supplier, whatever name is displayed: see `Seen.party`.

    The supplier itself, under any of its names; else the words of the name as the matcher folds
    them, in any order. After a space comes what ties other names to it, if anything does: the
    register's id of the officer, or the company number. Hashed, for both may describe a person.

    Neither kind nor date of birth is part of it: both come to be known later, and then the same
    alert is open again and says so.
    """
    if party.role == SUPPLIER:
        return ITSELF
    name = party.names[0].text
    who = [_hash_party_key(["name", *sorted((fold(name) or name.casefold()).split())])]
    number = next((one.id for one in party.identifiers if one.scheme == COMPANY), "")
    if officer := officer_ids.get(party):
        who.append(_hash_party_key(["officer", officer]))
    elif number:
        who.append(_hash_party_key(["company", number]))
    return " ".join(who)


def _hash_party_key(who: Sequence[str]) -> str:
    return f"party:{sha256(msgspec.json.encode(who)).hexdigest()[:32]}"


def parties_behind(supplier: Supplier | Dossier | None) -> tuple[Party, ...]:
    """Return those who are looked up for a supplier."""
    if isinstance(supplier, Dossier):
        # Imported lazily: who asks no register need not wait for the clients of one.
        from duediligence.screening.dossiers import parties_of

        return parties_of(supplier)
    if supplier is None:
        return ()
    from duediligence.screening.lookup.parties import parties

    return parties(supplier)


def find_subject_parties(everybody: Sequence[Party], findings: Sequence[Finding]) -> list[Party]:
    """Return those whom the findings may be about, by the name and role that they display."""
    return [
        party
        for party in everybody
        if any(_is_finding_party(party, one, everybody) for one in findings)
    ]


def gather_compared(
    findings: Sequence[Finding], everybody: Sequence[Party], entry: ListEntry | None
) -> Compared:
    """Return what stands behind the findings of one alert, `everybody` being looked up for the
    supplier.

    Of the supplier it is the party that was looked up; where no party has that name any more,
    all parties, so that any change shows. Without a list entry it is what the check told.
    """
    if not findings[0].entry_id:
        facts: list[Text] = [
            fact
            for finding in findings
            for fact in (
                f"{finding.outcome}, {finding.severity}",
                _explain_without_ages(finding),
                *finding.measures,
            )
        ]
        return Compared(facts=tuple(dict.fromkeys(facts)))
    found = find_subject_parties(everybody, findings) or everybody
    in_order = sorted(found, key=repr) if len(found) > 1 else found
    return Compared(parties=tuple(in_order), entry=entry)


def _explain_without_ages(finding: Finding) -> Text:
    """Return what the check says, without how long ago anything was: that is no news."""
    if recorded_before(finding):
        return without_ago(explain(finding))
    return joined(" ", told_of(finding))


def _is_finding_party(party: Party, finding: Finding, everybody: Sequence[Party]) -> bool:
    """Return whether the finding is about the party: by one of its names, in its role."""
    role = finding.party_role or _recorded_role(finding, everybody)
    return _has_finding_name(party, finding) and party.role.includes(role)


def _has_finding_name(party: Party, finding: Finding) -> bool:
    return any(name.text == finding.subject_name for name in party.names)


def _recorded_role(finding: Finding, everybody: Sequence[Party]) -> PartyRole:
    """Return the role of a finding from before roles were stored: the one that has its words."""
    roles = (
        party.role.named(name.type)
        for party in everybody
        for name in party.names
        if name.text == finding.subject_name
    )
    return next((role for role in roles if str(role) == finding.subject_role), finding.role)

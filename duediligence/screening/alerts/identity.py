"""Who an alert is about, from run to run; what it compares; and whose decisions count for it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import msgspec

from duediligence.model import Dossier, Finding, ListEntry, Party, PartyRole, Supplier, Text
from duediligence.model.alerts import Compared, JoinedLine
from duediligence.model.entries import COMPANY, IN_NAME_CELL, SUPPLIER, WITHOUT_NOTES
from duediligence.model.facts import joined
from duediligence.model.supplier_changes import SupplierTie
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
    if party.role in (SUPPLIER, WITHOUT_NOTES):
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
        from duediligence.screening.dossiers.parties import parties_of

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
    found = find_subject_parties(everybody, findings) or [
        one for one in everybody if one.role != WITHOUT_NOTES and one.role.kind != IN_NAME_CELL
    ]
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


@dataclass
class Ties:
    """Which suppliers are one by now, and which came out of another, in the order of these acts.

    A supplier is in them if it was merged or split and is still. A decision about X counts for the
    supplier H if, and only if,

    - H is X, or
    - what counts for X counts for H, because X was merged into H, or
    - H was split off a supplier for which the decision counted at that moment, by the ties that
      were made before; and what was decided is exactly what is compared now.

    So a tie never passes on what the supplier at its other end got by a later act, and a split
    passes on no decision that was made after it.
    """

    every: Sequence[SupplierTie]

    @cached_property
    def _into(self) -> dict[str, SupplierTie]:
        return {one.ref: one for one in self.every if one.kind == "merged"}

    @cached_property
    def refs(self) -> frozenset[str]:
        """Return every supplier of which alerts do not follow from its own screenings alone."""
        merged = (ref for one in self._into.values() for ref in (one.ref, one.other_ref))
        split = (self.holder(one.ref) for one in self.every if one.kind == "split")
        return frozenset((*merged, *split))

    def __contains__(self, ref: str) -> bool:
        return ref in self.refs

    def holder(self, ref: str) -> str:
        """Return the supplier that this one is part of by now; itself where it was not merged."""
        while ref in self._into:
            ref = self._into[ref].other_ref
        return ref

    def members(self, holder: str) -> tuple[str, ...]:
        """Return the supplier, and all that were merged into it, even where it was merged on
        since.
        """
        found = [holder]
        for ref in found:  # grows as it goes
            found += [one.ref for one in self._into.values() if one.other_ref == ref]
        return (holder, *sorted(found[1:]))

    def connected(self, refs: Iterable[str]) -> frozenset[str]:
        """Return these suppliers and all that ties lead to from them, directly or not."""
        found, size = set(refs), -1
        while size < len(found):
            size = len(found)
            for one in self.every:
                if not found.isdisjoint((one.ref, one.other_ref)):
                    found |= {one.ref, one.other_ref}
        return frozenset(found)

    def lines(
        self, holder: str, ids_of: Callable[[str], tuple[str, ...]]
    ) -> tuple[JoinedLine, ...]:
        """Return the decisions of other suppliers that count for an alert of the holder.

        `ids_of` gives the ids under which those of one supplier are recorded.
        """
        members, found = self.members(holder), list[JoinedLine]()

        def add(ref: str, before: int, under: int, until: int | None) -> None:
            """Add what counted for a supplier by the ties before that place."""
            for place, tie in enumerate(self.every[:before]):
                if (tie.kind, tie.other_ref) == ("merged", ref):
                    other, then, last = tie.ref, before, until
                elif (tie.kind, tie.ref) == ("split", ref) and tie.other_ref not in members:
                    other, then = tie.other_ref, place
                    last = tie.decision if until is None else min(tie.decision, until)
                else:
                    continue
                found.append(
                    JoinedLine(
                        ids=ids_of(other),
                        until=tie.decision if last is None else last,
                        merged=last is None,
                        ref=other,
                        under=under,
                        since=tie.decision,
                    )
                )
                add(other, then, len(found), last)

        add(holder, len(self.every), 0, None)
        return tuple(found)

    def newest(
        self, ref: str, runs: Mapping[str, str], places: Mapping[str, int]
    ) -> tuple[str, str]:
        """Return the newest screening of what a supplier is: under which reference, and its run.

        That of the supplier which it was merged into, if one was since; else its own. Empty where
        there is no run. `places` are those of runs among all.
        """
        found = ref, runs.get(ref, "")
        while tie := self._into.get(ref):
            ref = tie.other_ref
            run = runs.get(ref, "")
            # A run from before the merge that is no longer there was older than any that is.
            if run and places.get(run, 0) > places.get(tie.run_id, 0):
                found = ref, run
        return found

"""What it means for a supplier, or someone behind it, to be named on a sanctions list."""

from functools import partial

from duediligence.checks.toolkit.events import of_designation

from duediligence.contracts import CheckContext, check
from duediligence.model import NOT_APPLICABLE, Outcome, PossibleMatch
from duediligence.model.circumstances import Circumstance, whom_of
from duediligence.model.facts import NOTHING, entry_name, say, tag_published

UK_LISTS = frozenset({"uk-sanctions", "un"})
FREEZE = "asset freeze"
DISQUALIFICATION = "director disqualification"


def _imposes_measure(found: PossibleMatch, measure: str) -> bool:
    return any(measure in imposed.casefold() for imposed in found.entry.measures)


def _disqualifies_director(found: PossibleMatch) -> bool:
    # Only a person can be a director, but a list may not say who is one.
    return (
        found.entry.kind in ("person", "unknown")
        and found.party.kind != "organisation"
        and _imposes_measure(found, DISQUALIFICATION)
    )


def _outcome(found: PossibleMatch, next_step: str) -> Outcome:
    entry = found.entry
    day = entry.listed_on
    regime = say(" under {regimes}", regimes=tag_published(entry, "regimes"))
    measures = say(" Measures: {measures}.", measures=tag_published(entry, "measures", stop=False))
    return Outcome(
        "adverse" if found.certain else "review",
        why=say(
            "{entry} was listed{on}{regime}.{measures}",
            entry=entry_name(entry.name),
            on=say(" on {day}", day=day) if day else NOTHING,
            regime=regime if entry.regimes else NOTHING,
            measures=measures if entry.measures else NOTHING,
        ),
        measures=entry.measures,
        circumstances=(Circumstance(kind="designation", whom=whom_of(found.party)),),
        next_step=next_step,
        event=of_designation(found, authority="" if entry.list_id in UK_LISTS else entry.list_id),
    )


sanctions_check = partial(
    check, topic="sanctions", needs=PossibleMatch, circumstances=("designation",)
)


@sanctions_check(
    id="SAN-01",
    title="Asset freeze under UK or UN sanctions",
    severity="critical",
    basis="Sanctions and Anti-Money Laundering Act 2018 s.3 and the regulations of each regime",
)
def asset_freeze(found: PossibleMatch, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The name may be that of a party whose assets are frozen in the UK.

    If it is the same party, paying it or letting it have money or goods may be an offence. Do
    not pay or award until you know. Compare the birth date, address and numbers with the
    publisher's entry; if they agree, stop and ask your legal team about OFSI.
    """
    if found.entry.list_id not in UK_LISTS:
        return NOT_APPLICABLE
    if found.entry.list_id == "uk-sanctions" and not _imposes_measure(found, FREEZE):
        return NOT_APPLICABLE
    return _outcome(
        found,
        "Compare with the publisher's entry. If it is the same party, do not pay or award: "
        "ask your legal team.",
    )


@sanctions_check(
    id="SAN-02",
    title="Director disqualification sanction",
    severity="high",
    basis="Company Directors Disqualification Act 1986 s.11A",
)
def director_disqualification(found: PossibleMatch, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The name may be that of a person barred by sanctions from directing or managing a UK company.

    This is separate from an asset freeze, and applies with or without one. If it is the same
    person, ask the supplier how this person can be a director, and inform your legal team.
    """
    if not _disqualifies_director(found):
        return NOT_APPLICABLE
    return _outcome(
        found,
        "Compare name and birth date with the publisher's entry. If it is the same person, ask the "
        "supplier what their role is in running the company, and inform your legal team.",
    )


@sanctions_check(
    id="SAN-03",
    title="Other UK sanctions measure",
    severity="high",
    basis="Sanctions and Anti-Money Laundering Act 2018 ss.3-8",
)
def other_measure(found: PossibleMatch, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The name may be that of a party under a UK measure other than an asset freeze.

    For example a travel ban, or a rule on trust services or ships. Read which measure it is: some
    do not affect a contract, others do.
    """
    others = [m for m in found.entry.measures if DISQUALIFICATION not in m.casefold()]
    if found.entry.list_id != "uk-sanctions" or _imposes_measure(found, FREEZE):
        return NOT_APPLICABLE
    if _disqualifies_director(found) and not others:
        return NOT_APPLICABLE
    return _outcome(
        found, "Compare with the publisher's entry and read which measure applies and to what."
    )


@sanctions_check(
    id="SAN-04",
    title="Sanctioned by another authority",
    severity="high",
    basis="Not UK law: a sign of risk (money laundering, links to sanctioned owners)",
)
def foreign_sanctions(found: PossibleMatch, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """The name may be that of a party sanctioned by the EU, the United States or others.

    This does not bind a UK buyer by itself, but banks and insurers act on it, and it says something
    about who owns or runs the supplier. Ask the supplier, and see whether UK sanctions apply as
    well.
    """
    if found.topic != "sanctions" or found.entry.list_id in UK_LISTS:
        return NOT_APPLICABLE
    return _outcome(
        found,
        "Compare with the publisher's entry. If it is the same party, ask the supplier and see "
        "whether UK sanctions reach its owners.",
    )

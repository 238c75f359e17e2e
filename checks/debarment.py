"""What it means to be named on a list of those barred from public contracts."""

from functools import partial

from duediligence.contracts import CheckContext, check
from duediligence.model import NOT_APPLICABLE, Outcome, PossibleMatch
from duediligence.model.circumstances import Circumstance, CircumstanceKind, whom_of
from duediligence.model.declarations import find_ground_codes
from duediligence.model.facts import NOTHING, entry_name, say, tag_published, word


def _build_debarment_outcome(
    found: PossibleMatch, ctx: CheckContext, kind: CircumstanceKind, next_step: str
) -> Outcome:
    entry = found.entry
    ground = say(" Ground stated: {grounds}.", grounds=tag_published(entry, "grounds", stop=False))
    end = entry.ends_on
    passed = ", which has passed: the entry no longer counts" if end and end < ctx.today else ""
    until = say(" until {end}{passed}", end=end, passed=word(passed)) if end else NOTHING
    status = say(" ({status})", status=tag_published(entry, "status")) if entry.status else NOTHING
    return Outcome(
        "adverse" if found.certain else "review",
        why=say(
            "{entry} is on the {list}{status}{until}.{ground}",
            entry=entry_name(entry.name),
            list=word(found.list_title),
            status=status,
            until=until,
            ground=ground if entry.grounds else NOTHING,
        ),
        measures=entry.measures,
        circumstances=(
            Circumstance(
                kind=kind,
                whom=whom_of(found.party),
                stated=tuple(sorted(find_ground_codes(entry.grounds))),
            ),
        ),
        next_step=next_step,
        law=("debarment list",) if kind == "debarment" else (),
    )


debarment_check = partial(check, topic="debarment", needs=PossibleMatch)


@debarment_check(
    id="DEB-01",
    title="On the UK debarment list: mandatory ground",
    severity="critical",
    basis="Procurement Act 2023 s.57(1)(b) and s.62",
    circumstances=("debarment",),
)
def mandatory(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """The name may be that of a supplier on the debarment list under a mandatory ground.

    Check the entry and its end date on the published list, and for which contracts it counts: one
    for national security (Sch 6 para 35) bars only the contracts that it describes (s.57(3)). Take
    it to your legal team.
    """
    if found.entry.list_id != "uk-debarment" or found.entry.status != "mandatory":
        return NOT_APPLICABLE
    return _build_debarment_outcome(
        found,
        ctx,
        "debarment",
        "Open the published list and compare number and address, and read which contracts it "
        "describes, if any. If it is the same supplier, your legal team decides.",
    )


@debarment_check(
    id="DEB-02",
    title="On the UK debarment list: discretionary ground",
    severity="high",
    basis="Procurement Act 2023 s.57(2)(b) and s.62",
    circumstances=("debarment",),
)
def discretionary(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """The name may be that of a supplier on the debarment list under a discretionary ground.

    If it is the same supplier, you may decide either way, and must be able to show why. Check the
    entry and its end date on the published list. Representations under s.58 are about other
    grounds: here the entry itself makes the supplier excludable.
    """
    if found.entry.list_id != "uk-debarment" or found.entry.status != "discretionary":
        return NOT_APPLICABLE
    return _build_debarment_outcome(
        found,
        ctx,
        "debarment",
        "Open the published list and compare number and address. If it is the same supplier, "
        "ask your lawyers, decide, and record why.",
    )


@debarment_check(
    id="DEB-03",
    title="Barred by a development bank",
    severity="high",
    basis="Policies of the banks for their own projects: no ground in itself",
    circumstances=("bar of a development bank",),
)
def development_bank(found: PossibleMatch, ctx: CheckContext) -> Outcome:
    """The name may be that of a firm that the World Bank or a sister bank will not contract with.

    The banks bar firms for fraud, corruption, collusion or obstruction in their own projects.
    This is not the UK debarment list, and a bank is no court or regulator. Ask the supplier, and
    look for a conviction or ruling behind it.
    """
    if found.topic != "debarment" or found.entry.list_id == "uk-debarment":
        return NOT_APPLICABLE
    return _build_debarment_outcome(
        found,
        ctx,
        "bar of a development bank",
        "Compare name and address with the bank's entry, then ask the supplier.",
    )


@debarment_check(
    id="DEB-04",
    title="Under a debarment investigation",
    severity="low",
    basis="Procurement Act 2023 s.60: no ground in itself",
)
def investigation(found: PossibleMatch, _ctx: CheckContext) -> Outcome:
    """The name may be that of a supplier that is investigated for the debarment list.

    It is not on that list. An investigation, or one that is paused, has found nothing yet and is
    no ground. What it looks into may be one on facts that you know yourself.
    """
    if not found.entry.status.startswith("investigation"):
        return NOT_APPLICABLE
    return Outcome(
        "adverse" if found.certain else "review",
        why=say(
            "{entry} is not on the {list} but investigated for it ({status}).",
            entry=entry_name(found.entry.name),
            list=word(found.list_title),
            status=tag_published(found.entry, "status"),
        ),
        measures=found.entry.measures,
        next_step="Read the published notice. It decides nothing: look again when it ends.",
    )

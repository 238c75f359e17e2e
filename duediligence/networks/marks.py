"""What is recorded about the parties of a network: from registers, and from findings of the run."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from duediligence.model import Disqualification, Finding, Match
from duediligence.model.networks import MarkKind, NetworkMark

# As in the register's own enumeration of a company's status.
INSOLVENT = frozenset(
    "liquidation administration receivership insolvency-proceedings voluntary-arrangement".split()
)
TOPICS: Mapping[str, MarkKind] = {
    "sanctions": "listed",
    "debarment": "listed",
    "enforcement": "enforcement",
    "insolvency": "insolvent",
    "disqualification": "disqualified",
}
# Checks of the topic of enforcement that are about an insolvency.
_OF_INSOLVENCY = ("ENF-08",)


def of_status(status: str) -> tuple[NetworkMark, ...]:
    """Return the mark of a company whose status on the register is one of insolvency."""
    if status not in INSOLVENT:
        return ()
    return (NetworkMark(kind="insolvent", what=status.replace("-", " ")),)


def of_disqualification(record: Disqualification, today: date) -> NetworkMark | None:
    """Return the mark of somebody disqualified on that day; None where it is over or not yet in
    force.
    """
    if not (record.from_ or today) <= today <= (record.until or today):
        return None
    return NetworkMark(
        kind="disqualified",
        what="register of disqualified directors",
        sure="same name and birth month",
        on=record.from_,
    )


def of_findings(
    findings: Iterable[Finding], titles: Mapping[str, str]
) -> Iterator[tuple[Finding, NetworkMark]]:
    """Yield the findings that say something of a party, with the mark that each is.

    Only where a number is the same, or the name and nothing else differs: what is merely similar
    would follow a namesake from supplier to supplier. Low findings are no marks. `titles` are those
    of lists, by id.
    """
    for one in findings:
        kind = TOPICS.get(one.topic)
        if kind is None or one.outcome not in ("review", "adverse") or one.severity == "low":
            continue
        # What stands at the same premises under another name is no match.
        if not one.list_id or one.score is None or not _may_be(one):
            continue
        yield (
            one,
            NetworkMark(
                kind="insolvent" if one.check_id in _OF_INSOLVENCY else kind,
                what=titles.get(one.list_id, one.list_id),
                sure=one.certainty,
                on=one.happened_on,
                handling=one.handling,
            ),
        )


def _may_be(finding: Finding) -> bool:
    match = Match(tuple(one for one in finding.features if not one.said))
    if match.certain:
        return True
    differs = match.otherwise_born or match.undated or match.feature("identifier") is not None
    return match.same_name and not differs

"""All findings about one supplier, read together.

The rule, after the research notes on company red flags (single flags are common, clusters are
not), with `flag` for an outcome of review or adverse:

A flag is an event, with the severity and topic of its gravest finding: what several sources tell of
one insolvency is one sign. Signs of labour exploitation that were found together count once.

1. Any critical flag: `stop and verify`.
2. Else a high flag, and beside it two flags of medium or more that stand in different topics from
   each other; or a high flag of a record that could go to a ground where a number says that it is
   of this party, or one of three or more signs that were found together: `enhanced checks`.
   Records of two council powers are of two topics.
3. Else `standard`, if everything was checked.

Where something could not be checked, `incomplete` stands beside the word of 1 or 2 and takes the
place of `standard`: what was not checked weighs as much as what was found, and a supplier about
whom something is unknown is never called standard. Low flags are context and move nothing. Neither
do messages of partners, which are pointers and no evidence.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

from duediligence.model import SEVERITIES, Cluster, Finding, Reading
from duediligence.model.findings import Word, by_event
from duediligence.text.wording import listed

# A flag that rests on this many kinds of signs is a cluster by itself.
_MANY_SIGNS = 3
_OF_PARTNERS = "partners"
_MEDIUM, _HIGH, _CRITICAL = (SEVERITIES.index(s) for s in ("medium", "high", "critical"))


def overall_reading(findings: Iterable[Finding]) -> Reading:
    """Return the reading of one supplier from all its findings, those about lists not checked
    included.
    """
    findings = [one for one in findings if one.topic != _OF_PARTNERS]
    to_review = sorted(
        (f for f in findings if f.outcome in ("review", "adverse")),
        key=lambda f: (-_rank_severity(f), f.topic, f.check_id),
    )
    flags = by_event(to_review)
    not_checked = tuple(f for f in findings if f.outcome == "unknown")
    found, why = _derive_flag_reading(flags)
    words: tuple[Word, ...] = (found,)
    if not_checked:
        words = ("incomplete",) if found == "standard" else (found, "incomplete")
        things = "1 thing" if len(not_checked) == 1 else f"{len(not_checked):,} things"
        why = f"{why} {things} could not be checked."
    return Reading(words, why, _cluster_flags(to_review), not_checked)


def by_supplier(findings: Iterable[Finding], refs: Iterable[str]) -> dict[str, list[Finding]]:
    """Return the findings about each of these suppliers, by reference.

    What was not checked for anybody was not checked for each of them.
    """
    by_ref: dict[str, list[Finding]] = {ref: [] for ref in refs}
    for finding in findings:
        for ref in (finding.supplier_ref,) if finding.supplier_ref else by_ref:
            if ref in by_ref:
                by_ref[ref].append(finding)
    return by_ref


def _derive_flag_reading(flags: Sequence[tuple[Finding, ...]]) -> tuple[Word, str]:
    leads = [flag[0] for flag in flags]
    grave = [f for f in leads if _rank_severity(f) == _CRITICAL]
    if grave:
        return "stop and verify", f"{_list_check_titles(grave)}: critical."
    notable = [f for f in leads if _rank_severity(f) >= _MEDIUM]
    high = [f for f in notable if _rank_severity(f) == _HIGH]
    for first, *others in flags:
        if _rank_severity(first) != _HIGH:
            continue
        for one in (first, *others):
            if _rank_severity(one) == _HIGH and _same_number(one):
                return "enhanced checks", f"{one.check_title}: high, and a number is the same."
        if len(first.signs) >= _MANY_SIGNS:
            return "enhanced checks", f"{first.check_title}: high, of several kinds of signs."
        for beside in _list_other_flags(first, notable):
            topics = sorted({f.power.replace("_", " ") or f.topic for f in beside})
            if len(topics) >= 2:
                return (
                    "enhanced checks",
                    f"{first.check_title}: high, beside flags on {listed(topics)}.",
                )
    if high:
        return (
            "standard",
            f"{_list_check_titles(high)}: high, but without flags of two other topics.",
        )
    if notable:
        return "standard", "No flag above medium."
    return "standard", "Only low flags." if flags else "No flag."


def _list_other_flags(
    first: Finding, notable: Sequence[Finding]
) -> tuple[list[Finding], list[Finding]]:
    """Return the flags beside one, signs found together counted once: each sign, or all as one."""
    others = [f for f in notable if f is not first and not _is_part(f, first)]
    others = [f for f in others if not _is_part(first, f)]
    each = [f for f in others if not any(_is_part(one, f) for one in others)]
    as_one = [f for f in others if not any(_is_part(f, one) for one in others)]
    return each, as_one


def _is_part(one: Finding, whole: Finding) -> bool:
    """Return whether one is a sign, and the other that several were found together, it among
    them.
    """
    return bool(one.signs) and set(one.signs) < set(whole.signs)


def _same_number(finding: Finding) -> bool:
    """Return whether it is a record that could go to a ground, and a number says that it is
    theirs.
    """
    return (
        finding.outcome == "adverse"
        and finding.score is not None
        and bool(finding.possible_grounds)
    )


def _cluster_flags(flags: Sequence[Finding]) -> tuple[Cluster, ...]:
    by_topic = sorted(flags, key=lambda f: f.topic)  # stable: most severe first in each topic
    clusters = [
        Cluster(topic, tuple(found)) for topic, found in groupby(by_topic, _read_finding_topic)
    ]
    return tuple(sorted(clusters, key=lambda c: (-_rank_severity(c.findings[0]), c.topic)))


def _read_finding_topic(finding: Finding) -> str:
    return finding.topic


def _rank_severity(finding: Finding) -> int:
    return SEVERITIES.index(finding.severity)


def _list_check_titles(findings: Sequence[Finding]) -> str:
    return listed(dict.fromkeys(f.check_title for f in findings))

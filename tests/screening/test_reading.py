"""The overall reading: words by the documented rule, with their reasons."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from duediligence.model import SEVERITIES, Finding
from duediligence.screening.run.reading import overall_reading
from tests.rows import for_each


def flag(severity: str, topic: str, outcome: str = "review") -> Finding:
    return Finding(
        run_id="r",
        supplier_ref="S-1",
        supplier_name="Quillhaven Works",
        company_number="99000001",
        check_id=f"{topic[:3].upper()}-01",
        check_title=f"{severity} thing in {topic}",
        topic=topic,
        outcome=outcome,  # type: ignore[arg-type]
        severity=severity,  # type: ignore[arg-type]
    )


CRITICAL = flag("critical", "existence")
HIGH = flag("high", "people")
FILING, ADDRESS = flag("medium", "filing"), flag("medium", "address")
LOW = flag("low", "finance")
UNKNOWN = flag("high", "coverage", "unknown")
# Two signs of labour exploitation, and the flag that they were found together.
WAGE = replace(flag("medium", "enforcement"), signs=("minimum wage",))
LICENCE = replace(flag("medium", "standing"), signs=("sponsor licence",))
TOGETHER = replace(flag("high", "labour"), signs=("minimum wage", "sponsor licence"))


@for_each(
    ("findings", "words"),
    [
        ([], ("standard",)),
        ([LOW, LOW], ("standard",)),
        ([FILING, ADDRESS, flag("medium", "ownership")], ("standard",)),
        ([HIGH], ("standard",)),
        ([HIGH, FILING], ("standard",)),
        ([HIGH, FILING, FILING], ("standard",)),
        ([HIGH, FILING, LOW], ("standard",)),
        ([HIGH, FILING, ADDRESS], ("enhanced checks",)),
        ([HIGH, flag("medium", "people"), FILING], ("enhanced checks",)),
        ([HIGH, flag("high", "filing"), flag("high", "address")], ("enhanced checks",)),
        # Signs found together count once: not beside one another, nor as one topic more.
        ([TOGETHER, WAGE, LICENCE], ("standard",)),
        ([TOGETHER, WAGE, LICENCE, FILING], ("standard",)),
        ([TOGETHER, WAGE, LICENCE, FILING, ADDRESS], ("enhanced checks",)),
        ([HIGH, TOGETHER, WAGE], ("standard",)),
        ([HIGH, TOGETHER, FILING], ("enhanced checks",)),
        ([HIGH, WAGE, LICENCE], ("enhanced checks",)),
        ([HIGH, TOGETHER, WAGE, LICENCE], ("enhanced checks",)),
        ([CRITICAL], ("stop and verify",)),
        ([CRITICAL, HIGH, FILING, ADDRESS], ("stop and verify",)),
        ([UNKNOWN], ("incomplete",)),
        ([LOW, UNKNOWN], ("incomplete",)),
        ([HIGH, FILING, ADDRESS, UNKNOWN], ("enhanced checks", "incomplete")),
        ([CRITICAL, UNKNOWN], ("stop and verify", "incomplete")),
    ],
)
def test_the_rule(findings: list[Finding], words: tuple[str, ...]) -> None:
    assert overall_reading(findings).words == words


def test_the_reading_names_its_reasons() -> None:
    reading = overall_reading([FILING, HIGH, ADDRESS, UNKNOWN])
    assert reading.why == (
        "high thing in people: high, beside flags on address and filing. "
        "1 thing could not be checked."
    )
    assert reading.not_checked == (UNKNOWN,)


def test_flags_stand_together_by_topic_the_most_severe_first() -> None:
    reading = overall_reading([FILING, LOW, flag("critical", "filing"), HIGH])
    assert [(c.topic, c.severity) for c in reading.clusters] == [
        ("filing", "critical"),
        ("people", "high"),
        ("finance", "low"),
    ]
    assert [f.severity for f in reading.clusters[0].findings] == ["critical", "medium"]


findings = st.lists(
    st.builds(
        flag,
        st.sampled_from(SEVERITIES),
        st.sampled_from(["people", "filing", "address"]),
        st.sampled_from(["review", "adverse", "unknown"]),
    )
    | st.sampled_from([WAGE, LICENCE, TOGETHER]),
    max_size=6,
)
RANK = ("standard", "incomplete", "enhanced checks", "stop and verify")


@given(findings, findings)
def test_more_findings_never_make_a_reading_milder(
    some: list[Finding], more: list[Finding]
) -> None:
    before, after = overall_reading(some), overall_reading([*more, *some])
    assert RANK.index(after.words[0]) >= RANK.index(before.words[0])
    assert ("incomplete" in after.words) >= ("incomplete" in before.words)


@given(findings)
def test_nothing_is_lost_and_standard_is_never_said_of_what_is_unknown(some: list[Finding]) -> None:
    reading = overall_reading(some)
    grouped = [f for cluster in reading.clusters for f in cluster.findings]
    assert len(grouped) + len(reading.not_checked) == len(some)
    assert ("incomplete" in reading.words) == bool(reading.not_checked)
    assert not (reading.not_checked and "standard" in reading.words)


def test_three_kinds_of_signs_together_are_a_cluster_by_themselves() -> None:
    three = replace(TOGETHER, signs=("minimum wage", "poor rating", "sponsor licence"))
    assert overall_reading([TOGETHER]).words == ("standard",)
    assert overall_reading([three]).words == ("enhanced checks",)
    assert overall_reading([replace(three, severity="medium")]).words == ("standard",)

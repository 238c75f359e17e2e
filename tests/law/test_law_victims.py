"""The steps for people who may be victims: whole, in order, and with their sources."""

from dataclasses import dataclass
from datetime import timedelta

from pages.citations import load_statutes

from duediligence.law.crimes import CRIME_TYPES
from duediligence.law.powers import AGENCIES, POWERS
from duediligence.law.victims import VICTIM_SIGNS, VictimSign, help_for_victims, victim_signs
from duediligence.model.findings import LabourSign
from tests.rows import for_each

HELP = help_for_victims()


@dataclass(frozen=True)
class Found:
    crime_types: tuple[str, ...] = ()
    signs: tuple[LabourSign, ...] = ()


@for_each("sign", VICTIM_SIGNS)
def test_help_comes_before_anything_about_a_contract(sign: VictimSign) -> None:
    steps = HELP.steps([sign])
    assert steps[0].id == "danger"
    assert "999" in steps[0].title
    assert [one.id for one in steps if one.after] == ["contract"]
    assert steps[-1].id == "contract"
    before = [one.id for one in steps]
    assert before.index("do-not-tell") < before.index("report")


def test_the_duty_to_notify_is_about_adults_and_a_child_needs_no_consent() -> None:
    by_id = {one.id: one for one in HELP.step}
    assert by_id["duty-to-notify"].source == "Modern Slavery Act 2015 s.52"
    assert by_id["duty-to-notify"] not in HELP.steps(["child-exploitation"])
    assert "without consent" in by_id["nrm-child"].title
    assert "informed consent" in by_id["nrm-adult"].title
    assert "s.47" in by_id["child"].source
    assert "s.42" in by_id["adult"].source


def test_each_kind_of_crime_has_steps_of_its_own() -> None:
    shared = set.intersection(*({one.id for one in HELP.steps([sign])} for sign in VICTIM_SIGNS))
    for sign in VICTIM_SIGNS:
        assert {one.id for one in HELP.steps([sign])} - shared, sign


def test_every_step_has_words_and_a_source() -> None:
    assert len({one.id for one in HELP.step}) == len(HELP.step)
    for one in HELP.step:
        assert one.does.endswith(".")
        assert one.title[:1].isupper()
        named = any(title in one.source for title in load_statutes())
        assert named or one.source.startswith("No statute"), one.id
    assert {"999", "08000 121 700"} <= {one.number for one in HELP.helpline}
    assert any("Fair Work Agency" in one for one in HELP.first_responders)


def test_after_the_day_of_review_it_says_so() -> None:
    assert HELP.reviewed_on < HELP.review_by
    assert HELP.not_reviewed(HELP.review_by) == ""
    late = HELP.not_reviewed(HELP.review_by + timedelta(days=1))
    assert HELP.review_by.isoformat() in late
    assert "before you rely on it" in late


@for_each(
    ("found", "signs"),
    [
        (Found(), ()),
        (Found(crime_types=("fraud_financial",)), ()),
        (Found(crime_types=("slavery_trafficking",)), ("slavery",)),
        (Found(crime_types=("child_sexual_exploitation",)), ("child-exploitation",)),
        (Found(signs=("minimum wage",)), ()),
        (Found(signs=("slavery",)), ("slavery",)),
        (Found(signs=("minimum wage", "poor rating")), ("slavery",)),
    ],
)
def test_what_is_a_sign(found: Found, signs: tuple[VictimSign, ...]) -> None:
    assert victim_signs([Found(), found]) == signs
    assert set(found.crime_types) <= set(CRIME_TYPES)


def test_every_council_power_can_act_and_so_can_the_other_bodies() -> None:
    ours = {one.code for one in AGENCIES.values() if one.ours}
    assert ours == {*POWERS.keys() - {"other"}, "procurement"}
    theirs = {
        *("fire", "hmrc", "immigration", "police", "fair_work_agency"),
        *("health", "probation", "education", "other"),
    }
    assert AGENCIES.keys() - ours == theirs
    for one in AGENCIES.values():
        assert one.acts or one.code == "other"
        assert set(one.acts) <= set(load_statutes())

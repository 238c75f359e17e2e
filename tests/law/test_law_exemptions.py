"""The table of exemptions: which there are, what calls for them, and what each says it is."""

from typing import get_args

from duediligence.law.exemptions import (
    Trait,
    list_access_remarks,
    list_exemptions,
    load_exemptions,
)


def test_the_absolute_ones_are_those_of_the_act_and_personal_data() -> None:
    """FOIA s.2(3) names ss.21, 23, 32, 41 and 44 whole, s.40 in part; EIR reg 12 is weighed."""
    absolute = {
        one.place.partition(",")[0] for one in load_exemptions().exemption if one.test == "absolute"
    }
    whole = {f"section {one}" for one in (21, 23, 32, 40, 41, 44)}
    assert absolute == {*whole, "regulation 13"}


def test_every_trait_calls_for_something_and_every_row_is_called_for() -> None:
    for trait in get_args(Trait):
        assert list_exemptions([trait], "FOIA") or list_exemptions([trait], "EIR"), trait
    rows = load_exemptions().exemption
    assert len({(one.regime, one.place) for one in rows}) == len(rows)
    assert all(one.when for one in rows)
    assert list_exemptions([], "FOIA") == list_exemptions([], "EIR") == ()
    assert {one.id for one in load_exemptions().trait} == set(get_args(Trait))


def test_a_bar_of_another_act_is_an_exemption_of_the_act_and_none_of_the_regulations() -> None:
    """EIR reg 5(6): another enactment does not stop what the Regulations give."""
    (bar,) = (one for one in list_exemptions(["consumer"], "FOIA") if "Enterprise" in one.source)
    assert bar.test == "absolute"
    assert not [one for one in list_exemptions(["consumer"], "EIR") if one.test == "absolute"]


def test_no_row_decides() -> None:
    for one in load_exemptions().exemption:
        assert not {"must be refused", "must be withheld", "is exempt"} & set(one.why.split("  "))
        assert one.place not in ("", one.title)
        assert one.why.endswith(".")


def test_the_warning_comes_first_and_scotland_is_told_that_its_law_is_another() -> None:
    first, *others = list_access_remarks("")
    assert "section 333A" in first.says
    assert "regulated sector" in first.says
    assert "s.342" in first.source or "342" in first.source
    assert not any(one.warns for one in others)
    added = {one.title for one in list_access_remarks("Scotland")} - {
        one.title for one in list_access_remarks("England")
    }
    assert added == {"Scotland"}

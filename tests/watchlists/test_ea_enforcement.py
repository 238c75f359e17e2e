"""The Environment Agency's enforcement actions: answers of the service, and its download."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from duediligence.watchlists._environment import next_page
from duediligence.watchlists.ea_enforcement import parse as ea

from duediligence.errors import UnreadableFile
from duediligence.law import grounds_for
from duediligence.model import Address, Identifier, Name
from duediligence.screening.lists.statuses import storable

Read = Callable[..., Any]
FOLDER = Path(__file__).parents[2] / "duediligence" / "demo" / "lists" / "ea-enforcement"
FIRST, SECOND = "enforcement-actions-0001.json", "enforcement-actions-0002.json"


def answers(**changed: object) -> dict[str, str]:
    """The two answers, with members of the first item changed; None takes one away."""
    first = json.loads((FOLDER / FIRST).read_text("utf-8"))
    for name, value in changed.items():
        first["items"][0][name] = value
        if value is None:
            del first["items"][0][name]
    return {FIRST: json.dumps(first), SECOND: (FOLDER / SECOND).read_text("utf-8")}


def test_an_action_is_read_with_act_impacts_and_number(read_sample: Read) -> None:
    found = read_sample(ea)
    entry = found["99000001"]
    assert entry.kind == "organisation"
    assert entry.identifiers == (Identifier("GB-COH", "99003301"),)
    assert entry.addresses == (Address("Tip Lane, Tarvit, Westmere ZY20 6TT", "ZY20 6TT"),)
    record = entry.record
    assert (record.type, record.reference) == ("conviction", "EA/2025/901")
    assert record.act_section == "Environmental Protection Act 1990 Section 33(1)(a)"
    assert record.event == "Court case: Depositing controlled waste without a permit"
    assert (record.event_date, record.decision_date) == (None, date(2025, 11, 6))
    assert record.outcome == "impact: water Minor, land Significant, air None"
    assert record.penalty_gbp == Decimal(18_000)
    assert entry.url.endswith("/registration/99000001")
    assert found["99000004"].names[1] == Name("Brine Metals", "trading")
    assert found["99000004"].identifiers == (Identifier("GB-COH", "SC099112"),)
    assert [one.record.type for one in found.entries] == [
        "conviction", "notice", "conviction", "caution", "conviction",
    ]  # fmt: skip
    assert found.drift == ()


def test_each_offence_keeps_its_own_act(read_sample: Read) -> None:
    record = read_sample(ea)["99000005"].record
    assert record.act_section == (
        "Environmental Permitting (England and Wales) Regulations 2016 Regulation 38(1); "
        "Water Resources Act 1991 Section 85(1)"
    )


def test_a_conviction_can_go_to_the_grounds_that_the_list_names(read_sample: Read) -> None:
    codes = {
        code
        for one in read_sample(ea).entries
        for code in grounds_for(one.record.act_section, one.record.type, one.record.power)
    }
    assert codes == set(ea.grounds)


def test_an_individual_is_not_kept_but_for_notices(read_sample: Read) -> None:
    entries = read_sample(ea).entries
    assert [one.name for one in entries if storable(one, True)] == ["Ambrose Quellin"]


def test_the_download_tells_the_same(read_sample: Read) -> None:
    whole, download = read_sample(ea), read_sample(ea, 1)
    assert download.entries[1] == whole["99000004"]
    assert download["99000001"].record.act_section == whole["99000001"].record.act_section
    assert set(download.drift) == set()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"actionDate": "lately"}, r"0001\.json: row 1: date is 'lately', not a date"),
        ({"actionDate": None}, "row 1: date is '', not a date"),
        ({"actionType": None}, "row 1: type is empty"),
        ({"offender": {}}, "row 1: name is empty"),
        ({"@id": "…/99000002"}, "99000002 appears twice"),
        ({"offence": {"a": {"b": {"c": {"d": {"e": 1}}}}}}, "nested too deep"),
    ],
)
def test_what_cannot_be_used_is_refused(
    read_list: Read, changed: dict[str, object], message: str
) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read_list(ea, answers(**changed))


@pytest.mark.parametrize(
    "content", ["{}", '{"items": [1]}', "[]", '{"items": []}', "<html></html>"]
)
def test_what_is_no_answer_is_refused(read_list: Read, content: str) -> None:
    with pytest.raises(UnreadableFile):
        read_list(ea, {FIRST: content})


def test_what_is_new_is_told(read_list: Read) -> None:
    found = read_list(
        ea, answers(actionType="Enforcement undertaking", prosecutor="CPS", fine="unlimited")
    )
    assert set(found.drift) == {
        "unread column: prosecutor (2)",
        "unmapped actionType: Enforcement undertaking (1)",
        "unmapped fine: unlimited (1)",
    }
    assert found["99000001"].record.type == "notice"


def test_a_full_answer_leads_on() -> None:
    url = "https://environment.data.gov.uk/x.json?_limit=3&_offset=3"
    assert next_page(FOLDER / FIRST, url).endswith("x.json?_limit=3&_offset=6")
    assert next_page(FOLDER / SECOND, url) == ""
    with pytest.raises(UnreadableFile, match="its address has no _limit"):
        next_page(FOLDER / FIRST, "https://environment.data.gov.uk/x.json")

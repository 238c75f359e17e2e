"""The Environment Agency's enforcement actions: answers of the service, and its download."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from duediligence.watchlists.ea_enforcement import next_page
from duediligence.watchlists.ea_enforcement import parse as ea

from duediligence.errors import UnreadableFile
from duediligence.law.crimes import grounds_for
from duediligence.model import Address, Identifier, Name
from duediligence.screening.lists.statuses import explain_not_storable
from tests.rows import for_each

Read = Callable[..., Any]
FOLDER = Path(__file__).parents[2] / "duediligence" / "demo" / "lists" / "ea-enforcement"
FIRST, LAST = "enforcement-actions-2025-0001.json", "enforcement-actions-2025-0002.json"
ADDRESS = "https://environment.data.gov.uk/x.json?after=2025-01-01&_limit=500&_offset="


def answers(**changed: object) -> dict[str, str]:
    """The answers of a year, with members of the first item changed; None takes one away."""
    first = json.loads((FOLDER / FIRST).read_text("utf-8"))
    for name, value in changed.items():
        first["items"][0][name] = value
        if value is None:
            del first["items"][0][name]
    return {FIRST: json.dumps(first), LAST: (FOLDER / LAST).read_text("utf-8")}


def download(rows: int, **changed: str) -> dict[str, str]:
    """A download of that many actions, with cells of each changed."""
    row = {
        "@id": "",
        "Offender Name": "BRINEHOLT RECYCLING LIMITED",
        "Action Type": "Court Case",
        "Action Date": "14/05/2025",
        "Total Fine": "£5000",
    }
    text = io.StringIO()
    writer = csv.DictWriter(text, [*row, *(name for name in changed if name not in row)])
    writer.writeheader()
    writer.writerows(row | {"@id": f"…/{number}"} | changed for number in range(rows))
    return {"enforcement-actions.csv": text.getvalue()}


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
        "conviction", "caution", "notice", "conviction", "conviction",
    ]  # fmt: skip
    assert found.drift == ()


def test_each_offence_keeps_its_own_act_and_reference(read_sample: Read) -> None:
    record = read_sample(ea)["99000005"].record
    permits = "Environmental Permitting (England and Wales) Regulations 2016 Regulation"
    assert record.act_section == (
        f"{permits} 38(1); Water Resources Act 1991 Section 85(1); {permits} 38(2)"
    )
    assert record.reference == "EA/2026/951/01 and 2 more"
    assert record.outcome == "3 offences; impact: water Major"
    # Two of the three are of the same words.
    assert record.event.count("Causing a discharge") == 1


@for_each(
    ("members", "cited", "offences"),
    [
        # One Act for all of them, or an Act and a section of each.
        ({"offence": ["x", "y"], "act": "A", "section": ["1", "2"]}, "A 1; A 2", 2),
        ({"offence": ["x", "y", "z"], "act": ["A", "B", "A"], "section": list("123")},
         "A 1; B 2; A 3", 3),
        # The same offence twice under one reference is shown twice, and is one.
        ({"offence": [{"description": "x", "act": "A", "caseReference": "R/1"}] * 2}, "A", 1),
        ({"offence": [{"description": "x", "act": "A", "caseReference": f"R/{n}"} for n in "123"]},
         "A", 3),
        # Which section belongs to which of more Acts nobody can say.
        ({"offence": "x", "act": ["A", "B"], "section": list("123")}, "A; B 1; 2; 3", 1),
    ],
)  # fmt: skip
def test_offences_are_paired_where_that_is_certain(
    members: dict[str, object], cited: str, offences: int, read_list: Read
) -> None:
    one = {
        "@id": "…/1",
        "offender": {"name": "A Ltd"},
        "actionType": "Court case",
        "actionDate": "2025-01-02",
    }
    found = read_list(ea, {FIRST: json.dumps({"items": [one | members]})})
    record = found.entries[0].record
    assert record.act_section == cited
    assert record.outcome == (f"{offences} offences" if offences > 1 else "")


def test_fines_of_offences_are_added(read_list: Read) -> None:
    offence = [{"description": "x", "fine": "£2750", "caseReference": f"R/{n}"} for n in range(18)]
    record = read_list(ea, answers(offence=offence, fine=None))["99000001"].record
    assert record.penalty_gbp == Decimal(49_500)
    assert record.reference == "R/0 and 17 more"


def test_a_conviction_can_go_to_the_grounds_that_the_list_names(read_sample: Read) -> None:
    codes = {
        code
        for one in read_sample(ea).entries
        for code in grounds_for(one.record.act_section, one.record.type, one.record.power)
    }
    assert codes == set(ea.grounds)


def test_an_individual_is_not_kept_but_for_notices(read_sample: Read) -> None:
    entries = read_sample(ea).entries
    assert [one.name for one in entries if explain_not_storable(one, True)] == ["Ambrose Quellin"]


def test_the_download_tells_the_same(read_sample: Read) -> None:
    whole, table = read_sample(ea), read_sample(ea, 1)
    assert table.entries[1] == whole["99000004"]
    assert table["99000001"].record.act_section == whole["99000001"].record.act_section
    assert set(table.drift) == set()


def test_names_in_capitals_and_sums_without_commas_are_read(read_list: Read) -> None:
    (entry,) = read_list(ea, download(1)).entries
    assert (entry.kind, entry.record.penalty_gbp) == ("organisation", Decimal(5_000))
    # Without an address of its own an action is known by its case.
    (entry,) = read_list(ea, download(1, **{"@id": "", "Case Reference": "NE/1/01"})).entries
    assert (entry.id, entry.record.reference, entry.url) == ("NE/1/01", "NE/1/01", "")


def test_a_query_that_may_have_left_out_actions_is_refused(read_list: Read) -> None:
    assert len(read_list(ea, download(1_999)).entries) == 1_999
    with pytest.raises(UnreadableFile, match="2,000 actions or more"):
        read_list(ea, download(2_000))


@for_each(
    ("changed", "message"),
    [
        ({"actionDate": "lately"}, r"0001\.json: row 1: date is 'lately', not a date"),
        ({"actionDate": "2024-12-31"}, "is '2024-12-31', where the year 2025 was asked for"),
        ({"actionDate": None}, "row 1: date is '', not a date"),
        ({"actionType": None}, "row 1: type is empty"),
        ({"offender": {}}, "row 1: name is empty"),
        ({"@id": "…/99000004"}, "99000004 appears twice"),
        ({"offence": {"a": {"b": {"c": {"d": {"e": 1}}}}}}, "nested too deep"),
    ],
)
def test_what_cannot_be_used_is_refused(
    read_list: Read, changed: dict[str, object], message: str
) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read_list(ea, answers(**changed))


@for_each("content", ["{}", '{"items": [1]}', "[]", '{"items": []}', "<html></html>"])
def test_what_is_no_answer_is_refused(read_list: Read, content: str) -> None:
    with pytest.raises(UnreadableFile):
        read_list(ea, {FIRST: content})


def test_what_is_new_is_told(read_list: Read) -> None:
    found = read_list(
        ea, answers(actionType="Enforcement undertaking", prosecutor="CPS", fine="unlimited")
    )
    assert set(found.drift) == {
        "unread column: prosecutor (1)",
        "unmapped actionType: Enforcement undertaking (1)",
        "unmapped fine: unlimited (1)",
    }
    assert found["99000001"].record.type == "notice"


@for_each("asked", [0, 1_000])
def test_only_an_answer_without_actions_is_the_end(tmp_path: Path, asked: int) -> None:
    page = tmp_path / FIRST

    def following(items: int, **meta: object) -> str:
        page.write_text(json.dumps({"meta": meta, "items": [{}] * items}))
        return next_page(page, ADDRESS + str(asked))

    # The service gives fewer than the 500 that were asked for, whatever it says of its limit.
    for meta in ({}, {"limit": 100}, {"limit": 500, "offset": asked}, {"offset": str(asked)}):
        assert following(100, **meta).endswith(f"_limit=500&_offset={asked + 100}")
        assert following(7, **meta).endswith(f"_offset={asked + 7}")
        assert following(0, **meta) == ""
    with pytest.raises(UnreadableFile, match=f"begins at item 5 where {asked:,} was asked for"):
        following(3, offset=5)
    with pytest.raises(UnreadableFile, match="holds 3 items where its limit is 2"):
        following(3, limit=2)
    with pytest.raises(UnreadableFile, match="2,000 actions or more"):
        following(2_000 - asked)
    with pytest.raises(UnreadableFile, match="_offset 'x'"):
        next_page(page, f"{ADDRESS}x")


def test_every_year_is_asked_for() -> None:
    assert ea.parts
    assert ea.parts(date(2026, 1, 1))[-2:] == ("2025", "2026")
    assert ea.parts(date(2026, 1, 1))[0] == "2000"

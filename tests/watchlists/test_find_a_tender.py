"""Failures and terminations that public buyers publish on Find a Tender."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from duediligence.watchlists.find_a_tender import next_page
from duediligence.watchlists.find_a_tender import parse as find_a_tender
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.contracts import Files
from duediligence.errors import DuediligenceError, UnreadableFile
from duediligence.law.crimes import grounds_for, limb_of
from duediligence.law.grounds import find_ground
from duediligence.model import Identifier
from tests.rows import for_each
from tests.thorough import examples

pytestmark = pytest.mark.thorough

Read = Callable[..., Any]
FOLDER = Path(__file__).parents[2] / "duediligence" / "demo" / "lists" / "find-a-tender"
BUYER = {"name": "Porthvellan Council", "id": "b", "roles": ["buyer"]}
SUPPLIER = {"name": "Quandor Care Limited", "id": "GB-COH-9905601"}


def release(number: int, when: str, **members: object) -> dict[str, object]:
    return {"ocid": "ocds-h6vhtk-0z9990", "id": f"{number:06}-2026", "date": when, **members}


def lines(*releases: object) -> dict[str, str]:
    return {"2026.jsonl": "".join(json.dumps(one) + "\n" for one in releases)}


def terminated(*reasons: str, **members: object) -> dict[str, object]:
    return release(
        2,
        "2026-11-18",
        awards=[{"id": "a", "suppliers": [SUPPLIER]}],
        contracts=[
            {
                "id": "c",
                "awardID": "a",
                "status": "terminated",
                "terminationRationaleClassifications": [{"id": one} for one in reasons],
                **members,
            }
        ],
    )


def failed(**members: object) -> dict[str, object]:
    failure = {"requirement": "Answer calls", "suppliers": [SUPPLIER], **members}
    contract = {"id": "c", "implementation": {"performanceFailures": [failure]}}
    return release(2, "2026-11-18T09:00:00Z", contracts=[contract])


def test_a_failure_is_merged_with_the_award_that_names_its_supplier(read_sample: Read) -> None:
    found = read_sample(find_a_tender)
    assert found.drift == ()
    failure, ended = found.entries
    assert failure.identifiers == (
        Identifier("GB-COH", "09905601"),
        Identifier("GB-PPON", "ZZAA-9901-ZZAA"),
    )
    assert failure.addresses[0].postcode == "ZY1 1AA"
    record = failure.record
    assert (record.type, record.authority) == ("contract_failure", "Porthvellan Council")
    assert record.event.startswith("Failure to perform a public contract (School meals): Hot meals")
    assert (record.decision_date, record.known_date) == (date(2026, 10, 30), date(2026, 11, 20))
    assert ended.name == "Vetch & Gall Cleaning"
    assert ended.record.event == (
        "Public contract terminated (Cleaning of libraries): Breach by the supplier"
    )


def test_what_buyers_publish_under_section_71_is_itself_a_ground(read_list: Read) -> None:
    improved = read_list(find_a_tender, lines(failed(decisionDate="2026-10-01T00:00:00Z")))
    breach = read_list(
        find_a_tender, lines(failed(penaltyDate="2026-10-01", penaltyType="imposed"))
    )
    text = find_ground("PA23-7-12", date(2026, 11, 26))
    for found, limb in ((improved, "4-performance"), (breach, "4-breach")):
        record = found.entries[0].record
        assert grounds_for(record.act_section, record.type, record.power) == ("PA23-7-12",)
        assert limb_of(text, record.act_section) == limb
    ended = read_list(find_a_tender, lines(terminated("insolvency"))).entries[0].record
    assert grounds_for(ended.act_section, ended.type, ended.power) == ()


@for_each("reasons", [("contractCompleted",), ("ContractCompleted",)])
def test_a_contract_that_was_completed_is_left_out(
    read_list: Read, reasons: tuple[str, ...]
) -> None:
    assert read_list(find_a_tender, lines(terminated(*reasons))).entries == []


@for_each(
    ("reasons", "said"),
    [
        (("zorvanised",), "zorvanised"),
        (("contractCompleted", "breach"), "breach"),
        ((), "no reason is published"),
    ],
)
def test_any_other_reason_is_shown_known_or_not(
    read_list: Read, reasons: tuple[str, ...], said: str
) -> None:
    (entry,) = read_list(find_a_tender, lines(terminated(*reasons))).entries
    assert entry.record.event == f"Public contract terminated: {said}"


def test_the_earlier_form_of_a_reason_is_read(read_list: Read) -> None:
    one = terminated(
        terminationRationaleClassifications=None,
        terminationRationaleClassification={"id": "x", "description": "By agreement"},
    )
    (entry,) = read_list(find_a_tender, lines(one)).entries
    assert entry.record.event == "Public contract terminated: By agreement"


@for_each(
    ("number", "whole"),
    [("9905601", "09905601"), ("SC99001", "SC099001"), ("RC900001", "RC900001")],
)
def test_short_company_numbers_are_made_whole(read_list: Read, number: str, whole: str) -> None:
    party = {**SUPPLIER, "identifier": {"scheme": "GB-COH", "id": number}}
    found = read_list(find_a_tender, lines(failed(suppliers=[party])))
    assert found.entries[0].identifiers == (Identifier("GB-COH", whole),)


def test_each_supplier_of_a_joint_contract_is_an_entry(read_list: Read) -> None:
    both = [SUPPLIER, {"name": "Mirelle Zorvan", "id": "2"}]
    found = read_list(find_a_tender, lines(failed(suppliers=both)))
    assert [entry.name for entry in found.entries] == ["Quandor Care Limited", "Mirelle Zorvan"]
    assert [entry.kind for entry in found.entries] == ["organisation", "unknown"]


def test_a_notice_without_a_supplier_is_counted(read_list: Read) -> None:
    found = read_list(find_a_tender, lines(failed(suppliers=[])))
    assert found.entries == []
    assert found.drift == (
        "left out: notice that names no supplier in these files: ocds-h6vhtk-0z9990 (1)",
    )


def test_releases_are_put_in_order_of_time_whatever_their_zone(read_list: Read) -> None:
    """09:30 in summer time is before 09:00 UTC; a date alone is midnight in the UK."""
    early = failed(description="Old words") | {"date": "2026-06-18T09:30:00+01:00"}
    late = failed(description="New words") | {"date": "2026-06-18T09:00:00Z"}
    first = release(1, "2026-06-18", tender={"title": "Calls"})
    for order in ((early, late, first), (late, first, early)):
        (entry,) = read_list(find_a_tender, lines(*order)).entries
        assert entry.record.event.endswith("(Calls): Answer calls; New words")


def test_a_member_under_another_name_is_reported(read_list: Read) -> None:
    one = failed()
    one["agreements"] = one.pop("contracts")
    found = read_list(find_a_tender, lines(one))
    assert found.entries == []
    assert found.drift == ("unread member: agreements of release (1)",)


@for_each(
    "broken",
    [{}, {"ocid": 5, "date": "2026-01-01"}, {"ocid": "x"}, {"ocid": "x", "date": "soon"}, 5],
)
def test_what_is_no_release_is_refused_with_its_line(read_list: Read, broken: object) -> None:
    with pytest.raises(UnreadableFile, match=r"^2026\.jsonl: line 1"):
        read_list(find_a_tender, lines(broken))


def test_the_next_page_is_where_the_answer_says() -> None:
    first, second = (FOLDER / f"releases-000{number}.json" for number in (1, 2))
    assert next_page(first, "").endswith("cursor=zz9901")
    assert next_page(second, "") == ""


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=8,
)
PLACES = st.sampled_from(
    "parties awards contracts buyer tender suppliers implementation performanceFailures period "
    "terminationRationaleClassifications identifier decisionDate description id status".split()
)


def changed(one: Any, place: str, value: object) -> Any:
    if isinstance(one, dict):
        return {k: value if k == place else changed(v, place, value) for k, v in one.items()}
    return [changed(v, place, value) for v in one] if isinstance(one, list) else one


@settings(max_examples=examples(300), deadline=None)
@given(place=PLACES, value=VALUES)
def test_whatever_stands_in_a_member_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, place: str, value: object
) -> None:
    text = (FOLDER / "2026.jsonl").read_text("utf-8")
    made = [changed(json.loads(line), place, value) for line in text.splitlines()]
    path = tmp_path_factory.mktemp("fts") / "2026.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in made), "utf-8")
    entries = []
    with suppress(DuediligenceError):
        entries += find_a_tender.parse(Files({path.name: path}))
    assert all(entry.names and entry.id for entry in entries)

"""Cases of the CMA: what each outcome is worth, and which firms a page says infringed."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from duediligence.watchlists.cma_cartels import parse as cartels

from duediligence.errors import UnreadableFile
from duediligence.law.crimes import grounds_for
from tests.rows import for_each

Read = Callable[..., Any]


def case(**fields: object) -> dict[str, object]:
    return {"title": "Acme Ltd: a case", "link": "/cma-cases/acme", "case_state": "open", **fields}


def search(*cases: object) -> dict[str, str]:
    return {"cma-cases-0001.json": json.dumps({"results": cases, "total": len(cases)})}


def page(*sentences: str, **metadata: object) -> dict[str, str]:
    told = {"outcome_type": "ca98-infringement-chapter-i", "case_state": "closed"} | metadata
    details = {"body": f"<p>{' '.join(sentences)}</p>", "metadata": told}
    held = {
        "title": "A case",
        "base_path": "/cma-cases/a-case",
        "first_published_at": "2021-03-02T09:00:00.000+00:00",
        "public_updated_at": "2024-06-18T09:00:00.000+00:00",
        "details": details,
    }
    return search(case()) | {"cma-case-a-case.json": json.dumps(held)}


def test_the_sample(read_sample: Read) -> None:
    found = read_sample(cartels)
    assert [(entry.id, entry.name, entry.record.type) for entry in found.entries] == [
        ("sample-school-blinds", "Sample school blinds", "order"),
        ("nettlewick-gritting-bid-rigging", "Nettlewick Gritting Ltd", "warning"),
        ("sample-ferry-piers", "Sample ferry piers", "order"),
        ("sample-library-software", "Sample library software", "warning"),
        ("sample-school-blinds.umberwick-blinds-limited", "Umberwick Blinds Limited", "order"),
        ("sample-school-blinds.sallowfield-shading-plc", "Sallowfield Shading plc", "order"),
        (
            "sample-school-blinds.umberwick-group-holdings-ltd",
            "Umberwick Group Holdings Ltd",
            "order",
        ),
    ]
    assert found.drift == (
        "left out: Case closed for other priorities (1)",
        "left out: No grounds for action (1)",
    )
    # A market's name is a poor name for anybody.
    assert found.entries[0].names[0].strength == "weak"
    assert found.entries[1].names[0].strength == "unstated"
    assert found.entries[0].record.event_date == date(2024, 6, 18)


def test_only_a_decision_goes_to_a_ground(read_sample: Read) -> None:
    found = read_sample(cartels)
    reached = [
        grounds_for(entry.record.act_section, entry.record.type) for entry in found.entries[:4]
    ]
    assert reached == [("PA23-6-41", "PA23-7-7"), (), ("PA23-7-9",), ()]


def test_each_firm_in_a_title_is_an_entry(read_list: Read) -> None:
    found = read_list(cartels, search(case(title="Acme Ltd and Bolt plc: a case")))
    assert [(entry.id, entry.name) for entry in found.entries] == [
        ("acme.title.acme-ltd", "Acme Ltd"),
        ("acme.title.bolt-plc", "Bolt plc"),
    ]


def test_an_outcome_that_is_not_known_is_kept_and_told(read_list: Read) -> None:
    found = read_list(cartels, search(case(outcome_type=["settled"], closed_date="soon")))
    assert found.entries[0].record.event == "Case closed: settled"
    assert found.drift == ("unmapped closed_date: soon (1)", "unmapped outcome_type: settled (1)")


def test_cases_of_other_kinds_are_left_out(read_list: Read) -> None:
    other = case(link="/cma-cases/merger", case_type=["mergers"])
    found = read_list(cartels, search(case(), other))
    assert [entry.id for entry in found.entries] == ["acme"]
    assert found.drift == ("left out: case of another type (1)",)


@for_each(
    ("sentence", "firms"),
    [
        ("The CMA found that Acme Ltd infringed the law.", ["Acme Ltd"]),
        ("On 3 May 2024 Acme (UK) Ltd and Bolt & Sons Limited were fined.",
         ["Acme (UK) Ltd", "Bolt & Sons Limited"]),
        ("Acme Ltd complained that others infringed.", []),
        ("Acme Ltd did not infringe; nor was it fined.", []),
        ("Acme Ltd sells blinds.", []),
    ],
)  # fmt: skip
def test_firms_that_infringed_are_taken_out_of_sentences(
    read_list: Read, sentence: str, firms: list[str]
) -> None:
    found = read_list(cartels, page(sentence))
    assert [entry.name for entry in found.entries[1:]] == firms
    assert (found.drift == ()) == bool(firms)


def test_a_page_of_a_case_without_a_decision_names_nobody(read_list: Read) -> None:
    found = read_list(cartels, page("Acme Ltd was fined.", outcome_type="ca98-commitment"))
    assert len(found.entries) == 1
    assert found.drift == ("left out: page of a case without an infringement decision (1)",)


def test_a_page_that_is_no_case_is_refused(read_list: Read) -> None:
    with pytest.raises(UnreadableFile, match="is not a CMA case"):
        read_list(
            cartels, search(case()) | {"cma-case-a.json": '{"details": {"body": "<p>A</p>"}}'}
        )

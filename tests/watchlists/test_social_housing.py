"""Social landlords: who is registered, and what their regulator thinks of them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from duediligence.watchlists.social_housing_judgements import parse as judgements
from duediligence.watchlists.social_housing_providers import parse as providers

from duediligence.errors import UnreadableFile
from duediligence.model import ListEntry, Name, Record

Read = Callable[..., Any]


def test_a_registered_provider(read_sample: Read) -> None:
    found = read_sample(providers)
    assert found["9904"] == ListEntry(
        id="9904",
        list_id="social-housing-providers",
        kind="organisation",
        names=(Name("Tansley Rise Lettings Ltd"),),
        remarks="Formerly Tansley Rise Property Ltd",
        record=Record(
            type="registration",
            power="housing",
            authority="Regulator of Social Housing",
            reference="9904",
            event="Registration as a provider of social housing (profit, company)",
            event_date=date(2021, 6, 30),
        ),
    )
    assert found.drift == ()


def test_only_a_grade_of_three_or_four_is_poor_and_the_worst_is_the_status(
    read_sample: Read,
) -> None:
    found = read_sample(judgements)
    graded = {one.id: (one.status, one.record.low) for one in found.entries}
    assert graded == {
        "L9901.rating.2025-11-26": ("C2, G1*, V2", False),
        "99UB.rating.2026-02-25": ("C3", True),
        # A day that stands as a number, which the cell does not format.
        "LH9905.rating.2026-07-28": ("G3", True),
        # One code, two landlords: neither may take the other's place.
        "L9906.rating.2026-07-29": ("C1, G1, V1", False),
        "L9906.rating.2024-09-25": ("C1, G2, V2", False),
        "9903.notice.2026-05-13": ("", False),
        "9904.notice.2026-06-03": ("", False),
    }
    assert found["L9901.rating.2025-11-26"].remarks == "Also about: Quillbrook Extra Care Limited"
    notice = found["9903.notice.2026-05-13"].record
    assert (notice.type, notice.event_date) == ("notice", date(2026, 5, 12))
    assert found.drift == ()


def test_a_workbook_without_its_sheet_of_notices_is_refused(read_list: Read) -> None:
    heading = (
        "Reg Code,Landlord,Status,Consumer grade,Governance Grade,Viability Grade,Publication Date"
    )
    with pytest.raises(UnreadableFile, match="Provider"):
        read_list(
            judgements,
            {"Regulatory_judgements.xlsx": f"{heading}\nL1,A Ltd,Current,C1,-,-,2026-01-02\n"},
        )

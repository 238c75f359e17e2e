"""Words and days that stand in options, however they are typed."""

from datetime import date

import pytest

from duediligence.casework.choices import date_of, word_of
from duediligence.errors import UsageError


def test_words_are_known_in_capitals_and_with_hyphens() -> None:
    assert word_of("state", "Not-The-Same", ("open", "not the same")) == "not the same"
    nations = ("", "Wales", "Northern Ireland")
    said = [word_of("nation", one, nations) for one in ("Wales", "northern-ireland")]
    assert said == ["Wales", "Northern Ireland"]
    with pytest.raises(UsageError, match="state: 'shut' is not a valid value") as caught:
        word_of("state", "shut", ("open", "not the same"))
    assert caught.value.hint == "Choose from open, not-the-same."


def test_a_day_is_a_day_or_none() -> None:
    assert date_of("since", "2026-11-24") == date(2026, 11, 24)
    assert date_of("since", "") is None
    with pytest.raises(UsageError, match="since: '24/11/2026' is not a valid date"):
        date_of("since", "24/11/2026")

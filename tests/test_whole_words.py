"""A year is found where it is one, and not among the digits of a hash or of a folder."""

from tests.rows import for_each
from tests.whole_words import HERE_WRITTEN, has_word


@for_each("text", ["1968", "in 03/1968.", "born 1968-03", '{"born": "1968-03"}', "17-03-1968"])
def test_a_year_is_found(text: str) -> None:
    assert has_word(text, "1968")


@for_each("text", ["", "a1968f", "19681", "/tmp/pytest-1968/home", "x-1968", "1968ab-20261120T09"])
def test_digits_of_something_else_are_not_the_year(text: str) -> None:
    assert not has_word(text, "1968")


@for_each("here", HERE_WRITTEN)
def test_the_folder_of_the_clone_may_have_any_name(here: str) -> None:
    assert not has_word(here, here.rpartition("/")[2])
    assert has_word(f"{here} 1968", "1968")

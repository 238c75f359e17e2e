"""A case that tries many rows fails for each that fails, and names them all."""

from pathlib import Path

import pytest

from tests.rows import for_each


def test_every_row_is_tried_and_each_that_fails_is_named() -> None:
    tried = []

    @for_each(("number", "word"), [(1, "one"), (2, "zwei"), pytest.param(3, "drei", id="third")])
    def check(number: int, word: str) -> None:
        tried.append(number)
        assert word == "one", f"{word} is wrong"

    with pytest.raises(AssertionError, match="2 of 3 rows fail") as error:
        check()
    assert tried == [1, 2, 3]
    for named in ("2, 'zwei'", "zwei is wrong", "third", "drei is wrong"):
        assert named in str(error.value)


def test_an_error_and_a_call_to_fail_are_failures() -> None:
    @for_each("number", [0, 1])
    def check(number: int) -> None:
        pytest.fail(f"{1 // number} is one")

    with pytest.raises(AssertionError, match=r"(?s)2 of 2 .*ZeroDivisionError.*1 is one"):
        check()


@for_each("word", ["first", "second"])
def test_each_row_has_its_own_folder_and_patches(
    word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not hasattr(pytest, "of_a_row")
    monkeypatch.setattr(pytest, "of_a_row", word, raising=False)
    (tmp_path / "made").mkdir()


def test_a_case_is_skipped_only_where_every_row_is() -> None:
    @for_each("number", [1, 2])
    def check(number: int, least: int) -> None:
        if number >= least:
            pytest.skip("too large")

    check(least=2)
    with pytest.raises(pytest.skip.Exception):
        check(least=1)


def test_a_row_with_a_mark_is_no_row() -> None:
    with pytest.raises(ValueError, match=r"pytest\.mark\.parametrize"):
        for_each("number", [pytest.param(1, marks=pytest.mark.soak)])

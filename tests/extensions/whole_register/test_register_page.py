"""The page on which an officer asks the whole register."""

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from duediligence.settings import Settings
from tests.extensions.whole_register.making import (
    COMPANIES_FILE,
    OWNERS_FILE,
    company,
    owner,
    totals,
    write_companies,
    write_lines,
)
from tests.web.conftest import browser, service_over

pytest.importorskip("duckdb", reason="the extra [register] is not installed")


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return [
        write_companies(tmp_path / COMPANIES_FILE, [company("99000001"), company("99000002")]),
        write_lines(
            tmp_path / OWNERS_FILE,
            [owner("99000001"), owner("99000002"), totals(2)],
            ascii_only=True,
        ),
    ]


def _asked(client: TestClient, **sent: str) -> Any:
    return client.post("/companies", data={"scope": "all", **sent})


def test_the_register_is_asked_by_form_and_nobody_is_named(
    load_files: Any, home: Path, files: list[Path]
) -> None:
    load_files(*files)
    with browser(service_over(Settings(home=home))) as client:
        assert "/companies" in client.get("/check").text
        answer = _asked(client, question="address", number="99000001")
        assert answer.status_code == 200
        assert "found" in answer.text
        many = _asked(client, question="people")
        assert many.status_code == 200
        assert "Not asked: officers" in many.text
        assert "Ann Sample" not in answer.text + many.text


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Choose what to ask"),
        ({"question": "company"}, "Give the number of the company"),
        ({"question": "address", "number": "99999999"}, "99999999"),
        ({"question": "changes"}, "register"),
    ],
)
def test_what_cannot_be_asked_is_said_in_words(
    load_files: Any, home: Path, files: list[Path], sent: dict[str, str], words: str
) -> None:
    load_files(*files)
    with browser(service_over(Settings(home=home))) as client:
        answer = _asked(client, **sent)
    assert answer.status_code == 422
    assert words in answer.text
    assert "duediligence registers" not in answer.text


def test_a_home_without_the_register_says_so(home: Path) -> None:
    with browser(service_over(Settings(home=home))) as client:
        answer = _asked(client, question="circles")
    assert answer.status_code == 422
    assert "loaded" in answer.text
    assert "duediligence" not in answer.text.split("<main")[1].split("</main")[0]

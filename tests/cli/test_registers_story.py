"""From a licensing register as a council publishes it to a supplier who is unknown."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from .conftest import Run

HEAD = "Licence no.,Licence holder 1,Licence holder 2,Premises,Granted,Status\n"
TITLE = "Porthvellan Council,,,,,\nRegister of premises licences,,,,,\n"
FOOT = "Total,,,,,40\n* licence suspended,,,,,\nLast updated 3 March 2026\n"


def licence(number: int, granted: str = "25/07/2026", second: str = "") -> str:
    return (
        f'L/{number},Quay Inn {number} Ltd,{second},"{number} Quay Row, ZY1 4DR",{granted},Live\n'
    )


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = tmp_path / "licences.csv"
    rows = [licence(n, second="Ann Noname" if n == 3 else "") for n in range(38)]
    rows += [licence(40, "12-May-26"), licence(41, "when <b>it</b> rained")]
    path.write_text(TITLE + HEAD + "".join(rows) + FOOT)
    return path


class Page(HTMLParser):
    """The text of a page, and what a reader of screens goes by."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_from_a_register_as_it_comes_to_an_unknown_supplier(
    run: Run, register: Path, tmp_path: Path
) -> None:
    drafted = run("lists", "new", register, "--power", "licensing", "--out", "mine.toml")
    assert drafted.code == 0, drafted.err
    mine = tmp_path / "mine.toml"
    text = mine.read_text()
    assert 'allowance = "2.5 %"  # look at those rows first: CHECK' in text
    assert "# 1 of 40 rows of the sample could not be read (2.5 %): row 43 of licences.csv." in text
    assert 'formats = ["%d-%b-%y"]' in text or 'format = "%d-%b-%y"' in text
    assert 'subject_name = ["Licence holder 1", "Licence holder 2"]' in text
    mine.write_text(text.replace('handling = "restricted"', 'handling = "public"'))
    tested = run("lists", "test", "mine.toml", "--rejects", "rejects.csv")
    assert tested.code == 0, tested.err
    assert "1 row of 40 not read, of at most 1 that may be left unread" in tested.err
    assert "row that is no record (total)" in tested.err
    rejects = (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig")
    assert rejects.splitlines()[1].startswith("licences.csv,43,column 'Granted'")
    assert run("lists", "add", "mine.toml").code == 0
    refreshed = run("lists", "refresh", "licences")
    assert refreshed.code == 0, refreshed.err
    assert "licences: loaded: 40 entries" in refreshed.out
    assert "1 row not read, as its description allows" in refreshed.err
    status = run("lists", "status")
    assert "licences is current with 1 row not read." in status.out
    (tmp_path / "suppliers.csv").write_text(
        "ref,name\nS1,Quay Inn 41 Limited\nS2,Fernmoor Garage Ltd\n"
    )
    screened = run("screen", "suppliers.csv", "--json")
    assert screened.code == 3
    data = json.loads(screened.out)["data"]
    (found,) = [one for one in data["findings"] if one["check_id"] == "LST-03"]
    assert (found["supplier_ref"], found["outcome"]) == ("S1", "unknown")
    assert "Row 43 of licences.csv of the Licences could not be read" in found["why"]
    said = [line for line in data["scope"]["in_words"] if "could not be read" in line]
    assert said == ["Registers with rows that could not be read: Licences (1 row)."]
    # The row is in the register alone: nothing of it is kept with the run.
    assert "when" not in json.dumps([one["version"] for one in data["lists"] if one["version"]])
    assert run("audit", "verify").code == 0
    # A pack says of such a finding that it is not derived again, for the row is not in it.
    for people in ([], ["--include-people"]):
        assert run("screen", "suppliers.csv").code == 3
        assert run("report", "S1", "--out", f"p{len(people)}.zip", *people).code == 0
        verified = json.loads(run("report", "verify", f"p{len(people)}.zip", "--json").out)["data"]
        assert (verified["answer"], verified["differences"]) == ("whole, not derived again", []), (
            verified
        )


def test_the_page_shows_what_was_understood_and_runs_nothing(
    run: Run, register: Path, tmp_path: Path
) -> None:
    assert run("lists", "new", register, "--out", "mine.toml").code == 0
    page = Page((tmp_path / "mine-understood.html").read_text(encoding="utf-8"))
    for told in (
        "Licence holder 2", "subject_name", "99/99/9999", "99-Month-99",
        "Last updated 3 March 2026",
        "title or footnote", "total", "when <b>it</b> rained", "Quay Inn 0 Ltd", "Ann Noname",
    ):  # fmt: skip
        assert told in page.text
    assert not {"b", "script", "img", "link", "iframe"} & set(page.tags)
    attributes = dict(page.attributes)
    assert attributes["html"]["lang"] == "en-GB"
    assert page.tags.count("h1") == page.tags.count("main") == page.tags.count("title") == 1
    assert all("scope" in held for tag, held in page.attributes if tag == "th")
    assert page.tags.count("caption") == page.tags.count("table")
    ids = {held["id"] for _, held in page.attributes if "id" in held}
    named = [held["aria-labelledby"] for _, held in page.attributes if "aria-labelledby" in held]
    assert named
    assert set(named) <= ids


def test_the_page_replaces_no_file(run: Run, register: Path, tmp_path: Path) -> None:
    for name in ("mine-understood.html", "other.html"):
        (tmp_path / name).write_text("mine")
    for more in ([], ["--page", "other.html"]):
        refused = run("lists", "new", register, "--out", "mine.toml", *more)
        assert refused.code == 2
        assert not (tmp_path / "mine.toml").exists()
    assert (tmp_path / "other.html").read_text() == "mine"
    assert run("lists", "new", register, "--page", "new.html").code == 0
    assert (tmp_path / "new.html").exists()


def test_more_bad_rows_than_are_ever_left_unread_get_no_allowance(
    run: Run, register: Path, tmp_path: Path
) -> None:
    register.write_text(
        HEAD + "".join(licence(n, "soon" if n % 4 == 0 else "25/07/2026") for n in range(8))
    )
    assert run("lists", "new", register, "--out", "mine.toml").code == 0
    text = (tmp_path / "mine.toml").read_text()
    assert "# That is more than 5 %: correct the description or the file." in text
    assert "\n# allowance = 0" in text
    refused = run("lists", "test", "mine.toml")
    assert refused.code == 2
    assert (
        "2 of 8 rows could not be read, and at most 0 may be left unread: rows 2, 6" in refused.err
    )


def test_only_the_first_problems_are_shown_and_all_are_in_the_file(
    run: Run, register: Path, tmp_path: Path
) -> None:
    run("lists", "new", register, "--out", "mine.toml")
    register.write_text(HEAD + "".join(licence(n, f"soon {n}") for n in range(50)))
    refused = run("lists", "test", "mine.toml", "--rejects", "rejects.csv")
    assert refused.code == 2
    assert (
        refused.err.count("not understood as a date") + refused.err.count("not a date of the form")
        == 20
    )
    assert "and 30 more" in refused.err
    assert len((tmp_path / "rejects.csv").read_text(encoding="utf-8-sig").splitlines()) == 51


def test_rejects_are_of_registers_of_ones_own(run: Run, tmp_path: Path) -> None:
    refused = run("lists", "test", "un", "--rejects", "rejects.csv")
    assert refused.code == 2
    assert "--rejects is for registers of your own" in refused.err
    assert not (tmp_path / "rejects.csv").exists()

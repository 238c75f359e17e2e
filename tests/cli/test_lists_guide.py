"""`lists guide`, and what `lists refresh --from` says of the files that were brought."""

import json
import shutil
from pathlib import Path

from ..conftest import SAMPLES
from .conftest import Run


def test_the_guide_is_written_and_says_what_comes_next(run: Run, tmp_path: Path) -> None:
    made = run("lists", "guide", "uk-sanctions", "cqc", "--out", "to-download.html")
    assert made.code == 0
    assert "2 lists" in made.out
    assert "lists refresh --from FOLDER" in made.err
    text = (tmp_path / "to-download.html").read_text(encoding="utf-8")
    assert "HSCA_Active_Locations.ods" in text
    refused = run("lists", "guide", "--out", "page.pdf")
    assert refused.code == 2
    assert run("lists", "guide", "nothing-such", "--out", "page.html").code == 2


def test_the_folder_is_said_to_hold_and_to_lack(run: Run, tmp_path: Path) -> None:
    brought = tmp_path / "stick"
    brought.mkdir()
    shutil.copy(SAMPLES / "un" / "consolidated.xml", brought / "download (2).xml")
    (brought / "shopping.txt").write_text("milk")
    found = run("lists", "refresh", "--from", "stick")
    # A sample is far smaller than the list may be: recognised, and refused.
    assert found.code == 3
    assert "download (2).xml: recognised by what it holds as consolidated.xml (un)" in found.err
    assert "Not recognised as a file of any list: shopping.txt" in found.err
    assert "uk-sanctions: not in stick, left unchanged. Missing: UK-Sanctions-List" in found.err
    assert "duediligence lists guide --out to-download.html" in found.err
    assert "cqc: not in" not in found.err
    told = json.loads(run("lists", "refresh", "un", "--from", "stick", "--json").out)
    assert told["data"][0]["read_as"] == {"consolidated.xml": "download (2).xml"}

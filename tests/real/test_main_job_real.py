"""The main job on real lists and real suppliers, where --real-data has them."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from duediligence.matching.names.features import OWN_SPELLING
from duediligence.model import ListEntry
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.text.folding import fold
from duediligence.text.legal_forms import split_legal_forms

SHARED = Path(os.environ["REAL_DATA"])
pytestmark = pytest.mark.skipif(
    not (SHARED / "lists").is_dir(), reason=f"the real lists are not in --real-data ({SHARED})"
)

# The counts of the README beside the data.
ENTRIES = {
    "uk-sanctions": 6_349,
    "ofac-sdn": 14_965,
    "ofac-consolidated": 442,
    "un": 1_011,
    "eu": 5_860,
    "world-bank": 1_370,
}
# UK firms on the UK list; their names are read from the list, never written here.
UK_FIRMS = (
    "BEL0107 INU0308 INU0339 INU0357 LIB0012 RUS1027 RUS1116 RUS1117 "
    "RUS1118 RUS1826 RUS1835 RUS2002 RUS2748 RUS3052 RUS3575 RUS3602"
).split()


def command(home: Path, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    code = "from duediligence.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={**os.environ, "DUEDILIGENCE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("real")
    done = command(home, "lists", "refresh", "--from", SHARED / "lists")
    assert done.returncode == 0, done.stderr
    return home


def test_every_list_has_the_expected_entries(home: Path) -> None:
    document = json.loads(command(home, "lists", "status", "--json").stdout)
    assert document["version"] == 1
    found = {one["id"]: one["entries"] for one in document["data"] if one["entries"]}
    assert found == ENTRIES
    states = {one["id"]: one["state"] for one in document["data"]}
    assert states["uk-sanctions"] == "stale", "the copy at hand is months old"
    assert states["uk-debarment"] == "never loaded"


def test_all_care_providers_are_screened(home: Path, tmp_path: Path) -> None:
    done = command(
        home,
        "screen",
        SHARED / "suppliers" / "care_providers.csv",
        "--out",
        tmp_path / "f.csv",
        "--format",
        "1",
    )
    assert done.returncode == 3, "stale lists make the run incomplete"
    assert "8,442 suppliers" in done.stdout
    with (tmp_path / "f.csv").open(encoding="utf-8", newline="") as file:
        flags = list(csv.DictReader(file))
    assert {flag["list_id"] for flag in flags if flag["outcome"] == "unknown"} == {
        "uk-sanctions",
        # Its files are of different days, and carry no date.
        "ofac-sdn",
        "ofac-consolidated",
        "un",
        "eu",
        "world-bank",
        "uk-debarment",
    }
    flagged = {flag["supplier_ref"] for flag in flags if flag["outcome"] == "review"}
    assert len(flagged) < 0.01 * 8_442, "officers have no patience for false alarms"


def longest(name: str) -> str:
    """The word to misspell; not one so short, or a legal form, that it would be another word."""
    words = [w for w in name.split() if len(w) >= 5 and w.isalpha() and w.upper() != "LIMITED"]
    return max(words, key=len, default="")


def swapped(name: str) -> str:
    """Two letters in the middle of the longest word change places."""
    word, at = longest(name), len(longest(name)) // 2
    return (
        name.replace(word, word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :], 1)
        if word
        else name
    )


def dropped(name: str) -> str:
    word, at = longest(name), len(longest(name)) // 2
    return name.replace(word, word[:at] + word[at + 1 :], 1) if word else name


def doubled(name: str) -> str:
    word = longest(name)
    return name.replace(word, word[:3] + word[2:], 1) if word else name


def other_form(name: str) -> str:
    for long, short in (
        ("LIMITED", "Ltd"),
        (" PLC", " P.L.C."),
        (" LTD", " Limited"),
        (" LLP", ""),
    ):
        name = name.upper().replace(long, short)
    return name


CHANGES: tuple[Callable[[str], str], ...] = (str.title, swapped, dropped, doubled, other_form)


def listed(home: Path) -> Iterator[ListEntry]:
    with Workspace(Settings(home=home)) as workspace:
        version = workspace.lists.current()["uk-sanctions"].version
        for entry_id in UK_FIRMS:
            yield workspace.lists.entry(version, entry_id)


def test_the_sanctioned_uk_firms_are_flagged_however_misspelt(home: Path, tmp_path: Path) -> None:
    wanted = set()
    suppliers = tmp_path / "suppliers.csv"
    with suppliers.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["ref", "supplier name"])
        for entry in listed(home):
            words, _ = split_legal_forms(fold(entry.name).split())
            # One short word in another spelling is as likely another firm's
            # (docs/developer/matching.md).
            if len(words) == 1 and len(words[0]) <= OWN_SPELLING:
                continue
            for change in CHANGES:
                ref = f"{entry.id}-{change.__name__}"
                writer.writerow([ref, change(entry.name)])
                wanted.add((ref, entry.id))
    command(home, "screen", suppliers, "--out", tmp_path / "flags.csv", "--format", "1")
    with (tmp_path / "flags.csv").open(encoding="utf-8", newline="") as file:
        found = {(f["supplier_ref"], f["entry_id"]) for f in csv.DictReader(file)}
    assert wanted - found == set()


def test_check_explains_why_and_which_measures(home: Path) -> None:
    (name,) = (entry.name for entry in listed(home) if entry.id == "RUS2748")
    done = command(home, "check", name.upper().replace("LIMITED", "LTD"))
    assert done.returncode == 3
    assert "agree" in done.stdout
    assert "Asset freeze" in done.stdout
    assert "Trust Services" in done.stdout

"""The whole demo, written without people: nobody behind its suppliers is named in a file.

Only a public list names its own entries, who may have the same name.
"""

import re
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from duediligence.casework.runs_shown import people_known
from duediligence.cli import demo
from duediligence.delivery import flag_files

ENDINGS = ("csv", "json", "html")
WORD = re.compile(r"[^\W\d_]{3,}")


@pytest.mark.soak
def test_the_demo_without_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[str, Any] = {}
    write_run = flag_files.write_run

    def write(ws: Any, run: Any, path: Path, **_: object) -> Any:
        known.update(people_known(ws, run.id))
        for ending in ENDINGS:
            written = write_run(ws, run, path.with_suffix(f".{ending}"), people=False)
        return written

    monkeypatch.setattr(flag_files, "write_run", write)
    demo.run_demo(tmp_path / "demo")
    names = {name for one in known.values() for who in one.people for name in who.names}
    listed = {n.casefold() for one in known.values() for some in one.entries.values() for n in some}
    firms = {
        word for one in known.values() for f in one.firms for word in WORD.findall(f.casefold())
    } | {word for name in listed for word in WORD.findall(name)}
    assert len(names) > 20
    for ending in ENDINGS:
        text = (tmp_path / "demo" / f"flags.{ending}").read_text(encoding="utf-8")
        shown = BeautifulSoup(text, "lxml").get_text(" ") if ending == "html" else text
        words = set(WORD.findall(shown.casefold()))
        assert not [
            name
            for name in names
            if name.casefold() in shown.casefold() and name.casefold() not in listed
        ]
        for name in names:
            assert not words & (set(WORD.findall(name.casefold())) - firms), (ending, name)
        assert "director 1" in shown

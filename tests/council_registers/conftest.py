"""A register in a folder of its own: the text of its file and of its description."""

from collections.abc import Callable
from pathlib import Path

import pytest

from duediligence.contracts import Files
from duediligence.council_registers import Description, examine_register, files_in, read_description
from duediligence.council_registers.reading import Examined
from duediligence.model import ListEntry

TOP = """\
id = "notices"
title = "Notices"
authority = "Porthvellan Council"
power = "planning"
handling = "public"
max_age_days = 30
expected = [0, 100]
"""
COLUMNS = """
[columns]
record_ref = "Ref"
subject_name = "Name"
record_type = "Type"
decision_date = "Served"
status = "Status"
"""

Describe = Callable[..., Description]


class Register:
    """Writes a description and its file, and reads them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "notices.toml"

    def describe(
        self, rest: str = COLUMNS, *, source: str = 'file = "notices.csv"', top: str = TOP
    ) -> Description:
        """The description made of the top, `[source]` and the rest."""
        self.path.write_text(f"{top}\n[source]\n{source}\n{rest}", encoding="utf-8")
        return read_description(self.path)

    def write(self, text: str | bytes, name: str = "notices.csv") -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def examine(self, text: str | bytes, rest: str = COLUMNS, **options: str) -> Examined:
        """What the register holds whose file has this text."""
        return self.look(text, rest, **options)[0]

    def look(
        self, text: str | bytes, rest: str = COLUMNS, *, name: str = "notices.csv", **options: str
    ) -> tuple[Examined, Files]:
        self.write(text, name)
        description = self.describe(rest, **{"source": f'file = "{name}"', **options})
        files = files_in(description)
        return examine_register(description, files), files

    def entry(self, text: str | bytes, rest: str = COLUMNS, **options: str) -> ListEntry:
        """The one entry of the register."""
        found = self.examine(text, rest, **options)
        assert found.problems == ()
        (entry,) = found.entries
        return entry

    def problems(self, text: str | bytes, rest: str = COLUMNS, **options: str) -> list[str]:
        """What is wrong with the register; then there is no entry."""
        found = self.examine(text, rest, **options)
        assert found.problems
        assert found.entries == ()
        return [str(problem) for problem in found.problems]


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return Register(tmp_path)

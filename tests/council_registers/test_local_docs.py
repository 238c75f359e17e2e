"""The guide to local registers says what the code does."""

import re
from pathlib import Path
from typing import get_args

import pytest

from duediligence.council_registers import rules
from duediligence.council_registers.description import Format
from duediligence.council_registers.rules import parse_description
from duediligence.model.entries import Handling, Power

from .conftest import Register

GUIDE = Path(__file__).parents[2] / "docs" / "officer" / "local-registers.md"


@pytest.fixture(scope="module")
def guide() -> str:
    return GUIDE.read_text(encoding="utf-8")


def test_every_key_and_word_is_told(guide: str) -> None:
    keys = [*rules.KEYS, *rules.DATE_KEYS, *rules.SOURCE_KEYS]
    words = [*get_args(Handling), *get_args(Power), *get_args(Format)]
    missing = [one for one in (*keys, *words) if not re.search(rf"[`\[.]{one}\b", guide)]
    assert not missing


def test_the_example_reads_its_sample(guide: str, register: Register) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    parse_description(example, GUIDE)
    rows = re.findall(r"^\| (E\w* .*?|E/.*?) \|$", guide, re.MULTILINE)
    assert len(rows) == 2
    text = "\n".join(row.replace(" | ", ",") for row in rows)
    top, rest = example.split("[source]")
    entry = register.entry(text, "[columns]" + rest.split("[columns]")[1], top=top)
    assert entry.name == "Polwithen Roofing"
    assert entry.addresses[0].postcode == "ZY9 1SY"

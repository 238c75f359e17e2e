"""Every reader against damaged samples: only errors of our own come out; how many, is printed."""

import random
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from duediligence.council_registers import read_description
from duediligence.delivery.pack.container import open_pack
from duediligence.errors import DuediligenceError
from duediligence.formats import delimited, headings, html, json, xml
from duediligence.formats.table import read_table
from duediligence.registers.bulk.accounts_facts import read_ixbrl_facts
from duediligence.screening.run.policy import read_policy as load_policy
from duediligence.settings import read_document
from duediligence.suppliers.importing import read_suppliers
from tests.casework.test_pack_container import PACK
from tests.conftest import SAMPLES

pytestmark = pytest.mark.soak

RUNS = 400  # for each reader; one that starts a process of its own has a tenth
GUIDED_RUNS = 1_000
BITS = (
    b"<",
    b">",
    b"&",
    b"\0",
    b"\xff",
    b'"',
    b",",
    b"[",
    b"{",
    b"=",
    b"9" * 5_000,
    b"<!DOCTYPE a>",
)
TOML = b'title = "A"\nworkers = 2\n[lists.un]\nthreshold = 0.9\n[fields]\nname = "Name"\n'


def all_of(found: Iterable[object]) -> None:
    for _ in found:
        pass


def sample(pattern: str) -> bytes:
    return min(SAMPLES.glob(f"*/{pattern}"), key=lambda path: path.stat().st_size).read_bytes()


READERS: dict[str, tuple[Callable[[Path], object], Callable[[], bytes], int]] = {
    "xml.stream": (
        lambda p: all_of(xml.stream(p, "CONSOLIDATED_LIST", "INDIVIDUAL")),
        lambda: sample("consolidated.xml"),
        RUNS,
    ),
    "xml.names": (lambda p: xml.collect_xml_names(p, {}), lambda: sample("*.xml"), RUNS),
    "delimited": (lambda p: all_of(delimited.rows(p)), lambda: sample("*.csv"), RUNS),
    "json": (json.load, lambda: sample("*.json"), RUNS),
    "json.lines": (lambda p: all_of(json.read_json_lines(p)), lambda: b'{"a": 1}\n' * 5, RUNS),
    "html": (lambda p: all_of(html.read_html_tables(html.page(p))), lambda: sample("*.html"), RUNS),
    "headings": (headings.read_form, lambda: sample("*.csv"), RUNS),
    "table of text": (lambda p: all_of(read_table(p).rows), lambda: sample("*.csv"), RUNS),
    "table of ODS": (lambda p: all_of(read_table(p).rows), lambda: sample("*.ods"), RUNS // 10),
    "suppliers": (
        read_suppliers,
        lambda: b"Supplier ID,Supplier Name,Postcode\nS1,Acme,AB1 2CD\n",
        RUNS,
    ),
    "description": (read_description, lambda: TOML, RUNS),
    "settings": (read_document, lambda: TOML, RUNS),
    "policy": (load_policy, lambda: TOML, RUNS),
    "pack": (
        open_pack,
        lambda: PACK,
        RUNS // 4,
    ),
    "accounts": (
        lambda p: read_ixbrl_facts(p.read_bytes(), p.name, ["NetAssets"]),
        lambda: b'<html xmlns:ix="http://www.xbrl.org/2013/inlineXBRL"><ix:nonFraction/></html>',
        RUNS,
    ),
}


def damaged(data: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        to = min(len(data), at + chance.choice((0, 1, 4, 50, 5_000)))
        new = chance.choice((b"", chance.randbytes(2), chance.choice(BITS), data[at:to] * 2))
        data = data[:at] + new + data[to:]
    return data


def test_only_errors_of_our_own_come_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = 0
    for name, (read, start, runs) in READERS.items():
        chance = random.Random(name)
        data = start()
        for number in range(runs):
            path = tmp_path / f"{number}.toml"
            path.write_bytes(damaged(data, chance))
            inputs += 1
            try:
                read(path)
            except DuediligenceError:
                pass
            except Exception as error:
                raise AssertionError(f"{name}: run {number}: {error!r}") from error
            path.unlink()
    with capsys.disabled():
        print(f"\n{inputs:,} inputs in {len(READERS)} readers")  # noqa: T201


# What starts no process and no compiled parser alone: where there are branches to be found.
GUIDED = ("delimited", "json", "settings", "policy")


@pytest.mark.parametrize("name", GUIDED)
def test_inputs_that_reach_further_find_no_more(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("atheris", reason="atheris has no wheel for this Python or system")
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak.guided", name, str(GUIDED_RUNS)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    with capsys.disabled():
        print(f"\n{GUIDED_RUNS:,} inputs in 1 reader, guided: {name}")  # noqa: T201

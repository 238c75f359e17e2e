"""The power is cut at any moment: what a command said was done is there when it comes back.

The full number of states is for `make long`. `make soak` tries a few, to test the harness itself.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict

import pytest

from tests.long.cuts import ACTS, Act, Figures, cut
from tests.soak.office import Office, opened

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="commands are run in forks"),
    pytest.mark.skipif(not shutil.which("strace"), reason="needs strace: apt-get install strace"),
]
FEW, MANY = 30, 450
OFF, NORMAL = "synchronous=OFF", "synchronous=NORMAL"
# As on a drive that cannot have a write-ahead log.
NO_LOG = "journal_mode=DELETE"
Recorder = Callable[[str, object], None]
BY_NAME = {act.name: act for act in ACTS}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("power") / "office"
    folder.mkdir()
    with opened(folder) as one:
        yield one


def _nothing_lost(figures: Figures, record_property: Recorder) -> None:
    record_property("power cuts", asdict(figures))
    assert not figures.lost, figures.lost[0]
    assert not figures.damaged, figures.damaged[0]


@pytest.mark.soak
@pytest.mark.parametrize("name", ["decide beside", "refresh"])
def test_a_power_cut_loses_nothing_acknowledged(
    office: Office, record_property: Recorder, name: str
) -> None:
    figures = cut(office, BY_NAME[name], FEW, "few")
    _nothing_lost(figures, record_property)
    assert figures.acknowledged


@pytest.mark.soak
def test_what_a_careless_database_loses_is_noticed(
    office: Office, record_property: Recorder
) -> None:
    careless = cut(office, BY_NAME["decide"], FEW, "few", pragmas=OFF)
    record_property("power cuts", asdict(careless))
    assert careless.lost


@pytest.mark.long
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_many_power_cuts_lose_nothing_acknowledged(
    office: Office, record_property: Recorder, act: Act
) -> None:
    _nothing_lost(cut(office, act, MANY, "many"), record_property)


@pytest.mark.long
@pytest.mark.parametrize("name", ["decide", "refresh"])
def test_nothing_is_lost_on_a_drive_without_a_log(
    office: Office, record_property: Recorder, name: str
) -> None:
    _nothing_lost(cut(office, BY_NAME[name], MANY // 3, "drive", pragmas=NO_LOG), record_property)


@pytest.mark.long
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_what_a_careless_database_would_lose(
    office: Office, record_property: Recorder, act: Act
) -> None:
    careless = cut(office, act, MANY // 6, "careless", pragmas=OFF)
    record_property("power cuts", asdict(careless))
    assert careless.lost


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "pragmas"),
    [("decide beside", NORMAL), ("decide", f"{NO_LOG},synchronous=FULL")],
)
def test_why_the_databases_are_as_careful_as_they_are(
    office: Office, record_property: Recorder, name: str, pragmas: str
) -> None:
    careless = cut(office, BY_NAME[name], MANY // 3, "less careful", pragmas=pragmas)
    record_property("power cuts", asdict(careless))
    assert careless.lost

"""When each supplier was last screened, from the runs themselves."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.model import Supplier
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.unit_of_work import Casework
from duediligence.store.records import identity

Open = Callable[..., Workspace]


def test_the_last_run_that_covered_a_supplier_counts(home: Path, open_workspace: Open) -> None:
    one, two, three = (Supplier(ref=ref, name=f"Firm {ref}") for ref in ("S1", "S2", "S3"))
    renamed = Supplier(ref="S1", name="Firm One")
    # The last one by a clock that was set back.
    times = (NOW + timedelta(days=1), NOW + timedelta(days=2), NOW)
    screened = ([one, two], [two], [renamed])
    runs = [
        screen(open_workspace(home, at=at), Screened(suppliers))
        for at, suppliers in zip(times, screened, strict=True)
    ]
    with Casework(home / "casework.db") as casework:
        store = casework.coverage
        found = store.newest(["S1", "S2", "S3"])
        assert store.newest([]) == {}
    assert {ref: covered.run.id for ref, covered in found.items()} == {
        "S1": runs[2].id,
        "S2": runs[1].id,
    }
    assert found["S1"].sha256 == identity(renamed)
    assert found["S1"].run.lists == runs[2].lists
    assert three.ref not in found

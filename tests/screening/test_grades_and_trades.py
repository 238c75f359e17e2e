"""What a publisher's grade weighs, by what the supplier does for us."""

from datetime import date

from duediligence import Screener, registry
from duediligence.contracts import Files
from duediligence.model import Contract, Supplier
from tests.conftest import SAMPLES
from tests.rows import for_each

RATINGS = registry.get_watchlist("cqc-ratings")
# The demonstration has one place that is rated so.
FOLDER = SAMPLES / RATINGS.folder
FILES = {one.name: one for one in sorted(FOLDER.glob("*.ods"))}
INADEQUATE = [one for one in RATINGS.parse(Files(FILES)) if one.status == "Inadequate"]


@for_each(
    ("contracts", "severity"),
    [
        ((Contract(title="Residential care for adults"),), "high"),
        ((Contract(title="Supported living"),), "high"),
        ((), "high"),
        ((Contract(title="Cleaning of schools"),), "medium"),
    ],
)
def test_every_inadequate_of_the_demonstration_is_high_for_who_does_such_work(
    contracts: tuple[Contract, ...], severity: str
) -> None:
    assert INADEQUATE
    for entry in INADEQUATE:
        supplier = Supplier(
            ref="S1", name=entry.name, address=entry.addresses[0], contracts=contracts
        )
        with Screener(lists={RATINGS.id: [entry]}, as_of=date(2026, 11, 20)) as screener:
            run = screener.screen([supplier]).run
        (rated,) = (one for one in run.findings if one.check_id == "STA-01")
        assert rated.severity == severity

"""Many suppliers against a register that enforces its limit: in its time, and never asked twice."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from duediligence.demo import server

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(os.name == "nt", reason="POSIX signals"),
]
LIMIT, WINDOW = 60, 2
SUPPLIERS = 60
BATCH = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from duediligence.fetch.api import Api
from duediligence.fetch.limiter import Limiter
from duediligence.model import Identifier, Resolution, Supplier
from duediligence.registers.companies_house.client import CompaniesHouse
from duediligence.screening.dossiers.gathering import gather_dossier

base, home, first, last, limit, window = sys.argv[1:]
limiter = Limiter(Path(home) / "limit", allowed=int(limit), window=float(window))
with Api(base, key="invented-key", evidence=Path(home) / "evidence", limiter=limiter,
         user_agent="duediligence/0", private_hosts=["127.0.0.1"]) as api:
    for n in range(int(first), int(last)):
        identifiers = (Identifier("GB-COH", f"9900{n:04}"),)
        supplier = Supplier(ref=str(n), name=f"Firm {n}", identifiers=identifiers)
        dossier = gather_dossier(supplier, api=CompaniesHouse(api), register=None,
                         resolution=Resolution("number"), now=datetime.now(UTC))
        assert not list(dossier.not_known()), list(dossier.not_known())
"""


def _held() -> dict[str, Any]:
    """Firms with two directors and an owner each."""
    held: dict[str, Any] = {}
    for n in range(SUPPLIERS):
        number = f"9900{n:04}"
        address = {"address_line_1": "1 Reed Row", "postal_code": "ZY1 1AB"}
        held[f"company/{number}"] = {
            "company_number": number,
            "company_name": f"FIRM {n} LTD",
            "company_status": "active",
            "type": "ltd",
            "has_charges": False,
            "has_insolvency_history": False,
            "registered_office_address": address,
            "date_of_creation": "2015-01-01",
            "links": {},
        }
        names = [f"{'ABCDEFGHIJ'[n % 10]}QUILL{n}{each}" for each in "XY"]
        held[f"company/{number}/officers"] = {
            "items": [
                {
                    "name": f"{name}, Ada",
                    "officer_role": "director",
                    "date_of_birth": {"year": 1970, "month": 1},
                    "links": {"officer": {"appointments": f"/officers/{name}/appointments"}},
                }
                for name in names
            ],
            "total_results": 2,
        }
        for name in names:
            held[f"officers/{name}/appointments"] = {
                "name": f"Ada {name}",
                "items": [{"appointed_to": {"company_number": number}, "name": f"Ada {name}"}],
                "total_results": 1,
            }
    return held


@contextmanager
def _counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Counter[str]]]:
    """The register's base address, and how often each address was answered."""
    asked: Counter[str] = Counter()
    answer = server.answer_demo_request

    def counted(held: Any, path: str, query: Any) -> Any:
        asked[f"{path}?{sorted(query.items())}"] += 1
        return answer(held, path, query)

    monkeypatch.setattr(server, "answer_demo_request", counted)
    with server.serve_demo_api(_held(), limit=LIMIT, window=WINDOW) as base:
        yield base, asked


def _start(base: str, home: Path, first: int = 0, last: int = SUPPLIERS) -> subprocess.Popen[bytes]:
    arguments = [base, str(home), str(first), str(last), str(LIMIT), str(WINDOW)]
    return subprocess.Popen([sys.executable, "-c", BATCH, *arguments])


def test_a_batch_takes_the_time_that_the_limit_allows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _counted(monkeypatch) as (base, asked):
        assert _start(base, tmp_path / "warm", 0, 1).wait(60) == 0
        asked.clear()
        time.sleep(WINDOW)
        began = time.monotonic()
        # Two processes with one key, as two officers at work.
        half = SUPPLIERS // 2
        batch = [_start(base, tmp_path, 0, half), _start(base, tmp_path, half, SUPPLIERS)]
        assert [process.wait(300) for process in batch] == [0, 0]
        took = time.monotonic() - began
    requests = asked.total()
    allowed = (requests - 1) // LIMIT * WINDOW
    # How close it comes is the machine's matter as well, so it is told and not asserted.
    print(f"{requests} requests in {took:.1f} s; the limit allows {allowed} s")  # noqa: T201
    assert max(asked.values()) == 1


def test_a_killed_batch_goes_on_without_asking_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _counted(monkeypatch) as (base, asked):
        for least in (30, 90, 200):
            batch = _start(base, tmp_path)
            while asked.total() < least:
                assert batch.poll() is None
                time.sleep(0.005)
            batch.send_signal(signal.SIGKILL)
            batch.wait()
        assert _start(base, tmp_path).wait(300) == 0
        everything = len(asked)
        repeated = [address for address, count in asked.items() if count > 1]
        asked.clear()
        assert _start(base, tmp_path).wait(300) == 0
        assert asked.total() == 0
    # At most the one that was under way at each kill.
    assert len(repeated) <= 3
    assert everything > 400

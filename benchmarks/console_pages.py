"""How long pages of the console take, alone and while all suppliers are screened.

    python benchmarks/console_pages.py HOME [SUPPLIERS ALERTS]      default 10000 5000

Copies HOME, which has lists (see benchmarks/console.py), adds invented suppliers and alerts, starts
`duediligence serve` on it and asks for each page as a browser does. Then it starts the screening of
all suppliers by its button, and asks for the same pages until that ends. The peer, asked in the
same rounds, is the style sheet, which the same server sends from a file. To be reached on a machine
with nothing else to do: an alert and a decision within 0.1 s; at the 95th percentile each page
within 0.3 s while suppliers are screened; and 400 MB of memory.
"""

import http.client
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

from console import Server
from queue_waits import NOW, store, suppliers_of

from duediligence.casework import queue
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.store.console import ConsoleStore
from duediligence.web.sign_in.one_pc import new_key

ROUNDS = 30
PEER = "/static/console.css"


class Browser:
    """Somebody who is signed in at the server."""

    def __init__(self, server: Server, home: Path) -> None:
        self.server, self.cookie = server, ""
        with ConsoleStore(home / "console.db") as console:
            key = new_key(console, datetime.now(UTC))
        _, headers, _ = self.ask("GET", f"/start?key={key}")
        self.cookie = headers["set-cookie"].partition(";")[0]

    def ask(
        self, method: str, path: str, form: dict[str, str] | None = None
    ) -> tuple[int, http.client.HTTPMessage, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        headers = {
            "Cookie": self.cookie,
            "Origin": f"http://127.0.0.1:{self.server.port}",
            "Sec-Fetch-Site": "same-origin",
        }
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, urlencode(form) if form is not None else None, headers)
        answer = connection.getresponse()
        body = answer.read().decode(errors="replace")
        connection.close()
        return answer.status, answer.headers, body

    def timed(self, method: str, path: str, form: dict[str, str] | None = None) -> float:
        began = time.perf_counter()
        status, _, body = self.ask(method, path, form)
        if status not in (200, 303):
            raise SystemExit(f"{method} {path}: {status} {body[:2000]}")
        return time.perf_counter() - began


def told(name: str, times: list[float], peer: float) -> None:
    p95 = quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    print(
        f"{name:34} median {median(times) * 1000:6.0f} ms   p95 {p95 * 1000:6.0f} ms   "
        f"{len(times):4} times   ratio {median(times) / peer:5.1f}"
    )


def pages_of(alert: str) -> dict[str, str]:
    return {
        PEER: PEER,
        "what waits": "/",
        "alerts": "/alerts",
        "alerts, page 9, by due date": "/alerts?sort=due&page=9",
        "an alert": f"/alerts/{alert}",
        "its decision": f"/alerts/{alert}/decision",
        "suppliers": "/suppliers",
        "suppliers, searched": "/suppliers?q=Quarter+777",
        "a supplier": "/suppliers/S00001",
        "runs": "/runs",
        "lists": "/lists",
        "audit": "/audit",
        "settings": "/settings",
    }


def main() -> int:
    suppliers, alerts = (int(one) for one in sys.argv[2:4] or ("10000", "5000"))
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(shutil.copytree(sys.argv[1], Path(scratch) / "home"))
        with Workspace(Settings(home=home), now=lambda: NOW) as workspace:
            store(workspace, suppliers_of(suppliers), alerts)
            found = queue.alerts(workspace)
            ids = iter([one.id for one in found if one.severity != "critical"])
        print(f"{suppliers:,} suppliers, {len(found):,} alerts")
        server = Server(home)
        try:
            print(f"ready after {server.wait():.1f} s")
            measure(Browser(server, home), ids)
        finally:
            server.stop()
    return 0


def measure(browser: Browser, ids: Iterator[str]) -> None:
    pages = pages_of(next(ids))
    alone: dict[str, list[float]] = {name: [] for name in pages}
    decided = []
    for round_ in range(ROUNDS + 1):
        for name, path in pages.items():
            took = browser.timed("GET", path)
            if round_:  # the first round warms the server
                alone[name].append(took)
        form = {"decided": "not the same", "reason": "OTHER-NAME", "after": "0", "step": "record"}
        decided.append(browser.timed("POST", f"/alerts/{next(ids)}/decision", form))
    peer = median(alone[PEER])
    for name, times in alone.items():
        told(name, times, peer)
    told("a decision is recorded", decided[1:], peer)
    print(f"memory {browser.server.memory():.0f} MB")
    _, headers, _ = browser.ask("POST", "/runs", {})
    job = headers["location"]
    busy: dict[str, list[float]] = {name: [] for name in pages}
    began = time.perf_counter()
    while re.search(r"(Waiting|Running)", browser.ask("GET", f"{job}?still=yes")[2]):
        for name, path in pages.items():
            busy[name].append(browser.timed("GET", path))
    print(f"\nwhile all suppliers are screened, which took {time.perf_counter() - began:.0f} s:")
    for name, times in busy.items():
        told(name, times, peer)
    print(f"memory {browser.server.memory():.0f} MB")


if __name__ == "__main__":
    sys.exit(main())

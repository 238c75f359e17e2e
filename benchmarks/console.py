"""How much the API of the server answers, beside the search in one process of the same names.

    DUEDILIGENCE_DATA=../shared/data python benchmarks/console.py [HOME]

Loads every list of the data folder into HOME (a temporary one if none is named; one that has lists
is used as it is), starts `duediligence serve` on this machine and asks as programs do: one name a
request and 100 names a request, at several connections. Prints requests a second, for each second
of the server's processor time too, and latencies; how soon a cold server is ready; its memory; and
how many requests failed while refreshes put other versions into service. The last line of each
part is the ratio to `Engine.search_many` on the same names, one by one and 100 at a time.
"""

import http.client
import json
import os
import random
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

from names import DATA, WHY_NOT, care_providers, listed_names, made_up_people

from duediligence.casework.tokens import make_token
from duediligence.matching import DEFAULT_THRESHOLD, Engine, Subject
from duediligence.screening.lookup.public_lists import public_lists
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

CONNECTIONS = 8
ONE_BY_ONE = 20_000
BATCHES = 300
A_BATCH = 100
# So many that none asks more often than a token may.
TOKENS = 40
_TICKS = os.sysconf("SC_CLK_TCK")


def names() -> list[str]:
    """Suppliers, made-up people, and one listed name in ten, mixed."""
    chance = random.Random(1)
    listed = [*listed_names("organisation"), *listed_names("person")]
    found = care_providers() + made_up_people(8_000)
    found += chance.sample(listed, len(found) // 9)
    chance.shuffle(found)
    return found


def make_tokens(workspace: Workspace) -> list[str]:
    """Secrets that the server knows."""
    return [make_token(workspace, f"benchmark {n}", ["match"], 1)[1] for n in range(TOKENS)]


class Server:
    """The server as a process."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.begun = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "duediligence", "serve", "--no-browser", f"--port={self.port}"],
            env={**os.environ, "DUEDILIGENCE_HOME": str(home)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def wait(self) -> float:
        """Seconds until it is ready."""
        while True:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/readyz")
                ready = connection.getresponse().status == 200
                connection.close()
                if ready:
                    return time.perf_counter() - self.begun
            except OSError:
                pass
            time.sleep(0.02)

    @property
    def cpu(self) -> float:
        """Seconds of processor time so far."""
        after = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(after[11]) + int(after[12])) / _TICKS

    def memory(self, what: str = "VmRSS") -> float:
        """MB resident, or `VmHWM`: the most there were; `RssAnon`: without the files mapped."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(f"{what}:"):
                return int(line.split()[1]) / 1024
        return 0.0

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait()


@contextmanager
def serving(home: Path) -> Iterator[Server]:
    server = Server(home)
    try:
        yield server
    finally:
        server.stop()


class Load:
    """Requests over several connections that stay open, one at a time on each."""

    def __init__(self, port: int, secrets: list[str]) -> None:
        self._port = port
        self._secrets = cycle(secrets)
        self.latencies: list[float] = []
        self.failed = 0

    def request(self, batch: list[str]) -> bytes:
        queries = {
            str(number): {"schema": "LegalEntity", "properties": {"name": [name]}}
            for number, name in enumerate(batch)
        }
        body = json.dumps({"queries": queries}).encode()
        head = (
            f"POST /match/default HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            f"Authorization: Bearer {next(self._secrets)}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def run(self, batches: Iterator[list[str]], *, until: float = float("inf")) -> float:
        """Seconds that it took to send all batches, or those until that time."""
        selector = selectors.DefaultSelector()
        begun = time.perf_counter()
        open_ = 0
        for _ in range(CONNECTIONS):
            if batch := next(batches, None):
                one = socket.create_connection(("127.0.0.1", self._port))
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                one.sendall(self.request(batch))
                selector.register(one, selectors.EVENT_READ, [time.perf_counter(), b"", -1])
                open_ += 1
        while open_:
            for key, _ in selector.select():
                one, state = key.fileobj, key.data
                assert isinstance(one, socket.socket)
                data = one.recv(1 << 20)
                state[1] += data
                if state[2] < 0 and b"\r\n\r\n" in state[1]:
                    head = state[1].split(b"\r\n\r\n", 1)[0]
                    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
                    state[2] = len(head) + 4 + length
                if data and (state[2] < 0 or len(state[1]) < state[2]):
                    continue
                now = time.perf_counter()
                self.latencies.append(now - state[0])
                self.failed += not state[1].startswith(b"HTTP/1.1 200")
                batch = next(batches, None) if data and now < until else None
                if batch is None:
                    selector.unregister(one)
                    one.close()
                    open_ -= 1
                else:
                    state[:] = [time.perf_counter(), b"", -1]
                    one.sendall(self.request(batch))
        return time.perf_counter() - begun

    def percentiles(self) -> str:
        ordered = sorted(self.latencies)
        shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
        at = {name: ordered[int(share * (len(ordered) - 1))] for name, share in shares.items()}
        return ", ".join(f"{name} {1000 * value:.0f} ms" for name, value in at.items())


def batched(texts: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(texts) - size + 1, size):
        yield texts[start : start + size]


def measured(server: Server, secrets: list[str], texts: list[str], size: int) -> float:
    """Print what the server makes of the names; names for each second of its processor time."""
    load, before = Load(server.port, secrets), server.cpu
    seconds = load.run(batched(texts, size))
    cpu = server.cpu - before
    requests = len(load.latencies)
    print(
        f"  {requests:,} requests of {size}: {requests / seconds:,.0f} requests/s, "
        f"{requests * size / seconds:,.0f} names/s; for each CPU second of the server "
        f"{requests / cpu:,.0f} requests, {requests * size / cpu:,.0f} names; "
        f"{load.percentiles()}; {load.failed} failed; "
        f"{server.memory():.0f} MB, {server.memory('RssAnon'):.0f} MB of it its own",
        flush=True,
    )
    return requests * size / cpu


def in_process(engine: Engine, texts: list[str], size: int) -> float:
    """Names that a search in this process finishes for each second of processor time."""
    thresholds = dict.fromkeys(sorted(engine.lists), DEFAULT_THRESHOLD)
    begun = time.process_time()
    for batch in batched(texts, size):
        subjects = [Subject((name,)) for name in batch]
        list(engine.search_many(subjects, thresholds, limit=10, workers=1))
    return len(texts) / (time.process_time() - begun)


def swapped(server: Server, secrets: list[str], home: Path, texts: list[str]) -> None:
    """Ask on while refreshes put other versions of lists into service."""
    refresh = subprocess.Popen(
        [sys.executable, "-c", _THREE_TIMES, str(DATA / "lists")],
        env={**os.environ, "DUEDILIGENCE_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    load = Load(server.port, secrets)
    while refresh.poll() is None:
        load.run(batched(texts, 1), until=time.perf_counter() + 1)
    print(
        f"  while one list came and went three times: {len(load.latencies):,} requests, "
        f"{load.failed} failed, {load.percentiles()}, the longest {max(load.latencies):.2f} s",
        flush=True,
    )


# A list that is dropped and loaded again is another version to whoever has the first one open.
_THREE_TIMES = """
import os, sys
from pathlib import Path
from duediligence.screening.lists.refresh import drop, refresh
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
for _ in range(3):
    with Workspace(Settings(home=Path(os.environ["DUEDILIGENCE_HOME"]))) as workspace:
        drop(workspace, "un")
        list(refresh(workspace, ["un"], folder=Path(sys.argv[1])))
"""


def main(home: Path) -> None:
    with Workspace(Settings(home=home)) as workspace:
        if not workspace.lists.current():
            from duediligence.screening.lists.refresh import refresh

            for _ in refresh(workspace, folder=DATA / "lists"):
                pass
        engine = public_lists(workspace).engine
        texts, secrets = names(), make_tokens(workspace)
        one_by_one = (texts * (ONE_BY_ONE // len(texts) + 1))[:ONE_BY_ONE]
        together = (texts * (BATCHES * A_BATCH // len(texts) + 1))[: BATCHES * A_BATCH]
        with serving(home) as server:
            print(f"ready after {server.wait():.2f} s with {CONNECTIONS} connections:", flush=True)
            measured(server, secrets, one_by_one[:400], 1)
            for size, some in ((1, one_by_one), (A_BATCH, together)):
                ours = measured(server, secrets, some, size)
                peer = in_process(engine, some, size)
                print(
                    f"  in one process, {size} at a time: {peer:,.0f} names a CPU second; "
                    f"ratio {ours / peer:.2f}",
                    flush=True,
                )
            swapped(server, secrets, home, one_by_one)
            print(f"  the most memory: {server.memory('VmHWM'):.0f} MB")


if __name__ == "__main__":
    if WHY_NOT:
        print(f"skipped: {WHY_NOT}")
    elif len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(Path(folder))

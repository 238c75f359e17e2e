"""OpenRefine as it comes with Debian, without its window, driven as its own page drives it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

INSTALLED = Path("/usr/share/openrefine")
# Debian's package leaves it out of the class path, and then a reconciliation fails.
LOCALIZER = Path("/usr/share/java/localizer.jar")
HOW_TO_INSTALL = (
    "OpenRefine is not installed. On Debian or Ubuntu: "
    "apt-get install --yes --no-install-recommends openrefine"
)
_PATIENCE = 60.0
# All rows, whatever facets a person would have set.
_ENGINE = json.dumps({"facets": [], "mode": "row-based"})


@dataclass
class OpenRefine:
    """A server of OpenRefine."""

    address: str
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, command: str, **parameters: object) -> Any:
        answer = self.session.get(
            f"{self.address}/command/core/{command}",
            params={name: str(value) for name, value in parameters.items()},
            timeout=_PATIENCE,
        )
        answer.raise_for_status()
        return answer.json()

    def post(self, command: str, **form: object) -> Any:
        answer = self.session.post(
            f"{self.address}/command/core/{command}",
            params={"csrf_token": self._token()},
            data={name: str(value) for name, value in form.items()},
            timeout=_PATIENCE,
        )
        answer.raise_for_status()
        found = answer.json()
        assert found["code"] in ("ok", "pending"), found
        return found

    def project(self, table: str) -> "Project":
        """Make a project of a table of comma-separated values, its first line the headings."""
        options = {"separator": ",", "guessCellValueTypes": False}
        answer = self.session.post(
            f"{self.address}/command/core/create-project-from-upload",
            params={
                "csrf_token": self._token(),
                "format": "text/line-based/*sv",
                "options": json.dumps(options),
            },
            files={"project-file": ("rows.csv", table.encode())},
            data={"project-name": "rows"},
            allow_redirects=False,
            timeout=_PATIENCE,
        )
        assert answer.status_code == 302, answer.text
        return Project(self, answer.headers["Location"].partition("project=")[2])

    def _token(self) -> str:
        return str(self.get("get-csrf-token")["token"])


@dataclass
class Project:
    """A table in OpenRefine."""

    openrefine: OpenRefine
    id: str

    def guess_types(self, column: str, service: str) -> list[str]:
        """The types that OpenRefine offers, after it asked the service about some rows."""
        found = self.openrefine.post(
            "guess-types-of-column", project=self.id, columnName=column, service=service
        )
        return [one["id"] for one in found["types"]]

    def reconcile(
        self, column: str, service: str, type_: str, properties: Mapping[str, str]
    ) -> dict[str, dict[str, Any]]:
        """Reconcile every row, as by its dialog; `properties` are ids by column. Returns, by the
        text of the cell, what OpenRefine keeps of it.
        """
        manifest = requests.get(service, timeout=_PATIENCE).json()
        config = {
            "mode": "standard-service",
            "service": service,
            "identifierSpace": manifest["identifierSpace"],
            "schemaSpace": manifest["schemaSpace"],
            "type": {"id": type_, "name": type_} if type_ else None,
            "autoMatch": True,
            "batchSize": manifest["batchSize"],
            "columnDetails": [
                {"column": name, "propertyName": pid, "propertyID": pid}
                for name, pid in properties.items()
            ],
            "limit": 0,
        }
        self.openrefine.post(
            "reconcile",
            project=self.id,
            columnName=column,
            config=json.dumps(config),
            engine=_ENGINE,
        )
        self._wait()
        place = self._places()[column]
        rows = self._rows()
        kept = {}
        for row in rows["rows"]:
            cell = row["cells"][place]
            assert "r" in cell, f"{cell['v']} was not reconciled"
            kept[cell["v"]] = rows["pool"]["recons"][str(cell["r"])]
        return kept

    def extend(
        self, column: str, service: str, properties: Sequence[str]
    ) -> dict[str, dict[str, list[str]]]:
        """Add columns from what was matched. Returns, by the text of the cell, the values of each,
        by the name of the new column.
        """
        manifest = requests.get(service, timeout=_PATIENCE).json()
        extension = json.dumps({"properties": [{"id": one, "name": one} for one in properties]})
        self.openrefine.post(
            "preview-extend-data",
            project=self.id,
            columnName=column,
            rowIndices="[0,1,2]",
            extension=extension,
        )
        before = self._places()
        self.openrefine.post(
            "extend-data",
            project=self.id,
            baseColumnName=column,
            endpoint=service,
            identifierSpace=manifest["identifierSpace"],
            schemaSpace=manifest["schemaSpace"],
            columnInsertIndex=len(before),
            extension=extension,
            engine=_ENGINE,
        )
        self._wait()
        places = self._places()
        added = {name: place for name, place in places.items() if name not in before}
        found: dict[str, dict[str, list[str]]] = {}
        last = ""
        for row in self._rows()["rows"]:
            cells = [*row["cells"], *([None] * len(places))]
            # Further values of a cell stand in rows below it.
            last = cells[places[column]]["v"] if cells[places[column]] else last
            values = found.setdefault(last, {name: [] for name in added})
            for name, place in added.items():
                if cells[place]:
                    values[name].append(cells[place]["v"])
        return found

    def _places(self) -> dict[str, int]:
        """Where the cells of each column are in a row."""
        models = self.openrefine.get("get-models", project=self.id)
        return {one["name"]: one["cellIndex"] for one in models["columnModel"]["columns"]}

    def _rows(self) -> Any:
        return self.openrefine.get("get-rows", project=self.id, start=0, limit=1_000)

    def _wait(self) -> None:
        """Until nothing is at work any more."""
        deadline = time.monotonic() + _PATIENCE
        while self.openrefine.get("get-processes", project=self.id)["processes"]:
            assert time.monotonic() < deadline, "OpenRefine is still at work"
            time.sleep(0.1)


@contextmanager
def openrefine(folder: Path) -> Iterator[OpenRefine]:
    """OpenRefine on this machine, which keeps its projects in the folder, until the block ends."""
    java = shutil.which("java", path=_path_with_java())
    assert java, "Java is not installed. " + HOW_TO_INSTALL
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    said = folder / "openrefine.log"
    with (
        said.open("wb") as log,
        subprocess.Popen(
            [
                java,
                "-Xmx512M",
                "-cp",
                f"{INSTALLED}/server/*:{LOCALIZER}",
                f"-Duser.home={folder}",
                "-Djava.awt.headless=true",
                "-Drefine.headless=true",
                f"-Drefine.data_dir={folder}",
                f"-Drefine.webapp={INSTALLED}/webapp",
                f"-Drefine.port={port}",
                "-Drefine.interface=127.0.0.1",
                "-Drefine.host=127.0.0.1",
                "com.google.refine.Refine",
            ],
            cwd=INSTALLED,
            stdout=log,
            stderr=log,
        ) as process,
        requests.Session() as session,
    ):
        try:
            server = OpenRefine(f"http://127.0.0.1:{port}", session)
            deadline = time.monotonic() + _PATIENCE
            while True:
                assert process.poll() is None, said.read_text(errors="replace")
                assert time.monotonic() < deadline, said.read_text(errors="replace")
                try:
                    server.get("get-version")
                except requests.RequestException:
                    time.sleep(0.2)
                else:
                    break
            yield server
        finally:
            process.send_signal(signal.SIGKILL)


def _path_with_java() -> str:
    home = os.environ.get("JAVA_HOME")
    return os.pathsep.join(filter(None, (home and f"{home}/bin", os.environ.get("PATH"))))

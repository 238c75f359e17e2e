"""schemathesis finds nothing in which the server differs from its OpenAPI document."""

from pathlib import Path
from urllib.request import urlopen

import msgspec
import pytest

from .conftest import Server, run

pytestmark = pytest.mark.browser

# Whoever requires that everything was checked is told by this status that it was not.
CONFIGURATION = """
[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", 503]
"""


def test_the_server_is_as_its_document_says(server: Server, clients: Path, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION, encoding="utf-8")
    said = run(
        clients / "st",
        [
            "run", f"{server.address}openapi.json", "--header", f"X-Api-Key: {server.token}",
            "--phases=examples,coverage,fuzzing", "--max-examples=50", "--seed=1",
            # A token may ask fifty times a second.
            "--rate-limit=45/s", "--no-color", "--generation-database=none",
        ],
        folder=tmp_path,
    )  # fmt: skip
    # It ended well; and it did so because it asked for everything.
    document = msgspec.json.decode(urlopen(f"{server.address}openapi.json").read())
    operations = sum(len(methods) for methods in document["paths"].values())
    assert f"Tested: {operations}" in said, said

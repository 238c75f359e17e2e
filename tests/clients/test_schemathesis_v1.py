"""For a program of each role, schemathesis finds `/api/v1` to be as its document says."""

from pathlib import Path

import pytest

from duediligence.model.audit import ROLES
from duediligence.web.app import V1_ROUTERS
from tests.homes import copy_home
from tests.rows import for_each

from ..thorough import examples
from ..web.api_office import NOBODY, screened_home, service_of, token_of
from .conftest import run, serving

pytestmark = pytest.mark.browser
__all__ = ["screened_home"]
# A description of a request cannot say all that makes sense: which reasons a decision can have,
# what a number of a company is, or which state of a supplier somebody has seen.
CONFIGURATION = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", 400, 401, 403, 404, 409, 412, 422, 428]
"""
OPERATIONS = sum(len(router.routes) for router in V1_ROUTERS)
# Whatever it asks to be fetched, nothing is: no proxy listens there.
NOWHERE = "http://127.0.0.1:9"


@for_each("account", [NOBODY, *ROLES])
def test_the_server_is_as_its_document_says(
    screened_home: Path,
    clients: Path,
    tmp_path: Path,
    account: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, NOWHERE)
        monkeypatch.setenv(name.lower(), NOWHERE)
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION, encoding="utf-8")
    service = service_of(copy_home(screened_home, tmp_path / "home"))
    with serving(service) as address:
        said = run(
            clients / "st",
            [
                "run", f"{address}openapi.json", "--include-path-regex", "^/api/v1",
                "--header", f"Authorization: Bearer {token_of(service, account)}",
                "--phases=examples,coverage,fuzzing,stateful", f"--max-examples={examples(20)}",
                "--seed=1", "--no-color", "--generation-database=none",
            ],
            folder=tmp_path,
        )  # fmt: skip
    # It ends well only where nothing failed; that it tried everything, it says itself.
    assert f"Tested: {OPERATIONS}" in said, said

"""An extension of another distribution is used where the setting names it, and nowhere else."""

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_group

from duediligence.casework import removing, retention
from duediligence.casework.subject_access import held
from duediligence.casework.verifying import examine
from duediligence.cli.app import build_command
from duediligence.cli.extension_commands import add_extension_commands
from duediligence.errors import Conflict, UsageError
from duediligence.extension import CommandGroup, Extension, find_extensions, list_ignored_extensions
from duediligence.model import Supplier
from duediligence.model.audit import AuditEvent
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.store.seals import Seal
from tests.conftest import NOW
from tests.web.conftest import browser, service_over

from .conftest import Install

Run = Callable[..., Any]

USED = "payments-extension"


def names(*allowed: str) -> list[str]:
    return [one.extension.name for one in find_extensions(allowed)]


def test_it_is_used_where_it_is_allowed_only(install: Install) -> None:
    install()
    own = names()
    assert "payments" not in own
    assert "payments_extension" not in sys.modules, "nothing of it was run"
    assert list_ignored_extensions(()) == [("extension payments", USED, "2.1")]
    assert names("payments-extension") == [*own, "payments"]
    assert list_ignored_extensions(["Payments_Extension"]) == []
    used = find_extensions(("payments-extension",))[-1]
    assert (used.extension.name, used.version) == ("payments", "2.1")


def test_doctor_shows_each_with_its_distribution(
    install: Install, run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown() -> dict[str, tuple[str, str]]:
        looked = json.loads(run("doctor", "--json").out)["data"]
        return {one["what"]: (one["state"], one["detail"]) for one in looked}

    install()
    found = shown()
    assert found["extension sharing"][0] == "ok"
    assert found["extension payments"] == (
        "not in use",
        "payments-extension 2.1 is installed, and not allowed. To use it, name payments-extension "
        "in the setting extensions",
    )
    (home / "duediligence.toml").write_text('extensions = ["payments-extension"]\n', "utf-8")
    assert shown()["extension payments"] == ("ok", "payments-extension 2.1")
    (home / "duediligence.toml").write_text('extensions = ["payments"]\n', "utf-8")
    assert shown()["extensions"][0] == "problem"


@pytest.mark.parametrize(
    ("point", "said"),
    [
        ("", "which has no extension, check or list"),
        ("payments_extension:NOT_THERE", "cannot be loaded: AttributeError"),
        ("payments_gone:EXTENSION", "cannot be loaded: ModuleNotFoundError"),
        ("payments_extension:NO_EXTENSION", "is not an Extension"),
        ("payments_extension:TAKEN", "both have an extension 'sharing'"),
    ],
)
def test_one_that_cannot_be_used_is_refused_by_name(
    install: Install, point: str, said: str
) -> None:
    install(point)
    with pytest.raises(UsageError) as refused:
        names("payments-extension")
    assert said in refused.value.message
    assert "payments" in refused.value.message
    assert "the setting" in str(refused.value.hint)


def test_one_that_is_not_installed_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="'payments-extension', which is not installed"):
        names("payments-extension")


def test_one_with_tables_must_answer_for_what_it_keeps() -> None:
    with pytest.raises(ValueError, match="'payments' has tables, so it needs `records`"):
        Extension(name="payments", migrations="payments_extension.tables:migrations")


def test_a_group_of_the_core_gets_the_commands_of_each() -> None:
    whole = typer.Typer()
    whole.add_typer(typer.Typer(), name="registers")
    one = Extension(
        name="one", commands=(CommandGroup("registers", "", "duediligence.cli.tokens:app"),)
    )
    other = Extension(
        name="other", commands=(CommandGroup("registers", "", "duediligence.cli.backup:app"),)
    )
    add_extension_commands(whole, [one, other])
    found: Any = get_group(whole).commands["registers"]
    assert {"add", "make", "verify"} <= {*found.commands}


def test_no_command_of_an_extension_takes_the_place_of_one_of_the_core_nor_stops_the_others() -> (
    None
):
    core, whole = typer.Typer(), typer.Typer()
    core.command("verify")(lambda: None)
    whole.add_typer(core, name="backup")
    before = {**get_group(whole).commands["backup"].commands}  # type: ignore[attr-defined]
    lost = CommandGroup("nowhere below", "", "duediligence.cli.tokens:app")
    same = CommandGroup("backup", "", "duediligence.cli.backup:app")
    add_extension_commands(whole, [Extension(name="one", commands=(lost, same))])
    found: Any = get_group(whole).commands["backup"]
    assert found.commands["verify"].callback.__name__ == before["verify"].callback.__name__
    assert "make" in found.commands


@contextmanager
def opened(home: Path, *extensions: str) -> Iterator[Workspace]:
    with Workspace(Settings(home=home, extensions=extensions), now=lambda: NOW) as ws:
        yield ws


def add_orders(home: Path) -> None:
    """Two suppliers, with an order each that the extension keeps."""
    with opened(home, USED) as ws:
        from payments_extension.tables import OrderStore  # type: ignore[import-not-found]

        suppliers = [Supplier(ref="S1", name="Moss Ltd"), Supplier(ref="S2", name="Quill Ltd")]
        ws.suppliers.save(suppliers, file="suppliers.csv", at=NOW)
        for ref in ("S1", "S2"):
            ws.casework.repository(OrderStore).add(ref, NOW)


def test_its_tables_are_its_own_and_are_sealed_and_go_with_a_supplier(
    install: Install, home: Path
) -> None:
    install()
    add_orders(home)
    with opened(home, USED) as ws:
        assert not examine(ws).problems
        removing.remove(ws, ["S1"], rule=removing.UPHELD, dry_run=False)
        assert not examine(ws).problems
        assert ws.casework.owned_rows() == {"payments": 1}
    with sqlite3.connect(home / "casework.db") as db:
        db.execute("INSERT INTO payments__orders (supplier_ref) VALUES ('S2')")
        sets = "SELECT name FROM _sqlite_migrations WHERE migration_set = 'payments'"
        assert db.execute(sets).fetchall() == [("create_orders",)]
    with opened(home, USED) as ws:
        assert ["inserted by hand" in one.what for one in examine(ws).problems] == [True]


def test_files_that_nobody_compares_are_said_to_be_not_covered(home: Path) -> None:
    with opened(home) as ws:
        event = AuditEvent("register loaded", NOW, "Ada", {}, subject="payments")
        ws.audit.add(event, [Seal("payments.files", "2026.csv", b"\x01" * 32)])
        (lost,) = examine(ws).not_covered
        assert lost.what == "files of the extension 'payments'"


def test_without_it_the_home_is_whole_and_refuses_what_only_it_can_do(
    install: Install, home: Path
) -> None:
    install()
    add_orders(home)
    with opened(home) as ws:
        assert not examine(ws).problems
        for refused in (
            lambda: retention.run(ws, dry_run=False),
            lambda: removing.remove(ws, ["S1"], dry_run=True),
            lambda: held(ws, "Moss"),
        ):
            with pytest.raises(Conflict, match="2 records of the extension 'payments'") as error:
                refused()
            assert "name that in the setting extensions" in str(error.value.hint)


def test_its_commands_and_pages_are_there_where_it_is_allowed(
    install: Install, run: Run, home: Path
) -> None:
    install()
    named = ("--home", home)
    assert "No such command 'payments'" in run(*named, "payments", "total").err
    (home / "duediligence.toml").write_text('extensions = ["payments-extension"]\n', "utf-8")
    build_command.cache_clear()
    assert run(*named, "payments", "total").out == "0 orders\n"
    for extensions, status in (((), 404), ((USED,), 200)):
        service = service_over(Settings(home=home, extensions=extensions))
        with browser(service) as client:
            answer = client.get("/payments")
            assert answer.status_code == status
            assert ("Nothing was paid" in answer.text) == (status == 200)
            assert ('href="/payments"' in client.get("/").text) == (status == 200)

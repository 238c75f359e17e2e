"""What suppliers share of phones, mail domains and accounts, at the command line."""

import sqlite3
import zipfile
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from duediligence.model import Supplier
from duediligence.screening.contact_keys import FILE
from duediligence.screening.run.network import build_portfolio_network
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from tests.cli.conftest import Run
from tests.homes import read_as_another_program

HEADER = "Supplier ref,Supplier name,Telephone,E-mail address,Sort code,Bank account number,IBAN\n"
ROWS = (
    "S1,Gull Taxis,01632 960001,zebedee@quibblegull.example,60-16-13,31926819,\n",
    "S2,Moss Catering Ltd,+44 1632 960 001,pay@quibblegull.example,,,GB29 NWBK 6016 1331 9268 19\n",
    "S3,Quill Roofing,07700 900002,quillroofing@gmail.com,70-11-16,41926820,\n",
)
REJECTED = "S4,,01632 960007,zebedee@quibblemoss.example,20-00-01,51926821,\n"
# Each value and each way in which a part of it could stand somewhere.
CLEAR = (
    "960001", "960 001", "1632960001", "900002", "960007", "quibblegull", "zebedee",
    "quibblemoss", "quillroofing", "gmail", "60-16-13", "601613", "31926819", "9268 19",
    "41926820", "701116", "51926821", "GB29",
)  # fmt: skip


def imported(run: Run, folder: Path, rows: Iterable[str] = ROWS, *options: str) -> str:
    path = folder / "suppliers.csv"
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    done = run("suppliers", "import", path, *options)
    return done.out + done.err


def stored(folder: Path) -> dict[str, Supplier]:
    with Workspace(Settings(home=folder / "home")) as ws:
        return {one.ref: one for one in ws.suppliers.all()}


def found_in(body: bytes) -> list[str]:
    text = body.decode("utf-8", "replace").casefold()
    return [clear for clear in CLEAR if clear.casefold() in text]


def test_no_byte_of_a_contact_is_in_the_home_or_said(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    said = imported(run, tmp_path, (*ROWS, REJECTED), "--log-file", str(log), "--verbose")
    assert "1 row rejected" in said
    for command in (
        ("suppliers", "show", "S1"),
        ("suppliers", "show", "S1", "--json"),
        ("suppliers", "list"),
        ("suppliers", "history", "S1"),
        ("suppliers", "duplicates"),
        ("audit", "log", "--json"),
        ("suppliers", "edit", "S1", "--remove", "phone"),
    ):
        done = run(*command)
        said += done.out + done.err
    assert found_in(said.encode()) == []
    files = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert {"casework.db", "contacts.key"} <= {path.name for path in files}
    for path in (*files, log, tmp_path / "suppliers-rejects.csv"):
        assert (path.name, found_in(path.read_bytes())) == (path.name, [])


def test_nothing_is_left_in_the_write_ahead_log_while_it_is_open(run: Run, tmp_path: Path) -> None:
    imported(run, tmp_path, ROWS[:1])
    with closing(sqlite3.connect(tmp_path / "home" / "casework.db")) as reader:
        # A reader that stays keeps what the next import writes in the write-ahead log.
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM suppliers").fetchone()
        imported(run, tmp_path)
        files = {
            path.name: body for path, body in read_as_another_program(tmp_path / "home").items()
        }
        assert files["casework.db-wal"]
        for name, body in files.items():
            assert (name, found_in(body)) == (name, [])


def test_show_says_how_many_share_a_contact_and_never_what_it_is(run: Run, tmp_path: Path) -> None:
    imported(run, tmp_path)
    one, two, three = (stored(tmp_path)[ref] for ref in ("S1", "S2", "S3"))
    assert one.contact_keys == two.contact_keys
    kinds = [each.kind for each in one.contact_keys]
    assert kinds == ["phone", "e-mail domain", "bank account"]
    assert [each.kind for each in three.contact_keys] == ["phone", "bank account"]
    shown = run("suppliers", "show", "S1").out
    mark = one.contact_keys[0].key[:6]
    assert f"  Phone: kept as a hash (#{mark}), shared with 1 other supplier\n" in shown
    assert "  E-mail domain: kept as a hash (#" in shown
    shown = run("suppliers", "show", "S3").out
    assert shown.count("shared with none") == 2


def test_importing_twice_changes_nothing_and_another_phone_is_a_change(
    run: Run, tmp_path: Path
) -> None:
    imported(run, tmp_path)
    assert "0 new, 0 changed, 3 unchanged" in imported(run, tmp_path)
    changed = ROWS[0].replace("960001", "960009")
    assert "0 new, 1 changed, 2 unchanged" in imported(run, tmp_path, (changed, *ROWS[1:]))
    assert "shared with none" in run("suppliers", "show", "S1").out


def test_a_preview_makes_no_key_and_replacing_keeps_the_one_that_it_was_made_with(
    run: Run, tmp_path: Path
) -> None:
    key = tmp_path / "home" / FILE
    imported(run, tmp_path, ROWS, "--replace", "--dry-run")
    assert not key.exists()
    imported(run, tmp_path, ROWS, "--replace", "--yes")
    assert key.exists()
    assert "0 new, 0 changed, 3 unchanged" in imported(run, tmp_path)


def test_a_file_without_contacts_makes_no_key(run: Run, tmp_path: Path) -> None:
    (tmp_path / "plain.csv").write_text("name\nGull Taxis\n")
    assert run("suppliers", "import", tmp_path / "plain.csv").code == 0
    assert not (tmp_path / "home" / FILE).exists()


def test_with_another_key_nothing_agrees_until_all_are_imported_again(
    run: Run, tmp_path: Path
) -> None:
    imported(run, tmp_path, ROWS[:1])
    (tmp_path / "home" / FILE).write_text("0" * 64)
    imported(run, tmp_path, ROWS[1:2])
    one, two = stored(tmp_path).values()
    assert not set(one.contact_keys) & set(two.contact_keys)
    imported(run, tmp_path, ROWS[:1])
    one, two = stored(tmp_path).values()
    assert one.contact_keys == two.contact_keys


def test_a_kind_of_contact_is_removed_by_hand_and_comes_back_when_that_is_undone(
    run: Run, tmp_path: Path
) -> None:
    imported(run, tmp_path)
    before = stored(tmp_path)["S1"].contact_keys
    done = run("suppliers", "edit", "S1", "--remove", "phone")
    assert done.code == 0, done.err
    assert stored(tmp_path)["S1"].contact_keys == before[1:]
    # What the file has said before it has nothing new to say of.
    imported(run, tmp_path)
    assert stored(tmp_path)["S1"].contact_keys == before[1:]
    refused = run("suppliers", "edit", "S1", "--remove", "phone")
    assert (refused.code, "S1 has no 'phone'" in refused.err) == (2, True)
    history = run("suppliers", "history", "S1").out
    assert f"phone #{before[0].key[:6]}" in history
    assert before[0].key not in history + run("suppliers", "history", "S1", "--json").out
    assert run("suppliers", "undo", "S1").code == 0
    assert set(stored(tmp_path)["S1"].contact_keys) == set(before)


def test_a_screening_holds_no_contact_keys(run: Run, tmp_path: Path) -> None:
    """What is given out of a run, such as a pack, has none in it; what was bought from has."""
    imported(run, tmp_path)
    run("screen")
    keys = [each.key for one in stored(tmp_path).values() for each in one.contact_keys]
    with closing(sqlite3.connect(tmp_path / "home" / "casework.db")) as db:
        bodies = db.execute("SELECT CAST(body AS TEXT) FROM contents").fetchall()
        names = "".join(body for (body,) in bodies)
    assert "Gull Taxis" in names
    assert not [key for key in keys if key in names]
    made = run("report", "S1", "--include-people", "--out", "pack.zip")
    assert (tmp_path / "pack.zip").exists(), made.err
    with zipfile.ZipFile(tmp_path / "pack.zip") as pack:
        whole = b"".join(map(pack.read, pack.namelist())).decode("utf-8", "replace")
    assert "Gull Taxis" in whole
    assert not [key for key in keys if key in whole]


def test_the_network_of_what_was_screened_has_the_contacts_of_today(
    run: Run, tmp_path: Path
) -> None:
    imported(run, tmp_path)
    run("screen")

    def shared() -> dict[str, set[str]]:
        with Workspace(Settings(home=tmp_path / "home")) as ws:
            network = build_portfolio_network(ws)
        joined: dict[str, set[str]] = {}
        for link in network.links:
            joined.setdefault(link.other, set()).add(network.nodes[link.one].supplier_ref)
        assert found_in(repr(network).encode()) == []
        return {network.nodes[one].kind: refs for one, refs in joined.items() if len(refs) > 1}

    both = {"S1", "S2"}
    assert shared() == {"phone": both, "e-mail domain": both, "bank account": both}
    run("suppliers", "edit", "S1", "--remove", "phone")
    assert shared() == {"e-mail domain": both, "bank account": both}

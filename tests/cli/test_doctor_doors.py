"""`doctor`: who can read the home, and what of it is more open than it should be."""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
posix = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")


def warnings(run: Run) -> dict[str, str]:
    found = json.loads(run("doctor", "--json").out)["data"]
    return {one["what"]: one["detail"] for one in found if one["state"] == "warning"}


@posix
def test_a_closed_home_is_named_with_its_only_reader(run: Run) -> None:
    looked = run("doctor")
    assert "ok  who can read the home: 0700: only " in looked.out
    assert "Not safe" not in looked.out
    assert warnings(run) == {}


@posix
@pytest.mark.parametrize(
    ("mode", "who"),
    [
        (0o755, "every account of this machine"),
        (0o750, "the group"),
        (0o2775, "every account of this machine"),
    ],
)
def test_an_open_home_is_named_with_what_closes_it(
    run: Run, tmp_path: Path, mode: int, who: str
) -> None:
    run("lists", "status")
    (tmp_path / "home").chmod(mode)
    looked = run("doctor")
    (line,) = [one for one in looked.out.splitlines() if "who can read the home: " in one]
    assert line.strip().startswith(f"warning  who can read the home: {mode:04o}: ")
    assert who in line
    assert "duediligence home close" in line
    assert "duediligence home share --group NAME" in line
    assert "Not safe: who can read the home. See the warnings above." in looked.out
    assert looked.code == 3, "for the lists that were never loaded, as without it"


@posix
def test_a_shared_home_is_as_it_should_be(run: Run, tmp_path: Path) -> None:
    run("lists", "status")
    (tmp_path / "home").chmod(0o2770)
    assert warnings(run) == {}
    (tmp_path / "home" / "lists.db").chmod(0o664)
    assert "1 file or folder more open" in warnings(run)["loose files"]
    assert "duediligence home share --group NAME" in warnings(run)["loose files"]


@posix
def test_loose_files_are_counted_and_the_first_is_named(run: Run, tmp_path: Path) -> None:
    run("lists", "status")
    (tmp_path / "home" / "schedule.toml").write_text("")
    for name in ("schedule.toml", "lists.db"):
        (tmp_path / "home" / name).chmod(0o644)
    detail = warnings(run)["loose files"]
    assert detail.startswith("2 files and folders more open than the home, such as ")
    assert detail.endswith("To correct: duediligence home close")
    assert run("home", "close").code == 0
    assert warnings(run) == {}


@posix
def test_files_of_settings_and_secrets_that_others_can_read_or_change(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("lists", "status")
    settings, key = tmp_path / "home" / "duediligence.toml", tmp_path / "the key.txt"
    own = tmp_path / "config" / "duediligence" / "duediligence.toml"
    own.parent.mkdir(parents=True)
    own.write_text('contact = "tool@example.org"\n')
    own.chmod(0o666)
    key.write_text("invented-key")
    key.chmod(0o640)
    settings.write_text('smtp_password = "s3cret"\n')
    settings.chmod(0o644)
    monkeypatch.setenv("DUEDILIGENCE_COMPANIES_HOUSE_KEY_FILE", str(key))
    looked = run("doctor").out
    assert f"{key} holds a secret that other accounts can read. Run: chmod go= '{key}'" in looked
    assert f"{settings} holds a secret that other accounts can read." in looked
    assert f"{own} can be changed by other accounts. Run: chmod go-w {own}" in looked
    assert "s3cret" not in looked
    for path in (settings, key, own):
        path.chmod(0o600)
    assert warnings(run) == {}
    own.chmod(0o644)
    assert stat.S_IMODE(own.stat().st_mode) == 0o644
    assert warnings(run) == {}, "settings without a secret may be read"


def test_a_network_drive_is_a_warning(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """No share can be mounted here, so what the system says of it is given."""
    monkeypatch.setattr("duediligence.casework.home_storage.network_drive", lambda _: "cifs")
    assert "is on a network drive (cifs)" in warnings(run)["drive"]


def test_a_synchronised_folder_and_a_damaged_database_are_named(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "OneDrive" / "home"
    home.mkdir(parents=True, mode=0o755)
    assert run("suppliers", "list", "--home", home).code == 0
    looked = run("doctor", "--home", home).out
    assert f"{home} is in {tmp_path / 'OneDrive'}, which another program synchronises" in looked
    assert "is damaged" not in looked
    path = home / "casework.db"
    body = bytearray(path.read_bytes())
    body[len(body) // 4 : len(body) // 2] = bytes(len(body) // 2 - len(body) // 4)
    path.write_bytes(body)
    assert "The file is damaged. To bring back a copy: " in run("doctor", "--home", home).out

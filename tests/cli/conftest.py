"""Run a command as a user would, in this process."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine

from duediligence.cli import main
from duediligence.demo.office import DEMO_TIME

REGISTERS = Path(__file__).parents[2] / "duediligence" / "demo" / "local_registers"


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("lists", "status")` in a folder of its own, with an empty home unless one is named."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DUEDILIGENCE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def run_one(*arguments: str | Path) -> Result:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Result(int(ended.value.code or 0), captured.out, captured.err)

    return run_one


def keep_restricted(home: Path, suppliers: str = "") -> None:
    """Load a register with a restricted record, and screen the suppliers where some are given."""
    file = home.with_name("s.csv")
    file.write_text(suppliers, encoding="utf-8")
    commands: list[tuple[str | Path, ...]] = [
        ("lists", "add", REGISTERS / "asb.toml"),
        ("lists", "refresh", "porthvellan-asb", "--from", REGISTERS),
    ]
    if suppliers:
        commands.append(("screen", file))
    with pytest.MonkeyPatch.context() as patch, time_machine.travel(DEMO_TIME):
        patch.setenv("DUEDILIGENCE_STORE_RESTRICTED", "true")
        patch.setenv("XDG_CONFIG_HOME", str(home.with_name("config")))
        for command in commands:
            with pytest.raises(SystemExit) as ended:
                main(["--home", str(home), *map(str, command)])
            assert ended.value.code in (0, 1, 3), command

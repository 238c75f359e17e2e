"""The locks hold what pyproject.toml asks for, by hash, and name no place that it comes from."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.rows import for_each

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
RELEASE = [
    *PROJECT["project"]["dependencies"],
    *(one for extra in PROJECT["project"]["optional-dependencies"].values() for one in extra),
]
AUDIT = ROOT / "requirements" / "audit.py"


def group(name: str) -> Iterator[str]:
    for one in PROJECT["dependency-groups"][name]:
        if isinstance(one, str):
            yield one
        else:
            yield from group(one["include-group"])


ASKED = {
    "release": RELEASE,
    "build": [*PROJECT["build-system"]["requires"], *group("build")],
    "test": [*RELEASE, *group("test")],
    "browser": [*group("browser")],
    "clients": [*group("clients")],
    "dev": [*RELEASE, *group("dev")],
    "supply": [*group("supply")],
}
every_lock = pytest.mark.parametrize("name", ASKED)


def lock(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")


def locked(name: str) -> dict[str, set[str]]:
    """The versions of each package, by its name."""
    found: dict[str, set[str]] = {}
    pinned = re.compile(r"^([a-z0-9.-]+)(?:\[[a-z0-9,-]+\])?==([^ ]+) ", re.MULTILINE)
    for package, version in pinned.findall(lock(name)):
        found.setdefault(package, set()).add(version)
    return found


def test_each_lock_is_known_here() -> None:
    assert {path.stem for path in (ROOT / "requirements").glob("*.txt")} == ASKED.keys()


@every_lock
def test_what_is_asked_for_is_locked_within_its_range(name: str) -> None:
    held = locked(name)
    for text in ASKED[name]:
        wanted = Requirement(text)
        versions = held.get(canonicalize_name(wanted.name), set())
        assert versions, f"{wanted.name} is not in requirements/{name}.txt: run `make lock`"
        assert all(map(wanted.specifier.contains, versions)), f"{text}: run `make lock`"


def test_what_one_package_asks_of_another_with_an_extra_is_locked_with_it() -> None:
    # The pip of Python 3.11 takes a newer `fonttools[woff]` where the lock says `fonttools==4.68`
    # alone, and refuses it for want of a hash: the install fails on the day of that release.
    asked = {
        (canonicalize_name(wanted.name), extra)
        for one in distributions()
        if canonicalize_name(one.metadata["Name"]) in locked("release")
        for wanted in map(Requirement, one.requires or ())
        if wanted.marker is None
        for extra in wanted.extras
    }
    assert ("fonttools", "woff") in asked
    for package, extra in asked:
        assert re.search(rf"^{package}\[[^]]*{extra}", lock("release"), re.MULTILINE), package


@every_lock
def test_each_package_has_hashes_and_no_address(name: str) -> None:
    text = lock(name)
    assert "://" not in text
    assert not re.search(r"^\s*-[^-]|^-|@ |file:|/tmp|/home|/opt", text, re.MULTILINE)
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert blocks
    for block in blocks:
        assert re.match(r"[a-z0-9.-]+(\[[a-z0-9,-]+\])?==[^ ]+ ( ?;.+ )?\\\n", block), block[:80]
        assert "--hash=sha256:" in block, block[:80]


def test_one_version_of_each_package_serves_release_tests_and_checks() -> None:
    everything = locked("dev")
    for name in ("release", "build", "test"):
        assert locked(name).items() <= everything.items()
    for package, versions in locked("browser").items():
        assert versions <= everything.get(package, versions)


SAYS_ALL_IS_WELL = """
import json, sys
packages = [line.split("==") for line in open(sys.argv[-1]).read().split()]
print(json.dumps({"dependencies": [{"name": n, "version": v, "vulns": []} for n, v in packages]}))
"""
KNOWS_THEM_ALL = SAYS_ALL_IS_WELL.replace("[]}", '[{"id": "A-1"}] if n == "urllib3" else []}')
KNOWS_SOME = KNOWS_THEM_ALL.replace(
    "[{", '[{"name": n, "skip_reason": "not found"} if n == "sound" else {', 1
)
ENDS_EARLY = "raise SystemExit('ERROR: no route')"
SOUND = "sound==1.0 \\\n    --hash=sha256:0\n"
FAULTY = "urllib3==2.0 \\\n    --hash=sha256:0\nurllib3==2.1 ; x \\\n"


@for_each(
    ("service", "packages", "code", "said"),
    [
        (ENDS_EARLY, SOUND, 3, "no advisory service could be reached"),
        (SAYS_ALL_IS_WELL, SOUND, 3, "it answers, but knows no advisories"),
        (KNOWS_SOME, SOUND, 3, "not checked: sound 1.0"),
        (KNOWS_SOME, SOUND + FAULTY, 1, "not checked: sound 1.0"),
        (KNOWS_THEM_ALL, SOUND + FAULTY, 1, "urllib3 2.0: A-1\nurllib3 2.1: A-1\n"),
        (KNOWS_THEM_ALL, SOUND, 0, "no known vulnerabilities in 1 packages (pypi)\n"),
    ],
)
def test_only_what_was_checked_is_called_sound(
    tmp_path: Path, service: str, packages: str, code: int, said: str
) -> None:
    """In the place of pip-audit a program that answers as it does with such a service."""
    (tmp_path / "pip_audit.py").write_text(service, "utf-8")
    (tmp_path / "lock.txt").write_text(packages, "utf-8")
    ended = audit(Path(sys.executable), tmp_path / "lock.txt", PYTHONPATH=str(tmp_path))
    assert (ended.returncode, said in ended.stdout) == (code, True), ended.stdout + ended.stderr
    assert ("no known vulnerabilities" in ended.stdout) == (code == 0)


def test_what_was_never_compared_is_named_with_the_day_it_was_locked(tmp_path: Path) -> None:
    place, program = tmp_path / "lock.txt", tmp_path / "pip_audit.py"

    def git(*words: str) -> None:
        day = {"GIT_AUTHOR_DATE": "2026-11-03T12:00:00Z", "GIT_COMMITTER_DATE": "2026-11-04T12:00Z"}
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        env = {**os.environ, **day}
        subprocess.run(["git", *who, *words], cwd=tmp_path, env=env, check=True)

    place.write_text(SOUND, "utf-8")
    program.write_text(ENDS_EARLY, "utf-8")
    ended = audit(Path(sys.executable), place, PYTHONPATH=str(tmp_path))
    assert "1 locked versions\n  locked on an unknown day: sound==1.0" in ended.stdout
    git("init", "-q")
    git("add", "lock.txt")
    git("commit", "-qm", "Lock it")
    ended = audit(Path(sys.executable), place, PYTHONPATH=str(tmp_path))
    assert "1 locked versions\n  locked 2026-11-03: sound==1.0\n" in ended.stdout
    program.write_text(KNOWS_THEM_ALL, "utf-8")
    ended = audit(Path(sys.executable), place, PYTHONPATH=str(tmp_path))
    assert (ended.returncode, "never" in ended.stdout) == (0, False)
    program.write_text(ENDS_EARLY, "utf-8")
    place.write_text(SOUND + FAULTY, "utf-8")
    ended = audit(Path(sys.executable), place, PYTHONPATH=str(tmp_path))
    assert ended.returncode == 3
    assert "2 locked versions\n" in ended.stdout
    assert "sound" not in ended.stdout.partition("never compared")[2]


@pytest.mark.soak
def test_where_no_service_answers_the_real_program_is_not_believed() -> None:
    """The real pip-audit says "No known vulnerabilities found" of an index without advisories."""
    python = ROOT / ".venv" / "supply" / "bin" / "python"
    if not python.exists():
        pytest.skip("pip-audit is not installed: make .venv/supply")
    ended = audit(python, ROOT / "requirements" / "build.txt")
    if ended.returncode in (0, 1):
        pytest.skip("an advisory service answers here")
    assert ended.returncode == 3
    assert ended.stdout.startswith("not checked: no advisory service could be reached\n  pypi: ")
    assert "no known vulnerabilities" not in ended.stdout


def audit(python: Path, lock: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [python, ROOT / "requirements" / "audit.py", lock],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=300,
    )

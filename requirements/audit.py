"""Ask whether the locked packages have known vulnerabilities: `make audit-packages`.

    python requirements/audit.py LOCK…

Exits 0 where none is known of any package, 1 where one is, and 3 where that could not be checked.
pip-audit itself ends well, with "No known vulnerabilities found", where an index answers but knows
no advisories. So it is first asked about a version that has some for years: an advisory service
that does not report them is not believed about any other package.

Which versions a service knew is kept in `compared.json` beside the locks: commit it. Where not all
could be compared, those that never were are printed, by the day on which they were locked.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

# CVE-2019-11324, CVE-2020-26137 and others.
VULNERABLE = ("urllib3", "1.24")
SERVICES = ("pypi", "osv")
PINNED = re.compile(r"^([a-z0-9.-]+)(?:\[[a-z0-9,-]+\])?==([^ ;\\]+)", re.MULTILINE)

Package = tuple[str, str]
# The ids of its advisories; None where the service says nothing of the package.
Answers = dict[Package, list[str] | None]


def main(locks: Iterable[Path]) -> int:
    """Print what is known of the packages in the locks; return the exit code."""
    locks = list(locks)
    packages = sorted({one for lock in locks for one in PINNED.findall(lock.read_text("utf-8"))})
    record = locks[0].with_name("compared.json")
    reasons = []
    for service in SERVICES:
        answers, reason = ask(service, [VULNERABLE])
        if answers.get(VULNERABLE):
            code = report(packages, service, record)
            if code == 3:
                print_never_compared(locks, record)
            return code
        reasons.append(f"{service}: {reason or 'it answers, but knows no advisories'}")
    print("not checked: no advisory service could be reached", *reasons, sep="\n  ")
    print_never_compared(locks, record)
    return 3


def read_record(record: Path) -> dict[str, str]:
    """Return the day on which each version was compared last, by `name==version`."""
    return json.loads(record.read_text("utf-8")) if record.exists() else {}


def print_never_compared(locks: list[Path], record: Path) -> None:
    """Print the locked versions that no service was ever asked about, and since when they are."""
    compared = read_record(record)
    since: dict[str, str] = {}
    for lock in locks:
        for day, line in read_blame(lock):
            found = PINNED.match(line)
            one = "==".join(found.groups()) if found else ""
            if one and one not in compared:
                since[one] = min(day, since.get(one, day))
    by_day = defaultdict(list)
    for one, day in since.items():
        by_day[day].append(one)
    print(f"never compared with an advisory service: {len(since)} locked versions")
    for day, some in sorted(by_day.items()):
        print(f"  locked {day}: {', '.join(sorted(some))}")


def read_blame(lock: Path) -> list[tuple[str, str]]:
    """Return the lines of a lock, each with the day on which it came there."""
    command = ["git", "blame", "--porcelain", "--", lock.name]
    ended = subprocess.run(command, cwd=lock.parent, capture_output=True, text=True)
    if ended.returncode:  # no clone, or a file that was never committed
        return [("on an unknown day", line) for line in lock.read_text("utf-8").splitlines()]
    days: dict[str, str] = {}
    lines, commit = [], ""
    for line in ended.stdout.splitlines():
        word, _, rest = line.partition(" ")
        if line.startswith("\t"):
            lines.append((days[commit], line[1:]))
        elif re.fullmatch("[0-9a-f]{40}", word):
            commit = word
        elif word == "author-time":
            days[commit] = datetime.fromtimestamp(int(rest), UTC).date().isoformat()
    return lines


def report(packages: list[Package], service: str, record: Path) -> int:
    """Print what the service knows of the packages, and note it; return the exit code."""
    answers, reason = ask(service, packages)
    today = datetime.now(UTC).date().isoformat()
    answered = {"==".join(one): today for one in packages if answers.get(one) is not None}
    if answered:
        kept = dict(sorted({**read_record(record), **answered}.items()))
        record.write_text(json.dumps(kept, indent=0) + "\n", "utf-8")
    known = {one: ids for one in packages if (ids := answers.get(one))}
    unknown = [one for one in packages if answers.get(one) is None]
    for (name, version), ids in known.items():
        print(f"{name} {version}: {', '.join(ids)}")
    if unknown:
        print(f"not checked: {', '.join(f'{name} {version}' for name, version in unknown)}")
        print(f"  {service}: {reason or 'it knows nothing of these'}")
    if not known and not unknown:
        print(f"no known vulnerabilities in {len(packages)} packages ({service})")
    return 1 if known else 3 if unknown else 0


def ask(service: str, packages: Iterable[Package]) -> tuple[Answers, str]:
    """Return what the service says of each package, and the reason where it says nothing."""
    answers: Answers = {}
    rest = list(packages)
    while rest:
        # A lock holds two versions of a package where Pythons differ; a question only one.
        some = dict(rest)
        rest = [(name, version) for name, version in rest if some[name] != version]
        found, reason = _audited(service, some)
        if reason:
            return answers, reason
        answers |= found
    return answers, ""


def _audited(service: str, packages: dict[str, str]) -> tuple[Answers, str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "packages.txt"
        path.write_text("".join(f"{name}=={packages[name]}\n" for name in packages), "utf-8")
        options = ["--disable-pip", "--no-deps", "--format", "json", "--progress-spinner", "off"]
        options += ["--vulnerability-service", service, "--requirement", str(path)]
        ended = subprocess.run(
            [sys.executable, "-m", "pip_audit", *options], capture_output=True, text=True
        )
    try:
        found = json.loads(ended.stdout)["dependencies"]
    except (ValueError, LookupError):
        lines = ended.stderr.strip().splitlines() or ["pip-audit ended without an answer"]
        return {}, lines[-1].strip()[:200]
    # One that the service does not know has a reason there, and no advisories.
    return {
        (one["name"], packages[one["name"]]): None
        if "vulns" not in one
        else [each["id"] for each in one["vulns"]]
        for one in found
    }, ""


if __name__ == "__main__":
    sys.exit(main(map(Path, sys.argv[1:])))

"""Make a home by the code of any checkout, to be kept as one of the old homes.

    cd /tmp && PYTHONPATH=CHECKOUT:TESTS python TESTS/old_homes/recipe.py COMMIT

CHECKOUT is a checkout of that commit; python has what it needs and `time-machine`. Writes
`COMMIT.tar.xz` (the home and its packs) and `COMMIT.json` (what that code itself shows of it).
"""

import contextlib
import inspect
import io
import json
import lzma
import pwd
import shutil
import sys
import tarfile
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import time_machine

HERE = Path(__file__).parent
MADE_AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LISTS = ("un", "uk-debarment", "porthvellan-planning-enforcement")
SETTINGS = """\
second_decision = ["critical"]
store_restricted = true

[users]
aferrow = "officer"
bquill = "approver"
croome = "administrator"
"""
IDENTITIES = """
[identities]
"COUNCIL\\\\aferrow" = "aferrow"
"""
# What a home shows, as far as each version names it alike.
SUPPLIER = ("ref", "name", "identifiers", "people", "contract")
ALERT = (
    *("id", "state", "severity", "check_id", "supplier_ref", "list_id", "entry_id", "found"),
    *("first_seen", "last_seen", "decided_by", "reason"),
)
DECISION = ("position", "decided", "reason", "note", "by", "at", "run_id")
CHANGE = ("number", "act", "by", "note", "suppliers", "undoes", "undone")
NEW_AGREEMENT = ("sharing", "agreement", "new")
REQUEST = ("number", "direction", "agreement", "name", "supplier_ref", "due_on")
SOURCE = ("id", "version", "entries", "sha256")
# What can be made again or is of the machine; and the invented lists are kept next to the homes.
LEFT_OUT = ("lookups.db", "backup.lock", "schedule.lock", ".parties", ".merged", "upgrades")


class Failed(Exception):
    """A command that ended as it should not have."""


class Office:
    """A home and who works in it: runs the commands of whatever code is imported."""

    def __init__(self, home: Path, at: datetime) -> None:
        self.home, self.missing = home, list[str]()
        self._at = at

    def run(self, *words: str | Path, who: str = "aferrow", ends: tuple[int, ...] = (0,)) -> str:
        """Run a command as that account, a minute after the last, and return what it printed."""
        from duediligence.cli import main

        out, err = io.StringIO(), io.StringIO()
        self._at += timedelta(minutes=1)
        account = pwd.struct_passwd((who, *pwd.getpwall()[0][1:]))
        with (
            time_machine.travel(self._at),
            patch("pwd.getpwuid", lambda _: account),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                main(["--home", str(self.home), *map(str, words)])
                code = 0
            except SystemExit as ended:
                code = int(ended.code or 0)
        if code not in ends:
            raise Failed(f"{' '.join(map(str, words))}: {code}\n{out.getvalue()}{err.getvalue()}")
        return out.getvalue()

    def read(self, *words: str, who: str = "aferrow") -> Any:
        """Return the data that a command prints as JSON."""
        return json.loads(self.run(*words, "--json", who=who))["data"]

    def load_lists(self) -> None:
        """Load the lists kept here: they are smaller than a publisher's."""
        from duediligence.screening.lists.refresh import refresh
        from duediligence.screening.workspace import Workspace
        from duediligence.settings import Settings

        self._at += timedelta(minutes=1)
        given: dict[str, Any] = {"sample": True}
        if "sample" not in inspect.signature(refresh).parameters:
            from duediligence.demo import SAMPLE_SCALE
            from duediligence.screening.lists.loading import RefreshTerms

            given = {"terms": RefreshTerms(scale=SAMPLE_SCALE, as_of=self._at.date())}
        settings = Settings(home=self.home, store_restricted=True)
        with Workspace(settings, now=lambda: self._at, who="aferrow") as workspace:
            for one in refresh(workspace, LISTS, folder=HERE / "lists", **given):
                if one.result not in ("loaded", "unchanged"):
                    raise Failed(f"{one.list_id}: {one.result} {one.error}")

    def knows(self, *command: str) -> bool:
        """Whether this code has a command; what it lacks is counted."""
        try:
            self.run(*command, "--help")
        except Failed:
            self.missing.append(" ".join(command))
            return False
        return True

    def alerts(self, *options: str) -> list[dict[str, Any]]:
        """Return every alert, of suppliers and of single checks."""
        found = self.read("alerts", "list", "--all", *options)
        if "--checks" in self.run("alerts", "list", "--help"):
            found += self.read("alerts", "list", "--all", "--checks", *options)
        return found

    def alert(self, supplier: str, list_id: str) -> str:
        """Return the id of the alert of that supplier about that list."""
        wanted = (supplier, list_id)
        alerts = self.alerts("--restricted")
        return next(str(a["id"]) for a in alerts if (a["supplier_ref"], a["list_id"]) == wanted)

    def decide(self, alert: str, *words: str, who: str = "aferrow") -> None:
        self.run("alerts", "decide", alert, *words, who=who)


def fill(office: Office, packs: Path) -> None:
    """Do in the home what two officers of a council do in their first week."""
    (office.home / "duediligence.toml").write_text(SETTINGS, encoding="utf-8")
    shutil.copytree(HERE / "register", office.home / "local-registers")
    office.load_lists()
    office.run("suppliers", "import", HERE / "suppliers.csv")
    office.run("screen", ends=(3,))

    # One decision of each kind. H002 has a listed director whom both readers set aside.
    first = office.alert("H001", "un")
    office.decide(first, "same", "--reason", "SUPPLIER-SAYS", "--note", "Their own letter")
    both = office.alert("H009", "uk-debarment")
    for who in ("aferrow", "bquill"):
        office.decide(
            both, "not-the-same", "--reason", "OTHER", "--note", "By their deeds", who=who
        )
    settled = office.alert("H003", "porthvellan-planning-enforcement")
    office.decide(settled, "same", "--reason", "NAME-PLACE-SAME", who="bquill")
    office.decide(settled, "mitigated", "--reason", "PUT-RIGHT", who="bquill")
    taken_back = office.alert("H002", "porthvellan-planning-enforcement")
    office.decide(taken_back, "confirmed-risk", "--reason", "RISK", "--ground", "PA23-7-12")
    if office.knows("alerts", "undo"):
        (decision,) = office.read("alerts", "history", taken_back)
        office.run("alerts", "undo", str(decision["position"]), "--note", "Wrong row", "--yes")
    else:
        office.decide(taken_back, "not-sure", "--reason", "ASKED")

    if office.knows("suppliers", "merge"):
        _change_suppliers(office)
    if office.knows("sharing", "agreement"):
        _share(office)

    # Single checks, kept: one that finds nothing, one that is decided, one of a person.
    kept = ("--keep",) if "--keep" in office.run("check", "--help") else ()
    office.run("check", "Sedgewick Blinds Ltd", "--number", "99007021", *kept, ends=(3,))
    office.run("check", "Korvellan General Trading", *kept, ends=(3,))
    (checked,) = (
        one
        for one in office.alerts()
        if one["supplier_name"] == "Korvellan General Trading" and one["list_id"] == "un"
    )
    office.decide(checked["id"], "not-sure", "--reason", "ASKED", "--note", "Asked the bidder")
    office.run("check", "Spindrift Cafe Ltd", "--person", "Osmanthe Baye,1971-04", *kept, ends=(3,))

    office.run("screen", ends=(3,))
    packs.mkdir()
    office.run("report", "H001", "--out", packs / "H001.zip")
    office.run("report", "H005", "--out", packs / "H005-people.zip", "--include-people")
    office.run("report", checked["supplier_ref"], "--out", packs / "check.zip")


def _change_suppliers(office: Office) -> None:
    """Merge, split, take back, end and correct suppliers, and keep a contract."""
    with (office.home / "duediligence.toml").open("a", encoding="utf-8") as settings:
        settings.write(IDENTITIES)
    work = ("suppliers",)
    office.run(*work, "merge", "H003", "H004", "--yes", "--note", "One firm")
    office.run(
        *(*work, "split", "H006", "--new", "H007", "--name", "Lantern Hill Kitchens Ltd"),
        *("--trading-name", "Pellowmere Relief", "--person", "Ivo Pellowmere"),
        who="COUNCIL\\aferrow",
    )
    office.run(*work, "merge", "H001", "H009", "--yes", "--note", "By mistake", who="bquill")
    office.run(*work, "undo", "H001", "--note", "Two different firms", who="bquill")
    office.run(*work, "end", "H008", "--note", "Contract not renewed")
    office.run(*work, "edit", "H005", "--former-name", "Ammonite Nursing Ltd")
    office.run(
        *(*work, "contract", "add", "H003", "Guarding of depots", "--cpv", "79713000"),
        *("--start", "2026-04-01", "--end", "2029-03-31", "--value", "120000"),
    )


def _share(office: Office) -> None:
    """Keep an agreement with a partner, and a request each way."""
    office.run(
        *(*NEW_AGREEMENT, "ISA-2026-09", "--as", "Porthvellan Council"),
        *(
            "--with",
            "Example Police",
            "--partner-kind",
            "police",
            "--purpose",
            "Find the same firms",
        ),
        *("--basis", "cda-1998-s115", "--basis", "uk-gdpr-6-1-e", "--review", "2027-10-31"),
        *("--share", "blind-matching: organisations", "--share", "hits", "--share", "requests"),
        *("--contact", "data protection officer: dpo@council.example"),
        *[one for one in ("--no-auditor",) if one in office.run(*NEW_AGREEMENT, "--help")],
        who="bquill",
    )
    asked = ("--agreement", "ISA-2026-09", "--basis", "uk-gdpr-6-1-e", "--due", "2026-12-11")
    office.run("sharing", "request", "new", *asked, "--supplier", "H003", "--purpose", "Renewal")
    about = ("--received", "--about", "Korvellan Trading")
    office.run("sharing", "request", "new", *asked, *about, "--purpose", "A licence")


def facts(office: Office) -> Any:
    """Return what the code that is imported shows of the home, by its commands alone."""
    # Read first: showing people is recorded.
    events = office.read("audit", "log", "--last", "1000", who="croome")
    everyone = ("--all",) if "--all" in office.run("suppliers", "list", "--help") else ()
    whole = ["--restricted"]
    if "--include-people" in office.run("alerts", "history", "--help"):
        whole.append("--include-people")
    alerts = office.alerts(*whole)
    decided = {one["event"]["subject"] for one in events if one["event"]["kind"] == "decision"}
    lists = (one for one in office.read("lists", "status") if one["version"])
    shown = {
        "suppliers": [
            _chosen(one, SUPPLIER) for one in office.read("suppliers", "list", *everyone)
        ],
        "alerts": {one["id"]: _chosen(one, ALERT) for one in alerts},
        "decisions": {
            id_: [_chosen(one, DECISION) for one in office.read("alerts", "history", id_, *whole)]
            for id_ in sorted(decided)
        },
        "sources": [_chosen(one, SOURCE) for one in lists],
        "events": [
            {"position": one["position"], "sha256": one["sha256"]}
            | _chosen(one["event"], ("kind", "who", "subject"))
            for one in events
        ],
    }
    kinds = {one["event"]["kind"] for one in events}
    if "supplier changed" in kinds:
        changed = {
            ref: office.read("suppliers", "history", ref) for ref in ("H001", "H003", "H006")
        }
        shown["changes"] = {
            ref: [_chosen(one, CHANGE) for one in history["changes"]]
            for ref, history in changed.items()
        }
    if "agreement" in kinds:
        agreements = office.read("sharing", "agreement", "show")
        requests = office.read("sharing", "request", "list")
        # Without the terms that came later, which none of these has.
        shown["agreements"] = [
            (
                one["state"],
                {
                    k: v
                    for k, v in one["agreement"]["terms"].items()
                    if v or k not in ("most_keys", "most_hits", "most_held", "auditor")
                },
            )
            for one in agreements
        ]
        shown["requests"] = [_chosen(one["request"], REQUEST) for one in requests]
    return json.loads(json.dumps(shown))


def _chosen(held: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    return {field: held[field] for field in fields}


def pack_up(folder: Path, archive: Path) -> None:
    """Write the home and its packs as one archive, alike for alike files."""

    def bare(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
        if any(part in LEFT_OUT for part in Path(member.name).parts):
            return None
        member.mtime, member.uid, member.gid, member.uname, member.gname = 0, 0, 0, "", ""
        return member

    with (
        lzma.open(archive, "wb", preset=9) as packed,
        tarfile.open(fileobj=packed, mode="w") as tar,
    ):
        for name in ("home", "packs"):
            tar.add(folder / name, arcname=name, filter=bare)


def unpack(name: str, folder: Path) -> None:
    """Put the home of that name, and its packs, into a folder."""
    with tarfile.open(HERE / f"{name}.tar.xz") as tar:
        tar.extractall(folder, filter="data")
    (folder / "home").chmod(0o700)


def main(name: str) -> None:
    """Make a home by the code that is imported, and keep it under that name."""
    import duediligence

    with tempfile.TemporaryDirectory() as folder:
        (home := Path(folder) / "home").mkdir(mode=0o700)
        office = Office(home, MADE_AT)
        fill(office, Path(folder) / "packs")
        office.run("audit", "verify")
        pack_up(Path(folder), HERE / f"{name}.tar.xz")
        shown = {"lacks": office.missing, **facts(office)}
    text = json.dumps(shown, indent=1, ensure_ascii=False, sort_keys=True)
    (HERE / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    print(f"Made by {duediligence.__file__}")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])

"""A year of casework on real lists: what was cleared stays so, what changed comes back, all proved.

Names are read from the lists when this runs, and never written here.
"""

import asyncio
import csv
import json
import os
import re
import shutil
import sqlite3
import ssl
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
import trustme
from aiosmtpd.smtp import SMTP, Envelope

from duediligence.cli import main
from duediligence.contracts import Files
from duediligence.model import ListEntry
from duediligence.registry import get_watchlist
from duediligence.text.folding import fold

SHARED = Path(os.environ["REAL_DATA"])
pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(
        not (SHARED / "lists").is_dir(), reason=f"the real lists are not in --real-data ({SHARED})"
    ),
]
pwd = pytest.importorskip("pwd", reason="accounts have no such names here")

BEGIN = datetime(2026, 8, 17, 8, tzinfo=UTC)
SUPPLIERS = 500
FILES = (
    "uk-sanctions/UK-Sanctions-List.xml",
    "un/consolidated.xml",
    *(f"ofac/{name}.CSV" for name in ("SDN", "ALT", "ADD", "SDN_COMMENTS")),
)
SETTINGS = """
decision_months = 12
second_decision = ["critical"]
notify_mail_to = "team@example.org"
notify_mail_from = "checks@example.org"
smtp_host = "127.0.0.1"
smtp_port = {port}
smtp_security = "tls"
ca_file = "{authority}"

[users]
ada = "officer"
cy = "officer"
bo = "approver"
scheduler = "officer"
eve = "auditor"

[max_age_days]
uk-sanctions = 9999
un = 9999
ofac-sdn = 9999
"""
SCHEDULE = """
[[job]]
name = "lists"
action = "refresh lists"
ids = ["uk-sanctions", "un", "ofac-sdn"]
from = "incoming"
every = "day"
at = "02:30"

[[job]]
name = "screening"
action = "re-screen"
every = "day"
at = "05:00"

[[job]]
name = "digest"
action = "digest"
every = "day"
at = "07:00"
"""


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)["data"]


@dataclass
class Office:
    """Who sits at the desk and when, and the commands that they give."""

    folder: Path
    run_now: Callable[[list[str]], Ended]
    be: Callable[[str], None]
    now: datetime = BEGIN

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def run(self, who: str, *arguments: str | Path) -> Ended:
        self.be(who)
        self.now += timedelta(minutes=1)
        with time_machine.travel(self.now):
            return self.run_now([str(argument) for argument in arguments])

    def tick(self) -> Ended:
        ticked = self.run("scheduler", "schedule", "tick")
        assert ticked.code == (3 if "INCOMPLETE" in ticked.err else 0), ticked.err
        return ticked

    def alert(self, ref: str) -> Any:
        """The alert of a supplier that was made like one entry."""
        found = self.run("ada", "alerts", "list", "--all", "--supplier", ref, "--json").data
        (one,) = (each for each in found if each["entry_id"] == ref.partition("-")[2])
        return one

    def decide(self, who: str, ref: str, *more: str) -> Ended:
        reason = ("--reason", "OTHER", "--note", "Another firm")
        return self.run(
            who, "alerts", "decide", self.alert(ref)["id"], "not-the-same", *reason, *more
        )


@dataclass
class Post:
    """A mail server that keeps what it is given."""

    envelopes: list[Envelope] = field(default_factory=list)

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return "250 OK"

    def taken(self) -> list[EmailMessage]:
        """What came since this was last asked."""
        mails = [
            message_from_bytes(bytes(e.content or b""), policy=default) for e in self.envelopes
        ]
        self.envelopes.clear()
        return mails


@contextmanager
def listening(post: Post, context: ssl.SSLContext) -> Iterator[int]:
    """Serves the post on a port of this machine, which it gives."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(
        loop.create_server(lambda: SMTP(post, loop=loop), "127.0.0.1", 0, ssl=context)
    )
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield server.sockets[0].getsockname()[1]

    async def stop() -> None:
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)

    asyncio.run_coroutine_threadsafe(stop(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def lay_out(folder: Path, *, previous: bool) -> Path:
    """The lists of one day, in the folders that a refresh looks in."""
    for name in FILES:
        there = SHARED / "lists" / name
        before = there.parent / "previous" / there.name
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(before if previous and before.exists() else there, folder / name)
    return folder


def read(folder: Path, list_id: str) -> Mapping[str, ListEntry]:
    one = get_watchlist(list_id)
    files = {path.name: path for path in (folder / one.folder).iterdir()}
    return {entry.id: entry for entry in one.parse(Files(files))}


@dataclass(frozen=True)
class Listed:
    """Entries to make suppliers after, firms all: what becomes of each from one day to the next."""

    same: ListEntry
    frozen: ListEntry
    changed: ListEntry
    new: ListEntry


def choose(then: Path, now: Path) -> Listed:
    """Firms whose names nobody else has, the same on both days, changed, and new on the second."""
    uk, uk_now = read(then, "uk-sanctions"), read(now, "uk-sanctions")
    us, us_now = read(then, "ofac-sdn"), read(now, "ofac-sdn")
    held = [*uk.values(), *us.values(), *read(then, "un").values()]
    words_of = (set(fold(" ".join(n.text for n in one.names)).split()) for one in held)
    often = Counter(word for words in words_of for word in words)

    def one_of(entries: Mapping[str, ListEntry], fits: Callable[[ListEntry], bool]) -> ListEntry:
        return next(
            one
            for one in entries.values()
            if one.kind == "organisation" and one.name.isascii() and fits(one)
        )

    def apart(one: ListEntry) -> bool:
        return sum(len(word) > 5 and often[word] == 1 for word in fold(one.name).split()) >= 2

    def is_new(one: ListEntry) -> bool:
        words = [word for word in fold(one.name).split() if len(word) > 5]
        return one.id not in us and len(words) >= 2 and not any(often[word] for word in words)

    def listed_once(one: ListEntry) -> bool:
        """Whether one decision settles it: a listing of the UN as well is another source of it."""
        return "UN" not in one.source

    def is_changed(one: ListEntry) -> bool:
        after = uk_now.get(one.id)
        same_names = after is not None and after != one and after.names == one.names
        return same_names and listed_once(one)

    def is_frozen(one: ListEntry) -> bool:
        same = uk_now.get(one.id) == one and "Asset freeze" in one.measures
        return same and apart(one) and listed_once(one)

    return Listed(
        same=one_of(us, lambda one: us_now.get(one.id) == one and apart(one)),
        frozen=one_of(uk, is_frozen),
        changed=one_of(uk, is_changed),
        new=one_of(us_now, is_new),
    )


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def office(
    post: Post,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Office]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DUEDILIGENCE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def run_now(arguments: list[str]) -> Ended:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Ended(int(ended.value.code or 0), captured.out, captured.err)

    def be(who: str) -> None:
        monkeypatch.setattr(pwd, "getpwuid", lambda _: SimpleNamespace(pw_name=who))

    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with listening(post, context) as port:
        text = SETTINGS.format(port=port, authority=tmp_path / "ca.pem")
        (tmp_path / "home").mkdir()
        (tmp_path / "home" / "duediligence.toml").write_text(text, encoding="utf-8")
        (tmp_path / "home" / "schedule.toml").write_text(SCHEDULE, encoding="utf-8")
        yield Office(tmp_path, run_now, be)


def write_suppliers(path: Path, invented: Mapping[str, str]) -> None:
    """Care providers, and after them suppliers called like entries, each with its reference."""
    with (SHARED / "suppliers" / "care_providers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[: SUPPLIERS - len(invented)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["ref", "supplier name", "postcode"])
        writer.writerows([row["supplier_ref"], row["name"], row["postcode"]] for row in rows)
        writer.writerows([ref, name, ""] for ref, name in invented.items())


def test_a_year_of_casework(office: Office, post: Post, tmp_path: Path) -> None:
    incoming = lay_out(office.home / "incoming", previous=True)
    newer = lay_out(tmp_path / "newer", previous=False)
    listed = choose(incoming, newer)
    entries = {"A": listed.same, "B": listed.frozen, "C": listed.changed, "D": listed.new}
    refs = {letter: f"{letter}-{entry.id}" for letter, entry in entries.items()}
    cleared, frozen, changed, new = refs.values()
    write_suppliers(
        tmp_path / "suppliers.csv", {refs[letter]: one.name for letter, one in entries.items()}
    )

    # The first screening; whoever may only read may not begin it.
    three = ("uk-sanctions", "un", "ofac-sdn")
    loaded = office.run("ada", "lists", "refresh", *three, "--from", incoming)
    assert loaded.code == 0, loaded.err
    assert office.run("eve", "screen", "suppliers.csv").code == 2
    first = office.run("ada", "screen", "suppliers.csv")
    assert first.code == 3, "the other lists were never loaded"
    assert f"{SUPPLIERS} suppliers" in first.out
    assert office.run("ada", "alerts", "list", "--all", "--supplier", new, "--json").data == []
    assert office.run("ada", "digest", "send").code == 0
    (mail,) = post.taken()
    assert listed.frozen.name in str(mail.get_content()).replace("\n", " ")

    # Cleared by one; by two where it is critical, of whom the second must be an approver.
    assert office.decide("ada", cleared, "--note", "It makes other things.").code == 0
    if office.alert(cleared)["state"] != "not the same":
        assert office.decide("bo", cleared).code == 0
    for ref in (frozen, changed):
        assert office.decide("ada", ref).code == 0
        assert office.alert(ref)["state"] == "awaiting second decision"
        assert office.decide("ada", ref).code == 0
        assert office.alert(ref)["state"] == "awaiting second decision", "one person is not two"
        assert office.decide("cy", ref).code == 2
        assert office.decide("bo", ref).code == 0
    decided = {ref: office.alert(ref) for ref in (cleared, frozen, changed)}
    assert {one["state"] for one in decided.values()} == {"not the same"}

    # Screened again, it stays cleared, and is counted but not shown.
    office.now += timedelta(days=1)
    assert office.run("ada", "screen", "--out", "flags.csv", "--format", "1").code == 3
    with (tmp_path / "flags.csv").open(encoding="utf-8", newline="") as file:
        flags = {(row["supplier_ref"], row["entry_id"]) for row in csv.DictReader(file)}
    waiting = {one["id"] for one in office.run("ada", "alerts", "list", "--json").data}
    for ref, alert in decided.items():
        assert (ref, alert["entry_id"]) not in flags
        assert alert["id"] not in waiting
        assert office.alert(ref)["state"] == "not the same"

    # The scheduler begins; what is new waits for its first regular time.
    office.tick()
    assert post.taken() == []
    shutil.copytree(newer, incoming, dirs_exist_ok=True)
    office.now += timedelta(days=6)
    told = office.tick()
    assert "3 lists loaded" in told.err
    assert told.code == 3, "of the other lists nothing was ever loaded"
    (mail,) = post.taken()
    assert "new flag" in str(mail["subject"])
    assert f"({new})" in str(mail.get_content())
    assert re.search(rf"\({changed}\): .*; open again", str(mail.get_content()))
    assert f"({cleared})" not in str(mail.get_content())
    found = office.alert(new)
    assert found["state"] == "open"
    office.now += timedelta(days=1)
    office.tick()
    assert post.taken() == [], "nobody is told twice"

    # An entry that changed opens what was decided about it, and nothing else.
    assert office.alert(cleared)["state"] == office.alert(frozen)["state"] == "not the same"
    again = office.alert(changed)
    assert (again["state"], again["id"]) == ("open", decided[changed]["id"])
    what, _, difference = again["reopened"].partition(": ")
    assert "list entry" in what
    assert difference, "what is different is told"
    shown = office.run("ada", "alerts", "show", again["id"])
    assert "Reopened: " in shown.out
    assert what in shown.out
    assert office.run("ada", "alerts", "history", again["id"], "--json").data[-1]["by"] == "bo"

    # What can be proved: by the pack alone, and by the chain.
    for ref in (new, changed):
        made = office.run("ada", "report", ref, "--out", "pack.zip")
        assert made.code == 0, made.err
        assert verified(tmp_path / "pack.zip", office) == 0
    whole = (tmp_path / "pack.zip").read_bytes()
    for place in range(0, len(whole), len(whole) // 7):
        altered = bytearray(whole)
        altered[place] ^= 0x01
        (tmp_path / "altered.zip").write_bytes(altered)
        assert verified(tmp_path / "altered.zip", office) in (1, 2, 4), place
    assert office.run("eve", "audit", "verify").code == 0
    located(office, 7)

    # A decision ends after its year; until then it holds.
    office.now += timedelta(days=330)
    office.tick()
    assert office.alert(cleared)["state"] == "not the same"
    assert post.taken() == []
    office.now += timedelta(days=60)
    office.tick()
    (mail,) = post.taken()
    assert "2 changed flags" in str(mail["subject"])
    for ref in (cleared, frozen):
        assert re.search(rf"\({ref}\): .*; open again", str(mail.get_content()))
    day = "17 August 2027"
    for ref in (cleared, frozen):
        again = office.alert(ref)
        assert (again["state"], again["id"]) == ("open", decided[ref]["id"])
        assert again["reopened"] == f"the decision expired on {day}"
    assert office.run("eve", "audit", "verify").code == 0


def verified(path: Path, office: Office) -> int:
    """How a pack is verified where there is nothing but the pack."""
    (office.folder / "elsewhere").mkdir(exist_ok=True)
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from duediligence.cli import main; main()",
            "report",
            "verify",
            path,
        ],
        env={**os.environ, "DUEDILIGENCE_HOME": str(office.folder / "elsewhere")},
        cwd=office.folder / "elsewhere",
        capture_output=True,
        check=False,
    ).returncode


def located(office: Office, position: int) -> None:
    """A record of the audit chain changed by hand is named, and the chain is sound without it."""
    statement = "UPDATE audit SET who = ? WHERE position = ?"
    with closing(sqlite3.connect(office.home / "casework.db", isolation_level=None)) as other:
        triggers = other.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        held = triggers.fetchall()
        (who,) = other.execute("SELECT who FROM audit WHERE position = ?", (position,)).fetchone()
        for name, _ in held:
            other.execute(f"DROP TRIGGER {name}")
        other.execute(statement, ("nobody", position))
        broken = office.run("eve", "audit", "verify")
        other.execute(statement, (who, position))
        for _, sql in held:
            other.execute(sql)
    assert broken.code == 4
    assert f"BROKEN at record {position}" in broken.out
    assert office.run("eve", "audit", "verify").code == 0

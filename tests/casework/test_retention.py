"""What is over its time goes, and the audit chain still holds."""

import json
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from duediligence.casework import queue, retention
from duediligence.casework.deciding import Choice, decide
from duediligence.casework.supplier_information import (
    import_supplier_information,
    read_information,
)
from duediligence.casework.verifying import verify
from duediligence.delivery import letters
from duediligence.delivery.digest import send
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import UsageError
from duediligence.fetch.evidence import Evidence
from duediligence.formats.attached import AttachedFile
from duediligence.model import Contract, Declaration, PartialDate, Person, Run, Supplier
from duediligence.model.supplier_information import (
    PARTY_REMOVED,
    UNKNOWN_GROUND,
    StatedExclusion,
    StatedParty,
    StatedValue,
    SupplierInformation,
)
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.retention import NO_TEXT
from duediligence.suppliers.share_codes import list_stated_answers

from ..homes import read_as_another_program
from ..in_use import in_use
from ..suppliers.forms_made import form as answer
from ..suppliers.forms_made import person as connected

Open = Callable[..., Workspace]
BRIGHT = Supplier(
    ref="S3",
    name="Bright Sands Home Care Ltd",
    people=(Person("Dragomir Petrosyanov", PartialDate(1968, 3), "director"),),
)
VOLKHAR = Supplier(ref="S1", name="Volkhar Maritime UK Ltd")
AWAY = Choice(decided="not the same", reason="OTHER", note="Rang them")


def test_a_retention_period_is_said_in_years_where_it_is_whole_years() -> None:
    rule = retention.RetentionRule(
        id="x", title="X", days=0, runs_from="today", does="goes", basis="none", by="a person"
    )
    periods = {days: replace(rule, days=days).period for days in (0, 1, 90, 365, 730, 731)}
    assert periods == {
        0: "none", 1: "1 day", 90: "90 days", 365: "1 year", 730: "2 years", 731: "731 days"
    }  # fmt: skip
    assert replace(rule, days=3).since(NOW) == NOW - timedelta(days=3)


class House:
    """One home, looked at on several days."""

    def __init__(self, open_workspace: Open, home: Path) -> None:
        self._open, self.home = open_workspace, home

    def on(self, day: int, **settings: object) -> Workspace:
        workspace = self._open(
            self.home, at=NOW + timedelta(days=day), **{"second_decision": (), **settings}
        )
        workspace.who = "Ada"
        return workspace

    def screened(self, day: int, *suppliers: Supplier, keep: bool = True) -> Run:
        workspace = self.on(day)
        if keep:
            workspace.suppliers.save(suppliers, file="s.csv", at=workspace.now())
        return screen(workspace, Screened(suppliers))

    def decided(self, day: int, choice: Choice = AWAY, ref: str = "S3") -> None:
        workspace = self.on(day)
        for alert in queue.alerts(workspace, queue.Filters(supplier=ref)):
            now = queue.load_alert(workspace, alert.id)
            # One of another check on the same comparison may have been decided with the one before.
            if alert.matched and now and now.last_decision == alert.last_decision:
                decide(workspace, alert, choice, after=alert.last_decision)

    def runs(self, day: int = 0) -> set[str]:
        return set(self.on(day).runs.started())

    def bytes(self) -> bytes:
        return b"".join(read_as_another_program(*sorted(self.home.glob("casework.db*"))).values())


@pytest.fixture
def house(open_workspace: Open, home: Path) -> House:
    return House(open_workspace, home)


def gone(done: retention.Retained) -> dict[str, int]:
    own = {one.rule.id: one.records for one in done.removed if one.records}
    # Lists of insolvent individuals are weeded by rules of their own.
    own.pop("personal-insolvency", None)
    return own


def test_nothing_goes_before_its_time(house: House) -> None:
    house.screened(0, BRIGHT)
    house.screened(1, BRIGHT)
    done = retention.run(in_use(house.on(80)), dry_run=False)
    assert (gone(done), done.contents) == ({}, 0)
    assert len(house.runs()) == 2


def test_a_superseded_screening_goes_and_the_newest_stays(house: House) -> None:
    old, new = house.screened(0, BRIGHT), house.screened(300, BRIGHT)
    done = retention.run(in_use(house.on(366)), dry_run=False)
    assert gone(done) == {"screenings": 1}
    assert house.runs() == {new.id}
    assert verify(house.on(366)) is None
    (event,) = (
        r.event
        for r in house.on(366).audit.records()
        if (r.event.kind, r.event.subject) == ("retention", "screenings")
    )
    assert event.what["runs"] == (old.id,)
    # What was first seen when the old one ran is still known to be as old.
    third = house.screened(367, BRIGHT)
    assert {f.first_seen for f in third.findings if f.score} == {NOW}
    assert len(queue.alerts(house.on(368))) > 0


def test_a_screening_of_an_alert_that_no_later_one_could_settle_stays(house: House) -> None:
    old = house.screened(0, BRIGHT)
    with closing(sqlite3.connect(house.home / "lists.db")) as db, db:
        db.execute("DELETE FROM current_versions")
    workspace = house.on(300)
    screen(workspace, Screened([BRIGHT]))
    assert {a.found for a in queue.alerts(workspace)} == {"not checked"}
    assert gone(retention.run(in_use(house.on(400)), dry_run=False)) == {}
    assert old.id in house.runs()


def test_somebody_looked_up_in_passing_goes_after_a_year(house: House) -> None:
    house.screened(0, BRIGHT, keep=False)
    assert gone(retention.run(in_use(house.on(364)), dry_run=False)) == {}
    done = retention.run(in_use(house.on(366)), dry_run=False)
    assert gone(done) == {"screenings": 1}
    assert done.contents > 0
    assert b"Petrosyanov" not in house.bytes(), "nor in what SQLite calls free"
    assert verify(house.on(366)) is None


def test_what_was_decided_on_is_kept_until_five_years_after(house: House) -> None:
    old = house.screened(0, VOLKHAR)
    house.decided(100, Choice(decided="confirmed risk", reason="RISK"), "S1")
    house.screened(200, VOLKHAR)
    assert gone(retention.run(house.on(1900), dry_run=True)) == {}
    done = retention.run(in_use(house.on(1926)), dry_run=False)
    assert gone(done)["evidence"] == 1
    assert old.id not in house.runs()
    assert done.old_decisions > 0
    assert verify(house.on(1926)) is None


def test_what_was_cleared_is_purged_and_not_asked_again(house: House) -> None:
    house.screened(0, BRIGHT)
    house.decided(1)
    last = house.screened(50, BRIGHT)
    assert gone(retention.run(in_use(house.on(90)), dry_run=False)) == {}
    workspace = house.on(93)
    done = retention.run(in_use(workspace), dry_run=False)
    assert gone(done)["cleared"] > 0
    assert done.contents > 0
    assert verify(workspace) is None
    states = {a.state for a in queue.alerts(workspace) if a.matched}
    assert states == {"not the same"}
    again = house.on(94)
    screen(again, Screened([BRIGHT]))
    assert {a.state for a in queue.alerts(again) if a.matched} == {"not the same"}
    history = [d for each in again.decisions.history().values() for d in each]
    assert history
    assert all(again.decisions.compared(decision) is None for decision in history)
    assert all(len(decision.party_sha256) == 64 for decision in history)
    # A run that was lessened is still sealed, by its hash since.
    with closing(sqlite3.connect(house.home / "casework.db")) as db, db:
        (run_id,) = db.execute("SELECT id FROM runs ORDER BY rowid LIMIT 1").fetchone()
        assert run_id != last.id
        db.execute("DELETE FROM run_suppliers WHERE run_id = ?", (run_id,))
    problem = verify(house.on(95))
    assert problem is not None
    assert run_id in problem.what


def test_a_decision_that_still_counts_keeps_what_it_is_about(house: House) -> None:
    house.screened(0, VOLKHAR)
    house.decided(1, Choice(decided="same", reason="SUPPLIER-SAYS"), "S1")
    retention.run(in_use(house.on(200)), dry_run=False)
    history = [d for each in house.on(0).decisions.history().values() for d in each]
    assert all(house.on(0).decisions.compared(decision) for decision in history)


def test_a_dry_run_counts_the_same_and_touches_nothing(house: House) -> None:
    house.screened(0, BRIGHT)
    house.decided(1)
    house.screened(2, BRIGHT)
    house.screened(300, BRIGHT)
    before = list(house.on(0).audit.records())
    with closing(sqlite3.connect(house.home / "casework.db")) as db:
        dump = list(db.iterdump())
    would = retention.run(house.on(400), dry_run=True)
    with closing(sqlite3.connect(house.home / "casework.db")) as db:
        assert list(db.iterdump()) == dump
    assert list(house.on(0).audit.records()) == before
    done = retention.run(in_use(house.on(400)), dry_run=False)
    assert replace(would, dry_run=False) == done
    assert gone(done)
    assert gone(retention.run(in_use(house.on(400)), dry_run=False)) == {}


def test_answers_of_the_api_go_unless_a_run_refers_to_them(house: House) -> None:
    evidence = Evidence(house.home / "companies-house")
    for number in range(3):
        evidence.keep(f"https://x.test/{number}", 200, b"{}", {}, NOW + timedelta(days=number))
    (house.home / "companies-house" / "limit.json").write_text("{}")
    workspace = house.on(366)
    assert gone(retention.run(workspace, dry_run=True)) == {"companies-house": 1}
    assert gone(retention.run(in_use(workspace), dry_run=False)) == {"companies-house": 1}
    assert evidence.latest("https://x.test/0") is None
    assert evidence.latest("https://x.test/2")
    digest = evidence.latest("https://x.test/1").sha256  # type: ignore[union-attr]
    about = ("https://x.test/1", digest)
    (other,) = evidence.over(NOW + timedelta(days=900), [about])
    assert other.parent.name == sha256(b"https://x.test/2").hexdigest(), "of the same body"
    assert verify(workspace) is None


def test_old_answers_of_suppliers_go_and_none_older_comes_to_count(house: House) -> None:
    old = Declaration(
        supplier_ref="S3",
        question="tax_offences",
        title="Tax offences",
        grounds=("PA23-6-29",),
        answer="yes",
        declared_on=(NOW - timedelta(days=100)).date(),
        details="Mr Dunnock was fined",
    )
    new = replace(old, answer="no", declared_on=NOW.date(), details="")
    for day, one in ((0, new), (10, old)):
        store = house.on(day).declarations
        store.save([one], file="d.csv", file_sha256="ab" * 32, at=NOW + timedelta(days=day))
    assert gone(retention.run(in_use(house.on(1725)), dry_run=False)) == {}
    workspace = house.on(1726)
    assert gone(retention.run(workspace, dry_run=True)) == {"declarations": 1}
    assert gone(retention.run(in_use(workspace), dry_run=False)) == {"declarations": 1}
    assert workspace.declarations.standing() == {"S3": (new,)}
    assert b"Dunnock" not in house.bytes()
    assert gone(retention.run(in_use(house.on(1826)), dry_run=False)) == {"declarations": 1}
    assert workspace.declarations.standing() == {}
    assert verify(workspace) is None
    house.on(0).declarations.save([new], file="d.csv", file_sha256="ab" * 32, at=NOW)
    with (
        closing(sqlite3.connect(house.home / "casework.db")) as db,
        pytest.raises(sqlite3.IntegrityError, match="never changed"),
    ):
        db.execute("DELETE FROM declarations")


def test_the_birth_dates_of_a_tender_go_after_a_year_and_its_form_as_what_was_declared(
    house: House,
) -> None:
    person = StatedParty(id="p1", kind="person", name="Jo Dunnock", birth_date=PartialDate(1961, 4))
    form = SupplierInformation(origin="file", name="Mill Ltd", parties=(person,))
    for days, one in ((0, form), (10, replace(form, tender="T-2"))):
        at, store = NOW + timedelta(days=days), house.on(days).supplier_information
        store.save("S3", one, at=at, file="f.json", file_sha256="ab" * 32)
    assert gone(retention.run(in_use(house.on(365)), dry_run=False)) == {}
    workspace = house.on(366)
    assert gone(retention.run(workspace, dry_run=True)) == {"tender": 1}
    assert gone(retention.run(in_use(workspace), dry_run=False)) == {"tender": 1}
    held = workspace.supplier_information.history("S3")
    assert [one.parties[0].birth_date for one in held] == [None, PartialDate(1961, 4)]
    assert [one.parties[0].name for one in held] == ["Jo Dunnock", "Jo Dunnock"]
    assert gone(retention.run(in_use(house.on(1836)), dry_run=False)) == {"declarations": 2}
    assert workspace.supplier_information.all() == {}
    assert b"Dunnock" not in house.bytes()
    assert verify(workspace) is None


def test_no_byte_of_a_home_has_a_declared_birth_date_after_the_tender(house: House) -> None:
    """As data it has the month; the printed form has the day. The file of suppliers names another
    director, whose date is not the tender's.
    """
    workspace = house.on(0)
    workspace.suppliers.save([BRIGHT], file="s.csv", at=NOW)
    born = {"firstName": "Jo", "lastName": "Dunnock", "dateOfBirth": "1937-02-19T00:00:00+00:00"}
    known = {"firstName": "Dragomir", "lastName": "Petrosyanov", "dateOfBirth": "1968-03-10"}
    people = [connected(**born), connected(**known, id="p2")]
    path = house.home.parent / "f.json"
    path.write_text(json.dumps(answer(associatedPersons=people)), "utf-8")
    forms = read_information(workspace, path)
    assert forms is not None
    import_supplier_information(workspace, forms, ref=BRIGHT.ref)
    printed = AttachedFile("form.pdf", b"%PDF- 19 February 1937, 19/02/1937")
    workspace.casework.attachments.save(BRIGHT.ref, [printed], at=NOW)
    # As an earlier version kept copies of the database.
    copy = house.home / "upgrades" / "casework-1.db"
    copy.parent.mkdir()
    copy.write_bytes(house.bytes())

    def tells(*texts: bytes) -> set[str]:
        files = read_as_another_program(house.home).items()
        return {path.name for path, body in files if any(text in body for text in texts)}

    month, day = (b'"year":1937,"month":2', b"February 1937", b"1937-02"), (b"19/02/1937",)
    assert {copy.name, "casework.db-wal"} <= tells(*month) & tells(*day)
    assert gone(retention.run(in_use(house.on(366)), dry_run=False)) == {"tender": 4}
    assert tells(*month, *day) == set()
    left = house.on(366).suppliers.get(BRIGHT.ref)
    assert left is not None
    assert {one.name: one.birth_date for one in left.people} == {
        "Dragomir Petrosyanov": PartialDate(1968, 3),
        "Jo Dunnock": None,
        "Ferrowby Holding GmbH": None,
    }
    assert verify(house.on(366)) is None


def test_what_was_stated_of_the_offences_of_persons_goes_with_the_tender(house: House) -> None:
    """Criminal offence data: UK GDPR art 10. What the supplier stated of itself stays."""
    about, itself = (
        StatedExclusion(question=one, party_id=party, details=words, managed=words)
        for one, party, words in (
            ("theft_fraud", "p1", "Mr Whinchat"),
            ("tax_offences", "", "Late"),
        )
    )
    form = SupplierInformation(origin="file", name="Mill Ltd", exclusions=(about, itself))
    papers = StatedValue("Exclusions/_Exclusion03", "of-whinchat.pdf")
    own = StatedValue("supplierInformationData.answers[1]", "x", UNKNOWN_GROUND)
    unread = (
        StatedValue(path, "of Whinchat, 1947-02-13")
        for path in (
            "associatedPersons[2].passportNumber",
            "additionalEntities[1].owner.born",
            "connectedPersons",
            "People connected to organisation: passport",
        )
    )
    unknown = StatedValue("exclusions", "Mr Whinchat, see the letter", UNKNOWN_GROUND)
    form = replace(form, kept=(papers, *unread, StatedValue("details.vcse", "false"), unknown, own))
    form = replace(form, exclusions_asked=True)
    answers = list_stated_answers(replace(form, submitted_on=NOW.date()), "S3")
    workspace = house.on(0)
    known = {"file": "f.json", "file_sha256": "ab" * 32, "at": NOW}
    workspace.supplier_information.save("S3", form, **known)
    workspace.declarations.save(answers, **known)
    assert gone(retention.run(in_use(house.on(366)), dry_run=False)) == {"tender": 2}
    left = house.on(366).supplier_information.current("S3")
    assert left is not None
    assert [(one.question, one.party_id) for one in left.exclusions] == [
        ("theft_fraud", PARTY_REMOVED),
        ("tax_offences", ""),
    ]
    assert [one.path for one in left.kept] == ["details.vcse", unknown.path, own.path]
    # Nor does what was removed deny what was not known.
    assert not replace(left, kept=left.kept[:2]).is_rest_denied
    words = {one.question: one.details for one in house.on(366).declarations.history("S3")}
    assert words == {"theft_fraud": "", "tax_offences": "Late How it is managed: Late"}
    assert b"Whinchat" not in house.bytes()
    assert house.on(366).declarations.save(answers, **known).added == 0
    assert gone(retention.run(in_use(house.on(367)), dry_run=False)) == {}
    assert verify(house.on(367)) is None


def test_the_time_of_a_tender_is_counted_from_a_contract_that_began_later(house: House) -> None:
    file = AttachedFile("form.pdf", b"%PDF- of Jo Whinchat")
    begun = replace(BRIGHT, contracts=(Contract(title="C", start=(NOW + timedelta(90)).date()),))
    house.on(0).suppliers.save([begun], file="s.csv", at=NOW)
    house.on(0).casework.attachments.save(BRIGHT.ref, [file], at=NOW)
    assert gone(retention.run(in_use(house.on(450)), dry_run=False)) == {}
    assert gone(retention.run(in_use(house.on(456)), dry_run=False)) == {"tender": 1}


def test_the_files_of_a_tender_go_with_its_birth_dates(house: House) -> None:
    file = AttachedFile("form.pdf", b"%PDF- of Jo Whinchat")
    house.on(0).casework.attachments.save("S3", [file], at=NOW)
    assert gone(retention.run(in_use(house.on(365)), dry_run=False)) == {}
    workspace = house.on(366)
    assert gone(retention.run(in_use(workspace), dry_run=False)) == {"tender": 1}
    assert workspace.casework.attachments.of("S3") == []
    assert b"Whinchat" not in house.bytes()
    assert verify(workspace) is None


def test_a_letter_goes_after_five_years_and_its_event_stays(house: House) -> None:
    house.screened(0, BRIGHT)
    named = dict.fromkeys(("council_name", "council_contact", "privacy_contact"), "Example")
    alert = next(one for one in queue.alerts(house.on(0)) if one.matched)
    wanted = letters.LetterRequest(
        kind="details-wanted", alert=alert.id, confirmed_with="Mr Dunnock of the police"
    )
    letters.make(house.on(0, **named), wanted, file="l.html")
    letters.make(house.on(10, **named), wanted, file="l.html")
    assert "letters" not in gone(retention.run(in_use(house.on(1825)), dry_run=False))
    workspace = house.on(1826)
    assert gone(retention.run(workspace, dry_run=True))["letters"] == 1
    assert gone(retention.run(in_use(workspace), dry_run=False))["letters"] == 1
    assert [one.position for one in letters.letters(workspace)] == [2]
    assert verify(workspace) is None
    assert gone(retention.run(in_use(house.on(1836)), dry_run=False))["letters"] == 1
    assert b"Dunnock" not in house.bytes()
    kept = [r.event for r in workspace.audit.records(kind="letter")]
    assert [event.what["letter"] for event in kept] == [1, 2]
    # A number is never given out again, or two letters would have one reference.
    house.screened(1837, BRIGHT)
    alert = next(one for one in queue.alerts(house.on(1837)) if one.matched)
    again = letters.make(
        house.on(1837, **named), replace(wanted, alert=alert.id, confirmed_with=""), file="l.html"
    )
    assert again.letter.position == 3
    with (
        closing(sqlite3.connect(house.home / "casework.db")) as db,
        pytest.raises(sqlite3.IntegrityError, match="never changed"),
    ):
        db.execute("DELETE FROM letters")


def test_texts_of_digests_go(house: House, tmp_path: Path) -> None:
    house.screened(0, BRIGHT)
    folder = tmp_path / "digests"
    folder.mkdir()
    assert send(house.on(0, digest_folder=folder)).message
    assert gone(retention.run(in_use(house.on(366)), dry_run=False)) == {"digests": 1}
    assert house.on(0).outbox.deliveries(sent=5)[0].message.text == NO_TEXT


def test_a_decision_made_meanwhile_waits_and_is_kept(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.screened(0, BRIGHT)
    house.screened(1, BRIGHT)
    from duediligence.casework.retention import plan_retention as work_out

    read = threading.Event()

    def officer() -> None:
        with house.on(400) as workspace:
            alert = next(one for one in queue.alerts(workspace) if one.matched)
            alert.load()
            read.set()
            decide(workspace, alert, AWAY)

    thread = threading.Thread(target=officer)

    def slowly(*arguments: object) -> object:
        thread.start()
        assert read.wait(10)
        return work_out(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("duediligence.casework.retention.plan_retention", slowly)
    assert gone(retention.run(in_use(house.on(400)), dry_run=False)) == {"screenings": 1}
    thread.join(10)
    workspace = house.on(400)
    assert {len(made) for made in workspace.decisions.history().values()} == {1}
    assert {alert.state for alert in queue.alerts(workspace) if alert.history} == {"not the same"}
    assert verify(workspace) is None


def test_the_setting_changes_days_and_not_below_the_least(house: House) -> None:
    house.screened(0, BRIGHT)
    house.screened(1, BRIGHT)
    short = house.on(40, retention={"screenings": 30})
    assert gone(retention.run(short, dry_run=True)) == {"screenings": 1}
    for table, said in (
        ({"evidence": 1094}, "1,095"),
        ({"lists": 3}, "unknown rule"),
        ({"x": 3}, "unknown rule"),
        ({"cleared": 0}, "1 to"),
    ):
        with pytest.raises(UsageError, match=said):
            retention.run(house.on(0, retention=table), dry_run=True)

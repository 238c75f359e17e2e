"""The digest: told once, told to everybody, and never that something is over which was not seen."""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from duediligence.casework.deciding import Choice, decide
from duediligence.casework.queue import alerts
from duediligence.delivery import digest
from duediligence.errors import UsageError
from duediligence.model import (
    Clause,
    Finding,
    ListState,
    ListStatus,
    Reading,
    Run,
    StaleReason,
    Supplier,
)
from duediligence.model.facts import days_since, say
from duediligence.screening.alerts.content import hashed
from duediligence.screening.alerts.earlier_form import content_hash
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.store.lists import Failure
from tests.recorded import record

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
QUILL = Supplier(ref="S1", name="Quill & Ferrow Ltd")
OTTER = Supplier(ref="S2", name="Otter Catering Ltd")
SEARCHED = ("un", "eu")
NUMBERS = count(1)


def finding(**more: Any) -> Finding:
    given = {
        "run_id": "",
        "supplier_ref": "S1",
        "supplier_name": QUILL.name,
        "company_number": "99000001",
        "check_id": "SAN-01",
        "check_title": "Asset freeze",
        "topic": "sanctions",
        "outcome": "review",
        "severity": "critical",
        "subject_name": QUILL.name,
        "subject_role": "supplier",
        "about": "supplier",
        "list_id": "un",
        "entry_id": "E1",
        "entry_name": "Quill and Ferrow",
        "score": 0.97,
        "why": "Names agree.",
    }
    return Finding(**{**given, **more})


def late(**more: Any) -> Finding:
    """What the register told of, not a list."""
    given = {"check_id": "CH-FIL-02", "check_title": "Accounts overdue", "severity": "medium"}
    given |= {"list_id": "", "entry_id": "", "entry_name": "", "score": None}
    return finding(**{**given, "why": due(date(2026, 5, 1), NOW.date()), **more})


def due(day: date, today: date) -> Clause:
    ago = say(", {days} days ago", days=days_since(day, today))
    return say("Accounts were due on {day}{ago}.", day=day, ago=ago)


AT_OTTER = finding(supplier_ref="S2", supplier_name=OTTER.name, subject_name=OTTER.name)
UNASKED = late(outcome="unknown", check_id="CH-00", check_title="Not read", why="It is down.")


class Office:
    """A workspace with a folder channel, in which screenings can be put at will."""

    def __init__(self, home: Path, **settings: Any) -> None:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.told = home / "told"
        self.told.mkdir(parents=True, exist_ok=True)
        self.at = NOW
        given = {"home": home, "digest_folder": self.told, **settings}
        self.workspace = Workspace(Settings(**given), now=lambda: self.at)
        self.workspace.suppliers.save([QUILL, OTTER], file="suppliers.csv", at=NOW)

    def screened(
        self,
        *findings: Finding,
        suppliers: Sequence[Supplier] = (QUILL, OTTER),
        searched: Sequence[str] = SEARCHED,
        asked: bool = False,
        file: str = "suppliers.csv",
    ) -> None:
        self.at += timedelta(days=1)
        run_id = f"run-{next(NUMBERS):04}"
        run = Run(
            id=run_id,
            started_at=self.at,
            finished_at=self.at,
            as_of=self.at.date(),
            supplier_file=file,
            supplier_file_sha256="",
            suppliers=len(suppliers),
            parties=len(suppliers),
            lists=tuple(
                ListStatus(
                    list_id=list_id,
                    title=f"List of {list_id}",
                    state="current" if list_id in searched else "stale",
                )
                for list_id in SEARCHED
            ),
            threshold=0.8,
            matcher_version="1",
            policy_sha256="",
            findings=tuple(replace(each, run_id=run_id) for each in findings),
            readings={s.ref: Reading((), "") for s in suppliers} if asked else {},
        )
        self.workspace.runs.save(run, suppliers, {})

    def send(self, **options: Any) -> str:
        """The subject of the digest without the name of the program; empty where there is none."""
        sent = digest.send(self.workspace, **options)
        assert sent.complete
        return sent.message.subject.removeprefix("duediligence: ") if sent.message else ""

    def body(self) -> str:
        newest = max(self.told.iterdir(), key=lambda path: path.name)
        return newest.read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _no_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what the runs tell, unless a test is about lists."""
    monkeypatch.setattr(digest.lists, "statuses", lambda workspace: [])


@pytest.fixture
def office(tmp_path: Path) -> Any:
    with (one := Office(tmp_path / "home")).workspace:
        yield one


def test_a_flag_is_told_once(office: Office) -> None:
    office.screened(finding())
    assert office.send() == "1 new flag"
    body = office.body()
    assert "[critical] A-1001: Quill & Ferrow Ltd (S1): Asset freeze" in body
    assert "List of un" in body
    office.screened(finding())
    assert office.send() == ""
    assert office.send() == ""
    assert len(list(office.told.iterdir())) == 1


def test_a_changed_flag_is_told_and_one_that_only_grew_older_is_not(office: Office) -> None:
    office.screened(finding(), late())
    office.send()
    older = late(why=due(date(2026, 5, 1), date(2026, 11, 25)))
    office.screened(finding(score=0.98, why="The words of another matcher."), older)
    assert office.send() == ""
    office.screened(finding(severity="high"), late(why=due(date(2026, 6, 1), NOW.date())))
    assert office.send() == "2 changed flags"


def test_a_flag_not_raised_again_is_resolved_and_may_come_back(office: Office) -> None:
    office.screened(finding(), AT_OTTER)
    assert office.send() == "2 new flags"
    office.screened(finding())
    assert office.send() == "1 resolved"
    assert "Otter Catering Ltd (S2)" in office.body()
    assert "Quill & Ferrow Ltd (S1)" not in office.body()
    office.screened(finding(), AT_OTTER)
    assert office.send() == "1 new flag"
    assert len(list(office.told.iterdir())) == 3


def test_what_was_not_looked_at_again_is_not_resolved(office: Office) -> None:
    flag = finding()
    office.screened(flag, asked=True)
    office.send()
    # Another supplier; a list out of date; the register down; no register asked at all.
    office.screened(suppliers=[OTTER], asked=True)
    assert office.send() == ""
    office.screened(searched=["eu"], asked=True)
    assert office.send() == ""
    office.screened(UNASKED, asked=True)
    assert office.send() == "1 thing not checked, last screening incomplete"
    office.screened(asked=False)
    assert "resolved" not in office.send()
    office.screened(asked=True)
    assert office.send() == "1 resolved, 1 thing now checked"


def test_what_fell_out_of_the_most_that_are_shown_is_not_resolved(tmp_path: Path) -> None:
    with (office := Office(tmp_path, limit=2)).workspace:
        entries = [finding(entry_id=f"E{n}") for n in range(3)]
        office.screened(*entries[:2])
        office.send()
        office.screened(*entries[1:])
        assert office.send() == "1 new flag"
        office.screened(entries[1])
        assert office.send() == "2 resolved"


def test_what_an_earlier_version_told_in_words_is_not_told_again(office: Office) -> None:
    office.screened(finding(), late())
    office.send()
    outbox = office.workspace.outbox
    then = [
        replace(
            told,
            from_facts=False,
            sha256=hashed([content_hash(finding() if told.list_id else late())]),
        )
        for told in outbox.told().values()
    ]
    number = outbox.digests() + 1
    outbox.record(number, office.at, runs=(), told=then, over=(), message=None, channels=())
    office.screened(finding(), late(why=due(date(2026, 5, 1), date(2026, 11, 26))))
    assert office.send() == ""
    assert all(one.from_facts for one in outbox.told().values())


def test_runs_between_two_digests_are_all_taken_in(office: Office) -> None:
    row = finding(
        supplier_ref="",
        supplier_name="(row 7)",
        subject_name="row 7",
        subject_role="supplier file",
        about="row",
        check_title="A row that could not be read",
        outcome="unknown",
        list_id="",
        entry_id="",
        score=None,
    )
    office.screened(finding(), row)
    office.screened(suppliers=[OTTER], file="")
    assert office.send() == "1 new flag, 1 thing not checked"
    assert "suppliers.csv, row 7: A row that could not be read" in office.body()
    office.screened(finding(), file="")
    assert office.send() == ""
    office.screened(finding())
    assert office.send() == "1 thing now checked"


def test_an_incomplete_screening_is_told_once(office: Office) -> None:
    office.screened(UNASKED)
    assert office.send() == "1 thing not checked, last screening incomplete"
    assert "Incomplete" in office.body()
    office.screened(UNASKED)
    assert office.send() == ""
    office.screened()
    assert office.send() == "1 thing now checked, last screening complete"


def test_someone_checked_in_passing_is_not_told(office: Office) -> None:
    office.screened(finding(supplier_ref="X1"), suppliers=[Supplier(ref="X1", name="X")], file="")
    assert office.send() == ""


def test_a_supplier_that_is_gone_is_forgotten_in_silence(office: Office) -> None:
    office.screened(finding())
    office.send()
    with closing(sqlite3.connect(office.workspace.casework.path)) as other, other:
        other.execute("DELETE FROM suppliers WHERE ref = 'S1'")
    assert office.send() == ""
    assert not office.workspace.outbox.told()


def test_what_was_decided_is_left_out_and_its_end_is_not_told(office: Office) -> None:
    office.screened(finding(), late())
    office.send()
    decided = {"leave_out": lambda each: each.check_id == "SAN-01"}
    office.screened(finding(severity="low"), late())
    assert office.send(**decided) == ""
    office.screened(late())
    assert office.send(**decided) == ""
    office.screened(finding(), late())
    assert office.send() == "1 new flag"


PERSON = {
    "subject_name": "Ada Ferrow",
    "subject_role": "director",
    "about": "party",
    "person": True,
}


def test_people_are_not_named_unless_it_is_wished(tmp_path: Path) -> None:
    flags = (
        finding(**PERSON, entry_name="FERROW, Ada", why="Ada Ferrow is named."),
        finding(check_id="X", person=True, entry_name="Ada QUILL"),
        late(why="Ada Ferrow resigned."),
    )
    for people in (False, True):
        with (office := Office(tmp_path / str(people), digest_people=people)).workspace:
            office.screened(*flags)
            assert office.send() == "3 new flags"
            body = office.body()
            assert ("Ada Ferrow" in body) is people
            # Whom a public list names is named.
            assert ("FERROW" in body, "Ada QUILL" in body) == (True, True)
            assert "director" in body
            kept = repr(office.workspace.outbox.told())
            assert ("Ada Ferrow" in kept) is people


def test_what_is_for_use_inside_is_not_told(office: Office) -> None:
    office.screened(finding(handling="restricted", check_title="A secret matter"))
    office.send()
    assert "secret" not in office.body()
    assert "Quill & Ferrow Ltd (S1): a flag for restricted use" in office.body()


def test_a_name_cannot_begin_a_line_of_its_own(office: Office) -> None:
    office.screened(finding(supplier_name="Quill\r\nBcc: eve@example.org\x1b[2J\u202e"))
    office.send()
    assert not any(line.startswith("Bcc") for line in office.body().splitlines())
    assert "\x1b" not in office.body()


def test_a_long_digest_says_how_much_more_there_is(office: Office) -> None:
    office.screened(*(finding(entry_id=f"E{n}") for n in range(1000)))
    assert office.send() == "1,000 new flags"
    assert "and 700 more" in office.body()
    assert office.body().count("- [critical]") == 300


def test_flags_come_first_then_what_was_not_checked_and_what_is_looked_at_last(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = ["Looked at: the first register."]
    monkeypatch.setattr(digest, "describe_scope", lambda statuses, scope: said)
    office.screened(finding(), UNASKED)
    assert office.send() == "1 new flag, 1 thing not checked, last screening incomplete"
    titles = ("New flags (1)", "Not checked:", "What this installation looks at", said[0])
    assert [title for line in office.body().splitlines() for title in titles if title in line] == [
        *titles
    ]
    assert office.body().endswith(f"- {said[0]}\n")
    said[0] = "Looked at: nothing any more."
    assert office.send() == "", "it is no change by itself"


def test_a_list_is_told_when_it_is_out_of_date_and_when_it_is_checked_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing: list[ListStatus] = []
    monkeypatch.setattr(digest.lists, "statuses", lambda workspace: standing)

    def stands(state: ListState, *reasons: StaleReason) -> None:
        standing[:] = [ListStatus(list_id="un", title="UN List", state=state, reasons=reasons)]

    def old(days: int) -> StaleReason:
        return StaleReason(kind="too old", on=NOW.date(), days=days, most_days=2)

    stands("stale", old(3))
    assert office.send() == "1 list not checked"
    assert (
        "UN List: out of date. Last known good on 24 November 2026, 3 days ago; the maximum is 2 "
        "days."
    ) in office.body()
    stands("stale", old(4))
    assert office.send() == ""
    office.workspace.lists.fail("un", Failure(NOW, "timed out", "FetchFailed"))
    record(office.workspace, "un")
    office.at += timedelta(days=1)
    stands("stale", StaleReason(kind="refresh failed", on=NOW.date(), said="row 2: Ada Ferrow"))
    assert office.send() == "1 list not checked"
    assert "UN List: out of date. The refresh of 24 November 2026 failed.\n" in office.body()
    office.at += timedelta(days=1)
    stands("current")
    assert office.send() == "1 list checked again"


def test_without_a_way_to_tell_nothing_counts_as_told(tmp_path: Path) -> None:
    with (office := Office(tmp_path)).workspace:
        office.screened(finding())
        mute = Workspace(replace(office.workspace.settings, digest_folder=None), now=lambda: NOW)
        with mute, pytest.raises(UsageError, match="No notification channel"):
            digest.send(mute)
        assert office.send() == "1 new flag"


def test_a_preview_records_nothing(office: Office) -> None:
    office.screened(finding())
    for _ in range(2):
        message = digest.preview(office.workspace)
        assert message is not None
        assert message.subject == "duediligence: 1 new flag"
    assert office.send() == "1 new flag"
    assert digest.preview(office.workspace) is None


def test_made_again_from_a_backup_it_has_the_same_key(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.screened(finding())
    before = digest.preview(office.workspace)
    office.at += timedelta(hours=3)
    again = digest.preview(office.workspace)
    assert before is not None
    assert again is not None
    assert before.key == again.key
    office.screened(finding(severity="low"))
    other = digest.preview(office.workspace)
    assert other is not None
    assert other.key != before.key


def test_a_digest_made_at_the_same_time_does_not_tell_twice(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.screened(finding())
    gather: Callable = digest.gather
    messages = []

    def at_the_same_time() -> None:
        with Workspace(office.workspace.settings, now=office.workspace.now) as other:
            messages.append(digest.send(other).message)

    thread = threading.Thread(target=at_the_same_time)

    def slow(workspace: Workspace, leave_out: Callable) -> Any:
        if thread.ident is None:
            thread.start()
        return gather(workspace, leave_out)

    monkeypatch.setattr(digest, "gather", slow)
    # Either of the two delivers it: whichever claims it first.
    sent = digest.send(office.workspace)
    assert sent.message
    assert sent.message.subject == "duediligence: 1 new flag"
    thread.join(60)
    assert not thread.is_alive()
    assert messages == [None]
    assert len(list(office.told.iterdir())) == 1


def test_a_decision_that_holds_no_longer_is_told_once(tmp_path: Path) -> None:
    choice = Choice(decided="not the same", reason="OTHER-NAME")
    with (office := Office(tmp_path / "home", second_decision=())).workspace as workspace:
        office.screened(finding())
        assert office.send() == "1 new flag"
        (alert,) = alerts(workspace)
        decide(workspace, alert, choice)
        assert office.send() == ""
        office.at += timedelta(days=370)
        assert office.send() == "1 changed flag", "though nobody was screened since"
        assert "(S1): Asset freeze" in office.body()
        assert "; open again" in office.body()
        assert office.send() == ""
        office.screened(finding())
        assert office.send() == ""
        (alert,) = alerts(workspace)
        decide(workspace, alert, replace(choice, decided="not sure", reason="TOO-LITTLE"))
        assert office.send() == "", "what somebody decided just now is no news"
        office.at += timedelta(days=370)
        assert office.send() == "1 changed flag"

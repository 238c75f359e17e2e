"""After an upgrade that brings a new matcher: decisions hold, and what differs is said once."""

import json
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duediligence import registry
from duediligence.casework import alert_words, queue, removing
from duediligence.casework.alert_status import hidden, unchanged_since
from duediligence.casework.deciding import Choice, decide, find
from duediligence.casework.disclosure import redact_run
from duediligence.casework.run_reports import run_document, run_report
from duediligence.casework.runs_shown import run_for
from duediligence.casework.showing import alert_for
from duediligence.casework.verifying import verify
from duediligence.cli.screen import print_run
from duediligence.delivery.digest import send
from duediligence.delivery.flag_files import flag_file, run_as_bytes
from duediligence.delivery.pack.making import PackRequest, make
from duediligence.delivery.pack.verifying import verify_pack
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.model import PartialDate, Person, Run, Supplier
from duediligence.model.alerts import Alert
from duediligence.model.matcher_effects import MatchChange, MatcherEffect, NewMatcher
from duediligence.progress import SILENT
from duediligence.render import matcher_change, terminal
from duediligence.render.wording import reopened_words
from duediligence.scheduling.rescreening import re_screen
from duediligence.screening.alerts import identity, projection
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from tests.conftest import SAMPLE, SAMPLES
from tests.homes import copy_home
from tests.matchers import use_matcher
from tests.thorough import examples

Open = Callable[..., Workspace]
VOLKHAR = Supplier(ref="S1", name="Volkhar Maritime UK Ltd")
OTHER_FORM = Supplier(ref="S2", name="Volkhar Maritime PLC")
BRAY, IVAN, LONG = (
    "Dragomir Petrosyanov Bray",
    "Dragomir Ivan Petrosyanov",
    "Dragomir Ivan Petrosyanov Bray",
)
BRIGHT = Supplier(
    ref="S3",
    name="Bright Sands Home Care Ltd",
    people=(
        Person(IVAN, PartialDate(1968, 3), "director"),
        Person(BRAY, role="director"),
        Person(LONG, role="director"),
    ),
)
EVERYBODY = (VOLKHAR, OTHER_FORM, BRIGHT)
INVENTED_RUN = Run(
    id="R1",
    started_at=NOW,
    finished_at=NOW,
    as_of=NOW.date(),
    supplier_file="",
    supplier_file_sha256="",
    suppliers=1,
    parties=1,
    lists=(),
    threshold=0.8,
    matcher_version="B",
    policy_sha256="",
    findings=(),
)
# Those that are in use of themselves, and others that name somebody here.
LISTS = (
    *(one.id for one in registry.find_watchlists().values() if not one.optional),
    "un",
)
STRICT_FOR_PEOPLE = {"extra": 0.5, "form": 0.02}
AWAY = Choice(decided="not the same", reason="OTHER", note="Rang them")


class Office:
    """A home whose program is upgraded, as the people in it see it."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home, self.monkeypatch, self.days = home, monkeypatch, 0
        self.opened: list[Workspace] = []
        self.settings: dict[str, object] = {"second_decision": ()}
        self.ws = self.open()

    def open(self) -> Workspace:
        now = NOW + timedelta(hours=self.days)
        ws = Workspace(Settings(home=self.home, **self.settings), now=lambda: now)  # type: ignore[arg-type]
        ws.who = "Ada"
        self.opened.append(ws)
        return ws

    def later(self) -> None:
        """Another command, some time later."""
        self.days += 1
        self.ws.__exit__()
        self.ws = self.open()

    def upgrade(self, version: str, *, extra: float, form: float, lists: bool = True) -> None:
        use_matcher(self.monkeypatch, version, extra_person=extra, form=form)
        self.later()
        if lists:
            self.refresh()

    def strict_for_people(self, *, lists: bool = True) -> None:
        self.upgrade("A", **STRICT_FOR_PEOPLE, lists=lists)

    def strict_for_firms(self, *, lists: bool = True) -> None:
        self.upgrade("B", extra=0.2, form=0.3, lists=lists)

    def refresh(self) -> None:
        for one in refresh(self.ws, LISTS, folder=SAMPLES, terms=SAMPLE):
            assert one.result != "failed", one

    def screen(self, *suppliers: Supplier) -> Run:
        self.later()
        return screen(self.ws, Screened(suppliers or EVERYBODY))

    def alert(self, ref: str, name: str) -> Alert:
        """The alert about the asset freeze of one party."""
        (found,) = (
            one
            for one in queue.alerts(self.ws, queue.Filters(supplier=ref))
            if one.first.check_id == "SAN-01" and one.first.subject_name == name
        )
        return found

    def decide(self, ref: str, name: str) -> None:
        decide(self.ws, self.alert(ref, name), AWAY)
        self.later()


@pytest.fixture(scope="module")
def loaded_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lists that name somebody here: each upgrade of the program compiles them again."""
    home = tmp_path_factory.mktemp("few-lists")
    with (
        pytest.MonkeyPatch.context() as patch,
        Workspace(Settings(home=home), now=lambda: NOW) as workspace,
    ):
        extra, form = STRICT_FOR_PEOPLE.values()
        use_matcher(patch, "A", extra_person=extra, form=form)
        for one in refresh(workspace, LISTS, folder=SAMPLES, terms=SAMPLE):
            assert one.result == "loaded", one
    return home


@pytest.fixture
def office(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    office = Office(home, monkeypatch)
    office.strict_for_people(lists=False)  # as they were loaded
    yield office
    for ws in office.opened:
        ws.__exit__()


def changes(run: Run, check: str = "SAN-01") -> list[tuple[str, MatchChange]]:
    return [
        (ref, one)
        for ref, effect in run.by_matcher.items()
        for one in effect.changes
        if one.check_id == check
    ]


def news(run: Run) -> set[tuple[str, str, bool]]:
    return {(ref, one.news, one.reopened) for ref, one in changes(run)}


def states(office: Office) -> dict[str, str]:
    return {
        one.first.subject_name: one.state
        for one in queue.alerts(office.ws)
        if one.first.check_id == "SAN-01"
    }


def test_an_upgrade_is_told_once_and_decisions_about_the_same_facts_hold(office: Office) -> None:
    first = office.screen()
    assert first.new_matcher is None
    assert first.by_matcher == {}
    assert states(office) == {
        VOLKHAR.name: "open", OTHER_FORM.name: "open", IVAN: "open", BRAY: "open",
    }  # fmt: skip
    office.decide("S1", VOLKHAR.name)
    office.decide("S3", BRAY)
    office.decide("S3", IVAN)
    gone = office.alert("S2", OTHER_FORM.name)

    office.strict_for_firms()
    second = office.screen()

    assert second.new_matcher == NewMatcher(before=("A",))
    assert news(second) == {("S2", "gone", False), ("S3", "new", False), ("S3", "changed", True)}
    # Whom it is as likely to be as it was stays decided; who is more likely by a word does not.
    assert states(office) == {
        VOLKHAR.name: "not the same", OTHER_FORM.name: "open", IVAN: "open", BRAY: "open",
        LONG: "open",
    }  # fmt: skip
    bray = office.alert("S3", BRAY)
    assert bray.status.reopened is not None
    assert reopened_words(bray.status.reopened) == (
        "the match is 93% strong by a new matcher, and was 84% fair when it was decided"
    )
    # What vanished stays open, says why, and can be decided.
    still = find(office.ws, gone.id)
    assert (still.state, still.found) == ("open", "not matched")
    view = alert_for(office.ws, still.id)
    assert dict(alert_words.describe_alert(view))["State"] == (
        "open; no longer found because of a new matcher"
    )
    assert "Because of a new matcher (version B, before: A): " in "\n".join(
        terminal.format_run_summary(second)
    )
    told = "\n".join(terminal.format_run_details(second))
    assert "  Gone: supplier S2: " in told
    assert "neither side changed, so it stays 'open' until somebody decides it" in told
    assert "open again: decided as 'not the same' when it was weaker" in told

    third = office.screen()
    assert (third.new_matcher, changes(third)) == (None, [])
    assert "new matcher" not in "\n".join(terminal.format_run_summary(third))
    assert find(office.ws, gone.id).found == "not matched"
    assert unchanged_since(office.ws, third) is not None
    decide(office.ws, find(office.ws, gone.id), AWAY)
    assert find(office.ws, gone.id).state == "not the same"
    assert verify(office.ws) is None
    assert projection.find_differing_alerts(office.ws) == []


def test_a_decision_made_again_holds_under_the_new_matcher(office: Office) -> None:
    office.screen()
    office.decide("S3", BRAY)
    office.strict_for_firms()
    office.screen()
    assert office.alert("S3", BRAY).state == "open"
    opened = next(one.opened for one in queue.outlines_of(office.ws, [office.alert("S3", BRAY).id]))
    assert opened == office.ws.now().date()
    office.decide("S3", BRAY)
    assert office.alert("S3", BRAY).state == "not the same"
    # Weaker again, and as strong again: what was decided last was decided at that strength.
    office.strict_for_people()
    run = office.screen()
    assert ("S3", "changed", False) in news(run)
    assert office.alert("S3", BRAY).state == "not the same"
    office.strict_for_firms()
    office.screen()
    assert office.alert("S3", BRAY).state == "not the same"


def test_a_screening_before_lists_are_refreshed_uses_the_new_matcher_once(office: Office) -> None:
    office.screen()
    office.decide("S1", VOLKHAR.name)
    office.strict_for_firms(lists=False)
    run = office.screen()
    assert run.complete, "the indexes were built again"
    assert run.new_matcher == NewMatcher(before=("A",))
    assert news(run) == {("S2", "gone", False), ("S3", "new", False), ("S3", "changed", False)}
    office.refresh()
    assert office.screen().new_matcher is None


def test_an_upgrade_without_any_difference_says_so(office: Office) -> None:
    office.screen()
    office.upgrade("C", extra=0.5, form=0.02)
    run = office.screen()
    assert run.by_matcher == {}
    said = "A new matcher (version C, before: A): no alert is new, changed or gone because of it."
    assert matcher_change.section(run) == [said]
    before = unchanged_since(office.ws, run)
    assert before is not None
    assert said in terminal.format_unchanged_run(run, before)
    assert matcher_change.section(office.screen()) == []


def test_what_the_supplier_or_the_list_changed_is_not_the_matchers_doing(office: Office) -> None:
    office.screen()
    office.strict_for_firms()
    renamed = replace(OTHER_FORM, name="Little Acorns Youth Project CIO")
    grown = replace(BRIGHT, people=(*BRIGHT.people, Person("Dragomir Petrosyanov")))
    run = office.screen(renamed, grown)
    assert states(office)[OTHER_FORM.name] == "resolved"
    told = {one.alert_id for _, one in changes(run)}
    assert office.alert("S3", "Dragomir Petrosyanov").id not in told
    assert news(run) == {("S3", "new", False), ("S3", "changed", False)}


def test_what_is_not_matched_is_resolved_when_the_supplier_changes(office: Office) -> None:
    office.screen()
    office.strict_for_firms()
    office.screen()
    assert office.alert("S2", OTHER_FORM.name).found == "not matched"
    office.screen(replace(OTHER_FORM, name="Little Acorns Youth Project CIO"))
    assert office.alert("S2", OTHER_FORM.name).state == "resolved"


def test_what_is_matched_again_is_told_as_found_again(office: Office) -> None:
    office.screen()
    office.strict_for_firms()
    office.screen()
    office.upgrade("C", extra=0.2, form=0.02)
    run = office.screen(OTHER_FORM)
    assert news(run) == {("S2", "back", False)}
    assert office.alert("S2", OTHER_FORM.name).found == "yes"
    assert any(
        line.startswith("Found again: ") for line in matcher_change.list_matcher_changes(run)
    )


def test_a_decided_alert_that_is_gone_keeps_its_decision_and_is_counted(office: Office) -> None:
    office.screen()
    office.decide("S2", OTHER_FORM.name)
    office.strict_for_firms()
    run = office.screen(OTHER_FORM)
    assert office.alert("S2", OTHER_FORM.name).state == "not the same"
    assert any("decided alert gone" in line for line in matcher_change.list_matcher_changes(run))


def test_another_kind_of_party_that_a_newer_program_takes_a_name_for_reopens_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.screen()
    office.decide("S1", VOLKHAR.name)
    behind = identity.parties_behind

    def as_firms(supplier: object) -> Sequence[object]:
        return tuple(replace(one, kind="organisation") for one in behind(supplier))  # type: ignore[arg-type]

    monkeypatch.setattr(projection, "parties_behind", as_firms)
    office.upgrade("C", extra=0.5, form=0.02)
    office.screen()
    assert office.alert("S1", VOLKHAR.name).state == "not the same"


def test_a_name_that_is_folded_otherwise_keeps_its_alert_and_decision(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.screen()
    office.decide("S3", BRAY)
    before = office.alert("S3", BRAY)
    monkeypatch.setattr(identity, "fold", lambda name: name.casefold()[::-1])
    office.upgrade("C", extra=0.5, form=0.02)
    run = office.screen()
    assert changes(run) == []
    after = find(office.ws, before.id)
    assert after.id != before.id
    assert after.state == "not the same"
    assert projection.find_differing_alerts(office.ws) == []


def test_changed_settings_are_named_beside_the_new_matcher(office: Office) -> None:
    office.screen()
    office.settings["threshold"] = 0.9
    office.strict_for_firms()
    run = office.screen()
    assert run.new_matcher == NewMatcher(before=("A",), other_settings=True)
    assert "The threshold, the policy or the limit" in matcher_change.headline(run)
    # It is kept open all the same: nothing is closed in silence.
    assert office.alert("S2", OTHER_FORM.name).found == "not matched"


def test_every_output_says_it_in_the_same_words(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.settings["digest_folder"] = office.home / "digests"
    office.ws.suppliers.save(EVERYBODY, file="s.csv", at=office.ws.now())
    office.screen()
    send(office.ws)
    office.strict_for_firms()
    office.later()
    said = re_screen(office.ws, "screen", SILENT)
    run_id = office.ws.screened.newest_run()
    run = office.ws.runs.get(run_id)
    assert run is not None
    headline = matcher_change.headline(run)
    assert headline.startswith("Because of a new matcher (version B, before: A): ")
    assert headline.removesuffix(".") in said
    print_run(run_for(office.ws, replace(run, findings=hidden(office.ws, run).shown)).run)
    assert headline in capsys.readouterr().out
    parts = run_report(office.ws, run_id).parts
    assert (parts.new_matcher, list(parts.by_matcher)) == (
        headline,
        matcher_change.list_matcher_changes(run, 99),
    )
    assert headline in run_as_bytes(office.ws, run_id, "html", people=False, file="x").decode()
    document = run_document(office.ws, run_id)["new_matcher"]
    assert document["in_words"][0] == headline
    assert {one["news"] for one in document["changes"]} == {"gone", "new", "changed"}
    # Nobody is named in it.
    assert "Dragomir" not in json.dumps(document)
    rows = flag_file(office.ws, run, "x.csv", people=False).flags
    assert [row.finding.check_id for row in rows][-2:] == ["MATCHER", "SCOPE"]
    assert rows[-2].why.startswith(headline)
    message = send(office.ws).message
    assert message is not None
    assert "a new matcher" in message.subject
    assert headline in message.text
    assert "Resolved" not in message.text
    assert "no longer found because of a new matcher" in message.text
    office.screen()
    assert send(office.ws).message is None


def test_the_record_of_the_run_and_the_chain_keep_it_until_the_supplier_is_removed(
    office: Office,
) -> None:
    office.ws.suppliers.save(EVERYBODY, file="s.csv", at=office.ws.now())
    first = office.screen()
    office.strict_for_firms()
    run = office.screen()
    of_runs = {
        one.event.subject: one.event.what
        for one in office.ws.audit.records()
        if one.event.kind == "run stored"
    }
    assert of_runs[run.id]["matchers_before"] == ("A",)
    told = Counter(one.news for effect in run.by_matcher.values() for one in effect.changes)
    assert of_runs[run.id]["by_new_matcher"] == (
        *(f"{each} {number}" for each, number in sorted(told.items())),
    )
    assert "by_new_matcher" not in of_runs[first.id]
    assert office.ws.runs.get(run.id) == run
    assert verify(office.ws) is None
    with closing(sqlite3.connect(office.ws.casework.path)) as db:
        (body,) = db.execute("SELECT body FROM runs WHERE id = ?", (run.id,)).fetchone()
    assert b"Dragomir" not in body
    assert b'"S2":{"changes"' in body
    would = removing.remove(office.ws, ["S2"], rule=removing.UPHELD, dry_run=True)
    removing.remove(office.ws, ["S2"], rule=removing.UPHELD, dry_run=False, expected=would)
    kept = office.ws.runs.get(run.id)
    assert kept is not None
    assert kept.by_matcher == {ref: run.by_matcher[ref] for ref in run.by_matcher if ref != "S2"}
    office.later()
    assert verify(office.ws) is None


@pytest.mark.parametrize("people", [True, False])
def test_a_pack_tells_it_and_derives_again_why_an_alert_is_open(
    office: Office, tmp_path: Path, people: bool
) -> None:
    office.ws.suppliers.save(EVERYBODY, file="s.csv", at=office.ws.now())
    office.screen()
    office.decide("S3", BRAY)
    office.decide("S3", IVAN)
    office.strict_for_firms()
    office.screen()
    path = tmp_path / "p.zip"
    make(office.ws, PackRequest(supplier="S3", people=people), path)
    verified = verify_pack(path)
    assert (verified.exit_code, verified.differences) == (0, ())
    assert verified.outcomes["S3"].differences == ()
    with zipfile.ZipFile(path) as packed:
        every = {name: packed.read(name).decode() for name in packed.namelist()}
    page = next(body for name, body in every.items() if name.endswith(".html"))
    assert "Because of a new matcher (version B, before: A): " in page
    assert "by a new matcher, and was 84% fair when it was decided" in page
    assert any(body.count(',"MATCHER"') for name, body in every.items() if ".csv" in name)


def test_an_alert_that_rests_on_a_restricted_record_is_counted_and_not_listed() -> None:
    effect = MatcherEffect(
        changes=(
            MatchChange(
                alert_id="ab" * 32,
                news="gone",
                severity="high",
                check_id="OWN-01",
                check_title="On the council's own register",
                list_id="fraud",
                entry_id="F-1",
                before=0.9,
                state="open",
                handling="restricted",
            ),
        )
    )
    run = replace(INVENTED_RUN, by_matcher={"S1": effect})
    assert "1 gone" in matcher_change.headline(run)
    assert matcher_change.list_matcher_changes(run) == [
        "1 alert based on restricted records not listed here."
    ]
    document = matcher_change.build_matcher_document(run)
    assert document is not None
    assert (document["changes"], document["restricted"]) == ([], 1)
    shown, _ = redact_run(run, {}, people=True, restricted=False)
    assert "fraud" not in str(shown.by_matcher)
    assert "F-1" not in str(shown.by_matcher)


# What may happen between two screenings: another matcher, another name, nothing.
STEPS = st.sampled_from(["strict for people", "strict for firms", "lax", "unread", "renamed", ""])
WAITING = {"open", "not sure", "same", "awaiting second decision", "confirmed risk"}


@settings(max_examples=examples(6), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=2, max_size=5), decided=st.sampled_from([BRAY, IVAN, ""]))
def test_no_open_alert_ever_disappears_between_two_runs_without_a_line(
    loaded_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[str],
    decided: str,
) -> None:
    home = tmp_path_factory.mktemp("property") / "home"
    copy_home(loaded_home, home)
    office = Office(home, monkeypatch)
    office.strict_for_people(lists=False)
    office.screen()
    if decided:
        office.decide("S3", decided)
    everybody = EVERYBODY
    for number, step in enumerate(steps):
        match step:
            case "strict for people":
                office.upgrade(f"{number}", extra=0.5, form=0.02)
            case "strict for firms":
                office.upgrade(f"{number}", extra=0.2, form=0.3)
            case "lax":
                office.upgrade(f"{number}", extra=0.2, form=0.02)
            case "unread":
                office.upgrade(f"{number}", extra=0.5, form=0.3, lists=False)
            case "renamed":
                name = "Little Acorns Youth Project CIO"
                everybody = tuple(
                    replace(one, name=name) if one.ref == "S2" else one for one in everybody
                )
        before = {one.id: one for one in queue.alerts(office.ws)}
        run = office.screen(*everybody)
        raised = {one.id for one in queue.alerts_of_run(office.ws, run.id)}
        told = {one.alert_id for effect in run.by_matcher.values() for one in effect.changes}
        for one in before.values():
            now = find(office.ws, one.id)
            if one.state not in WAITING or now.id in raised:
                continue
            if step == "renamed":
                assert now.state in (*WAITING, "resolved")
                continue
            assert now.state in WAITING
            assert now.id in told or one.found != "yes" or now.found == "not checked"
        assert projection.find_differing_alerts(office.ws) == []
    for ws in office.opened:
        ws.__exit__()

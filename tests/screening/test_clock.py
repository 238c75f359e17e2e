"""A clock that is wrong makes no list current, deletes nothing, and is answered by a person."""

import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from duediligence import registry
from duediligence.casework import readiness, retention
from duediligence.casework.verifying import examine
from duediligence.demo import SAMPLE_SCALE
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import ClockInDoubt, Conflict, Forbidden
from duediligence.extensions.sharing.exchanges.expiry import remove_expired
from duediligence.model import ListVersion, Run, Supplier
from duediligence.model.audit import AuditEvent, Role
from duediligence.render.verdict import gaps
from duediligence.screening import registers
from duediligence.screening.clock import Clock, clock_doubt, put_clock_right
from duediligence.screening.lists import refresh, statuses
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import EffectiveSettings, Settings
from tests.rows import for_each

DEMO = Path(__file__).parents[2] / "duediligence" / "demo"
OF_FILE, STATED, BY_HAND = "un", "ofac-consolidated", "uk-debarment"
ONLY = {one: registry.find_watchlists()[one] for one in (OF_FILE, STATED, BY_HAND)}
AHEAD = datetime(2031, 5, 1, tzinfo=UTC)
BACK = NOW + timedelta(hours=1)
At = Callable[..., Workspace]


@pytest.fixture
def answered() -> list[int]:
    """What the publisher of a list answered, in order."""
    return []


@pytest.fixture
def at(
    home: Path, server: HTTPServer, authority: tuple[ssl.SSLContext, Path], answered: list[int]
) -> Iterator[At]:
    """Open the home with the sample lists at a time; three lists are in use, one is online."""
    content = (DEMO / "lists" / OF_FILE / "consolidated.xml").read_bytes()

    def answer(request: Request) -> Response:
        same = request.headers.get("If-None-Match") == '"v1"'
        answered.append(304 if same else 200)
        return Response(b"" if same else content, answered[-1], headers={"ETag": '"v1"'})

    server.expect_request("/un.xml").respond_with_handler(answer)
    opened = []

    def open_at(when: datetime, role: Role | None = None, *, whole: bool = False) -> Workspace:
        settings = Settings(
            home=home,
            addresses={"consolidated.xml": server.url_for("/un.xml")},
            ca_file=authority[1],
            private_hosts=("localhost",),
            users={"Ada": role} if role else {},
        )
        only = None if whole else ONLY
        opened.append(Workspace(settings, now=lambda: when, who="Ada", only=only))
        return opened[-1]

    yield open_at
    for workspace in opened:
        workspace.__exit__()


def renew(workspace: Workspace) -> list[str]:
    """Fetch one list, bring one with its day, confirm one, load a register; how each ended."""
    (fetched,) = refresh.refresh(workspace, [OF_FILE], terms=RefreshTerms(scale=SAMPLE_SCALE))
    terms = RefreshTerms(scale=SAMPLE_SCALE, as_of=workspace.now().date())
    (brought,) = refresh.refresh(workspace, [STATED], folder=DEMO / "lists", terms=terms)
    refresh.confirm(workspace, BY_HAND)
    files = sorted((DEMO / "charities" / "scotland").iterdir())
    registers.load_register(workspace, files, "charities")
    return [fetched.result, brought.result]


def kinds(workspace: Workspace) -> dict[str, list[str]]:
    found = statuses.statuses(workspace)
    assert all(one.age_days is None or one.age_days >= 0 for one in found)
    return {one.list_id: [reason.kind for reason in one.reasons] for one in found if one.version}


def screened(workspace: Workspace) -> Run:
    return screen(workspace, Screened([Supplier(ref="S1", name="Quernstone Mills Ltd")]))


def lists_not_checked(run: Run) -> list[str]:
    return sorted(one.list_id for one in run.not_checked)


@pytest.mark.parametrize("year", [2000, 2019, 2025, 2028, 2031, 2040])
def test_a_wrong_clock_makes_no_list_current(at: At, year: int) -> None:
    workspace = at(NOW.replace(year=year), whole=True)
    assert all(kinds(workspace).values())
    states = {one.state for one in statuses.statuses(workspace)}
    assert "current" not in states
    if year < NOW.year:
        assert {tuple(one) for one in kinds(workspace).values()} == {("clock in doubt",)}


def test_two_machines_minutes_apart_doubt_nothing(at: At) -> None:
    screened(at(NOW))
    other = at(NOW - timedelta(minutes=4), whole=True)
    assert kinds(other) == kinds(at(NOW, whole=True))
    assert not lists_not_checked(screened(at(NOW - timedelta(minutes=4))))
    assert clock_doubt(other) == ""
    with pytest.raises(Conflict, match="not in doubt"):
        put_clock_right(other)
    behind = clock_doubt(at(NOW - timedelta(minutes=6)))
    assert behind.startswith("the clock of this computer says 20 November 2026")


def test_the_age_of_a_register_counts_from_the_day_of_its_snapshot(at: At) -> None:
    registers.load_register(
        at(NOW), sorted((DEMO / "charities" / "scotland").iterdir()), "charities"
    )
    (loaded,) = (one.version for one in registers.statuses(at(NOW)) if one.version)
    since = datetime.combine(loaded.published or NOW.date(), NOW.timetz())
    for days in (0, 1):
        found = registers.statuses(at(since + timedelta(days=days)))
        assert [one.age_days for one in found if one.version] == [days]


def test_a_clock_that_was_ahead_is_put_right(at: At, answered: list[int]) -> None:
    wrong = at(AHEAD)
    renew(wrong)
    screened(wrong)

    # Back, and nothing can be trusted: one line says so, and what to do.
    back = at(BACK)
    assert set(map(tuple, kinds(back).values())) == {("clock in doubt",)}
    run = screened(back)
    assert (run.complete, lists_not_checked(run)) == (False, sorted(ONLY))
    (line,) = (gap.line for gap in gaps(run) if "clock" in gap.line)
    assert "3 lists of unknown age, because the clock of this computer says" in line
    assert "20 November 2026, 10:00 UTC, and the newest record is of 1 May 2031" in line
    assert "put the clock right" in line
    resolved = EffectiveSettings(back.settings, {})
    found = readiness.examine_readiness(resolved, opened=lambda: at(BACK))
    assert [one.state for one in found.lines if one.what == "clock"] == ["problem"]
    assert [one.step.name for one in found.remedies] == ["put-clock-right"]

    for role in ("officer", "approver", "auditor"):
        with pytest.raises(Forbidden, match="may not put the clock right"):
            put_clock_right(at(BACK, role))
    named = put_clock_right(at(BACK, "administrator"))
    assert set(named) == {*(f"list {one}" for one in ONLY), "register charities-scotland"}
    assert set(map(tuple, kinds(back).values())) == {("wrong clock",)}
    assert not screened(at(BACK)).complete
    (register,) = (one for one in registers.statuses(back) if one.version)
    assert (register.stale, register.age_days) == (True, None)

    # What was done under the wrong clock is done again, though nothing changed meanwhile.
    answered.clear()
    again = at(BACK + timedelta(hours=1))
    assert renew(again) == ["loaded", "loaded"]
    assert answered == [200]
    assert not any(kinds(again).values())
    version = again.lists.current()[OF_FILE].version
    assert version.checked_at == version.retrieved_at == again.now()
    assert not any(one.stale for one in registers.statuses(again))
    assert not lists_not_checked(screened(again))
    later = at(BACK + timedelta(hours=2))
    refresh_again = refresh.refresh(later, [OF_FILE], terms=RefreshTerms(scale=SAMPLE_SCALE))
    assert [one.result for one in refresh_again] == ["unchanged"]
    assert answered == [200, 304]
    assert examine(at(BACK + timedelta(hours=2))).problems == ()


def test_what_a_wrong_clock_dated_stays_stale_when_that_day_comes(at: At) -> None:
    renew(at(NOW + timedelta(days=2)))
    put_clock_right(at(BACK))
    on_that_day = at(NOW + timedelta(days=2, hours=1))
    assert set(map(tuple, kinds(on_that_day).values())) == {("wrong clock",)}
    assert renew(on_that_day) == ["loaded", "loaded"]
    assert not any(kinds(on_that_day).values())


@for_each(("ahead", "state"), [(1, "current"), (2, "stale")])
def test_a_publisher_may_be_a_day_ahead(ahead: int, state: str) -> None:
    version = ListVersion(
        list_id=OF_FILE,
        version="v",
        entries=1,
        names=1,
        published=NOW.date() + timedelta(days=ahead),
        retrieved_at=NOW,
        checked_at=NOW,
        sha256="0" * 64,
        origin="https://publisher.example",
    )
    week = timedelta(days=7)
    found = statuses.derive_list_status(
        ONLY[OF_FILE], version, None, clock=Clock(NOW), max_age=week
    )
    assert found.state == state
    unknown = replace(version, published=None, checked_at=AHEAD)
    found = statuses.derive_list_status(
        ONLY[OF_FILE], unknown, None, clock=Clock(NOW), max_age=week
    )
    assert [one.kind for one in found.reasons] == ["wrong clock"]


def test_a_wrong_clock_removes_nothing(at: At) -> None:
    kept = {screened(at(NOW)).id, screened(at(NOW)).id}
    wrong = at(AHEAD)
    wrong.audit.add(AuditEvent("export", AHEAD, "schedule", {}, "alerts"))
    for workspace in (wrong, at(BACK)):
        with pytest.raises(ClockInDoubt, match="Nothing was removed"):
            retention.run(workspace, dry_run=False)
        assert remove_expired(workspace) == 0
        assert workspace.runs.started().keys() == kept
    put_clock_right(at(BACK))
    assert not any(one.records for one in retention.run(at(BACK), dry_run=False).removed)
    # A home that was not used for years: a person says that they went by.
    late = at(AHEAD + timedelta(days=1))
    with pytest.raises(ClockInDoubt):
        retention.run(late, dry_run=False)
    put_clock_right(late)
    done = retention.run(late, dry_run=False)
    assert {one.rule.id: one.records for one in done.removed if one.records} == {"screenings": 2}
    assert examine(late).problems == ()

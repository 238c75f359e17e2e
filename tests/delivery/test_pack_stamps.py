"""A pack carries a time-stamp of its signature, by a real authority on this machine."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from duediligence.delivery.pack.container import (
    StampOutcome,
    compared_stamp,
    open_pack,
    opened_bytes,
)
from duediligence.delivery.pack.making import PackRequest, PackResult, make
from duediligence.delivery.pack.verifying import Verified, verify_bytes
from duediligence.errors import UsageError
from duediligence.model import Supplier
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.signing import read_key
from duediligence.timestamps import build_stamp_request, read_roots
from tests.delivery.forgeries import made_again
from tests.delivery.resealing import Parts, other_key, parts
from tests.homes import copy_home
from tests.timestamp_authority import TimeStampAuthority, time_stamp_authority

CLEAN = Supplier(ref="S1", name="Zzyzx Quernstone Ltd")


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> TimeStampAuthority:
    return time_stamp_authority(tmp_path_factory.mktemp("tsa") / "one")


@pytest.fixture(scope="module")
def url(tsa: TimeStampAuthority) -> Iterator[str]:
    def answer(asked: Request) -> Response:
        return Response(tsa.answer(asked.get_data()), mimetype="application/timestamp-reply")

    with HTTPServer(host="127.0.0.1") as server:
        server.expect_request("/tsa", method="POST").respond_with_handler(answer)
        yield server.url_for("/tsa")


@pytest.fixture(scope="module")
def screened(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("stamps") / "home"
    copy_home(loaded_home, home)
    with Workspace(Settings(home=home)) as workspace:
        workspace.suppliers.save([CLEAN], file="s.csv", at=workspace.now())
        screen(workspace, Screened([CLEAN]))
    return home


@pytest.fixture
def packed(screened: Path, tmp_path: Path) -> Callable[..., PackResult]:
    """Make a pack in the test's folder by these settings, on a day."""

    def run(*, at: datetime | None = None, **settings: object) -> PackResult:
        with Workspace(
            Settings(home=screened, **settings),  # type: ignore[arg-type]
            now=lambda: at or datetime.now(UTC),
        ) as workspace:
            return make(workspace, PackRequest(supplier="S1"), tmp_path / "p.zip")

    return run


def compared(path: Path, tsa: TimeStampAuthority | None) -> StampOutcome:
    pack = open_pack(path)
    assert not pack.damaged
    made_at = datetime.fromisoformat(str(pack.manifest["made_at"]))
    return compared_stamp(pack, made_at, read_roots(tsa.roots) if tsa else None)


def test_a_pack_is_stamped_by_the_authority_of_the_settings(
    packed: Callable, url: str, tsa: TimeStampAuthority, tmp_path: Path
) -> None:
    assert packed(timestamp_url=url, timestamp_roots=tsa.roots).not_stamped == ""
    pack = open_pack(tmp_path / "p.zip")
    assert tsa.openssl_verifies(pack.stamp, pack.signature)
    outcome = compared(tmp_path / "p.zip", tsa)
    assert pack.manifest["time_stamp"] is True
    assert (outcome.verified, outcome.differences) == (True, ())
    assert outcome.line.startswith(f"is time-stamped at {datetime.now(UTC):%Y-%m-%d}")
    assert outcome.line.endswith(" UTC by CN=Invented Time Signer")
    # Who gave it is never said where the verifier trusts nobody.
    unknown = compared(tmp_path / "p.zip", None)
    assert (unknown.verified, unknown.differences) == (False, ())
    assert "not verified: name the authority's roots" in unknown.line


def test_a_stamp_of_another_authority_is_not_verified(
    packed: Callable, url: str, tmp_path: Path
) -> None:
    packed(timestamp_url=url)
    outcome = compared(tmp_path / "p.zip", time_stamp_authority(tmp_path / "other"))
    assert (outcome.verified, outcome.differences) == (False, ())
    assert "not verified: no root that you trust vouches for it" in outcome.line


def test_a_pack_without_a_stamp_says_so_only_to_who_asks(
    packed: Callable, tsa: TimeStampAuthority, tmp_path: Path
) -> None:
    assert packed().not_stamped == ""
    assert compared(tmp_path / "p.zip", None) == StampOutcome()
    assert compared(tmp_path / "p.zip", tsa) == StampOutcome("has no time-stamp")


@pytest.mark.parametrize("why", ["not asked", "other roots", "no roots", "no extra"])
def test_without_an_authority_the_pack_is_made_all_the_same(
    packed: Callable, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    settings: dict[str, object] = {"timestamp_url": url}
    if why == "not asked":
        settings = {"timestamp_url": "http://stamps.example.org/tsa"}
    elif why == "other roots":
        settings["timestamp_roots"] = time_stamp_authority(tmp_path / "other").roots
    elif why == "no roots":
        settings["timestamp_roots"] = tmp_path / "nowhere.pem"
    else:
        monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    made = packed(**settings)
    words = {
        "not asked": "without https",
        "other roots": "no root that you trust",
        "no roots": "no such file",
        "no extra": "pip install 'duediligence[timestamp]'",
    }
    assert words[why] in made.not_stamped
    pack = open_pack(tmp_path / "p.zip")
    assert (pack.damaged, pack.stamp) == ({}, b"")
    assert pack.manifest["time_stamp"] is False


def test_a_stamp_later_than_the_day_that_the_pack_states_is_a_difference(
    packed: Callable, url: str, tsa: TimeStampAuthority, tmp_path: Path
) -> None:
    packed(timestamp_url=url, at=datetime.now(UTC) - timedelta(days=2))
    outcome = compared(tmp_path / "p.zip", tsa)
    assert outcome.verified
    (line,) = outcome.differences
    assert line.startswith("manifest.json: made_at is ")
    packed(timestamp_url=url, at=datetime.now(UTC) - timedelta(hours=20))
    assert compared(tmp_path / "p.zip", tsa).differences == ()


@pytest.fixture
def stamped(packed: Callable, url: str, tmp_path: Path) -> Parts:
    packed(timestamp_url=url)
    return parts((tmp_path / "p.zip").read_bytes())


def test_a_stamp_cannot_be_removed_or_added(stamped: Parts) -> None:
    stamp, stamped.stamp = stamped.stamp, b""
    assert list(opened_bytes(stamped.sealed(), "p").damaged) == ["manifest.tst"]
    stamped.about["time_stamp"] = False
    stamped.stamp = stamp
    assert list(opened_bytes(stamped.sealed(other_key()), "p").damaged) == ["manifest.tst"]


@pytest.mark.parametrize("stamp", [b"garbage", b"copied"])
def test_a_stamp_of_something_else_is_a_difference(
    stamped: Parts,
    tsa: TimeStampAuthority,
    packed: Callable,
    url: str,
    tmp_path: Path,
    stamp: bytes,
) -> None:
    if stamp == b"copied":
        packed(timestamp_url=url)
        stamp = open_pack(tmp_path / "p.zip").stamp
    stamped.stamp = stamp
    (tmp_path / "q.zip").write_bytes(stamped.sealed())
    for trusted in (tsa, None):
        outcome = compared(tmp_path / "q.zip", trusted)
        assert not outcome.verified
        (line,) = outcome.differences
        assert line.startswith("manifest.tst: it is ")


def test_whoever_holds_the_key_cannot_have_a_stamp_as_old(
    stamped: Parts, screened: Path, tsa: TimeStampAuthority
) -> None:
    key, roots = read_key(screened / "keys" / "signing.pem"), read_roots(tsa.roots)
    assert key

    def verified(pack: Parts) -> Verified:
        return verify_bytes(pack.sealed(key), "p.zip", [key.public], roots)

    true = verified(stamped)
    assert (true.answer, true.exit_code, true.stamp.verified) == ("authentic and same", 0, True)

    forged = replace(stamped, about={**stamped.about, "made_by": "somebody else"})
    made_again(forged)
    copied = verified(forged)
    assert (copied.answer, copied.exit_code) == ("different", 1)
    assert copied.differences == ("manifest.tst: it is a time-stamp of other bytes",)

    bare = replace(forged, about={**forged.about, "time_stamp": False}, stamp=b"")
    without = verified(bare)
    assert (without.answer, without.exit_code) == ("authentic and same", 5)
    assert without.stamp.line == "has no time-stamp"

    day = datetime.now(UTC) - timedelta(days=10)
    late = replace(forged, about={**forged.about, "made_at": day.isoformat()})
    made_again(late)
    late.stamp = tsa.answer(build_stamp_request(parts(late.sealed(key)).signature)[0])
    stamped_now = verified(late)
    assert stamped_now.stamp.verified
    assert any("but the time-stamp is of" in line for line in stamped_now.differences)


def test_without_the_extra_a_stamp_is_not_verified(
    stamped: Parts, tsa: TimeStampAuthority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roots = read_roots(tsa.roots)
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    pack = open_pack(tmp_path / "p.zip")
    assert "not verified" in compared_stamp(pack, datetime.now(UTC), None).line
    with pytest.raises(UsageError, match="rfc3161-client is not installed"):
        compared_stamp(pack, datetime.now(UTC), roots)

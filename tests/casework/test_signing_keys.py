"""The signing key of a home: made once, in the chain, replaced, and known ever after."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from duediligence.casework import signing_keys
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.signing import make_key, read_public_keys

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def opened(home: Path, days: int = 0) -> Workspace:
    return Workspace(Settings(home=home), now=lambda: NOW + timedelta(days), who="Ada")


def test_a_key_is_made_at_first_use_and_stays(tmp_path: Path) -> None:
    with opened(tmp_path) as ws:
        assert signing_keys.known_keys(ws) == ()
        key = signing_keys.signing_key(ws).public
        assert signing_keys.signing_key(ws).public == key
        known = signing_keys.known_keys(ws)
    assert [(one.id, one.since, one.until) for one in known] == [(key.id, NOW, None)]
    with opened(tmp_path, 1) as ws:
        assert signing_keys.signing_key(ws).public == key
        assert signing_keys.known_keys(ws) == known


def test_a_key_that_was_replaced_stays_known_with_its_days(tmp_path: Path) -> None:
    with opened(tmp_path) as ws:
        old = signing_keys.signing_key(ws)
    with opened(tmp_path, 3) as ws:
        new = signing_keys.rotate(ws)
        signing_keys.export(ws, tmp_path / "keys.pem")
        in_use = signing_keys.signing_key(ws).public
    assert in_use.id == new.id != old.public.id
    exported = read_public_keys(tmp_path / "keys.pem")
    assert [(one.id, one.since, one.until) for one in exported] == [
        (new.id, NOW + timedelta(3), None),
        (old.public.id, NOW, NOW + timedelta(3)),
    ]


def test_a_key_that_somebody_put_there_is_recorded_when_it_first_signs(tmp_path: Path) -> None:
    with opened(tmp_path) as ws:
        mine = signing_keys.signing_key(ws).public
        theirs = make_key(tmp_path / "keys" / "signing.pem", instead=True).public
        signing_keys.signing_key(ws)
        assert [key.id for key in signing_keys.known_keys(ws)] == [mine.id, theirs.id]


def test_no_output_of_the_home_holds_the_private_key(tmp_path: Path) -> None:
    with opened(tmp_path) as ws:
        signing_keys.signing_key(ws)
        text = signing_keys.export(ws, None)
        chain = "".join(record.line() for record in ws.audit.records())
    secret = (tmp_path / "keys" / "signing.pem").read_text().splitlines()[1]
    assert secret not in text
    assert secret[-43:] not in json.dumps(chain)

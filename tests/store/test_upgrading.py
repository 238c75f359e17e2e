"""Sentences that earlier versions stored are read as values that hold them whole."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import msgspec

from duediligence.model import (
    DriftItem,
    ListStatus,
    ListVersion,
    Name,
    PartialDate,
    Party,
    PartyRole,
    Run,
    StaleReason,
)
from duediligence.model.alerts import Compared
from duediligence.store.records import decode, decode_all, encode, identity, identity_of

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
VERSION = ListVersion(
    list_id="un",
    version="v1",
    entries=2,
    names=2,
    published=None,
    retrieved_at=AT,
    checked_at=AT,
    sha256="",
    origin="",
    drift=(DriftItem("unread", "column", "Risk rating", 12),),
)
RUN = Run(
    id="r",
    started_at=AT,
    finished_at=AT,
    as_of=AT.date(),
    supplier_file="",
    supplier_file_sha256="",
    suppliers=1,
    parties=1,
    lists=(
        ListStatus(
            list_id="un",
            title="UN",
            state="stale",
            version=VERSION,
            reasons=(StaleReason(kind="too old", on=AT.date(), days=9, most_days=3),),
        ),
        ListStatus(list_id="eu", title="EU", state="current"),
    ),
    threshold=0.8,
    matcher_version="7",
    policy_sha256="",
    findings=(),
)


def test_what_is_stored_now_is_read_as_it_was() -> None:
    assert decode(ListVersion, encode(VERSION)) == VERSION
    assert decode(Run, encode(RUN)) == RUN


def test_a_run_that_earlier_versions_stored_says_what_it_said() -> None:
    stored = json.loads(msgspec.json.encode(RUN))
    line = "unmapped Birth: Ada Ferrow (1)"
    for one in stored["lists"]:
        del one["reasons"]
    stored["lists"][0]["reason"] = "the refresh of 3 May 2026 failed: timed out"
    stored["lists"][0]["version"]["drift"] = [line]
    stored["lists"][1]["reason"] = ""
    first, second = decode(Run, json.dumps(stored).encode()).lists
    assert first.reason == "the refresh of 3 May 2026 failed: timed out"
    assert (second.reasons, second.reason) == ((), "")
    assert first.version is not None
    (item,) = first.version.drift
    assert item.words() == line
    assert item.personal
    assert "Ada" not in item.words(people=False)


ADA = Party(
    names=(Name("Ada Ferrow"),),
    kind="person",
    role=PartyRole("director", of="Moss Ltd"),
    birth_date=PartialDate(1968, 3),
)


def test_a_party_is_read_as_it_is_stored_now_and_as_it_was() -> None:
    assert decode(Party, encode(ADA)).role.of == "Moss Ltd"
    assert decode_all(Party, b"[%s,%s]" % (encode(ADA), encode(ADA))) == (ADA, ADA)
    stored = json.loads(msgspec.json.encode(ADA)) | {"role": "director of Moss Ltd"}
    earlier = decode(Party, json.dumps(stored).encode())
    assert (earlier, earlier.role.of) == (ADA, "")
    assert identity(earlier) == identity(ADA)


def test_what_was_decided_about_is_the_same_though_its_role_was_words() -> None:
    compared = Compared(parties=(ADA,), facts=("Known.",))
    stored = json.loads(msgspec.json.encode(replace(compared, entry=None)))
    stored["parties"][0]["role"] = "director of Moss Ltd"
    body = json.dumps(stored).encode()
    assert decode(Compared, body) == compared
    assert identity_of(Compared, "any", body) == identity(compared)
    other = replace(compared, parties=(replace(ADA, role=PartyRole("owner", of="Moss Ltd")),))
    assert identity(other) != identity(compared)

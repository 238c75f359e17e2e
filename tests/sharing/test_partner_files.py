"""Files of partners as untrusted bytes: what was altered, cut or made up is refused in words."""

import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.cli.globals import COMMANDS
from duediligence.errors import Conflict, Forbidden, Hint, NotFound, Step, UsageError
from duediligence.extensions.sharing import partner_files
from duediligence.extensions.sharing.model.agreements import Agreement, Terms
from duediligence.extensions.sharing.partner_files import (
    FORMATS,
    LARGEST,
    MAGIC,
    FileKind,
    Header,
    PartnerFile,
    pack_partner_file,
    parse_partner_file,
    read_partner_file,
    truncate_to_utc,
    what_takes,
)
from duediligence.signing import SigningKey, make_key
from tests.rows import for_each

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
SIGNATURE = 64
TERMS = Terms(
    reference="ISA-2026-7",
    parties=("Bright Sands Council", "Quernshire Police"),
    purpose="Organised crime in procurement",
    bases=("cda-1998-s115",),
    shares=("blind-matching: organisations",),
    retention_days=90,
    starts_on=date(2026, 1, 1),
    review_on=date(2027, 1, 1),
    most_items=10_000,
    most_exchanges=4,
    most_new_percent=20,
)
HEADER = Header(
    format=FORMATS["ask"],
    kind="ask",
    id="0f" * 16,
    exchange="a1" * 16,
    agreement=TERMS.reference,
    terms_sha256=TERMS.digest,
    sender="Quernshire Police",
    made_at=NOW,
    expires_at=NOW + timedelta(days=14),
    facts={"items": 20, "kind": "people"},
)
FIELDS = msgspec.json.decode(msgspec.json.encode(HEADER))


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return make_key(tmp_path_factory.mktemp("partner") / "signing.pem")


@pytest.fixture(scope="module")
def agreement(key: SigningKey) -> Agreement:
    return Agreement(
        terms=TERMS,
        ours="Bright Sands Council",
        partner_kind="police",
        partner_keys=(key.public.text,),
    )


@pytest.fixture(scope="module")
def content(key: SigningKey) -> bytes:
    return pack_partner_file(HEADER, b"body of the file", key)


def used(
    content: bytes, agreement: Agreement, kind: FileKind = "ask", now: datetime = NOW
) -> PartnerFile:
    return parse_partner_file(content).verified(agreement, kind, now)


def refused(content: bytes, agreement: Agreement) -> str:
    """Why it is refused, in words that a terminal and a page can show as they are."""
    with pytest.raises(UsageError) as error:
        used(content, agreement)
    said = f"{error.value} {error.value.hint}"
    assert said.isprintable()
    assert len(said) < 400
    return said


def framed(head: bytes, body: bytes = b"body", magic: bytes = MAGIC) -> bytes:
    return b"".join((magic, struct.pack(">I", len(head)), head, struct.pack(">I", len(body)), body))


def signed(key: SigningKey, head: bytes, **parts: bytes) -> bytes:
    """A file with that header, signed by the partner: a dishonest one can write anything."""
    whole = framed(head, **parts)
    return whole + key.sign("partner file", whole)


def test_a_file_is_used_as_it_was_made(content: bytes, agreement: Agreement) -> None:
    file = used(content, agreement)
    assert (file.header, file.body) == (HEADER, b"body of the file")
    assert used(content, agreement).sha256 == file.sha256


@given(
    st.builds(
        Header,
        format=st.just(2),
        kind=st.sampled_from(("ask", "answer")),
        id=st.from_regex(r"[0-9a-f]{32}", fullmatch=True),
        exchange=st.from_regex(r"[0-9a-f]{32}", fullmatch=True),
        agreement=st.just(TERMS.reference),
        terms_sha256=st.just(TERMS.digest),
        sender=st.text(max_size=200),
        made_at=st.datetimes(timezones=st.just(UTC)).map(truncate_to_utc),
        expires_at=st.datetimes(timezones=st.just(UTC)).map(truncate_to_utc),
        facts=st.dictionaries(st.text(max_size=9), st.text(max_size=9) | st.integers(0, 2**53)),
    ),
    st.binary(),
)
def test_every_header_that_can_be_packed_is_read(
    key: SigningKey, header: Header, body: bytes
) -> None:
    file = parse_partner_file(pack_partner_file(header, body, key))
    assert (file.header, file.body) == (header, body)


@for_each("bit", range(8))
def test_any_bit_that_was_altered(content: bytes, agreement: Agreement, bit: int) -> None:
    for at in range(len(content)):
        altered = bytearray(content)
        altered[at] ^= 1 << bit
        refused(bytes(altered), agreement)


def test_a_file_that_was_cut_anywhere(content: bytes, agreement: Agreement) -> None:
    for length in range(len(content)):
        refused(content[:length], agreement)
        refused(content[length + 1 :], agreement)


@given(st.binary(min_size=1), st.integers(min_value=0))
def test_a_file_with_bytes_put_in(
    content: bytes, agreement: Agreement, more: bytes, at: int
) -> None:
    at %= len(content) + 1
    refused(content[:at] + more + content[at:], agreement)


@given(st.binary(), st.booleans())
def test_bytes_that_are_no_file(agreement: Agreement, content: bytes, magic: bool) -> None:
    refused(MAGIC * magic + content, agreement)


@for_each("length", [0xFFFF_FFFF, 0x8000_0000, 16 << 20, 0])
def test_lengths_that_are_not_those_of_the_parts(
    key: SigningKey, content: bytes, agreement: Agreement, length: int
) -> None:
    after = content[len(MAGIC) + 4 : -SIGNATURE]
    head = msgspec.json.encode(HEADER)
    for whole in (
        MAGIC + struct.pack(">I", length) + after,
        MAGIC + struct.pack(">I", len(head)) + head + struct.pack(">I", length) + b"body",
    ):
        refused(whole + key.sign("partner file", whole), agreement)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["\x1b[2J", "../../casework.db", "\u202egnp.exe", "a" * 33, "ask\n"]),
    lambda some: (
        st.lists(some, max_size=3) | st.dictionaries(st.text(max_size=5), some, max_size=3)
    ),
    max_leaves=5,
)


@given(st.sampled_from([*FIELDS, "more"]), VALUES)
def test_any_value_of_a_field_from_a_dishonest_partner(
    key: SigningKey, agreement: Agreement, field: str, value: Any
) -> None:
    content = signed(key, msgspec.json.encode({**FIELDS, field: value}))
    try:
        file = used(content, agreement)
    except UsageError:
        refused(content, agreement)
        return
    # Only what is free within bounds can differ.
    assert field in ("facts", "made_at", "expires_at") or FIELDS[field] == value
    assert all(type(one) is str or 0 <= one <= 2**53 for one in file.header.facts.values())


def changed(**fields: Any) -> bytes:
    return msgspec.json.encode({**FIELDS, **fields})


HEAD = changed()
MADE_UP = {
    "no header": b"",
    "no object": b"[]",
    "null": b"null",
    "not JSON": b"{",
    "two values": HEAD + HEAD,
    "not UTF-8": HEAD.replace(b"people", b"\xff\xfe"),
    "half a character": HEAD.replace(b"people", b"\\ud800"),
    "a NUL": HEAD + b"\0",
    "a byte order mark": b"\xef\xbb\xbf" + HEAD,
    "a space": HEAD + b" ",
    "a line break": HEAD.replace(b",", b",\n", 1),
    "an escape": HEAD.replace(b"Quern", b"\\u0051uern"),
    "another order": msgspec.json.encode(dict(reversed(FIELDS.items()))),
    "a field too many": changed(more=1),
    "a field too few": msgspec.json.encode({k: v for k, v in FIELDS.items() if k != "sender"}),
    "a field twice": HEAD[:-1] + b',"sender":"Quernshire Police"}',
    "a fact twice": HEAD.replace(b'"items":20', b'"items":20,"items":20'),
    "a version twice": b'{"format":2,' + HEAD[1:],
    "a version as text": changed(format="1"),
    "a version with decimals": HEAD.replace(b'"format":2', b'"format":2.0'),
    "a version of many digits": HEAD.replace(b'"format":2', b'"format":' + b"9" * 9_000),
    "deep JSON": b'{"format":2,"facts":' + b"[" * 15_000,
    "deep facts": changed(facts={"a": {"b": {"c": [1]}}}),
    "a fact below 0": changed(facts={"items": -1}),
    "a fact above all counts": changed(facts={"items": 2**53 + 1}),
    "a fact with decimals": changed(facts={"items": 1.5}),
    "a fact of yes or no": changed(facts={"items": True}),
    "another kind of file": changed(kind="tell", format=1),
    "an id in capitals": changed(id="0F" * 16),
    "an id with a line break": changed(id="0f" * 16 + "\n"),
    "an id that is a path": changed(id="../../../../etc/cron.d/0f0f0f0f"),
    "an exchange that is a path": changed(exchange="..\\..\\..\\..\\Startup\\0f0f0f0f"),
    "a reference with a sequence for terminals": changed(agreement="ISA\x1b[2J"),
    "a reference that runs backwards": changed(agreement="ISA\u202e7"),
    "a long reference": changed(agreement="I" * 41),
    "a digest of another length": changed(terms_sha256="0f" * 31),
    "no zone": changed(made_at="2026-11-27T12:00:00"),
    "another zone": changed(expires_at="2026-12-11T13:00:00+01:00"),
    "UTC in other words": changed(made_at="2026-11-27T12:00:00+00:00"),
    "a zone in seconds": changed(made_at="2026-11-27T12:00:00+00:00:01"),
    "more digits of a second": changed(made_at="2026-11-27T12:00:00.0Z"),
    "a leap second": changed(made_at="2026-06-30T23:59:60Z"),
    "a time as number": changed(made_at=1_795_780_800),
    "a day that is none": changed(made_at="2026-02-30T12:00:00Z"),
    "a long header": changed(sender="a" * (16 << 10)),
}


@for_each("head", MADE_UP.values(), ids=MADE_UP)
def test_a_header_that_no_program_of_ours_makes(
    key: SigningKey, agreement: Agreement, head: bytes
) -> None:
    assert "is not a file of a partner" in refused(signed(key, head), agreement)


@for_each("version", [0, 2, 2**60, -1])
def test_another_version_is_named_whatever_else_it_has(
    key: SigningKey, agreement: Agreement, version: int
) -> None:
    content = signed(key, changed(format=version, kind="new", more={"a": []}))
    said = refused(content, agreement)
    assert f"is of version {version} of the format; this program reads files" in said


def test_what_comes_before_or_instead_of_the_mark(key: SigningKey, agreement: Agreement) -> None:
    for magic in (b"", b"PK\3\4", b"\n" + MAGIC, MAGIC.upper(), MAGIC.replace(b"\n", b"\r\n")):
        assert "not opened, converted" in refused(signed(key, HEAD, magic=magic), agreement)


def test_a_signature_is_of_the_partner_and_for_such_a_file(
    tmp_path: Path, key: SigningKey, content: bytes, agreement: Agreement
) -> None:
    stranger = make_key(tmp_path / "stranger.pem")
    whole = content[:-SIGNATURE]
    for signature in (
        stranger.sign("partner file", whole),
        key.sign("evidence pack", whole),
        key.sign("partner file", whole + b"\0"),
        bytes(SIGNATURE),
    ):
        with pytest.raises(Forbidden, match="not signed by Quernshire Police"):
            used(whole + signature, agreement)
    with pytest.raises(Forbidden):
        used(content, replace(agreement, partner_keys=()))
    both = replace(agreement, partner_keys=(stranger.public.text, key.public.text))
    assert used(content, both).header == HEADER


@for_each("kind", [one for one in get_args(FileKind) if one != "ask"])
def test_a_file_of_one_kind_is_not_used_as_another(
    content: bytes, agreement: Agreement, kind: FileKind
) -> None:
    with pytest.raises(Conflict, match=f"of kind 'ask', where '{kind}' is expected") as refused:
        used(content, agreement, kind)
    assert Step("answer-partner-file") in Hint(refused.value.hint).parts


@for_each("kind", get_args(FileKind))
def test_each_kind_of_file_has_a_command_that_takes_it(kind: FileKind) -> None:
    words, step = what_takes(kind).parts
    assert words == "For such a file: "
    assert isinstance(step, Step)
    assert step.name in COMMANDS


def test_a_file_of_another_agreement_other_terms_or_another_sender(
    key: SigningKey, content: bytes, agreement: Agreement
) -> None:
    other = replace(agreement, terms=replace(TERMS, reference="ISA-2026-8"))
    with pytest.raises(Conflict, match="is of agreement ISA-2026-7, not ISA-2026-8"):
        used(content, other)
    with pytest.raises(Conflict, match="holds other terms under the reference ISA-2026-7"):
        used(content, replace(agreement, terms=replace(TERMS, most_items=10_001)))
    ours = pack_partner_file(replace(HEADER, sender="Bright Sands Council"), b"", key)
    with pytest.raises(Conflict, match="names another sender than Quernshire Police"):
        used(ours, agreement)


SECOND = timedelta(seconds=1)


@for_each(
    ("now", "words"),
    [
        (NOW - timedelta(minutes=10), ""),
        (NOW - timedelta(minutes=10) - SECOND, "dated in the future"),
        (HEADER.expires_at - SECOND, ""),
        (HEADER.expires_at, "expired on 2026-12-11 12:00 UTC"),
        (datetime.max.replace(tzinfo=UTC), "expired on"),
        (HEADER.expires_at.astimezone(timezone(timedelta(hours=14))), "expired on"),
    ],
)
def test_a_file_is_used_between_two_moments(
    content: bytes, agreement: Agreement, now: datetime, words: str
) -> None:
    if not words:
        assert used(content, agreement, now=now)
        return
    with pytest.raises(Conflict, match=words):
        used(content, agreement, now=now)


@for_each("moment", [NOW.replace(tzinfo=None), NOW.astimezone(timezone(timedelta(hours=1)))])
@for_each("field", ["made_at", "expires_at"])
def test_a_header_with_other_times_than_in_utc_is_not_made(field: str, moment: datetime) -> None:
    with pytest.raises(ValueError, match="in UTC"):
        replace(HEADER, **{field: moment})  # type: ignore[arg-type]
    assert (
        replace(HEADER, made_at=truncate_to_utc(moment.replace(tzinfo=UTC))).made_at.tzinfo == UTC
    )


def test_a_file_that_would_be_too_large_is_neither_made_nor_read(
    key: SigningKey, agreement: Agreement, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Conflict, match="may have 67,108,864 bytes"):
        pack_partner_file(HEADER, bytes(LARGEST), key)
    with pytest.raises(Conflict):
        pack_partner_file(replace(HEADER, sender="a" * (16 << 10)), b"", key)
    content = pack_partner_file(HEADER, bytes(1_000), key)
    monkeypatch.setattr(partner_files, "LARGEST", len(content) - 1)
    assert "is not a file of a partner" in refused(content, agreement)
    path = tmp_path / "large.dde"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="larger than any such file"):
        read_partner_file(path)
    monkeypatch.setattr(partner_files, "LARGEST", len(content))
    assert read_partner_file(path).verified(agreement, "ask", NOW).body == bytes(1_000)


@for_each(
    ("make", "error"),
    [
        (lambda path: None, NotFound),
        (lambda path: path.mkdir(), UsageError),
        (lambda path: path.write_bytes(b""), UsageError),
        (lambda path: path.write_bytes(MAGIC), UsageError),
    ],
)
def test_a_path_where_no_file_is(
    tmp_path: Path, make: Callable[[Path], object], error: type[UsageError]
) -> None:
    make(tmp_path / "file.dde")
    with pytest.raises(error):
        read_partner_file(tmp_path / "file.dde")

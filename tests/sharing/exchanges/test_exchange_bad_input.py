"""A file that is not the one expected is refused in words: nothing is learnt, nothing is kept."""

import struct
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from sqlite3 import connect
from typing import Any

import msgspec
import pytest

from duediligence.casework.signing_keys import signing_key
from duediligence.errors import Conflict, DuediligenceError, Forbidden, NotFound, UsageError
from duediligence.extensions.sharing import partner_files
from duediligence.extensions.sharing.exchanges import answer_body, hits_of, opening, pending
from duediligence.extensions.sharing.exchanges.answer_body import TAG, AnswerBody
from duediligence.extensions.sharing.exchanges.answering import answer, plan_answer
from duediligence.extensions.sharing.exchanges.asking import ask, plan_ask
from duediligence.extensions.sharing.partner_files import (
    MAGIC,
    PartnerFile,
    pack_partner_file,
    read_partner_file,
)
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.screening.workspace import Workspace

from .homes import COUNCIL, NOW, POLICE, TERMS, TwoHomes, as_items, as_suppliers, firms, written

ITEMS = as_items(firms(5, 1))


@pytest.fixture
def asked(two: TwoHomes) -> Path:
    two.suppliers(as_suppliers(firms(5, 1)))
    return two.asked(ITEMS)


@pytest.fixture
def answered(two: TwoHomes, asked: Path) -> Path:
    return two.answered(asked)


@contextmanager
def refused(
    two: TwoHomes, kind: type[DuediligenceError], words: str, home: str = "council"
) -> Iterator[None]:
    """What is done inside is refused in these words; the home holds what it held."""
    before = kept(two.folder / home)
    with pytest.raises(kind, match=words) as error:
        yield
    assert "Traceback" not in str(error.value)
    assert kept(two.folder / home) == before


def kept(home: Path) -> dict[str, object]:
    """Every row of the home's casework, and every other file: but for the settings in effect, which
    the first command of an account records whatever comes of it.
    """
    with closing(connect(home / "casework.db")) as db:
        tables = [
            name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        rows: dict[str, object] = {
            name: sorted(
                text
                for text in map(repr, db.execute(f"SELECT * FROM {name}"))
                if "'setting changed'" not in text
            )
            for name in tables
            if name != "sqlite_sequence"
        }
    files = (
        path for path in home.rglob("*") if path.is_file() and not path.name.startswith("casework")
    )
    return rows | {path.relative_to(home).as_posix(): path.read_bytes() for path in files}


def answering(two: TwoHomes, path: Path, days: float = 0) -> None:
    ws, out = two.council(days), two.folder / "never.dde"
    try:
        answer(ws, plan_answer(ws, path), out)
    finally:
        assert not out.exists()


def forged(
    two: TwoHomes, path: Path, ws: Workspace, change: Callable[[PartnerFile], tuple[dict, bytes]]
) -> Path:
    """The file with another header or body, signed by the key of the home that made it."""
    found = read_partner_file(path)
    header, body = change(found)
    made = two.folder / "forged.dde"
    made.write_bytes(pack_partner_file(replace(found.header, **header), body, signing_key(ws)))
    return made


# The first file.


def test_one_that_was_answered_is_not_answered_again(
    two: TwoHomes, asked: Path, answered: Path
) -> None:
    with refused(two, Conflict, "was answered on .*: each is answered once"):
        answering(two, asked)


def test_one_that_two_commands_answer_at_once_is_answered_once(two: TwoHomes, asked: Path) -> None:
    first, second = two.council(), two.council()
    plans = plan_answer(first, asked), plan_answer(second, asked)
    answer(first, plans[0], two.folder / "one.dde")
    with refused(two, Conflict, "each is answered once"):
        answer(second, plans[1], two.folder / "two.dde")
    assert not (two.folder / "two.dde").exists()


@pytest.mark.parametrize("at", [0, 20, 60, 200, -2_000, -70, -1])
def test_one_byte_that_was_altered(two: TwoHomes, asked: Path, at: int) -> None:
    body = bytearray(asked.read_bytes())
    body[at] ^= 1
    asked.write_bytes(body)
    with refused(two, UsageError, "is not a file of a partner|not signed by|Unknown agreement"):
        answering(two, asked)


@pytest.mark.parametrize("length", [0, 10, 26, 300, 1_000, -65, -1])
def test_one_that_was_cut(two: TwoHomes, asked: Path, length: int) -> None:
    asked.write_bytes(asked.read_bytes()[:length])
    with refused(two, UsageError, "is not a file of a partner|not signed by"):
        answering(two, asked)


def test_one_of_another_version(two: TwoHomes, asked: Path) -> None:
    whole = asked.read_bytes()
    (length,) = struct.unpack_from(">I", whole, len(MAGIC))
    start = len(MAGIC) + 4
    header = msgspec.json.decode(whole[start : start + length])
    for version in (1, 3):
        other = msgspec.json.encode({**header, "format": version, "new": {"in": "it"}})
        asked.write_bytes(MAGIC + struct.pack(">I", len(other)) + other + whole[start + length :])
        said = f"is of version {version} of the format; this program reads .* of versions 2 to 2"
        with refused(two, UsageError, said):
            answering(two, asked)


def test_one_with_keys_of_another_version(two: TwoHomes, asked: Path) -> None:
    made = forged(
        two,
        asked,
        two.police(),
        lambda one: ({"facts": {**one.header.facts, "keys_version": 9}}, one.body),
    )
    with refused(two, Conflict, "makes keys of version 9"):
        answering(two, made)


@pytest.mark.parametrize("version", ["1", "9\x1b[2J", "x" * 9_000])
def test_one_whose_version_of_keys_is_text(two: TwoHomes, asked: Path, version: str) -> None:
    made = forged(
        two,
        asked,
        two.police(),
        lambda one: ({"facts": {**one.header.facts, "keys_version": version}}, one.body),
    )
    with refused(two, Conflict, "^This file does not say how its keys were made$"):
        answering(two, made)


def test_one_that_would_be_good_for_longer_than_a_file_lasts(two: TwoHomes, asked: Path) -> None:
    made = forged(
        two,
        asked,
        two.police(),
        lambda one: ({"expires_at": one.header.expires_at + timedelta(seconds=1)}, one.body),
    )
    with refused(two, Conflict, "longer than the 14 days"):
        answering(two, made)


def test_one_whose_answer_would_be_too_large_is_refused_before_it_is_computed(
    two: TwoHomes, asked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = 64 * 32 + 4 * (32 + 64) + 64 * TAG
    monkeypatch.setattr(answer_body, "LARGEST_BODY", size)
    assert plan_answer(two.council(), asked)
    monkeypatch.setattr(answer_body, "LARGEST_BODY", size - 1)
    with refused(two, Conflict, "The answer would have 3,456 bytes, and a file .* at most 3,455"):
        plan_answer(two.council(), asked)


def test_the_largest_body_fits_into_a_file(two: TwoHomes, asked: Path) -> None:
    header = replace(read_partner_file(asked).header, facts={"x": "y" * 15_000})
    made = pack_partner_file(header, bytes(partner_files.LARGEST_BODY), signing_key(two.police()))
    assert len(made) <= partner_files.LARGEST


def test_one_of_another_agreement(two: TwoHomes, asked: Path) -> None:
    made = forged(two, asked, two.police(), lambda one: ({"agreement": "ISA-OTHER"}, one.body))
    with refused(two, NotFound, "Unknown agreement 'ISA-OTHER'"):
        answering(two, made)


def test_one_of_other_terms(two: TwoHomes, asked: Path) -> None:
    two.agree(replace(TERMS, most_items=999))
    with refused(two, Conflict, "holds other terms under the reference"):
        answering(two, asked)


def test_one_that_expired(two: TwoHomes, asked: Path) -> None:
    with refused(two, Conflict, "This file expired on"):
        answering(two, asked, days=14)


@pytest.mark.parametrize("days", [-2, 400])
def test_an_agreement_that_is_not_in_force(two: TwoHomes, asked: Path, days: int) -> None:
    with refused(two, Conflict, "is not in force"):
        answering(two, asked, days=days)


def test_an_agreement_that_was_ended(two: TwoHomes, asked: Path) -> None:
    council = two.council()
    agreement = council.casework.repository(AgreementStore).get(TERMS.reference)
    assert agreement
    council.casework.repository(AgreementStore).keep(
        replace(agreement, ended_on=NOW.date()), "end", NOW
    )
    with refused(two, Conflict, "is not in force: it ended on"):
        answering(two, asked)


def test_an_agreement_without_blind_matching(two: TwoHomes) -> None:
    two.agree(replace(TERMS, shares=("hits",)))
    with refused(two, Forbidden, "does not allow blind matching", "police"):
        plan_ask(two.police(), written(two.folder / "a.csv", ITEMS), TERMS.reference)


def test_one_that_a_stranger_signed(two: TwoHomes, asked: Path) -> None:
    made = forged(two, asked, two.council(), lambda one: ({}, one.body))
    with refused(two, Forbidden, f"not signed by {POLICE}"):
        answering(two, made)


def test_ones_own_question_is_not_answered(two: TwoHomes, asked: Path) -> None:
    with refused(two, Forbidden, f"not signed by {COUNCIL}", "police"):
        ws = two.police()
        plan_answer(ws, asked)


def test_an_answer_in_place_of_a_question(two: TwoHomes, asked: Path, answered: Path) -> None:
    with refused(two, Conflict, "a file of kind 'answer', where 'ask' is expected", "police"):
        plan_answer(two.police(), answered)


@pytest.mark.parametrize(
    "element",
    [bytes(32), b"\xff" * 32, (2**255 - 19).to_bytes(32, "little"), b"\1" + bytes(31)],
    ids=["identity", "no field element", "not in its one encoding", "negative"],
)
def test_points_that_are_no_elements_of_the_group(
    two: TwoHomes, asked: Path, element: bytes
) -> None:
    made = forged(two, asked, two.police(), lambda one: ({}, one.body[:-32] + element))
    with refused(two, Conflict, "not an element of the group"):
        answering(two, made)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda body: body[:-1], "as many keys as its rows have"),
        (lambda body: body[:-32], "as many keys as its rows have"),
        (lambda body: b"", "as many keys as its rows have"),
        (lambda body: body[:-32] + body[:32], "asks the same key twice"),
    ],
)
def test_a_body_that_does_not_fit_its_header(
    two: TwoHomes, asked: Path, change: Callable[[bytes], bytes], words: str
) -> None:
    made = forged(two, asked, two.police(), lambda one: ({}, change(one.body)))
    with refused(two, Conflict, words):
        answering(two, made)


@pytest.mark.parametrize(
    ("rows", "words"),
    [(15, "is not padded"), (24, "24 rows would be asked, and .* allows 20"), ("16", "how many")],
)
def test_a_number_of_rows_that_cannot_be(two: TwoHomes, rows: int | str, words: str) -> None:
    two.agree(replace(TERMS, most_items=20, most_hits=20))
    asked = two.asked(ITEMS)
    made = forged(
        two,
        asked,
        two.police(),
        lambda one: ({"facts": {**one.header.facts, "rows": rows}}, one.body),
    )
    with refused(two, Conflict, words):
        answering(two, made)


# The second file.


def test_one_that_was_opened_is_not_opened_again(
    two: TwoHomes, asked: Path, answered: Path
) -> None:
    two.opened(answered)
    with refused(two, Conflict, "was opened on .*: an answer is opened once", "police"):
        two.opened(answered)


def test_one_that_two_commands_open_at_once_is_opened_once(
    two: TwoHomes, answered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = opening.read_answer

    def while_another_opens_it(*args: Any) -> AnswerBody:
        monkeypatch.undo()
        assert len(two.opened(answered).hits) == 5
        return real(*args)

    monkeypatch.setattr(opening, "read_answer", while_another_opens_it)
    with pytest.raises(Conflict, match="an answer is opened once"):
        two.opened(answered)
    (exchange,) = two.exchanges(two.police())
    assert len(hits_of(two.police(), exchange.id)) == 5


def test_the_right_answer_can_be_opened_after_a_wrong_one(two: TwoHomes, answered: Path) -> None:
    right = answered.read_bytes()
    answered.write_bytes(right[:-1])
    with refused(two, UsageError, "is not a file of a partner", "police"):
        two.opened(answered)
    answered.write_bytes(right)
    assert len(two.opened(answered).hits) == 5


@pytest.mark.parametrize("at", [0, 20, 60, 200, -2_000, -70, -1])
def test_one_byte_of_an_answer_that_was_altered(two: TwoHomes, answered: Path, at: int) -> None:
    body = bytearray(answered.read_bytes())
    body[at] ^= 1
    answered.write_bytes(body)
    with refused(
        two, UsageError, "is not a file of a partner|not signed by|Unknown agreement", "police"
    ):
        two.opened(answered)


def test_an_answer_to_another_question(two: TwoHomes, asked: Path) -> None:
    first = two.answered(asked)
    second = two.asked(as_items(firms(5, 2)), name="second")
    exchange = read_partner_file(second).header.exchange
    made = forged(two, first, two.council(), lambda one: ({"exchange": exchange}, one.body))
    with refused(two, Conflict, "an answer to another file", "police"):
        two.opened(made)
    ask_sha256 = read_partner_file(second).sha256
    made = forged(
        two,
        first,
        two.council(),
        lambda one: (
            {"exchange": exchange, "facts": {**one.header.facts, "ask_sha256": ask_sha256}},
            one.body,
        ),
    )
    with refused(two, Conflict, "its proof fails", "police"):
        two.opened(made)


def test_an_answer_to_a_question_of_another_home(two: TwoHomes, answered: Path) -> None:
    other = TwoHomes(two.folder / "elsewhere")
    try:
        council = two.council()
        agreement = other.police().casework.repository(AgreementStore).get(TERMS.reference)
        assert agreement
        assert agreement.compared
        key = signing_key(council).public.text
        changed = replace(
            agreement, partner_keys=(key,), compared=replace(agreement.compared, key=key)
        )
        other.police().casework.repository(AgreementStore).keep(changed, "key", NOW)
        with refused(other, Conflict, "was not asked from this home", "police"):
            other.opened(answered)
    finally:
        other.close()


def test_an_answer_that_was_reordered(two: TwoHomes, answered: Path) -> None:
    def swapped(one: PartnerFile) -> tuple[dict, bytes]:
        body = one.body
        return {}, body[:32] + body[64:96] + body[32:64] + body[96:]

    made = forged(two, answered, two.council(), swapped)
    with refused(two, Conflict, "its proof fails", "police"):
        two.opened(made)


def test_an_answer_under_another_key_than_it_names(two: TwoHomes, answered: Path) -> None:
    other = two.answered(two.asked(as_items(firms(5, 9)), name="other"))
    public = read_partner_file(other).body[:32]
    made = forged(two, answered, two.council(), lambda one: ({}, public + one.body[32:]))
    with refused(two, Conflict, "its proof fails", "police"):
        two.opened(made)


@pytest.mark.parametrize("place", [0, 1])
def test_an_answer_with_no_elements_of_the_group(two: TwoHomes, answered: Path, place: int) -> None:
    start = 32 * place
    made = forged(
        two,
        answered,
        two.council(),
        lambda one: ({}, one.body[:start] + b"\xff" * 32 + one.body[start + 32 :]),
    )
    with refused(two, Conflict, "its proof fails", "police"):
        two.opened(made)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda body: body[:-1], "does not have the size"),
        (lambda body: body[:-TAG], "does not have the size"),
        (lambda body: body[:500], "does not have the size"),
        (lambda body: body[:-TAG] + bytes(TAG), "is not in order"),
    ],
)
def test_an_answer_of_the_wrong_form(
    two: TwoHomes, answered: Path, change: Callable[[bytes], bytes], words: str
) -> None:
    made = forged(two, answered, two.council(), lambda one: ({}, change(one.body)))
    with refused(two, Conflict, words, "police"):
        two.opened(made)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (bytes(TAG) * 64, "is not in order"),
        (b"".join(at.to_bytes(TAG, "big") for at in reversed(range(64))), "is not in order"),
        (b"".join((at // 2).to_bytes(TAG, "big") for at in range(64)), "is not in order"),
        (b"", "does not have the size"),
        (b"".join(at.to_bytes(TAG, "big") for at in range(65)), "does not have the size"),
    ],
    ids=["all equal", "unsorted", "twice", "empty", "not padded"],
)
def test_a_table_that_no_program_makes(
    two: TwoHomes, answered: Path, table: bytes, words: str
) -> None:
    made = forged(two, answered, two.council(), lambda one: ({}, one.body[: -64 * TAG] + table))
    with refused(two, Conflict, words, "police"):
        two.opened(made)


def test_a_table_that_is_larger_than_the_agreement_allows(two: TwoHomes, answered: Path) -> None:
    """Whoever holds 10,000 parties has no 65,536 keys of firms; 49,152 are within the ladder."""
    tags = b"".join(at.to_bytes(TAG, "big") for at in range(1 << 16))
    made = forged(two, answered, two.council(), lambda one: ({}, one.body[: -64 * TAG] + tags))
    with refused(two, Conflict, "would hold 65,536 keys, and agreement .* allows 49,152", "police"):
        two.opened(made)
    tags = tags[: 49_152 * TAG]
    made = forged(two, answered, two.council(), lambda one: ({}, one.body[: -64 * TAG] + tags))
    assert two.opened(made).hits == ()


def test_an_answer_that_expired(two: TwoHomes, answered: Path) -> None:
    with refused(two, Conflict, "This file expired on", "police"):
        two.opened(answered, days=14)


def test_an_answer_where_what_was_kept_to_open_it_is_lost(two: TwoHomes, answered: Path) -> None:
    pending.remove_pending(two.folder / "police", read_partner_file(answered).header.exchange)
    with refused(two, NotFound, "is not in this home", "police"):
        two.opened(answered)


def test_a_plan_under_terms_that_were_changed_since(two: TwoHomes) -> None:
    ws = two.police()
    plan = plan_ask(ws, written(two.folder / "a.csv", ITEMS), TERMS.reference)
    two.agree(replace(TERMS, most_items=4, most_hits=4))
    with refused(two, Conflict, "The agreement was changed meanwhile", "police"):
        ask(ws, plan, two.folder / "ask.dde")


def test_a_question_that_cannot_be_written_is_not_kept(two: TwoHomes) -> None:
    ws = two.police()
    plan = plan_ask(ws, written(two.folder / "a.csv", ITEMS), TERMS.reference)
    with refused(two, DuediligenceError, "cannot be written", "police"):
        ask(ws, plan, two.folder / "missing" / "ask.dde")


def test_an_answer_that_cannot_be_written_is_not_kept(two: TwoHomes, asked: Path) -> None:
    ws = two.council()
    with refused(two, DuediligenceError, "cannot be written"):
        answer(ws, plan_answer(ws, asked), two.folder / "missing" / "answer.dde")
    assert two.answered(asked).exists()

"""Vectors of whole files: the exchanges that the specification describes, made from known secrets.

Two homes ask, answer and open as they always do; only what is drawn at random comes from seeds
here, so that each file is the same whenever it is made.
"""

import json
import struct
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, cast

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from duediligence.blind import oprf
from duediligence.blind.derived_keys import DerivedKey, keys_of
from duediligence.casework.signing_keys import signing_key
from duediligence.extensions.sharing import partner_files
from duediligence.extensions.sharing.exchanges import answering, asking, pending
from duediligence.extensions.sharing.exchanges.answer_body import read_answer
from duediligence.extensions.sharing.exchanges.audits import make_auditor_key
from duediligence.extensions.sharing.exchanges.lists import party_of
from duediligence.extensions.sharing.exchanges.parties import held_by_key
from duediligence.extensions.sharing.exchanges.sizes import budgets, pad_rows, padded
from duediligence.extensions.sharing.model.agreements import MATCHED, Terms
from duediligence.extensions.sharing.model.exchanges import AskedItem
from duediligence.extensions.sharing.partner_files import (
    pack_partner_file,
    parse_partner_file,
    read_partner_file,
)
from duediligence.writing import write_secret
from tests.blind.scalars_drawn import draw_scalars

from .homes import COUNCIL, NOW, POLICE, TERMS, Row, TwoHomes
from .states_made import Story, make_stories

VECTORS = Path(__file__).parent / "vectors"
PACKAGE = Path(partner_files.__file__).parents[2]
TABLES = (
    *("text/legal_forms.tsv", "text/state_forms.tsv"),
    *(
        f"matching/data/{name}"
        for name in (
            "common_names.tsv", "descriptors.tsv", "known_names.txt", "name_families.tsv",
            "organisation_words.tsv", "word_counts.tsv", "word_sets.tsv",
        )
    ),
)  # fmt: skip
FIRMS = replace(TERMS, reference="ISA-VECTOR-1", most_items=16, most_hits=8, most_held=16)
ALL = replace(
    FIRMS,
    reference="ISA-VECTOR-2",
    shares=(
        "blind-matching: organisations",
        "blind-matching: people",
        "blind-matching: addresses",
        "hits",
    ),
)
HELD = [
    {"ref": "S1", "name": "Quayle & Ferrow Ltd", "company_number": "99000017"},
    {"ref": "S2", "name": "Vexholm Joinery Limited", "company_number": "SC990002"},
    {"ref": "S3", "name": "Zebrovnik Care Trust", "charity_number": "9900031"},
]
HELD_BEHIND = [
    {
        **row,
        "directors": directors,
        "address": f"{at} Quillen Street, Truro",
        "postcode": f"ZZ9{at} 9ZZ",
    }
    for at, (row, directors) in enumerate(
        zip(
            HELD,
            ("Orla Zebrovnik (born 1965-04)", "Robert Quastelow (born 1971-11)", "Ivo Trembathor"),
            strict=True,
        ),
        1,
    )
]
ASKED = [
    {"reference": "N1", "kind": "organisation", "name": "Another Name plc", "number": "99000017"},
    {"reference": "N2", "kind": "organisation", "name": "VEXHOLM JOINERY"},
    {"reference": "N3", "kind": "organisation", "name": "Ostlemoor Pharr Ltd"},
    {"reference": "N4", "name": "Marrowby Tellick", "charity": "9900031"},
]
ASKED_BEHIND = [
    *ASKED,
    {"reference": "N5", "kind": "person", "name": "ZEBROVNIK, Órla", "born": "1965-04"},
    {"reference": "N5", "kind": "person", "name": "Bob Quastelow", "born": "1971-11"},
    {"reference": "N6", "kind": "person", "name": "Ivo Trembathor", "born": "1980-02"},
    {
        "reference": "N7",
        "kind": "address",
        "address": "Unit 4, 3 Quillen St",
        "postcode": "ZZ93 9ZZ",
    },
]
NAMED = [
    {"kind": "organisation", "name": "Quayle & Ferrow Ltd"},
    {"kind": "organisation", "name": "The Vexholmer Joineries of Truro (2019) Limited"},
    {"kind": "organisation", "name": "Premier Healthcare Ltd"},
    {"kind": "organisation", "name": "Care Services Ltd"},
    {"kind": "organisation", "name": "The National Institute of Vexholm Studies"},
    {"kind": "organisation", "name": "Federal Budgetary Institution of Science and Culture Zorkov"},
    {"kind": "organisation", "name": "Zorkov Vexholm FGUP"},
    {"kind": "organisation", "name": "Quillen Commercial Company NI Ltd"},
    {"kind": "organisation", "name": "3 F Zorkov Ltd"},
    {"kind": "organisation", "number": "SC990002", "charity": "GB-SC-SC099001"},
    {"kind": "organisation", "charity": "GB-CHC-9900031"},
    {"kind": "person", "name": "Dr Orla M Zebrovnik-Hale", "born": "1965-04"},
    {"kind": "person", "name": "Bob O'Quastelow", "born": "1971-11"},
    {"kind": "person", "name": "Abd al-Rahman Khalid", "born": "1980-02"},
    {"kind": "person", "name": "Jaspreet Kaur Singh", "born": "1990-12"},
    {"kind": "person", "name": "Minh Nguyen", "born": "1984-07"},
    {"kind": "person", "name": "Nikolai Petrovich Zorkov", "born": "1959-09"},
    {"kind": "person", "name": "Wenna Petrovna Zorkova", "born": "1959-09"},
    {"kind": "person", "name": "VEXHOLMULLAH, Imad al-Din", "born": "1962-03"},
    {"kind": "person", "name": "Salah Abdallah Salah", "born": "1952-12"},
    {"kind": "person", "name": "Kim Jung Jong", "born": "1982-01"},
    {"kind": "person", "name": "J Smith", "born": "1971-01"},
    {"kind": "person", "name": "Ivo Trembathor", "born": ""},
    {"kind": "person", "name": "David Smith", "born": ""},
    {"name": "Marrowby Tellick"},
    {"name": "66 Trembathor Lane"},
    {"kind": "address", "address": "Suite 3, 71-75 Quillen Street", "postcode": "zz99 9zz"},
    {"kind": "address", "address": "Quillen House, Quillen Street", "postcode": "ZZ99 9ZZ"},
]


@dataclass
class Secrets:
    """All that is drawn at random, from one seed and written down as it is drawn."""

    seed: int
    drawn: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)

    def draw(self, name: str, size: int = 32) -> bytes:
        made = self._random.randbytes(size)
        self.drawn.setdefault(name, []).append(made.hex())
        return made

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Let the program draw from here."""
        patch.setattr(partner_files, "token_hex", lambda size: self.draw("ids", size).hex())
        patch.setattr(asking, "token_bytes", lambda size: self.draw("ask_seed", size))
        patch.setattr(oprf, "draw_seed", lambda: nullcontext(bytearray(self.draw("answer_seed"))))
        patch.setattr(answering, "token_bytes", lambda size: self.draw("table_padding", size))
        patch.setattr(
            X25519PrivateKey,
            "generate",
            lambda: X25519PrivateKey.from_private_bytes(self.draw("x25519")),
        )
        patch.setattr(
            Ed25519PrivateKey,
            "generate",
            lambda: Ed25519PrivateKey.from_private_bytes(self.draw("signing")),
        )
        draw_scalars(patch, self._draw_scalars())

    def _draw_scalars(self) -> Iterator[bytes]:
        while True:  # below 2^252, so that each is a scalar
            made = self._random.randbytes(31) + b"\x0f"
            self.drawn.setdefault("proof_scalars", []).append(made.hex())
            yield made

    def write_signing_key(self, home: Path) -> dict[str, str]:
        """Write the signing key of a home before it makes one; returns both parts of it."""
        seed = self.draw("signing")
        key = Ed25519PrivateKey.from_private_bytes(seed)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_secret(pem, home / "keys" / "signing.pem")
        return {"private": seed.hex(), "public": key.public_key().public_bytes_raw().hex()}


@dataclass
class MadeExchange:
    """An exchange that was made, with its homes, and its vector."""

    two: TwoHomes
    secrets: Secrets
    rows: list[Row]
    asked: Path
    answered: Path
    vector: dict[str, Any]


def make_exchange(
    folder: Path,
    patch: pytest.MonkeyPatch,
    terms: Terms,
    lists: tuple[list[Row], list[Row]],
    *,
    audited: bool,
    seed: int,
) -> MadeExchange:
    """Ask and answer under these terms: `lists` are what is held and what is asked."""
    held, rows = lists
    folder.mkdir()
    secrets = Secrets(seed)
    signing = {
        "answerer": secrets.write_signing_key(folder / "council"),
        "asker": secrets.write_signing_key(folder / "police"),
    }
    secrets.install(patch)
    auditor = make_auditor_key(folder / "auditor.pem") if audited else ""
    two = TwoHomes(folder, replace(terms, auditor=auditor))
    two.suppliers(held)
    asked = two.asked(rows)
    kept = pending.load_pending(two.folder / "police", read_partner_file(asked).header.exchange)
    answered = two.answered(asked)
    vector = {
        "terms": _describe_terms(two.terms),
        "terms_sha256": two.terms.digest,
        "asker": POLICE,
        "answerer": COUNCIL,
        "signing": signing,
        "auditor": {"private": secrets.drawn["x25519"][0], "public": auditor} if audited else None,
        "now": f"{NOW:%Y-%m-%dT%H:%M:%SZ}",
        "rows": [msgspec.to_builtins(one) for one in kept.items],
        "held": sorted(
            (key.kind, key.text) for key in held_by_key(two.council(), matched_shares(two))
        ),
        "ask": {
            "seed": kept.seed.hex(),
            "sealing_private": secrets.drawn["x25519"][1] if audited else None,
            "elements": list(_describe_elements(kept, two)),
            **_describe_file(asked),
        },
        "answer": {
            "seed": secrets.drawn["answer_seed"][0],
            "proof_scalars": secrets.drawn["proof_scalars"],
            "table_padding": secrets.drawn["table_padding"],
            **_describe_answer(answered, kept),
        },
    }
    return MadeExchange(two, secrets, rows, asked, answered, vector)


def matched_shares(two: TwoHomes) -> tuple[Any, ...]:
    """What may be matched under the agreement of the two homes."""
    return tuple(one for one in two.terms.shares if one in MATCHED)


def add_hits(made: MadeExchange) -> None:
    """Open the answer, and write the hits to the vector."""
    hits = made.two.opened(made.answered).hits
    items = [msgspec.to_builtins(hit.item) for hit in hits]
    made.vector["hits"] = [
        {"row": made.vector["rows"].index(item), "by": list(hit.by)}
        for item, hit in zip(items, hits, strict=True)
    ]


def _describe_terms(terms: Terms) -> dict[str, Any]:
    said = cast(dict[str, Any], msgspec.to_builtins(terms))
    return {name: value for name, value in said.items() if value not in (0, "")}


def _describe_file(path: Path) -> dict[str, Any]:
    found = read_partner_file(path)
    return {
        "header": msgspec.to_builtins(found.header),
        "sha256": found.sha256,
        "file": b64encode(path.read_bytes()).decode(),
    }


def _describe_elements(kept: pending.Pending, two: TwoHomes) -> Iterator[dict[str, Any]]:
    """Say of each element that was asked what it was made of, in the order of the file."""
    kinds = [
        kind
        for kind, most in budgets(two.terms, pad_rows(len(kept.items), two.terms)).items()
        for _ in range(most)
    ]
    for at, (kind, one) in enumerate(zip(kinds, kept.elements, strict=True)):
        yield {
            "kind": kind,
            "rows": [place for place, _ in one.whose],
            "input": one.input.hex(),
            "blind": oprf.scalar_from(kept.seed, at).hex(),
            "blinded": one.blinded.hex(),
        }


def _describe_answer(path: Path, kept: pending.Pending) -> dict[str, Any]:
    body = read_answer(read_partner_file(path).body, kept.sizes)
    values = [
        value.hex()
        for kind, start in zip(body.kinds, _sum_before(kept.sizes), strict=True)
        for value in oprf.finalize_items(
            [one.input for one in kept.elements[start : start + len(kind.evaluated)]],
            [oprf.scalar_from(kept.seed, start + at) for at in range(len(kind.evaluated))],
            [one.blinded for one in kept.elements[start : start + len(kind.evaluated)]],
            kind.evaluated,
            kind.proofs[0],
            kind.public,
        )
    ]
    return {"values": values, **_describe_file(path)}


def _sum_before(sizes: Iterable[int]) -> Iterator[int]:
    start = 0
    for size in sizes:
        yield start
        start += size


def describe_keys() -> list[dict[str, Any]]:
    """Say which keys each of some rows has, as either side makes them."""
    found = []
    for row in NAMED:
        item = AskedItem(reference="N", **cast(Any, row))
        sides: dict[str, list[list[str]]] = {}
        for side in ("asks", "answers"):
            made: tuple[DerivedKey, ...] = keys_of(party_of(item), cast(Any, side))
            sides[side] = [[one.kind, one.text] for one in made]
        found.append({"row": row, **sides})
    return found


@dataclass(frozen=True)
class BadFile:
    """A file that is refused, by whom, the reason by its name in the specification, and words of
    the program that say so.
    """

    name: str
    taken_by: str
    reason: str
    content: bytes
    words: str

    def described(self, of: str) -> dict[str, str]:
        """Return it as it is written; `of` is the vector with its terms and keys."""
        return {
            "name": self.name,
            "of": of,
            "taken_by": self.taken_by,
            "reason": self.reason,
            "file": b64encode(self.content).decode(),
        }


def make_bad_files(made: MadeExchange) -> list[BadFile]:
    """Return files that differ from the good ones of an exchange, each in one way; those for the
    answerer from a second question, which was not answered.
    """
    second = made.two.asked(made.rows, name="second")
    if made.two.terms.auditor:
        return [*_make_bad_seals(made, second)]
    return [*_make_bad_asks(made, second), *_make_bad_answers(made)]


NO_FILE = "is not a file of a partner"
SIGNED = "is not signed by"


def _make_bad_seals(made: MadeExchange, asked: Path) -> Iterator[BadFile]:
    found, key = read_partner_file(asked), signing_key(made.two.police())
    sealed = str(found.header.facts["sealed"])
    words = "what the auditor of the agreement needs"
    for name, other in (("no seal", None), ("a seal cut", sealed[4:]), ("a seal not base64", "?")):
        facts = {one: value for one, value in found.header.facts.items() if one != "sealed"}
        header = replace(found.header, facts=facts | ({"sealed": other} if other else {}))
        yield BadFile(name, "answerer", "seal", pack_partner_file(header, found.body, key), words)


def _make_bad_asks(made: MadeExchange, asked: Path) -> Iterator[BadFile]:
    whole, key = asked.read_bytes(), signing_key(made.two.police())
    found = parse_partner_file(whole)
    body, header = found.body, found.header

    def signed(body_: bytes = body, **changed: Any) -> bytes:
        return pack_partner_file(replace(header, **changed), body_, key)

    def said(**facts: str | int | None) -> bytes:
        every = {**header.facts, **facts}
        return signed(facts={name: one for name, one in every.items() if one is not None})

    def bad(name: str, reason: str, content: bytes, words: str) -> BadFile:
        return BadFile(name, "answerer", reason, content, words)

    head = msgspec.json.encode(header)
    yield bad("answered before", "answered-before", made.asked.read_bytes(), "was answered on")
    day = timedelta(days=1)
    yield bad("cut by one byte", "not-a-file", whole[:-1], NO_FILE)
    yield bad("one byte more", "not-a-file", whole + b"\0", NO_FILE)
    yield bad("empty", "not-a-file", b"", NO_FILE)
    yield bad("another magic", "not-a-file", b"D" + whole[1:], NO_FILE)
    for name, other in (
        ("a blank within the header", head.replace(b":", b": ", 1)),
        ("a field too many", head[:-1] + b',"more":1}'),
        ("a field twice", head[:-1] + b',"format":2}'),
        ("a field missing", head.replace(b'"format":2,', b"")),
        ("a zone other than Z", head.replace(b"Z", b"+00:00", 1)),
        ("an id in capitals", head.replace(header.id.encode(), header.id.upper().encode())),
    ):
        yield bad(name, "not-a-file", _sign_head(other, body, made), NO_FILE)
    yield bad("format 3", "version", _sign_head(head.replace(b":2,", b":3,", 1), body, made),
              "is of version 3")  # fmt: skip
    yield bad("an answer", "kind", signed(kind="answer"), "file of kind 'answer'")
    yield bad("of no agreement", "agreement", signed(agreement="ISA-OTHER"), "ISA-OTHER")
    at = len(whole) - 64 - len(body)
    flipped = bytearray(whole)
    flipped[at] ^= 1
    yield bad("one bit of the body", "signature", bytes(flipped), SIGNED)
    flipped = bytearray(whole)
    flipped[-1] ^= 1
    yield bad("one bit of the signature", "signature", bytes(flipped), SIGNED)
    other = signing_key(made.two.council())
    yield bad("signed by the answerer", "signature", pack_partner_file(header, body, other), SIGNED)
    yield bad("without a purpose signed", "signature", _sign_head(head, body, made, purpose=False),
              SIGNED)  # fmt: skip
    yield bad("of other terms", "terms", signed(terms_sha256="0" * 64), "holds other terms")
    yield bad("of another sender", "sender", signed(sender=COUNCIL), "names another sender")
    yield bad("of tomorrow", "future", signed(made_at=NOW + day, expires_at=NOW + 2 * day),
              "dated in the future")  # fmt: skip
    yield bad("expired now", "expired", signed(made_at=NOW - day, expires_at=NOW), "expired on")
    yield bad("good for 15 days", "lasts-too-long", signed(expires_at=NOW + 15 * day), "14 days")
    yield bad("no rows", "rows", said(rows=None), "does not say how many rows")
    yield bad("more rows than agreed", "rows", said(rows=24), "allows 16")
    yield bad("rows not padded", "rows", said(rows=15), "not padded")
    yield bad("an element too few", "size", signed(body[:-32]), "as many keys as its rows")
    yield bad("an element too many", "size", signed(body + body[:32]), "as many keys as its rows")
    twice = body[:32] + body[:32] + body[64:]
    yield bad("an element twice", "twice", signed(twice), "the same key twice")
    yield bad("another version of keys", "keys-version", said(keys_version=3), "version 3")
    yield bad("no version of keys", "keys-version", said(keys_version=None), "how its keys were")
    yield bad("101 % new", "new-percent", said(new_percent=101), "how many of its items are new")
    for name, element in (
        ("the identity", bytes(32)),
        ("no canonical element", b"\xff" * 32),
        ("a negative element", b"\1" + bytes(31)),
        ("an element with its last bit set", body[:31] + bytes([body[31] | 128])),
    ):
        yield bad(name, "not-an-element", signed(element + body[32:]), "not an element")


def _make_bad_answers(made: MadeExchange) -> Iterator[BadFile]:
    found = read_partner_file(made.answered)
    key, asked = signing_key(made.two.council()), read_partner_file(made.asked)
    sizes = list(budgets(made.two.terms, cast(int, asked.header.facts["rows"])).values())
    body, header = found.body, found.header
    table_at = len(body) - 16 * cast(int, header.facts["table"])

    def signed(body_: bytes = body, **changed: Any) -> bytes:
        return pack_partner_file(replace(header, **changed), body_, key)

    def bad(name: str, reason: str, content: bytes, words: str) -> BadFile:
        return BadFile(name, "asker", reason, content, words)

    def put(at: int, new: bytes) -> bytes:
        return body[:at] + new + body[at + len(new) :]

    parts = read_answer(body, sizes)
    kind, other = parts.kinds[:2]
    table = body[table_at:]
    yield bad("the question itself", "kind", made.asked.read_bytes(), "file of kind 'ask'")
    flipped = bytearray(made.answered.read_bytes())
    flipped[-70] ^= 1
    yield bad("one bit of the table", "signature", bytes(flipped), SIGNED)
    yield bad("of no question", "not-asked", signed(exchange="ab" * 16), "was not asked from")
    facts = {**header.facts, "ask_sha256": "0" * 64}
    yield bad("to another file", "other-question", signed(facts=facts), "to another file")
    yield bad("a tag cut", "size", signed(body[:-1]), "does not have the size")
    yield bad("a table off the ladder", "size", signed(body[:-16]), "does not have the size")
    yield bad("an empty table", "size", signed(body[:table_at]), "does not have the size")
    swapped = body[:table_at] + table[16:32] + table[:16] + table[32:]
    yield bad("a table not sorted", "table-order", signed(swapped), "not in order")
    doubled = body[:table_at] + table[:16] + table[:16] + table[32:]
    yield bad("a tag twice", "table-order", signed(doubled), "not in order")
    most = sorted(made.secrets.draw("more_tags", 16) for _ in range(_first_above(made.two.terms)))
    yield bad("a table above the terms", "table-too-large",
              signed(body[:table_at] + b"".join(most)), "enough for")  # fmt: skip
    proof_at = 32 + 32 * sizes[0]
    fails = "its proof fails"
    yield bad("another proof", "proof", signed(put(proof_at, other.proofs[0])), fails)
    yield bad("another public key", "proof", signed(put(0, other.public)), fails)
    yield bad("two elements swapped", "proof",
              signed(put(32, kind.evaluated[1] + kind.evaluated[0])), fails)  # fmt: skip
    yield bad("an element not evaluated", "proof", signed(put(32, asked.body[:32])), fails)
    yield bad("no element", "proof", signed(put(32, bytes(32))), fails)
    yield bad("no scalar in the proof", "proof", signed(put(proof_at, b"\xff" * 32)), fails)


def _first_above(terms: Terms) -> int:
    """The first size of a table that is on the ladder and more than the terms allow."""
    allowed = 4 * terms.most_held
    return next(size for size in range(allowed + 1, 4 * allowed) if size == padded(size))


def _sign_head(head: bytes, body: bytes, made: MadeExchange, *, purpose: bool = True) -> bytes:
    """A file with these bytes as its header, signed by who asked."""
    signed = b"".join(
        (
            partner_files.MAGIC,
            struct.pack(">I", len(head)),
            head,
            struct.pack(">I", len(body)),
            body,
        )
    )
    if purpose:
        return signed + signing_key(made.two.police()).sign("partner file", signed)
    private = bytes.fromhex(made.vector["signing"]["asker"]["private"])
    return signed + Ed25519PrivateKey.from_private_bytes(private).sign(signed)


def written(document: object) -> str:
    """The text of a file of vectors."""
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


@dataclass
class VectorsMade:
    """The vectors, made in a folder; `patch` lets the program draw what is not drawn at random."""

    folder: Path
    patch: pytest.MonkeyPatch

    def documents(self) -> dict[str, object]:
        """Return each document by the name of its file."""
        exchanges = {"exchange-organisations": self.firms(), "exchange-everything": self.all()}
        bad = []
        for name, one in exchanges.items():
            bad += [file.described(name) for file in make_bad_files(one)]
            add_hits(one)
        return {
            **{name: one.vector for name, one in exchanges.items()},
            "bad-files": bad,
            "states": self.stories(),
            "keys": describe_keys(),
            "tables": {
                path.relative_to(PACKAGE).as_posix(): sha256(path.read_bytes()).hexdigest()
                for path in sorted(PACKAGE / name for name in TABLES)
            },
        }

    def stories(self) -> list[dict[str, Any]]:
        """Return the stories of two homes, each with secrets of its own."""
        made: list[dict[str, Any]] = []

        def begin(name: str, terms: Terms) -> Story:
            folder, secrets = self.folder / name, Secrets(3 + len(made))
            folder.mkdir()
            secrets.install(self.patch)
            two = TwoHomes(folder, terms)
            two.suppliers(HELD)
            return Story(name, two, secrets.drawn, ASKED)

        hits = len(ASKED) - 1  # N3 is not held
        for story in make_stories(begin, replace(FIRMS, reference="ISA-VECTOR-3"), hits):
            made.append(story.describe(_describe_terms(story.two.terms)))
            story.two.close()
        return made

    def firms(self) -> MadeExchange:
        """Return an exchange of organisations alone, which the asker has not opened."""
        folder = self.folder / "firms"
        return make_exchange(folder, self.patch, FIRMS, (HELD, ASKED), audited=False, seed=1)

    def all(self) -> MadeExchange:
        """Return an exchange of all that may be matched, with an auditor, not opened either."""
        folder, lists = self.folder / "all", (HELD_BEHIND, ASKED_BEHIND)
        return make_exchange(folder, self.patch, ALL, lists, audited=True, seed=2)


def main() -> None:
    """Write all vectors again."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        for name, document in VectorsMade(Path(folder), patch).documents().items():
            (VECTORS / f"{name}.json").write_text(written(document), "utf-8")


if __name__ == "__main__":
    main()

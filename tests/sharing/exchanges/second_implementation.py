"""Implement the file layer of blind matching a second time, from its specification alone.

It shares no code with the program. Numbers in brackets are the sections of
`docs/blind-matching-spec.md`. It is there to check that page, and is slow.
"""

import base64
import hashlib
import hmac
import json
import re
import struct
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import rbcl
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

MAGIC = b"duediligence partner file"
PURPOSE = b"duediligence exchange 2"
MEMBERS = tuple(
    "format kind id exchange agreement terms_sha256 sender made_at expires_at facts".split()
)
HEX_DIGITS = {"id": 32, "exchange": 32, "terms_sha256": 64}
KEYS_VERSION = 4
LIFE = timedelta(days=14)
CLOCKS = timedelta(minutes=10)
BATCH, TAG, SEALED = 4096, 16, 112

# [4] For each kind: the keys of one row, and what the terms must share.
KINDS = {
    "company number": (1, "organisations"),
    "charity number": (1, "organisations"),
    "firm name": (1, "organisations"),
    "firm name as heard": (1, "organisations"),
    "names and month": (3, "people"),
    "initial and month": (1, "people"),
    "misspelt name and month": (2, "people"),
    "names and near year": (1, "people"),
    "name without date": (1, "people"),
    "address": (1, "addresses"),
    "building": (1, "addresses"),
}
KEYS_HELD = {"organisations": 4, "people": 20, "addresses": 2}  # [7] of one party, on average

Header = dict[str, Any]
Terms = Mapping[str, Any]
RowKeys = Sequence[tuple[str, str]]  # kind and text, in the order of section 9


class FileRefusal(Exception):
    """Refuse a file for a reason of section 10.1."""


def refuse_if(refused: bool, reason: str) -> None:
    if refused:
        raise FileRefusal(reason)


# [1] Notation


def write_canonical_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def u16(number: int) -> bytes:
    return struct.pack(">H", number)


def prefixed(part: bytes) -> bytes:
    return u16(len(part)) + part


def pad_size(count: int, start: int = 64) -> int:
    size = start
    while True:
        for step in (size, size * 3 // 2):
            if step >= count:
                return step
        size *= 2


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


# [2] Terms


def digest_terms(terms: Terms) -> str:
    """Return `terms_sha256` of terms whose lists are in any order."""
    members = {k: sorted(v) if isinstance(v, list) else v for k, v in terms.items()}
    for optional in ("most_keys", "most_hits", "most_held", "auditor"):
        if not members.get(optional):
            members.pop(optional, None)
    return sha256(write_canonical_json(members)).hex()


def shared_subjects(terms: Terms) -> list[str]:
    return [s for s in KEYS_HELD if f"blind-matching: {s}" in terms["shares"]]


def shared_budgets(terms: Terms) -> dict[str, int]:
    """Return the keys of one row for each kind that the terms share, in order."""
    shared = shared_subjects(terms)
    return {kind: most for kind, (most, subject) in KINDS.items() if subject in shared}


def limit_table(terms: Terms) -> int:
    return pad_size(terms["most_held"] * sum(KEYS_HELD[s] for s in shared_subjects(terms)))


# [3] The file

FIELD = 2**255 - 19
ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
UNSOUND = {0, 1, FIELD - 1, ORDER_8, FIELD - ORDER_8}


def is_sound_point(encoded: bytes) -> bool:
    y = int.from_bytes(encoded, "little") & (2**255 - 1)
    return y < FIELD and y not in UNSOUND


def verify_signature(public: bytes, signed: bytes, signature: bytes) -> bool:
    if not (is_sound_point(public) and is_sound_point(signature[:32])):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except InvalidSignature:
        return False
    return True


def write_header(header: Header) -> bytes:
    ordered = {member: header[member] for member in MEMBERS}
    return json.dumps(ordered, ensure_ascii=False, separators=(",", ":")).encode()


def write_file(header: Header, body: bytes, private: bytes) -> bytes:
    text = write_header(header)
    content = struct.pack(">I", len(text)) + text + struct.pack(">I", len(body)) + body
    signature = Ed25519PrivateKey.from_private_bytes(private).sign(
        MAGIC + b"\0" + MAGIC + b"\n" + content
    )
    return MAGIC + b"\n" + content + signature


def read_time(text: str) -> datetime:
    """Return the moment of `2026-11-20T09:00:00Z`; raise ValueError for any other form."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text, re.ASCII):
        raise ValueError(text)
    return datetime.fromisoformat(text)


def is_header(header: Any) -> bool:
    """Return whether members and types are those of section 3; raise ValueError for a time."""
    if not isinstance(header, dict) or set(header) != set(MEMBERS):
        return False
    texts = [v for k, v in header.items() if k not in ("format", "facts")]
    if type(header["format"]) is not int or not isinstance(header["facts"], dict):
        return False
    if not all(isinstance(text, str) for text in texts):
        return False
    if not all(re.fullmatch(f"[0-9a-f]{{{n}}}", header[m]) for m, n in HEX_DIGITS.items()):
        return False
    read_time(header["made_at"])
    read_time(header["expires_at"])
    return all(
        isinstance(fact, str) or (type(fact) is int and 0 <= fact <= 2**53)
        for fact in header["facts"].values()
    )


def read_file(data: bytes) -> tuple[Header, bytes]:
    """Return the header and the body; raise FileRefusal `not-a-file`."""
    start = len(MAGIC) + 5
    try:
        (long,) = struct.unpack(">I", data[start - 4 : start])
        text = data[start : start + long]
        (wide,) = struct.unpack(">I", data[start + long : start + long + 4])
        header = json.loads(text)
        sound = (
            data.startswith(MAGIC + b"\n")
            and long <= 16_384
            and len(data) == start + long + 4 + wide + 64 <= 67_108_864
            and is_header(header)
            and write_header(header) == text
        )
    except (struct.error, ValueError, RecursionError) as error:
        raise FileRefusal("not-a-file") from error
    refuse_if(not sound, "not-a-file")
    return header, data[start + long + 4 : -64]


# [5] The function: RFC 9497, mode 1, ristretto255-SHA512. Scalars are integers below the order.

ORDER = 2**252 + 27742317777372353535851937790883648493
CONTEXT = b"OPRFV1-\x01-ristretto255-SHA512"


def expand_message(message: bytes, dst: bytes) -> bytes:
    """Return 64 bytes of expand_message_xmd with SHA-512 (RFC 9380, 5.3.1)."""
    tail = dst + bytes([len(dst)])
    first = hashlib.sha512(bytes(128) + message + u16(64) + b"\0" + tail).digest()
    return hashlib.sha512(first + b"\1" + tail).digest()


def hash_to_scalar(message: bytes, dst: bytes = b"HashToScalar-" + CONTEXT) -> int:
    return int.from_bytes(expand_message(message, dst), "little") % ORDER


def hash_to_group(message: bytes) -> bytes:
    element: bytes = rbcl.crypto_core_ristretto255_from_hash(
        expand_message(message, b"HashToGroup-" + CONTEXT)
    )
    return element


def multiply(scalar: int, element: bytes) -> bytes:
    product: bytes = rbcl.crypto_scalarmult_ristretto255(scalar.to_bytes(32, "little"), element)
    return product


def multiply_base(scalar: int) -> bytes:
    product: bytes = rbcl.crypto_scalarmult_ristretto255_base(scalar.to_bytes(32, "little"))
    return product


def add(one: bytes, other: bytes) -> bytes:
    total: bytes = rbcl.crypto_core_ristretto255_add(one, other)
    return total


def is_element(encoded: bytes) -> bool:
    """Return whether an element decodes strictly. libsodium itself ignores the last bit."""
    canonical = 0 < int.from_bytes(encoded, "little") < FIELD
    return canonical and bool(rbcl.crypto_core_ristretto255_is_valid_point(encoded))


def make_input(terms_sha256: str, exchange: str, kind: str, text: str) -> bytes:
    parts = [PURPOSE, *(p.encode() for p in (terms_sha256, exchange, kind, text))]
    return sha256(b"".join(struct.pack(">I", len(part)) + part for part in parts))


def derive_key(seed: bytes, exchange: str, kind: str) -> int:
    info = b"\0".join((PURPOSE, exchange.encode(), kind.encode()))
    for counter in range(256):
        message = seed + prefixed(info) + bytes([counter])
        if key := hash_to_scalar(message, b"DeriveKeyPair" + CONTEXT):
            return key
    raise ValueError("no key")


def make_blind(seed: bytes, place: int) -> int:
    return hash_to_scalar(seed + struct.pack(">Q", place), b"duediligence blind " + CONTEXT)


def finish_output(given: bytes, element: bytes) -> bytes:
    return hashlib.sha512(prefixed(given) + prefixed(element) + b"Finalize").digest()


def evaluate(key: int, given: bytes) -> bytes:
    return finish_output(given, multiply(key, hash_to_group(given)))


def weigh_pairs(public: bytes, asked: Sequence[bytes], evaluated: Sequence[bytes]) -> list[int]:
    seed = hashlib.sha512(prefixed(public) + prefixed(b"Seed-" + CONTEXT)).digest()
    return [
        hash_to_scalar(prefixed(seed) + u16(i) + prefixed(c) + prefixed(d) + b"Composite")
        for i, (c, d) in enumerate(zip(asked, evaluated, strict=True))
    ]


def combine(weights: Sequence[int], elements: Sequence[bytes]) -> bytes:
    total = bytes(32)
    for weight, element in zip(weights, elements, strict=True):
        total = add(total, multiply(weight, element))
    return total


def challenge(*elements: bytes) -> int:
    return hash_to_scalar(b"".join(map(prefixed, elements)) + b"Challenge")


def prove(key: int, asked: Sequence[bytes], evaluated: Sequence[bytes], r: int) -> bytes:
    public = multiply_base(key)
    m = combine(weigh_pairs(public, asked, evaluated), asked)
    c = challenge(public, m, multiply(key, m), multiply_base(r), multiply(r, m))
    return c.to_bytes(32, "little") + ((r - c * key) % ORDER).to_bytes(32, "little")


def verify_proof(
    public: bytes, asked: Sequence[bytes], evaluated: Sequence[bytes], proof: bytes
) -> bool:
    c, s = (int.from_bytes(half, "little") for half in (proof[:32], proof[32:]))
    if not (0 < c < ORDER and 0 < s < ORDER and all(map(is_element, (public, *evaluated)))):
        return False
    weights = weigh_pairs(public, asked, evaluated)
    m, z = combine(weights, asked), combine(weights, evaluated)
    t2 = add(multiply_base(s), multiply(c, public))
    t3 = add(multiply(s, m), multiply(c, z))
    return c == challenge(public, m, z, t2, t3)


# [6] The ask


@dataclass(frozen=True)
class AskedPlace:
    """Hold what the asker keeps of one place of its ask."""

    kind: str
    input: bytes
    rows: tuple[int, ...]


def count_rows(rows: int, terms: Terms) -> int:
    return min(pad_size(rows, 16), int(terms["most_items"]))


def place_inputs(
    seed: bytes, exchange: str, terms: Terms, rows: Sequence[RowKeys]
) -> list[AskedPlace]:
    """Return the inputs of the ask in their places, from the keys of each row."""
    places = []
    for kind, most in shared_budgets(terms).items():
        budget = count_rows(len(rows), terms) * most
        found: dict[bytes, list[int]] = {}
        for number, keys in enumerate(rows):
            for text in [text for of, text in keys if of == kind][:most]:
                of_rows = found.setdefault(
                    make_input(digest_terms(terms), exchange, kind, text), []
                )
                if number not in of_rows:
                    of_rows.append(number)
        j = 0
        while len(found) < budget:
            found[sha256(b"padding" + seed + struct.pack(">Q", j))] = []
            j += 1
        for given in sorted(found, key=lambda given: sha256(seed + given)):
            places.append(AskedPlace(kind, given, tuple(found[given])))
    return places


def blind_places(seed: bytes, places: Sequence[AskedPlace]) -> list[bytes]:
    return [
        multiply(make_blind(seed, i), hash_to_group(place.input)) for i, place in enumerate(places)
    ]


# [8] The auditor


def derive_seal_key(shared: bytes, ephemeral: bytes, auditor: bytes) -> bytes:
    """Return 32 bytes of HKDF-SHA256 (RFC 5869)."""
    extracted = hmac.digest(ephemeral + auditor, shared, "sha256")
    return hmac.digest(extracted, b"duediligence seal 1\1", "sha256")


def associate(terms_sha256: str, exchange: str) -> bytes:
    return terms_sha256.encode() + b"\0" + exchange.encode()


def digest_rows(rows: Sequence[Mapping[str, str]]) -> bytes:
    return sha256(write_canonical_json({"rows": list(rows)}))


def seal_list(
    private: bytes, terms: Terms, exchange: str, seed: bytes, rows: Sequence[Mapping[str, str]]
) -> str:
    """Return the fact `sealed`, with the fresh private key that is given."""
    auditor = base64.b64decode(terms["auditor"])
    own = X25519PrivateKey.from_private_bytes(private)
    ephemeral = own.public_key().public_bytes_raw()
    shared = own.exchange(X25519PublicKey.from_public_bytes(auditor))
    sealed = ChaCha20Poly1305(derive_seal_key(shared, ephemeral, auditor)).encrypt(
        bytes(12), seed + digest_rows(rows), associate(digest_terms(terms), exchange)
    )
    return base64.b64encode(ephemeral + sealed).decode()


def read_seal(fact: object) -> bytes:
    """Return the 112 bytes of the fact `sealed`; raise FileRefusal `seal`."""
    try:
        sealed = base64.b64decode(fact, validate=True) if isinstance(fact, str) else b""
    except ValueError as error:
        raise FileRefusal("seal") from error
    refuse_if(len(sealed) != SEALED, "seal")
    return sealed


def audit_ask(
    data: bytes,
    terms: Terms,
    private: bytes,
    rows: Sequence[Mapping[str, str]],
    keys: Sequence[RowKeys],
) -> str:
    """Return `same`, `unreadable`, `other list` or `other body`; `keys` are those of the rows."""
    header, body = read_file(data)
    sealed = read_seal(header["facts"].get("sealed"))
    auditor = X25519PrivateKey.from_private_bytes(private)
    public = auditor.public_key().public_bytes_raw()
    try:
        shared = auditor.exchange(X25519PublicKey.from_public_bytes(sealed[:32]))
        opened = ChaCha20Poly1305(derive_seal_key(shared, sealed[:32], public)).decrypt(
            bytes(12), sealed[32:], associate(header["terms_sha256"], header["exchange"])
        )
    except (ValueError, InvalidTag):
        return "unreadable"
    seed, digest = opened[:32], opened[32:]
    if digest != digest_rows(rows):
        return "other list"
    places = place_inputs(seed, header["exchange"], terms, keys)
    return "same" if b"".join(blind_places(seed, places)) == body else "other body"


# [10.1] Refusals


@dataclass(frozen=True)
class Agreement:
    """Hold what one side knows of its partner."""

    terms: Terms
    partner: str
    keys: Collection[bytes]


@dataclass
class Records:
    """Hold what one side remembers of earlier exchanges."""

    exchanges: set[str] = field(default_factory=set)
    recorded: int = 0  # in the last 365 days
    restored_at: datetime | None = None


def receive_file(
    data: bytes, kind: str, agreements: Iterable[Agreement], now: datetime
) -> tuple[Header, bytes, Agreement]:
    """Check what both sides check; raise FileRefusal."""
    header, body = read_file(data)
    refuse_if(header["format"] != 2, "version")
    today = now.date().isoformat()
    agreement = next(
        (
            a
            for a in agreements
            if a.terms["reference"] == header["agreement"]
            and a.terms["starts_on"] <= today <= a.terms["review_on"]
            and a.terms.get("most_hits")
            and a.keys
        ),
        None,
    )
    if agreement is None:
        raise FileRefusal("agreement")
    refuse_if(header["kind"] != kind, "kind")
    signed, signature = MAGIC + b"\0" + data[:-64], data[-64:]
    refuse_if(not any(verify_signature(k, signed, signature) for k in agreement.keys), "signature")
    refuse_if(header["terms_sha256"] != digest_terms(agreement.terms), "terms")
    refuse_if(header["sender"] != agreement.partner, "sender")
    refuse_if(read_time(header["made_at"]) > now + CLOCKS, "future")
    refuse_if(read_time(header["expires_at"]) <= now, "expired")
    return header, body, agreement


def split_elements(data: bytes, size: int = 32) -> list[bytes]:
    return [data[i : i + size] for i in range(0, len(data), size)]


def receive_ask(
    data: bytes, agreements: Iterable[Agreement], records: Records, now: datetime
) -> tuple[Header, list[bytes], Terms]:
    """Check an ask as the answerer does; raise FileRefusal."""
    header, body, agreement = receive_file(data, "ask", agreements, now)
    terms, facts = agreement.terms, header["facts"]
    made_at = read_time(header["made_at"])
    refuse_if(header["exchange"] in records.exchanges, "answered-before")
    refuse_if(
        records.restored_at is not None and made_at <= records.restored_at + CLOCKS,
        "before-restore",
    )
    rows = facts.get("rows")
    padded = isinstance(rows, int) and 0 < rows == count_rows(rows, terms)
    refuse_if(not padded, "rows")
    refuse_if(len(body) != 32 * rows * sum(shared_budgets(terms).values()), "size")
    elements = split_elements(body)
    refuse_if(len(set(elements)) != len(elements), "twice")
    refuse_if(read_time(header["expires_at"]) - made_at > LIFE, "lasts-too-long")
    if terms.get("auditor"):
        read_seal(facts.get("sealed"))
    refuse_if(facts.get("keys_version") != KEYS_VERSION, "keys-version")
    new = facts.get("new_percent")
    refuse_if(not (isinstance(new, int) and 0 <= new <= 100), "new-percent")
    refuse_if(records.recorded >= terms["most_exchanges"], "repeats")
    return header, elements, terms


# [7] The answer


def split_by_kind(elements: Sequence[bytes], terms: Terms) -> dict[str, Sequence[bytes]]:
    budgets = shared_budgets(terms)
    rows, start, split = len(elements) // sum(budgets.values()), 0, {}
    for kind, most in budgets.items():
        split[kind] = elements[start : start + rows * most]
        start += rows * most
    return split


def make_tags(
    held: Iterable[tuple[str, str]], keys: Mapping[str, int], header: Header
) -> set[bytes]:
    """Return the tags of the keys of the parties held, without padding."""
    return {
        evaluate(keys[kind], make_input(header["terms_sha256"], header["exchange"], kind, text))[
            :TAG
        ]
        for kind, text in held
        if kind in keys
    }


def make_answer_body(
    header: Header,
    elements: Sequence[bytes],
    terms: Terms,
    held: Iterable[tuple[str, str]],
    *,
    seed: bytes,
    proof_scalars: Iterable[int],
    random_tags: Iterable[bytes],
) -> bytes:
    """Return the body of the answer to an ask with this header; raise FileRefusal."""
    asked, scalars = split_by_kind(elements, terms), iter(proof_scalars)
    keys = {kind: derive_key(seed, header["exchange"], kind) for kind in asked}
    tags, drawn = make_tags(held, keys, header), iter(random_tags)
    size = pad_size(len(tags))
    refuse_if(size > limit_table(terms), "table-too-large")
    refuse_if(not all(map(is_element, elements)), "not-an-element")
    body = b""
    for kind, blinded in asked.items():
        evaluated = [multiply(keys[kind], element) for element in blinded]
        body += multiply_base(keys[kind]) + b"".join(evaluated)
        for i in range(0, len(blinded), BATCH):
            batch = slice(i, i + BATCH)
            body += prove(keys[kind], blinded[batch], evaluated[batch], next(scalars))
    while len(tags) < size:
        tags.add(next(drawn))
    return body + b"".join(sorted(tags))


@dataclass(frozen=True)
class KeptAsk:
    """Hold what the asker keeps of an ask; one that is opened, withheld or expired has ended."""

    data: bytes
    terms: Terms
    seed: bytes
    places: Sequence[AskedPlace]
    ended: bool = False


Hit = tuple[int, list[str]]  # the place of the row, and the kinds that hit, sorted


def open_answer(
    data: bytes, agreements: Iterable[Agreement], asks: Mapping[str, KeptAsk], now: datetime
) -> list[Hit]:
    """Return the hits of an answer; raise FileRefusal. `asks` has the exchange of each ask."""
    header, body, _agreement = receive_file(data, "answer", agreements, now)
    ask = asks.get(header["exchange"])
    if ask is None:
        raise FileRefusal("not-asked")
    ask_header, ask_body = read_file(ask.data)
    too_late = now >= read_time(ask_header["expires_at"]) + LIFE
    refuse_if(ask.ended or too_late, "opened-before")
    refuse_if(header["facts"].get("ask_sha256") != sha256(ask.data).hex(), "other-question")
    parts, start = [], 0
    for blinded in split_by_kind(split_elements(ask_body), ask.terms).values():
        count = len(blinded)
        proofs = start + 32 + 32 * count
        end = proofs + 64 * -(-count // BATCH)
        parts.append(
            (blinded, body[start : start + 32], body[start + 32 : proofs], body[proofs:end])
        )
        start = end
    table = split_elements(body[start:], TAG)
    refuse_if((len(body) - start) % TAG != 0 or len(table) != pad_size(len(table)), "size")
    refuse_if(any(a >= b for a, b in pairwise(table)), "table-order")
    refuse_if(len(table) > limit_table(ask.terms), "table-too-large")
    all_evaluated: list[bytes] = []
    for blinded, public, evaluated_bytes, proof_bytes in parts:
        evaluated = split_elements(evaluated_bytes)
        for i, proof in enumerate(split_elements(proof_bytes, 64)):
            batch = slice(i * BATCH, (i + 1) * BATCH)
            proven = verify_proof(public, blinded[batch], evaluated[batch], proof)
            refuse_if(not proven, "proof")
        all_evaluated += evaluated
    found: dict[int, set[str]] = {}
    for place, output in zip(ask.places, finalize(ask, all_evaluated), strict=True):
        if output[:TAG] in set(table):
            for row in place.rows:
                found.setdefault(row, set()).add(place.kind)
    refuse_if(len(found) > ask.terms["most_hits"], "hits")
    return [(row, sorted(found[row])) for row in sorted(found)]


def finalize(ask: KeptAsk, evaluated: Sequence[bytes]) -> list[bytes]:
    """Return the output of each place of the ask."""
    return [
        finish_output(place.input, multiply(pow(make_blind(ask.seed, i), -1, ORDER), element))
        for i, (place, element) in enumerate(zip(ask.places, evaluated, strict=True))
    ]


# [2, 10.2] States


Succession = tuple[bytes, bytes, bytes]  # the key before, the key after, the signature


@dataclass
class Home:
    """Hold what one side knows of its agreement and its exchanges."""

    terms: Terms
    partner: str
    key: bytes
    compared: bytes
    exchanges: dict[str, datetime] = field(default_factory=dict)
    asks: dict[str, KeptAsk] = field(default_factory=dict)
    restored_at: datetime | None = None

    def list_agreements(self) -> list[Agreement]:
        keys = [self.key] if self.key == self.compared else []
        return [Agreement(self.terms, self.partner, keys)]

    def count_recorded(self, now: datetime) -> int:
        return sum(at > now - timedelta(days=365) for at in self.exchanges.values())

    def keep_ask(self, exchange: str, ask: KeptAsk, now: datetime) -> None:
        self.exchanges[exchange] = now
        self.asks[exchange] = ask

    def check_may_ask(self, now: datetime) -> None:
        refuse_if(self.key != self.compared, "agreement")
        refuse_if(self.count_recorded(now) >= self.terms["most_exchanges"], "repeats")

    def answer(self, data: bytes, now: datetime) -> None:
        records = Records(set(self.exchanges), self.count_recorded(now), self.restored_at)
        header, _elements, _terms = receive_ask(data, self.list_agreements(), records, now)
        self.exchanges[header["exchange"]] = now

    def open(self, data: bytes, now: datetime) -> list[Hit]:
        exchange = read_file(data)[0]["exchange"]
        ended = True
        try:
            return open_answer(data, self.list_agreements(), self.asks, now)
        except FileRefusal as refusal:
            ended = str(refusal) == "hits"
            raise
        finally:
            if ended:
                self.asks[exchange] = replace(self.asks[exchange], ended=True)

    def back_up(self) -> "Home":
        ended = {exchange: ask for exchange, ask in self.asks.items() if ask.ended}
        return replace(self, exchanges=dict(self.exchanges), asks=ended)

    def take_key(self, key: bytes, successions: Iterable[Succession]) -> None:
        reached = self.compared
        for before, after, signature in successions:
            signed = b"duediligence next key\0" + after
            if before == reached and is_sound_point(after):
                reached = after if verify_signature(before, signed, signature) else reached
        self.key = key
        if reached == key:
            self.compared = key

"""A pack that somebody changed and sealed again is never taken for its maker's.

Each kind of forgery is sealed again by an attacker without the key, in three ways; what follows
from the pack itself is found whoever signed. Then by somebody who holds the key: what tells then.
"""

import json
import sqlite3
import string
from base64 import b64decode, b64encode
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from duediligence.casework import queue
from duediligence.casework.audit_heads import read_heads, write_head
from duediligence.casework.deciding import Choice, decide
from duediligence.casework.signing_keys import known_keys, rotate, signing_key
from duediligence.casework.verifying import examine
from duediligence.delivery.pack.making import PackRequest, make
from duediligence.delivery.pack.verifying import verify_bytes, verify_pack
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.demo.server import serve_demo_api
from duediligence.errors import DuediligenceError
from duediligence.model import Address, Identifier, Person, Supplier
from duediligence.model.audit import AuditEvent
from duediligence.screening.imports import import_declarations
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.signing import PublicKey, SigningKey
from duediligence.store.casework.unit_of_work import KEPT_HEAD
from tests.delivery.forgeries import FORGERIES, RUN, Forgery, made_again
from tests.delivery.resealing import Parts, other_key, parts
from tests.homes import copy_home

# Without a birth date nobody links suppliers: that is not derived from one pack.
SHARED = Person("Wilhelmina Quernstone")
SUPPLIERS = [
    Supplier(
        ref="S1",
        name="Volkhar Maritime UK Ltd",
        identifiers=(Identifier("GB-COH", "99001234"),),
        address=Address("2 Lantern Quay, St Orlan", "ZY4 2LQ"),
        people=(SHARED,),
        contract="RFQ 12",
    ),
    Supplier(ref="S2", name="Bright Sands Home Care Ltd", people=(SHARED,), contract="RFQ 12"),
]
NOT_SCREENED = Supplier(ref="S3", name="Pennyroyal Works Ltd", contract="RFQ 12")
DECLARED = """supplier_ref,question,answer,date,details
S1,insolvency_bankruptcy,yes,2026-03-02,A CVA.
S1,tax_offences,no,2026-03-02,
"""


@dataclass
class Made:
    """Packs of one home, its key; its public keys and a signed head as the verifier has them."""

    home: Path
    heads: Path
    packs: dict[str, bytes]
    key: SigningKey
    keys: tuple[PublicKey, ...]


@pytest.fixture(scope="module")
def made(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("resealed")
    copy_home(loaded_home, folder / "home")
    (folder / "declared.csv").write_text(DECLARED, encoding="utf-8")
    packs = {}
    with (
        serve_demo_api() as url,
        Workspace(
            Settings(
                home=folder / "home",
                companies_house_url=url,
                companies_house_key="demonstration",
                key_hosts=("127.0.0.1",),
                private_hosts=("127.0.0.1",),
                second_decision=(),
                max_age_days={"minimum-wage-naming": 30},
            ),
            now=lambda: NOW,
            backoff=0.05,
        ) as workspace,
    ):
        workspace.who = "Ada"
        workspace.suppliers.save([*SUPPLIERS, NOT_SCREENED], file="s.csv", at=NOW)
        import_declarations(workspace, folder / "declared.csv")
        screen(workspace, Screened(SUPPLIERS))
        alert = next(one for one in queue.alerts(workspace) if one.first.check_id == "SAN-01")
        decide(
            workspace,
            alert,
            Choice(decided="not the same", reason="OTHER", note="Only similar."),
        )
        asked = {
            "one": PackRequest(supplier="S1", people=True),
            "bare": PackRequest(supplier="S1"),
            "bidders": PackRequest(contract="RFQ 12", people=True),
        }
        for name, request in asked.items():
            make(workspace, request, folder / "p.zip")
            packs[name] = (folder / "p.zip").read_bytes()
        write_head(workspace, str(folder / "heads.jsonl"))
        return Made(
            folder / "home",
            folder / "heads.jsonl",
            packs,
            signing_key(workspace),
            known_keys(workspace),
        )


def answer(pack: bytes, keys: Sequence[PublicKey] = ()) -> str:
    """What `report verify` says of the pack, to somebody who trusts these keys."""
    try:
        return verify_bytes(pack, "p.zip", keys).answer
    except DuediligenceError:
        return "refused"


def test_the_packs_are_authentic_as_they_were_made(made: Made) -> None:
    for name, pack in made.packs.items():
        assert answer(pack, made.keys) == "authentic and same", name
        assert answer(pack) == "same but of unknown origin"
        again = parts(pack)
        made_again(again)
        assert again.sealed() == pack


def test_there_are_kinds_enough() -> None:
    assert len({one.name for one in FORGERIES}) == len(FORGERIES) >= 200


# All in `make soak`, some in `make test`.
KINDS = [
    pytest.param(one, marks=() if number % 8 == 0 else pytest.mark.soak, id=str(one))
    for number, one in enumerate(FORGERIES)
]


@pytest.mark.parametrize("forgery", KINDS)
def test_a_forgery_without_the_key_is_never_authentic(made: Made, forgery: Forgery) -> None:
    pack, before = parts(made.packs[forgery.to]), parts(made.packs[forgery.to])
    forgery.do(pack)
    assert pack != before, "nothing was forged"
    if not forgery.pages:
        with suppress(DuediligenceError):
            made_again(pack)
    # With the signature that it had, and without one.
    assert answer(pack.sealed(), made.keys) == "damaged"
    assert answer(pack.sealed(unsigned=True), made.keys) == "damaged"
    # By a key of the attacker's own; and as a pack of the time before signatures.
    by_another = answer(pack.sealed(other_key()), made.keys)
    earlier = answer(pack.sealed(version=1, unsigned=True), made.keys)
    assert "authentic and same" not in (by_another, earlier)
    if forgery.different:
        assert by_another in ("different", "refused")
    else:
        assert by_another in ("same but of unknown origin", "whole, not derived again")


def signature(pack: Parts, *, payload: str = "", **changes: str) -> bytes:
    """The envelope with another payload, or some fields of its signature changed."""
    said = json.loads(pack.signature)
    (one,) = said["signatures"]
    assert one.keys() >= changes.keys()
    said |= {"payload": payload or said["payload"], "signatures": [{**one, **changes}]}
    return (json.dumps(said, indent=2) + "\n").encode()


def spare_bits(text: str) -> str:
    """Base64 of the same bytes in another way: its last digit has bits that count for nothing."""
    digits = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
    end = len(text.rstrip("=")) - 1
    other = digits[digits.index(text[end]) ^ 1]
    return text[:end] + other + text[end + 1 :]


def signatures(made: Made) -> dict[str, Parts]:
    """Packs of which the signature alone, or what says that there is one, was changed."""
    pack, mine, theirs = parts(made.packs["one"]), made.key.public, other_key()
    others = json.loads(parts(pack.sealed(theirs)).signature)
    said, forged = (json.loads(pack.signature)["signatures"][0], others["signatures"][0])
    bare = b64decode(said["sig"])
    return {
        name: replace(pack, signature=body)
        for name, body in {
            "of another pack": parts(made.packs["bare"]).signature,
            "by another key under the id of this one": signature(
                pack, payload=others["payload"], sig=forged["sig"], keyid=mine.id
            ),
            "by another key that is named as this one": signature(pack, sig=forged["sig"]),
            "under another id": signature(pack, keyid=theirs.public.id),
            "in another writing": signature(pack, sig=spare_bits(said["sig"])),
            "with a bit turned": signature(
                pack, sig=b64encode(bytes([bare[0] ^ 1]) + bare[1:]).decode()
            ),
            "by two": pack.signature.replace(b'"signatures": [', b'"signatures": [{"sig": ""},', 1),
            "cut short": signature(pack, sig=b64encode(bare[:-1]).decode()),
            "with a blank": pack.signature + b" ",
            "with a further field": pack.signature.replace(b"{", b'{"to": "you",', 1),
            "empty": b" ",
            "of the head of a chain": signature(
                pack,
                sig=b64encode(made.key.sign("audit head", b"{}")).decode(),
            ),
        }.items()
    }


def test_a_signature_that_is_not_of_this_pack_is_damage(made: Made) -> None:
    kinds = signatures(made)
    assert len(kinds) == 12
    for name, pack in kinds.items():
        assert answer(pack.sealed(), made.keys) in ("damaged", "refused"), name


def test_a_pack_cannot_pass_for_one_of_the_time_before_signatures(made: Made) -> None:
    pack = parts(made.packs["one"])
    for earlier in (
        pack.sealed(version=1, unsigned=True),
        pack.sealed(version=1),
        replace(pack, about={**pack.about, "renderer": ""}).sealed(version=1, unsigned=True),
    ):
        assert answer(earlier, made.keys) != "authentic and same"


def test_a_version_that_is_no_whole_number_is_refused(made: Made) -> None:
    pack = parts(made.packs["one"])
    for version in (1.0, 3.0, 3.5, True, 10**400):
        odd = replace(pack, about={**pack.about, "version": version})
        assert answer(odd.sealed(other_key()), made.keys) in ("damaged", "refused"), version


# --- by somebody who holds the key


@pytest.fixture(scope="module")
def forged(made: Made) -> Parts:
    """A pack that agrees with itself, and lacks the finding that mattered."""
    pack = parts(made.packs["one"])
    (kind,) = (one for one in FORGERIES if one.name.startswith("an entry, and every finding"))
    kind.do(pack)
    made_again(pack)
    return pack


def test_whoever_holds_the_key_can_sign_anything(made: Made, forged: Parts) -> None:
    """What the next tests are about: the pack alone cannot tell."""
    assert answer(forged.sealed(made.key), made.keys) == "authentic and same"


def test_the_hash_in_the_chain_tells(made: Made, forged: Parts, tmp_path: Path) -> None:
    with Workspace(Settings(home=made.home)) as workspace:
        lines = [record.line() + "\n" for record in workspace.audit.records()]
    chain, pack = tmp_path / "chain.jsonl", tmp_path / "p.zip"
    chain.write_text("".join(lines), encoding="utf-8")
    pack.write_bytes(made.packs["one"])
    assert verify_pack(pack, made.keys, chain=chain).answer == "authentic and same"
    pack.write_bytes(forged.sealed(made.key))
    verified = verify_pack(pack, made.keys, chain=chain)
    assert verified.answer == "different"
    assert "chain.jsonl: no record says that this pack was made" in verified.differences


def test_a_head_that_somebody_else_keeps_tells_of_another_chain(
    made: Made, forged: Parts, tmp_path: Path
) -> None:
    """The records of the true packs are removed, and one of the forged pack is put there."""
    home = copy_home(made.home, tmp_path / "home")
    with closing(sqlite3.connect(home / "casework.db")) as db, db:
        triggers = db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'"
        ).fetchall()
        for name, _ in triggers:
            db.execute(f'DROP TRIGGER "{name}"')
        db.execute("DELETE FROM audit WHERE kind IN ('report made', 'audit head')")
        last = "(SELECT max(position) FROM audit)"
        db.execute(f"UPDATE sqlite_sequence SET seq = {last} WHERE name = 'audit'")
        for _, sql in triggers:
            db.execute(sql)
    (home / KEPT_HEAD).unlink()
    # In a pack that somebody has; and in a file of signed heads on their side.
    noted = parts(made.packs["bare"]).about["audit_head"]
    heads = read_heads(made.heads)
    with Workspace(Settings(home=made.home)) as workspace:
        assert examine(workspace, head=noted, heads=heads, keys=made.keys).sound
    with Workspace(Settings(home=home), now=lambda: NOW, who="Ada") as workspace:
        digest = sha256(forged.sealed(made.key)).hexdigest()
        what = {"sha256": digest, "run": forged.json(RUN)["id"]}
        workspace.audit.add(AuditEvent("report made", NOW, "Ada", what, "S1"))
        write_head(workspace, str(tmp_path / "theirs.jsonl"))
        sound = examine(workspace, heads=read_heads(tmp_path / "theirs.jsonl"))
        assert sound.sound, sound
        assert not examine(workspace, head=noted).sound
        assert not examine(workspace, heads=heads, keys=made.keys).sound


def test_a_public_key_that_somebody_else_keeps_tells_of_another_key(
    made: Made, forged: Parts, tmp_path: Path
) -> None:
    home = copy_home(made.home, tmp_path / "home")
    later = NOW + timedelta(days=2)
    with Workspace(Settings(home=home), now=lambda: later, who="Ada") as workspace:
        rotate(workspace)
        new = signing_key(workspace)
        keys = known_keys(workspace)
    assert answer(forged.sealed(new), made.keys) == "same but of unknown origin"
    # The days of each key are known: neither signs for a day on which it was not in use.
    assert answer(forged.sealed(new), keys) == "same but of unknown origin"
    late = replace(forged, about={**forged.about, "made_at": (later + timedelta(1)).isoformat()})
    made_again(late)
    assert answer(late.sealed(new), keys) == "authentic and same"
    assert answer(late.sealed(made.key), keys) == "same but of unknown origin"

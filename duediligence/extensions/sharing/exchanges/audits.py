"""Proof of what was asked: seed and list sealed to an auditor's key, and the auditor's check.

The seed makes all that is random in a question, so that it and the list make the same file again.
Sealed are the seed and the SHA-256 of the list, 32 bytes each.
"""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path

from duediligence.blind.derived_keys import KEYS_VERSION
from duediligence.blind.sealing import (
    NotSealed,
    make_sealing_key,
    measure_sealed,
    open_sealed,
    seal_bytes,
)
from duediligence.errors import Conflict
from duediligence.extensions.sharing.agreement_files import AgreementFile
from duediligence.extensions.sharing.exchanges.inputs import item_kinds, keys_for, matched
from duediligence.extensions.sharing.exchanges.limits import read_rows
from duediligence.extensions.sharing.exchanges.lists import COLUMNS, party_of, read_list
from duediligence.extensions.sharing.exchanges.pending import build_pending
from duediligence.extensions.sharing.exchanges.sizes import budgets
from duediligence.extensions.sharing.model.agreements import Agreement, Terms
from duediligence.extensions.sharing.model.exchanges import AskedItem
from duediligence.extensions.sharing.partner_files import PartnerFile
from duediligence.model.audit import canonical
from duediligence.reading import read_whole_file
from duediligence.writing import write_secret

_SEED = 32
_LARGEST_KEY = 10_000


def make_auditor_key(path: Path) -> str:
    """Write an auditor's private key, for its owner alone, and return its public key (base64).

    Raises Conflict where the file is there already; StorageError.
    """
    private, public = make_sealing_key()
    if not write_secret(private, path):
        raise Conflict(f"{path.name}: is there already", hint="Choose another name.")
    return public


def seal_list(terms: Terms, exchange_id: str, seed: bytes, items: Sequence[AskedItem]) -> str:
    """Return seed and list sealed to the auditor of the terms."""
    return seal_bytes(seed + _hash_list(items), terms.auditor, _name_use(terms, exchange_id))


def check_sealed(terms: Terms, sealed: object) -> None:
    """Raise Conflict where the terms have an auditor, and a question nothing for it."""
    if terms.auditor and measure_sealed(str(sealed)) != 2 * _SEED:
        raise Conflict(
            "This file does not hold what the auditor of the agreement needs to check what is asked"
        )


def check_asked_list(
    asked: PartnerFile, theirs: AgreementFile, path: Path, key: Path, today: date
) -> int:
    """Check that the list of `path` is what was asked, and return the number of its rows.

    `theirs` is the file of the agreement that the asker made, `key` the auditor's private key.
    Raises Conflict where it is not, or cannot be checked; Forbidden for a file that its sender did
    not sign; NotFound, UsageError.
    """
    terms, header = theirs.terms, asked.header
    (other,) = (one for one in terms.parties if one != theirs.sender)
    if header.sender == other:
        raise Conflict(
            f"{other} asked, and the file of the agreement is that of {theirs.sender}",
            hint=f"Give the one that {other} made.",
        )
    agreement = Agreement(
        terms=terms, ours=other, partner_kind="other", partner_keys=(theirs.key.text,)
    )
    asked.verified(agreement, "ask", header.made_at)
    if header.facts.get("keys_version") != KEYS_VERSION:
        raise Conflict(
            "This question was made by another version of the program, which makes other keys",
            hint="Check it with the version that made it.",
        )
    seed, digest = _open_seal(asked, terms, key)
    shares = matched(agreement)
    items = read_list(
        path,
        most=terms.most_items,
        kinds=item_kinds(shares),
        comparable=lambda item: bool(keys_for(party_of(item), shares, "asks")),
        today=today,
    ).items
    if _hash_list(items) != digest:
        raise Conflict(f"{path.name}: is not the list that {theirs.sender} sealed")
    budget = budgets(terms, read_rows(asked, agreement))
    made = build_pending(items, terms, header.exchange, budget, seed)
    if b"".join(one.blinded for one in made.elements) != asked.body:
        raise Conflict(
            f"{theirs.sender} asked for other keys than those of this list",
            hint="Its program was changed. Keep the question and the list.",
        )
    return len(items)


def _open_seal(asked: PartnerFile, terms: Terms, key: Path) -> tuple[bytes, bytes]:
    """Return the seed and the hash of the list. Raises Conflict; NotFound and UsageError for the
    key.
    """
    private, sealed = read_whole_file(key, _LARGEST_KEY), str(asked.header.facts.get("sealed"))
    try:
        opened = open_sealed(sealed, private, _name_use(terms, asked.header.exchange))
    except NotSealed as error:
        raise Conflict(
            f"What was asked is not sealed to this key: {error}",
            hint="Use the private key of the auditor that the agreement names. Where it is the "
            "one, the asker sealed nothing: keep the question.",
        ) from error
    return opened[:_SEED], opened[_SEED:]


def _name_use(terms: Terms, exchange_id: str) -> bytes:
    return f"{terms.digest}\0{exchange_id}".encode()


def _hash_list(items: Sequence[AskedItem]) -> bytes:
    """Return the SHA-256 of all cells of the rows, in their order."""
    rows = [{name: getattr(one, name) for name in COLUMNS} for one in items]
    return sha256(canonical({"rows": rows}).encode()).digest()

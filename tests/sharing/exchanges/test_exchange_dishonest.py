"""A partner whose program was changed learns no more than the budget of each kind of key.

The dishonest sides are written here over libsodium, from RFC 9497 and the documents alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256, sha512
from pathlib import Path

import pytest
import rbcl

from duediligence.blind import oprf
from duediligence.blind.derived_keys import DerivedKey, KeyKind, keys_of
from duediligence.casework.signing_keys import signing_key
from duediligence.errors import Conflict
from duediligence.extensions.sharing.exchanges import hits_of, pending
from duediligence.extensions.sharing.exchanges.answering import answer, plan_answer
from duediligence.extensions.sharing.exchanges.sizes import budgets
from duediligence.extensions.sharing.model.exchanges import AskedItem, Exchange
from duediligence.extensions.sharing.partner_files import (
    header_for,
    new_id,
    pack_partner_file,
    read_partner_file,
)
from duediligence.extensions.sharing.render.exchange_words import answer_lines
from duediligence.extensions.sharing.store.exchanges import ExchangeStore
from duediligence.model import Name, PartialDate, Party
from duediligence.model.entries import SUPPLIER
from tests.homes import read_as_another_program

from .homes import (
    NOW,
    PEOPLE_TOO,
    POLICE,
    TERMS,
    TwoHomes,
    as_items,
    as_suppliers,
    firms,
    kept_agreement,
)

ROWS = 16
GIVEN = "Orla Ivo Tamsin Bram Wenna Piers Jory Elowen Merryn Denzel".split()
FAMILY = "Zebrovnik Quastelow Vexholmer Trembathor".split()
PEOPLE = [f"{one} {other}" for one in GIVEN for other in FAMILY]


class DishonestAsker:
    """Fills a question with the guesses that it likes, and opens the answer by itself."""

    def __init__(self, two: TwoHomes, guesses: Mapping[KeyKind, Sequence[DerivedKey]]) -> None:
        self.two, self.exchange = two, new_id()
        self.sizes = budgets(two.terms, ROWS)
        self.asked = [
            (kind, guess, rbcl.crypto_core_ristretto255_scalar_random())
            for kind, most in self.sizes.items()
            for guess in [*guesses[kind], *([None] * most)][:most]
        ]

    def file(self) -> Path:
        blinded = [
            rbcl.crypto_scalarmult_ristretto255(blind, self._hash_to_group(self._input(guess)))
            for _, guess, blind in self.asked
        ]
        agreement = kept_agreement(self.two.terms, POLICE, "")
        facts = {"keys_version": 4, "rows": ROWS, "new_percent": 0}
        header = header_for(
            agreement, "ask", self.exchange, NOW, NOW.replace(day=NOW.day + 1), facts
        )
        path = self.two.folder / "dishonest.dde"
        signed = pack_partner_file(header, b"".join(blinded), signing_key(self.two.police()))
        path.write_bytes(signed)
        return path

    def found(self, answered: Path) -> Iterator[tuple[KeyKind, DerivedKey]]:
        body = read_partner_file(answered).body
        evaluated = []
        for most in self.sizes.values():
            evaluated += [body[at : at + 32] for at in range(32, 32 + 32 * most, 32)]
            body = body[32 + 32 * most + 64 * -(-most // 4_096) :]
        table = {body[at : at + 16] for at in range(0, len(body), 16)}
        for (kind, guess, blind), element in zip(self.asked, evaluated, strict=True):
            inverse = rbcl.crypto_core_ristretto255_scalar_invert(blind)
            value = rbcl.crypto_scalarmult_ristretto255(inverse, element)
            item = self._input(guess)
            said = b"\0\x20" + item + b"\0\x20" + value + b"Finalize"
            if guess and sha512(said).digest()[:16] in table:
                yield kind, guess

    def _input(self, guess: DerivedKey | None) -> bytes:
        if guess is None:
            return bytes(32)
        bound = (b"duediligence exchange 2", self.two.terms.digest, self.exchange)
        parts = [*bound, guess.kind, guess.text]
        whole = [one if isinstance(one, bytes) else one.encode() for one in parts]
        return sha256(b"".join(len(one).to_bytes(4, "big") + one for one in whole)).digest()

    @staticmethod
    def _hash_to_group(item: bytes) -> bytes:
        tag = b"HashToGroup-OPRFV1-\1-ristretto255-SHA512"
        end = tag + bytes([len(tag)])
        first = sha512(bytes(128) + item + b"\0\x40\0" + end).digest()
        return rbcl.crypto_core_ristretto255_from_hash(sha512(first + b"\1" + end).digest())


def test_whoever_asks_for_numbers_alone_learns_as_many_as_there_are_rows(two: TwoHomes) -> None:
    two.agree(replace(TERMS, most_items=ROWS, most_hits=ROWS))
    held = [{**row, "number": f"{at:08}"} for at, row in enumerate(firms(90, 1), 10_000_000)]
    two.suppliers(as_suppliers(held))
    numbers = [DerivedKey("company number", row["number"]) for row in held]
    # Each kind asks for other numbers: all 64 of them are held.
    sizes = budgets(two.terms, ROWS)
    each = {kind: numbers[at * ROWS :] for at, kind in enumerate(sizes)}
    asker = DishonestAsker(two, each)
    found = list(asker.found(two.answered(asker.file())))
    assert found == [("company number", one) for one in numbers[:ROWS]]


def test_whoever_tries_months_learns_at_most_one_for_each_row(two: TwoHomes) -> None:
    two.agree(replace(PEOPLE_TOO, most_items=ROWS, most_hits=ROWS))
    born = {name: PartialDate(1965, at % 12 + 1) for at, name in enumerate(PEOPLE)}
    directors = "; ".join(f"{name} (born {one.year}-{one.month:02})" for name, one in born.items())
    two.suppliers([{"ref": "S1", "name": "Quayle Ltd", "directors": directors}])
    guesses: dict[KeyKind, list[DerivedKey]] = {kind: [] for kind in budgets(two.terms, ROWS)}
    # The names and the year are known to it: every month of one after the other, by every rule.
    # By the rule that forgives a year it asks for the year before.
    rules = [kind for kind in guesses if "month" in kind or "year" in kind]
    for at, name in enumerate(PEOPLE):
        kind = rules[at % len(rules)]
        year = 1964 if "year" in kind else 1965
        for month in range(1, 13):
            party = Party(
                names=(Name(name),),
                kind="person",
                role=SUPPLIER,
                birth_date=PartialDate(year, month),
            )
            guesses[kind] += [key for key in keys_of(party, "asks") if key.kind == kind]
    asker = DishonestAsker(two, guesses)
    found = list(asker.found(two.answered(asker.file())))
    assert {kind for kind, _ in found} == set(rules)
    assert len(found) <= ROWS


def test_more_rows_than_agreed_are_not_answered(two: TwoHomes) -> None:
    two.agree(replace(TERMS, most_items=ROWS - 1, most_hits=1))
    asker = DishonestAsker(two, {kind: [] for kind in budgets(two.terms, ROWS)})
    with pytest.raises(Conflict, match=r"16 rows would be asked, and agreement .* allows 15"):
        two.answered(asker.file())
    assert two.exchanges(two.council()) == []


def test_of_more_hits_than_agreed_none_is_shown_or_kept(two: TwoHomes) -> None:
    """So a list of guesses that nobody changed a program for tells nothing, nor does an answer that
    was filled with them.
    """
    two.agree(replace(TERMS, most_hits=4))
    two.suppliers(as_suppliers(firms(5, 1)))
    answered = two.answered(two.asked(as_items(firms(5, 1))))
    with pytest.raises(
        Conflict, match=r"5 of your 5 items .* the agreement allows 4: none of them"
    ):
        two.opened(answered)
    (exchange,) = two.exchanges(two.police())
    assert (exchange.state, exchange.hits) == ("withheld", 5)
    with pytest.raises(Conflict, match="has no hits to show: it is withheld"):
        hits_of(two.police(), exchange.id)
    with pytest.raises(Conflict, match="an answer is opened once"):
        two.opened(answered)
    assert list(pending.list_pending_ids(two.folder / "police")) == []
    held = b"".join(read_as_another_program(two.folder / "police").values())
    assert firms(5, 1)[0]["name"].encode() not in held


def test_whoever_opens_reads_how_much_was_hit_and_a_warning_near_the_limit(two: TwoHomes) -> None:
    two.agree(replace(TERMS, most_hits=10))
    two.suppliers(as_suppliers(firms(9, 1)))
    opened = two.opened(two.answered(two.asked(as_items([*firms(5, 1), *firms(5, 2)]))))
    (size,) = answer_lines(opened.exchange, opened.agreement, 16)
    assert "at most 64 keys, padding included: as many as about 16 suppliers" in size
    assert "5 of your 10 items are hits: 50 %" in size
    _, warning = answer_lines(replace(opened.exchange, hits=6, items=40), opened.agreement, 16)
    assert "more than half of the 10 hits that the agreement allows" in warning


def test_a_table_of_guesses_is_warned_of_whatever_the_length_of_the_list(two: TwoHomes) -> None:
    """And a partner that holds a few rows of a short list, or one in ten of any, is not."""
    two.agree(replace(TERMS, most_hits=256))
    two.suppliers(as_suppliers(firms(3, 1)))
    opened = two.opened(two.answered(two.asked(as_items(firms(3, 1)))))
    assert len(opened.hits) == 3

    def is_warned(hits: int, rows: int) -> bool:
        exchange = replace(opened.exchange, hits=hits, items=rows)
        return "name no hit" in " ".join(answer_lines(exchange, opened.agreement, 16))

    assert all(is_warned(rows, rows) for rows in range(6, 129))
    assert not any(is_warned(rows, rows) for rows in range(1, 6))
    assert not any(is_warned(rows // 10, rows) for rows in range(1, 257))


def test_an_answer_under_more_parties_than_agreed_is_not_made(two: TwoHomes) -> None:
    two.agree(replace(TERMS, most_held=20))
    two.suppliers(as_suppliers(firms(60, 1)))
    asked, council = two.asked(as_items(firms(2, 1))), two.council()
    with pytest.raises(Conflict, match=r"would hold 192 keys, .* enough for 20 suppliers"):
        answer(council, plan_answer(council, asked), two.folder / "a.dde")


def test_what_was_asked_with_an_earlier_version_is_opened(two: TwoHomes) -> None:
    """One key for all kinds, another layout, and terms without budgets."""
    two.agree(replace(TERMS, most_hits=0, most_held=0, most_keys=1_024))
    seed, police, council = bytes(range(32)), two.police(), two.council()
    inputs = [sha256(bytes([at])).digest() for at in range(64)]
    elements = tuple(
        pending.PendingElement(
            one,
            oprf.blind_item(one, oprf.scalar_from(seed, at)),
            ((0, "firm name"),) if at == 7 else (),
        )
        for at, one in enumerate(inputs)
    )
    exchange = Exchange(
        id=new_id(),
        agreement=two.reference,
        terms_sha256=two.terms.digest,
        purpose=two.terms.purpose,
        side="asking",
        state="asked",
        at=NOW,
        expires_at=NOW.replace(month=NOW.month + 1),
        items=1,
        elements=64,
        new_percent=100,
        ask_sha256="ab" * 32,
    )
    police.casework.repository(ExchangeStore).keep(exchange, {}, NOW)
    item = AskedItem(reference="N1", name="Quayle Ferrow Ltd")
    pending.keep(police.home, exchange.id, pending.Pending(seed, (item,), elements))
    with oprf.ServerKey.derive(seed, b"") as key:
        evaluated, proof = key.evaluate([one.blinded for one in elements])
        tags = {key.output(inputs[7])[:16], *(bytes([at]) * 16 for at in range(63))}
        body = b"".join((key.public, *evaluated, proof, *sorted(tags)))
    agreement = kept_agreement(two.terms, two.terms.parties[0], "")
    facts = {"ask_sha256": exchange.ask_sha256, "table": 64}
    header = header_for(agreement, "answer", exchange.id, NOW, exchange.expires_at, facts)
    path = two.folder / "earlier.dde"
    path.write_bytes(pack_partner_file(replace(header, format=1), body, signing_key(council)))
    (hit,) = two.opened(path).hits
    assert (hit.item, hit.by) == (item, ("firm name",))

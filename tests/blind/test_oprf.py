"""What the blind evaluation gives, what it refuses, and what a transcript does not tell."""

import random
from collections import Counter
from hashlib import sha512

import pytest
import rbcl
from hypothesis import assume, example, given
from hypothesis import strategies as st

from duediligence.blind import oprf
from duediligence.blind.oprf import (
    ELEMENT,
    LONGEST_ITEM,
    MOST_IN_A_PROOF,
    OUTPUT,
    PROOF,
    SCALAR,
    NotAnElement,
    ProofFailed,
    ServerKey,
    blind_item,
    finalize_items,
    scalar_from,
)
from tests.rows import for_each

from .scalars_drawn import blind_randomly, draw_scalars, make_key

ORDER = 2**252 + 27742317777372353535851937790883648493
FIELD = 2**255 - 19
IDENTITY = bytes(ELEMENT)
ITEMS = [b"GB01234567", b"NI000001", "Zoë".encode(), b"", b"GB01234567 "]


def little(number: int) -> bytes:
    return number.to_bytes(32, "little")


def number(value: bytes) -> int:
    return int.from_bytes(value, "little")


class Exchange:
    """One exchange over some items, with all that either side has of it."""

    def __init__(self, items: list[bytes], key: ServerKey | None = None) -> None:
        self.items = items
        self.key = key or make_key()
        pairs = [blind_randomly(item) for item in items]
        self.blinded = [one for one, _ in pairs]
        self.blinds = [one for _, one in pairs]
        self.evaluated, self.proof = self.key.evaluate(self.blinded)
        self.public = self.key.public

    def opened(self) -> list[bytes]:
        return finalize_items(
            self.items, self.blinds, self.blinded, self.evaluated, self.proof, self.public
        )


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=8))
def test_what_is_evaluated_blindly_is_what_the_key_gives(items: list[bytes]) -> None:
    exchange = Exchange(items)
    values = exchange.opened()
    assert values == [*map(exchange.key.output, items)]
    assert {len(one) for one in values} == {OUTPUT}
    assert [len(set(part)) for part in (values, exchange.blinded)] == [len(set(items)), len(items)]
    assert len(exchange.proof) == PROOF
    assert {len(one) for one in exchange.blinded + exchange.evaluated} == {ELEMENT}


def test_two_keys_give_an_item_two_values() -> None:
    one, other = make_key(), make_key()
    assert one.output(b"item") != other.output(b"item")


@given(st.integers(0, 8 * PROOF - 1))
def test_a_proof_that_was_altered_in_one_bit_fails(bit: int) -> None:
    exchange = Exchange(ITEMS)
    altered = bytearray(exchange.proof)
    altered[bit // 8] ^= 1 << bit % 8
    exchange.proof = bytes(altered)
    with pytest.raises(ProofFailed):
        exchange.opened()


def test_a_proof_with_a_scalar_above_the_order_fails() -> None:
    """libsodium computes the same with it: one proof would have several texts."""
    exchange = Exchange(ITEMS)
    response = number(exchange.proof[SCALAR:])
    exchange.proof = exchange.proof[:SCALAR] + little(response + ORDER)
    with pytest.raises(ProofFailed):
        exchange.opened()


@for_each("proof", [b"", bytes(PROOF), bytes(PROOF - 1), b"\1" * PROOF])
def test_what_is_no_proof_fails(proof: bytes) -> None:
    exchange = Exchange(ITEMS)
    exchange.proof = proof
    with pytest.raises(ProofFailed):
        exchange.opened()
    exchange = Exchange(ITEMS)
    for wrong in (exchange.proof[:-1], exchange.proof + b"\0", exchange.proof[::-1]):
        exchange.proof = wrong
        with pytest.raises(ProofFailed):
            exchange.opened()


def test_another_key_than_the_named_one_fails() -> None:
    exchange = Exchange(ITEMS)
    exchange.public = make_key().public
    with pytest.raises(ProofFailed):
        exchange.opened()


@given(st.integers(0, len(ITEMS) - 1))
def test_one_item_evaluated_under_another_key_fails(at: int) -> None:
    """A dishonest answerer would learn from the hits which items those were."""
    exchange = Exchange(ITEMS)
    exchange.evaluated[at] = make_key().evaluate([exchange.blinded[at]])[0][0]
    with pytest.raises(ProofFailed):
        exchange.opened()


@given(st.permutations(range(len(ITEMS))))
def test_evaluated_elements_in_another_order_fail(order: list[int]) -> None:
    assume(order != sorted(order))
    exchange = Exchange(ITEMS)
    exchange.evaluated = [exchange.evaluated[at] for at in order]
    with pytest.raises(ProofFailed):
        exchange.opened()


def test_a_proof_of_another_exchange_fails() -> None:
    key = make_key()
    exchange, before = Exchange(ITEMS, key), Exchange(ITEMS, key)
    exchange.proof = before.proof
    with pytest.raises(ProofFailed):
        exchange.opened()
    exchange.evaluated = before.evaluated
    with pytest.raises(ProofFailed):
        exchange.opened()


@for_each("count", [0, 1, len(ITEMS) - 1, len(ITEMS) + 1])
def test_another_number_of_elements_than_was_sent_fails(count: int) -> None:
    exchange = Exchange(ITEMS)
    exchange.evaluated = (exchange.evaluated * 2)[:count]
    with pytest.raises(ProofFailed, match=f"5 elements were sent, and {count} came back"):
        exchange.opened()


def not_elements() -> list[bytes]:
    element = ServerKey.derive(bytes(32), b"test").public
    canonical = number(element)
    return [
        IDENTITY,
        little(FIELD),  # the identity, not reduced
        little(canonical + (1 << 255)),  # the last bit set
        little(FIELD - canonical),  # negative
        little(1),
        little(2),  # even, and the square of no ratio that the group has
        little(FIELD - 1),  # RFC 9496, appendix A.3: y = 0
        *(little(number) for number in range(FIELD + 1, 2**255)),
        b"\xff" * ELEMENT,
        b"",
        element[:-1],
        element + b"\0",
        element * 10_000,
    ]


@for_each("wrong", not_elements(), ids=range(len(not_elements())))
def test_what_is_no_element_is_refused_wherever_it_comes_in(wrong: bytes) -> None:
    exchange = Exchange(ITEMS)
    with pytest.raises(NotAnElement):
        exchange.key.evaluate([exchange.blinded[0], wrong, *exchange.blinded[2:]])
    held, exchange.evaluated[2] = exchange.evaluated[2], wrong
    with pytest.raises(NotAnElement):
        exchange.opened()
    exchange.evaluated[2], exchange.public = held, wrong
    with pytest.raises(NotAnElement):
        exchange.opened()


def is_element(some: bytes) -> bool:
    """Whether RFC 9496 §4.3.1 decodes these bytes, to another element than the identity."""
    s = number(some)
    if s >= FIELD or s & 1 or s == 0:
        return False
    d = -121665 * pow(121666, -1, FIELD)
    one, two = 1 - s * s, 1 + s * s
    v = (-d * one * one - two * two) % FIELD
    square = v * two * two % FIELD
    if square == 0 or pow(square, (FIELD - 1) // 2, FIELD) != 1:
        return False
    inverse = pow(root(square), -1, FIELD)
    dx = inverse * two % FIELD
    x = 2 * s * dx % FIELD
    x = FIELD - x if x & 1 else x
    y = one * inverse * dx * v % FIELD
    return y != 0 and not x * y % FIELD & 1


def root(square: int) -> int:
    """The even root of a square."""
    found = pow(square, (FIELD + 3) // 8, FIELD)
    if found * found % FIELD != square:
        found = found * pow(2, (FIELD - 1) // 4, FIELD) % FIELD
    assert found * found % FIELD == square
    return FIELD - found if found & 1 else found


@given(st.binary(min_size=ELEMENT, max_size=ELEMENT))
@example(bytes(ELEMENT))
def test_an_element_is_what_the_standard_decodes(some: bytes) -> None:
    """Of even numbers below the order of the field, a fourth are of elements."""
    key = make_key()
    for drawn in (
        some,
        little(number(some) & (2**255 - 2)),
        rbcl.crypto_core_ristretto255_random(),
    ):
        try:
            key.evaluate([drawn])
        except NotAnElement:
            assert not is_element(drawn)
        else:
            assert is_element(drawn)


@for_each(
    "scalar",
    [bytes(32), little(ORDER), little(ORDER + 1), b"\xff" * 32, b"", b"\1" * 31, b"\1" * 33],
)
def test_what_is_no_scalar_does_not_blind(scalar: bytes) -> None:
    with pytest.raises(ValueError, match="Not a scalar"):
        blind_item(b"item", scalar)
    exchange = Exchange(ITEMS[:1])
    exchange.blinds = [scalar]
    with pytest.raises(ValueError, match="Not a scalar"):
        exchange.opened()


@for_each("count", [0, MOST_IN_A_PROOF + 1])
def test_a_proof_is_over_some_elements_and_not_too_many(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 65,535 elements"):
        make_key().evaluate([blind_randomly(b"item")[0]] * count)
    with pytest.raises(ProofFailed):
        finalize_items([], [], [IDENTITY] * count, [IDENTITY] * count, bytes(PROOF), IDENTITY)


def test_an_item_is_as_long_as_the_standard_allows() -> None:
    longest = bytes(LONGEST_ITEM)
    exchange = Exchange([longest])
    assert exchange.opened() == [exchange.key.output(longest)]
    for act in (blind_randomly, exchange.key.output):
        with pytest.raises(ValueError, match="at most 65,535 bytes"):
            act(longest + b"\0")


def test_own_lists_of_different_lengths_are_refused() -> None:
    exchange = Exchange(ITEMS)
    exchange.items = ITEMS[:-1]
    with pytest.raises(ValueError):
        exchange.opened()


@given(st.binary(min_size=32, max_size=32), st.integers(0, 2**64 - 1))
def test_blinds_of_a_seed_are_scalars_that_blind(seed: bytes, index: int) -> None:
    scalar = scalar_from(seed, index)
    assert scalar == scalar_from(seed, index)
    assert scalar != scalar_from(seed, index ^ 1)
    assert scalar != scalar_from(bytes([seed[0] ^ 1]) + seed[1:], index)
    blinded = blind_item(b"item", scalar)
    key = make_key()
    evaluated, proof = key.evaluate([blinded])
    assert finalize_items([b"item"], [scalar], [blinded], evaluated, proof, key.public) == [
        key.output(b"item")
    ]


@given(st.binary(min_size=32, max_size=32), st.integers(0, 2**64 - 1))
def test_a_blind_is_the_hash_of_seed_and_number_for_this_use_alone(seed: bytes, index: int) -> None:
    """RFC 9380 §5.3.1 and RFC 9497 §4.1 again: a seed that is kept must give the same later."""
    use = b"duediligence blind OPRFV1-\1-ristretto255-SHA512"
    tag = use + bytes([len(use)])
    message = seed + index.to_bytes(8, "big")
    first = sha512(bytes(128) + message + (64).to_bytes(2, "big") + b"\0" + tag).digest()
    uniform = sha512(first + b"\1" + tag).digest()
    assert number(scalar_from(seed, index)) == number(uniform) % ORDER


@for_each("seed", [b"", bytes(31), bytes(33)])
def test_a_seed_of_another_length_is_refused(seed: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        scalar_from(seed, 0)


def test_two_exchanges_over_the_same_items_have_nothing_in_common() -> None:
    one, other = Exchange(ITEMS * 40), Exchange(ITEMS * 40)
    for part in ("blinds", "blinded", "evaluated"):
        assert len({*getattr(one, part), *getattr(other, part)}) == 2 * len(one.items)
    assert {one.proof[:SCALAR], one.proof[SCALAR:]}.isdisjoint(
        {other.proof[:SCALAR], other.proof[SCALAR:]}
    )
    assert set(one.opened()).isdisjoint(other.opened())


lists_of_one_length = st.integers(1, 6).flatmap(
    lambda n: st.tuples(*[st.lists(st.binary(max_size=20), min_size=n, max_size=n)] * 2)
)


@given(lists_of_one_length, st.binary(min_size=32, max_size=32))
def test_a_transcript_is_that_of_any_other_items_under_other_blinds(
    lists: tuple[list[bytes], list[bytes]], seed: bytes
) -> None:
    """So it cannot tell which were asked: each list has exactly one set of blinds that gives it.

    Those blinds can be computed only where the logarithms of hashed items are known; so here an
    item is hashed to a known multiple of the generator, and all else is as it is.
    """

    def logarithm(item: bytes) -> int:
        return number(scalar_from(sha512(item).digest()[:32], 0))

    def hashed(item: bytes) -> bytes:
        return bytes(rbcl.crypto_scalarmult_ristretto255_base(little(logarithm(item))))

    asked, others = lists
    key = ServerKey.derive(seed, b"")
    blinds = [scalar_from(seed, at) for at in range(len(asked))]
    for_others = [
        little(number(scalar) * logarithm(item) * pow(logarithm(other), -1, ORDER) % ORDER)
        for scalar, item, other in zip(blinds, asked, others, strict=True)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(oprf, "_hash_to_group", hashed)
        ours = [blind_item(*pair) for pair in zip(asked, blinds, strict=True)]
        theirs = [blind_item(*pair) for pair in zip(others, for_others, strict=True)]
        assert ours == theirs
        draw_scalars(patch, [scalar_from(seed, 2**63)] * 2)
        assert key.evaluate(ours) == key.evaluate(theirs)


def unevenness(values: list[bytes]) -> float:
    """Chi-squared of the bytes that are even in random scalars and elements: all but both ends.

    With 255 degrees of freedom it is above 450 once in 10^13 draws.
    """
    counts = Counter(byte for value in values for byte in value[1:30])
    expected = counts.total() / 256
    return sum((counts[byte] - expected) ** 2 / expected for byte in range(256))


@for_each("items", [[b"one item"] * 3000, [b"%d" % n for n in range(3000)]])
def test_blinds_and_blinded_elements_are_even_whatever_is_asked(items: list[bytes]) -> None:
    pairs = [blind_randomly(item) for item in items]
    seed = random.randbytes(32)
    derived = [scalar_from(seed, at) for at in range(len(items))]
    for values in (*map(list, zip(*pairs, strict=True)), derived):
        assert len(set(values)) == len(items)
        assert unevenness(values) < 450
    for scalars in ([scalar for _, scalar in pairs], derived):
        assert all(0 < number(one) < ORDER for one in scalars)
        # The top bit that a scalar can have is set in none: the order is just above 2^252.
        halves = Counter(number(one) >> 251 for one in scalars)
        assert abs(halves[0] - halves[1]) < 8 * len(scalars) ** 0.5

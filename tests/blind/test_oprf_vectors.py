"""The blind evaluation against RFC 9497's vectors, and against another program, both ways."""

import importlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from duediligence.blind.oprf import (
    ELEMENT,
    PROOF,
    ProofFailed,
    ServerKey,
    blind_item,
    finalize_items,
)
from tests.rows import for_each

from .scalars_drawn import blind_randomly, draw_scalars, make_key

VECTORS = Path(os.environ["REAL_DATA"]) / "rfc9497" / "allVectors.json"
VERIFIABLE = 1  # the mode, RFC 9497 §3.1
ITEMS = [b"GB 01234567", b"\0", "Łódź Trading".encode(), bytes(range(256)) * 200]


def parts(text: str) -> list[bytes]:
    return [bytes.fromhex(one) for one in text.split(",")]


def vectors() -> Iterator[object]:
    if not VECTORS.exists():
        yield ({}, {})
        return
    for suite in json.loads(VECTORS.read_text("utf-8")):
        if suite["identifier"] == "ristretto255-SHA512" and suite["mode"] == VERIFIABLE:
            for vector in suite["vectors"]:
                yield pytest.param(suite, vector, id=vector["Input"])


@pytest.mark.skipif(
    not VECTORS.exists(), reason=f"the vectors of RFC 9497 are not in --real-data ({VECTORS})"
)
@for_each(("suite", "vector"), list(vectors()))
def test_a_vector_of_the_standard_comes_out(
    suite: dict[str, Any], vector: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    items, blinds, outputs = (parts(vector[name]) for name in ("Input", "Blind", "Output"))
    blinded, expected = parts(vector["BlindedElement"]), parts(vector["EvaluationElement"])
    assert len(items) == vector["Batch"]
    key = ServerKey.derive(bytes.fromhex(suite["seed"]), bytes.fromhex(suite["keyInfo"]))
    for item, scalar, element in zip(items, blinds, blinded, strict=True):
        assert blind_item(item, scalar) == element
    draw_scalars(monkeypatch, [bytes.fromhex(vector["Proof"]["r"])])
    evaluated, proof = key.evaluate(blinded)
    assert evaluated == expected
    assert [*map(key.output, items)] == outputs
    assert key.public.hex() == suite["pkSm"]
    assert proof.hex() == vector["Proof"]["proof"]
    assert finalize_items(items, blinds, blinded, evaluated, proof, key.public) == outputs


def test_all_three_vectors_are_there() -> None:
    if not VECTORS.exists():
        pytest.skip(f"the vectors of RFC 9497 are not in --real-data ({VECTORS})")
    assert len(list(vectors())) == 3


@for_each(
    ("seed", "info", "item", "public", "output"),
    [
        (
            bytes(range(32)),
            b"first",
            b"GB12345678",
            "5cb33447f72512d3a992fa0e8cb87fd467d395441be57c1cecf77750489a0037",
            "5220c812c66e3981505e45542b6ab424a732dfd39c784832d8c63385fd9287bf"
            "1ecf584f02fc0f14d4497f512e55a2d04f2c650d9dfb85853de3cd9e2e7538db",
        ),
        (
            b"\xa5" * 32,
            b"",
            "Ünïcode & a longer item, ".encode() * 9,
            "fe0d0ab474b5d74e61bb57214bfedb0b90aa0c226844fcb87c98d17416e31108",
            "e2b4fe7a6d1898ce7d22738444cb1dc7f957b451e613271472f744181d76cf0c"
            "78b37aa45637108655d2da8be78ba08f6a82e590324c9dddc1ad563922f53b57",
        ),
    ],
)
def test_a_value_that_another_program_computed_comes_out(
    seed: bytes, info: bytes, item: bytes, public: str, output: str
) -> None:
    """By voprf 0.2: `Evaluator.from_seed(seed, info).evaluate_known_input(item)`."""
    key = ServerKey.derive(seed, info)
    blinded, scalar = blind_randomly(item)
    evaluated, proof = key.evaluate([blinded])
    assert key.public.hex() == public
    assert key.output(item).hex() == output
    assert (
        finalize_items([item], [scalar], [blinded], evaluated, proof, key.public)[0].hex() == output
    )


@pytest.fixture(scope="module")
def other() -> ModuleType:
    pytest.importorskip("voprf", reason="voprf has no wheel for this platform")
    return importlib.import_module("voprf").ristretto


@for_each("items", [ITEMS[:1], ITEMS, ITEMS * 30])
def test_another_program_answers_what_was_blinded_here(
    other: ModuleType, items: list[bytes]
) -> None:
    server = other.Evaluator(os.urandom(32))
    blinded, blinds = zip(*map(blind_randomly, items), strict=True)
    answer = server.evaluate_batch([other.BlindedInput.deserialize(one) for one in blinded])
    proof, evaluated = split(answer.serialize())
    public = server.public_key.serialize()
    values = finalize_items(items, blinds, blinded, evaluated, proof, public)
    assert values == [server.evaluate_known_input(one) for one in items]
    evaluated[0], evaluated[-1] = evaluated[-1], blinded[0]
    with pytest.raises(ProofFailed):
        finalize_items(items, blinds, blinded, evaluated, proof, public)


@for_each("items", [ITEMS[:1], ITEMS, ITEMS * 30])
def test_another_program_opens_what_was_answered_here(
    other: ModuleType, items: list[bytes]
) -> None:
    clients, asked = zip(*map(other.Client.blind, items), strict=True)
    with make_key() as key:
        evaluated, proof = key.evaluate([one.serialize() for one in asked])
        expected = [*map(key.output, items)]
    answer = other.VerifiableBatchOutput.deserialize(proof + b"".join(evaluated))
    public = other.PublicKey.deserialize(key.public)
    assert other.Client.finalize_batch(clients, answer, public) == expected


def split(answer: bytes) -> tuple[bytes, list[bytes]]:
    """The proof and the elements of the other program's answer."""
    rest = answer[PROOF:]
    return answer[:PROOF], [rest[at : at + ELEMENT] for at in range(0, len(rest), ELEMENT)]

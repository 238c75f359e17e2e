"""What is in an answer: for each kind of key a public key, elements and proofs; and a table.

Of each kind, in the order of `sizes.budgets`: 32 bytes of its public key; 32 for each element that
was asked, in its place; a proof of 64 for each BATCH of them. Then the table: the first TAG bytes
of the value of each key that the answering party holds, sorted, filled up with random ones. An
answer of earlier versions has one public key, for all kinds.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from duediligence.blind.oprf import ELEMENT, PROOF
from duediligence.errors import Conflict
from duediligence.extensions.sharing.exchanges.sizes import padded
from duediligence.extensions.sharing.partner_files import LARGEST_BODY

BATCH = 4_096
TAG = 16


@dataclass(frozen=True, slots=True)
class EvaluatedKind:
    """The keys of one kind under the public key of that kind, with a proof for each batch."""

    public: bytes
    evaluated: Sequence[bytes]
    proofs: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class AnswerBody:
    """An answer in its parts."""

    kinds: Sequence[EvaluatedKind]
    table: Sequence[bytes]

    def written(self) -> bytes:
        """Return the parts as bytes."""
        kinds = (b"".join((one.public, *one.evaluated, *one.proofs)) for one in self.kinds)
        return b"".join((*kinds, *self.table))


def batches(elements: Sequence[bytes]) -> Iterator[slice]:
    """Yield the places of the elements in batches, each of which has a proof of its own."""
    for start in range(0, len(elements), BATCH):
        yield slice(start, start + BATCH)


def check_answer_fits(sizes: Iterable[int], table: int) -> None:
    """Raise Conflict where the answer would be too large a file; `sizes` are the elements of each
    kind.
    """
    size = sum(map(sum, map(_measure_kind, sizes))) + table * TAG
    if size > LARGEST_BODY:
        raise Conflict(
            f"The answer would have {size:,} bytes, and a file of a partner at most "
            f"{LARGEST_BODY:,}",
            hint="Ask the partner for two shorter lists: each needs an answer of its own.",
        )


def read_answer(body: bytes, sizes: Iterable[int]) -> AnswerBody:
    """Return the parts of an answer; `sizes` are the elements of each kind. Raises Conflict for
    what is none.
    """
    lengths = [_measure_kind(size) for size in sizes]
    table_at = sum(map(sum, lengths))
    table = _split_bytes(body[table_at:], TAG)
    if len(body) < table_at or (len(body) - table_at) % TAG or len(table) != padded(len(table)):
        raise Conflict("This answer does not have the size that one to this question must have")
    if table != sorted(set(table)):
        raise Conflict("The table of this answer is not in order")
    kinds, at = [], 0
    for public, evaluated, proofs in lengths:
        ends = at + public, at + public + evaluated, at + public + evaluated + proofs
        kinds.append(
            EvaluatedKind(
                body[at : ends[0]],
                _split_bytes(body[ends[0] : ends[1]], ELEMENT),
                _split_bytes(body[ends[1] : ends[2]], PROOF),
            )
        )
        at = ends[2]
    return AnswerBody(kinds, table)


def _measure_kind(elements: int) -> tuple[int, int, int]:
    """Return the bytes of the public key, of the elements, and of the proofs."""
    return ELEMENT, elements * ELEMENT, -(-elements // BATCH) * PROOF


def _split_bytes(whole: bytes, size: int) -> list[bytes]:
    return [whole[at : at + size] for at in range(0, len(whole), size)]

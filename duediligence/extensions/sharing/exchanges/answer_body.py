"""What is in an answer: a public key, evaluated elements with their proofs, and a table.

32 bytes of the key; 32 for each element that was asked, in its place; a proof of 64 for each BATCH
of them; then the table: the first TAG bytes of the value of each key that the answering party
holds, sorted, filled up with random ones.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from duediligence.blind.oprf import ELEMENT, PROOF
from duediligence.errors import Conflict
from duediligence.extensions.sharing.exchanges.sizes import is_padded
from duediligence.extensions.sharing.partner_files import LARGEST_BODY

BATCH = 4_096
TAG = 16


@dataclass(frozen=True, slots=True)
class AnswerBody:
    """An answer in its parts. `proofs` has one for each batch of `evaluated`."""

    public: bytes
    evaluated: Sequence[bytes]
    proofs: Sequence[bytes]
    table: Sequence[bytes]

    def written(self) -> bytes:
        """Return the parts as bytes."""
        return b"".join((self.public, *self.evaluated, *self.proofs, *self.table))


def batches(elements: Sequence[bytes]) -> Iterator[slice]:
    """Yield the places of the elements in batches, each of which has a proof of its own."""
    for start in range(0, len(elements), BATCH):
        yield slice(start, start + BATCH)


def check_answer_fits(elements: int, table: int) -> None:
    """Raise Conflict where an answer of that size would be too large a file."""
    size = ELEMENT + elements * ELEMENT + -(-elements // BATCH) * PROOF + table * TAG
    if size > LARGEST_BODY:
        raise Conflict(
            f"The answer would have {size:,} bytes, and a file of a partner at most "
            f"{LARGEST_BODY:,}",
            hint="Ask the partner for two shorter lists: each needs an answer of its own.",
        )


def read_answer(body: bytes, elements: int) -> AnswerBody:
    """Return the parts of an answer to that many elements. Raises Conflict for what is none."""
    sizes = (ELEMENT, elements * ELEMENT, -(-elements // BATCH) * PROOF)
    ends = [sum(sizes[: place + 1]) for place in range(len(sizes))]
    table = body[ends[-1] :]
    if len(body) < ends[-1] or len(table) % TAG or not is_padded(len(table) // TAG):
        raise Conflict("This answer does not have the size that one to this question must have")
    found = AnswerBody(
        public=body[: ends[0]],
        evaluated=_split_bytes(body[ends[0] : ends[1]], ELEMENT),
        proofs=_split_bytes(body[ends[1] : ends[2]], PROOF),
        table=_split_bytes(table, TAG),
    )
    if list(found.table) != sorted(set(found.table)):
        raise Conflict("The table of this answer is not in order")
    return found


def _split_bytes(whole: bytes, size: int) -> list[bytes]:
    return [whole[at : at + size] for at in range(0, len(whole), size)]

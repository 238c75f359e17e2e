"""The rows of a version of a list as digests, with which each row that is read later is compared.

The audit chain holds one hash of all the digests, so that to know of one row that it is as it was
loaded needs no other row. A digest is of what is asked for (an entry's id, a key, the place of a
row) and of the answer.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b, sha256

_ASKED, _ANSWER = 8, 16
_WIDTH = _ASKED + _ANSWER

Answer = Sequence[bytes]


def pack_digests(answers: Iterable[tuple[str, Answer]]) -> bytes:
    """Return the digests of all answers of a table, in order of their bytes."""
    return b"".join(
        sorted(_digest_question(asked) + _digest_answer(answer) for asked, answer in answers)
    )


def hash_packed_digests(tables: Mapping[str, bytes]) -> bytes:
    """Return the SHA-256 of the packed digests of tables, by name."""
    digest = sha256()
    for table, one in sorted(tables.items()):
        digest.update(f"{table} {len(one)}\n".encode() + one)
    return digest.digest()


class RowDigests:
    """The packed digests of one table, to compare what is read with."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __len__(self) -> int:
        return len(self._content) // _WIDTH

    def agree(self, asked: str, answer: Answer) -> bool:
        """Return whether this is the very answer that was kept; of what was not, an empty one
        is.
        """
        key = _digest_question(asked)
        place = bisect_left(range(len(self)), key, key=lambda at: self._at(at)[:_ASKED])
        there = []
        while place < len(self) and self._at(place)[:_ASKED] == key:
            there.append(self._at(place)[_ASKED:])
            place += 1
        return _digest_answer(answer) in there if answer else not there

    def _at(self, place: int) -> bytes:
        return self._content[place * _WIDTH : (place + 1) * _WIDTH]


def _digest_question(asked: str) -> bytes:
    return blake2b(asked.encode(), digest_size=_ASKED).digest()


def _digest_answer(rows: Answer) -> bytes:
    digest = blake2b(digest_size=_ANSWER)
    for row in rows:
        digest.update(len(row).to_bytes(8) + row)
    return digest.digest()

"""Keys and blinds at random, and proofs of a known scalar, as vectors need.

Whoever knows the scalar of a proof knows the key.
"""

import ctypes
from collections.abc import Iterable
from secrets import token_bytes

import pytest

from duediligence.blind import oprf


def draw_scalars(patch: pytest.MonkeyPatch, scalars: Iterable[bytes]) -> None:
    """Let the scalars that are drawn at random be these, one after the other."""
    rest = iter(scalars)

    def draw() -> "ctypes.Array[ctypes.c_char]":
        return (ctypes.c_char * oprf.SCALAR).from_buffer_copy(next(rest))

    patch.setattr(oprf, "_draw_random_scalar", draw)


def make_key() -> oprf.ServerKey:
    """Return a random key."""
    return oprf.ServerKey.derive(token_bytes(32), b"test")


def blind_randomly(item: bytes) -> tuple[bytes, bytes]:
    """Return the item blinded, and its blind."""
    scalar = oprf.scalar_from(token_bytes(32), 0)
    return oprf.blind_item(item, scalar), scalar

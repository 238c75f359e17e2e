"""Proofs of a known scalar, as vectors need: one that is known gives the key away."""

import ctypes
from collections.abc import Iterable

import pytest

from duediligence.blind import oprf


def draw_scalars(patch: pytest.MonkeyPatch, scalars: Iterable[bytes]) -> None:
    """Let the scalars that are drawn at random be these, one after the other."""
    rest = iter(scalars)

    def draw() -> "ctypes.Array[ctypes.c_char]":
        return (ctypes.c_char * oprf.SCALAR).from_buffer_copy(next(rest))

    patch.setattr(oprf, "_draw_random_scalar", draw)

"""Parts of a dossier that could not be had, or do not apply."""

from collections.abc import Callable
from typing import Any, TypeVar

from duediligence.errors import SourceError
from duediligence.model import NotHeld, NotKnown
from duediligence.model.registers.dossier import PARTS

T = TypeVar("T")


def same(why: NotKnown | NotHeld) -> dict[str, Any]:
    """Every part about the company, for one reason."""
    return {part: why for part in PARTS if part != "charity"}


def attempt(ask: Callable[[], T]) -> T | NotKnown:
    """What is asked for, or why it could not be had."""
    try:
        return ask()
    except SourceError as error:
        return NotKnown(error.message)

"""Parts of a dossier that were not retrieved, do not apply, or are out of scope."""

from collections.abc import Callable
from typing import Any, TypeVar

from duediligence.errors import SourceError
from duediligence.model import Missing, NotKnown
from duediligence.model.registers.dossier import PARTS

T = TypeVar("T")


def same(why: Missing) -> dict[str, Any]:
    """Every part about the company, for one reason."""
    return {part: why for part in PARTS if part != "charity"}


def attempt(ask: Callable[[], T]) -> T | NotKnown:
    """What is asked for, or why it was not retrieved."""
    try:
        return ask()
    except SourceError as error:
        return NotKnown(error.message)

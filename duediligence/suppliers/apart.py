"""A long file of suppliers, read by a process of its own: in bounded memory, and for as long as
somebody waits for it.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from duediligence.children import read_in_child
from duediligence.formats.filetype import RowLimit, unpacked_size
from duediligence.suppliers.importing import Import, read_suppliers

# Bytes below which a process takes longer to start than the file to be read.
_WORTH_IT = 500_000
_MEMORY, _MEMORY_OF_A_ROW = 512 << 20, 3_000
_MAX_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Waiter:
    """Whoever waits for a file to be read. `check` raises once they have left; `slot` is held
    while it is read, and raises where they have none.
    """

    check: Callable[[], None]
    slot: Callable[[], AbstractContextManager[None]]


def read_for(waiter: Waiter | None, path: Path, limit: RowLimit, **options: Any) -> Import:
    """Read suppliers as `read_suppliers` does, with these options of it.

    A long file that somebody waits for is read by a process of its own, whose memory is limited by
    the rows there may be. Raises what `read_suppliers` and the waiter raise.
    """
    options = {**options, "limit": limit}
    if waiter is None or unpacked_size(path) < _WORTH_IT:
        return read_suppliers(path, **options)
    with waiter.slot():
        return read_in_child(
            partial(read_suppliers, path.absolute(), **options),
            path.name,
            memory=_MEMORY + _MEMORY_OF_A_ROW * limit.most,
            seconds=_MAX_SECONDS,
            hint="Split the file in parts, or leave out columns that are not needed.",
            check=waiter.check,
        )

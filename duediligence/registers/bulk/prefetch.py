"""Reading companies in a process of its own, while this one stores those read before.

The child is our interpreter on our own module, as `matching.index` does it: it starts alike on
every platform and ends in silence when nobody takes what it reads.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

import msgspec

from duediligence import errors
from duediligence.children import OWN_GROUP, end_with_parent, how_reader_stopped
from duediligence.contracts import Drift
from duediligence.errors import DuediligenceError, StorageError
from duediligence.formats.packed_companies import PackedCompany, pack_companies
from duediligence.model import DriftItem
from duediligence.progress import SILENT, Progress, Unit
from duediligence.registers.bulk.companies import company_columns
from duediligence.registers.files import unpacked_size

_WORTH_IT = 20_000_000  # bytes below which starting a process costs more than it saves


def companies_ahead(
    path: Path, drift: Drift, progress: Progress = SILENT, *, least: int = _WORTH_IT
) -> Iterator[PackedCompany]:
    """Yield the same as `companies`, packed; a file of `least` bytes or more is read by another
    process.

    Raises as `companies`, and StorageError where the other process died.
    """
    size = unpacked_size(path)
    if size < least or (os.cpu_count() or 1) < 2:
        for columns in company_columns(path, drift, progress):
            yield from cast(Iterable[PackedCompany], pack_companies(columns))
        return
    decode = msgspec.msgpack.decode
    said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the child
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "duediligence.registers.bulk.prefetch", str(path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=said,
        pipesize=1 << 20,
        **OWN_GROUP,
    )
    assert child.stdout is not None
    try:
        with progress.task(f"Loading {path.name}", size, unit="bytes") as task:
            while frame := _read_pipe_frame(child.stdout):
                kind, data = frame
                if kind == b"r":
                    yield from cast(Iterable[PackedCompany], pack_companies(decode(data)))
                elif kind == b"p":
                    task.advance(decode(data, type=int))
                elif kind == b"d":
                    drift.add(decode(data, type=list[DriftItem]))
                    return
                else:
                    name, message, hint = decode(data, type=tuple[str, str, str])
                    raise getattr(errors, name)(message, hint=hint)
        raise StorageError(f"{path.name}: {how_reader_stopped(child.wait(), said)}")
    finally:
        child.kill()
        child.stdout.close()
        child.wait()
        said.close()


def _send_company_frames(path: Path, out: IO[bytes]) -> None:
    """Read the file and write frames: columns, bytes read, and at the end drift or an error."""
    drift = Drift()
    encode = msgspec.msgpack.encode
    try:
        for columns in company_columns(path, drift, _Relayed(out)):
            _write_pipe_frame(out, b"r", encode(columns))
        _write_pipe_frame(out, b"d", encode(drift.in_order_met()))
    except DuediligenceError as error:
        _write_pipe_frame(out, b"e", encode((type(error).__name__, error.message, str(error.hint))))


class _Relayed:
    """An observer and its task that pass the steps on to the other process."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out

    def task(
        self,
        description: str,  # noqa: ARG002
        total: int | None = None,  # noqa: ARG002
        *,
        unit: Unit = "",  # noqa: ARG002
    ) -> "_Relayed":
        return self

    def keeping(self, what: str, total: int) -> "_Relayed":
        return self.task(what, total)

    def __enter__(self) -> "_Relayed":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def advance(self, steps: int = 1) -> None:
        _write_pipe_frame(self._out, b"p", msgspec.msgpack.encode(steps))

    def note(self, message: str) -> None:
        pass


def _write_pipe_frame(pipe: IO[bytes], kind: bytes, data: bytes) -> None:
    pipe.write(kind + len(data).to_bytes(8, "little") + data)
    pipe.flush()


def _read_pipe_frame(pipe: IO[bytes]) -> tuple[bytes, bytes] | None:
    head = pipe.read(9)
    if len(head) < 9:
        return None
    size = int.from_bytes(head[1:], "little")
    data = pipe.read(size)
    return (head[:1], data) if len(data) == size else None


def _run_prefetch_child(arguments: Iterable[str]) -> None:
    (path,) = arguments
    end_with_parent()
    with suppress(BrokenPipeError):
        _send_company_frames(Path(path), sys.stdout.buffer)
    # What is left in the buffer has no taker when the pipe is gone.
    os._exit(0)


if __name__ == "__main__":
    _run_prefetch_child(sys.argv[1:])

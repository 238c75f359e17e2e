"""Where text is on the pages of a PDF (ISO 32000), read in a process of its own.

A few bytes of a PDF can ask for gigabytes, or for hours. The child has limits, and the parent waits
only so long; where the system limits no process (macOS, Windows), it is the wait that ends it.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from io import BytesIO
from itertools import groupby
from operator import attrgetter
from typing import Any

import msgspec

from duediligence.children import end_process, how_reader_stopped, limit_process
from duediligence.errors import UsageError
from duediligence.typed_data import decode_json

MAX_BYTES = 20_000_000
MAX_PAGES = 200
MAX_TEXT = 1_000_000
MAX_MEMORY = 600 << 20
# Of processor time, and until the answer. A form of 60 pages took 0.4 seconds of either.
MAX_SECONDS = 5
MAX_WAIT = 20
# What ends a process at its limit of processor time: SIGKILL or SIGXCPU.
_OUT_OF_TIME = (-9, -24)
_TOO_LONG = "takes too long to read: it is damaged, or no form"
# Text that is no further apart, in points, is on one line.
_SAME_LINE = 2.0


class PdfText(msgspec.Struct, frozen=True):
    """A piece of text, from where it begins, in points from the left and the bottom of its page.

    Pages are from 1.
    """

    page: int
    x: float
    y: float
    text: str


class _PdfFailure(msgspec.Struct, frozen=True):
    why: str


def has_pdf_reader() -> bool:
    """Return whether the package is installed that reads a PDF."""
    return find_spec("pypdf") is not None


def read_pdf_lines(name: str, body: bytes) -> list[list[PdfText]]:
    """Return the pieces of text of each line, from left to right, the lines from the top.

    Raises UsageError, in one line with the name of the file, for a file over MAX_BYTES, is no
    PDF, is damaged, has a password, over MAX_PAGES pages or MAX_TEXT characters, or takes too long.
    """
    if len(body) > MAX_BYTES:
        raise UsageError(f"{name}: over {MAX_BYTES:,} bytes", hint=_DOWNLOAD)
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-I", "-m", __name__, str(MAX_SECONDS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
        ) as child,
    ):
        try:
            answer, _ = child.communicate(body, timeout=MAX_WAIT)
        except subprocess.TimeoutExpired as error:
            raise UsageError(f"{name}: {_TOO_LONG}", hint=_DOWNLOAD) from error
        finally:
            child.kill()
        if child.returncode:
            known = how_reader_stopped(child.returncode, said)
            known = _TOO_LONG if child.returncode in _OUT_OF_TIME else known
            raise UsageError(f"{name}: {known}", hint=_DOWNLOAD)
    found = decode_json(answer, list[PdfText] | _PdfFailure)  # type: ignore[arg-type]
    if isinstance(found, _PdfFailure):
        raise UsageError(f"{name}: {found.why}", hint=_DOWNLOAD)
    return list(_group_lines(found))


_DOWNLOAD = "Download it again where it was published, or ask the supplier for it."


def _group_lines(found: list[PdfText]) -> Iterator[list[PdfText]]:
    for _, page in groupby(found, key=attrgetter("page")):
        line: list[PdfText] = []
        for one in sorted(page, key=lambda one: (-one.y, one.x)):
            if line and line[0].y - one.y > _SAME_LINE:
                yield sorted(line, key=attrgetter("x"))
                line = []
            line.append(one)
        if line:
            yield sorted(line, key=attrgetter("x"))


def _read_pdf(body: bytes) -> list[PdfText] | _PdfFailure:
    from pypdf import PdfReader, mult
    from pypdf.errors import PyPdfError

    found: list[PdfText] = []
    length = 0
    try:
        if b"%PDF-" not in body[:1024]:
            return _PdfFailure("is not a PDF")
        pdf = PdfReader(BytesIO(body))
        if pdf.is_encrypted and not pdf.decrypt(""):
            return _PdfFailure("is protected with a password")
        if len(pdf.pages) > MAX_PAGES:
            return _PdfFailure(f"has {len(pdf.pages):,} pages; the maximum is {MAX_PAGES}")
        for number, page in enumerate(pdf.pages, 1):

            def keep(text: str, cm: Any, tm: Any, *_: Any, number: int = number) -> None:
                nonlocal length
                length += len(text)
                if length > MAX_TEXT:
                    raise OverflowError  # noqa: TRY301
                if text := " ".join(text.split()):
                    at = mult(tm, cm)
                    found.append(PdfText(number, float(at[4]), float(at[5]), text))

            page.extract_text(visitor_text=keep)
    except MemoryError:
        return _PdfFailure("needs more memory to read than a form does")
    except OverflowError:
        return _PdfFailure(f"holds over {MAX_TEXT:,} characters")
    except (PyPdfError, ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError):
        return _PdfFailure("the PDF is damaged or cut short")
    except (ValueError, NotImplementedError, AssertionError):
        return _PdfFailure("the PDF is damaged or cut short")
    return found


def _run_pdf_child() -> None:
    limit_process(MAX_MEMORY, int(sys.argv[1]))
    try:
        sys.stdout.buffer.write(msgspec.json.encode(_read_pdf(sys.stdin.buffer.read())))
        sys.stdout.buffer.flush()
    except BaseException as error:
        end_process(error)


if __name__ == "__main__":
    _run_pdf_child()

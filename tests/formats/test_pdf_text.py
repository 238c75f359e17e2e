"""Text and its place in a PDF; PDFs that are broken, locked, or made to take a machine down."""

import sys
import zlib
from io import BytesIO

import pytest

from duediligence.errors import UsageError
from duediligence.formats import pdf as pdf_text
from tests.printed_forms import LEFT, MIDDLE, pdf, printed
from tests.rows import for_each

pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed")
pytestmark = pytest.mark.apart


def test_each_line_has_its_pieces_from_left_to_right() -> None:
    found = pdf_text.read_pdf_lines(
        "f.pdf", printed(("Type", "Individual"), ("Name", "Jo \xe9t\xe9"))
    )
    assert [[(one.page, one.text) for one in line] for line in found] == [
        [(1, "Supplier information")],
        [(1, "Type"), (1, "Individual")],
        [(1, "Name"), (1, "Jo \xe9t\xe9")],
        [(1, "Generated on 01 December 2026")],
    ]
    assert [round(one.x, 2) for one in found[1]] == [LEFT, MIDDLE]


def _locked() -> bytes:
    writer = pypdf.PdfWriter(BytesIO(printed(("Type", "Individual"))))
    writer.encrypt("secret", algorithm="AES-256")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _bomb() -> bytes:
    """A page of a few bytes that unpacks to more than any page has."""
    packer = zlib.compressobj(1)
    return _pack(
        b"".join(packer.compress(bytes(2**20)) for _ in range(128)) + packer.flush(), pages=1
    )


def _pack(packed: bytes, pages: int) -> bytes:
    """Pages that each unpack to the same content."""
    whole = pdf([""] * pages)
    head = f"<< /Filter /FlateDecode /Length {len(packed)} >>\nstream\n".encode()
    return whole.replace(b"<< /Length 0 >>\nstream\n", head + packed)


HOSTILE = {
    "text": (lambda: b"name,number\n", "is not a PDF"),
    "locked": (_locked, "is protected with a password"),
    "cut": (lambda: printed(("Type", "Individual"))[:300], "damaged or cut short"),
    "pages": (lambda: pdf([""] * 1_000), "has 1,000 pages; the maximum is 200"),
    "chatter": (
        lambda: pdf([f"BT /F1 9 Tf 1 0 0 1 9 9 Tm ({'x' * 1_100_000}) Tj ET"]),
        "holds over",
    ),
    "bomb": (_bomb, "f.pdf: "),
    "circle": (lambda: pdf([""]).replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]"), "f.pdf: "),
    "large": (lambda: b"%PDF-" + bytes(pdf_text.MAX_BYTES), "over 20,000,000 bytes"),
}


@for_each("name", list(HOSTILE))
def test_what_cannot_be_read_is_refused_in_one_line(name: str) -> None:
    body, words = HOSTILE[name]
    with pytest.raises(UsageError, match=words) as caught:
        pdf_text.read_pdf_lines("f.pdf", body())
    assert "\n" not in caught.value.message
    assert "Traceback" not in caught.value.message


def test_a_pdf_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_text, "MAX_WAIT", 0)
    with pytest.raises(UsageError, match="takes too long to read"):
        pdf_text.read_pdf_lines("f.pdf", printed())


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of processor time on Windows")
def test_a_pdf_that_asks_for_too_much_computing_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pdf_text, "MAX_SECONDS", 1)
    pages = _pack(zlib.compress(b"q Q " * 250_000, 1), pages=100)
    with pytest.raises(UsageError, match="takes too long to read") as caught:
        pdf_text.read_pdf_lines("f.pdf", pages)
    assert "\n" not in caught.value.message

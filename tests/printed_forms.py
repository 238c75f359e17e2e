"""PDFs of the form that the Central Digital Platform prints, with invented content."""

from collections.abc import Sequence

# A row of a label and a value, a heading, or an empty text for the space between two blocks.
Line = tuple[str, str] | str
LEFT, MIDDLE, TOP, STEP = 28.35, 297.64, 780, 14
TITLE = "Supplier information"
DETAILS = ("Organisation details", ("Organisation name", "Ferrow Fencing Limited"))


def printed(
    *lines: Line, title: str = TITLE, footer: str = "Generated on 01 December 2026"
) -> bytes:
    """A PDF with these lines, so many on a page that none is left over."""
    pages, rest = [], list(lines)
    while rest or not pages:
        now, rest = rest[:45], rest[45:]
        pages.append(_draw(title, now, footer))
    return pdf(pages)


def _draw(title: str, lines: Sequence[Line], footer: str) -> str:
    drawn = [_text(230, 815, title)]
    y = TOP
    for line in lines:
        if isinstance(line, str):
            y -= STEP
            drawn.append(_text(LEFT, y, line))
            y -= STEP if line else 0
        else:
            drawn += [_text(LEFT, y, line[0]), _text(MIDDLE, y, line[1])]
        y -= STEP
    return "\n".join([*drawn, _text(430, 20, footer)])


def _text(x: float, y: float, text: str) -> str:
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /F1 10 Tf 1 0 0 1 {x} {y} Tm ({escaped}) Tj ET" if text else ""


def pdf(pages: Sequence[str]) -> bytes:
    """A PDF of these streams of content."""
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} /MediaBox [0 0 595 842] >>",
        font,
    ]
    for number, content in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /Contents {5 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        body = content.encode("cp1252")
        objects.append(f"<< /Length {len(body)} >>\nstream\n{content}\nendstream")
    parts, places, length = [b"%PDF-1.7\n"], [], 9
    for number, each in enumerate(objects, 1):
        places.append(length)
        parts.append(f"{number} 0 obj\n{each}\nendobj\n".encode("cp1252"))
        length += len(parts[-1])
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return b"".join([*parts, f"{end}startxref\n{length}\n%%EOF\n".encode()])

"""A page as a PDF that a screen reader can read.

Only here is WeasyPrint: it needs the system's Pango. Nothing is fetched, and the fonts are those
of the system. The file has what WeasyPrint writes and this module adds: a title, a language, and
a tree of headings, tables and texts. It claims no standard of accessibility.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from duediligence.errors import Hint, OptionRemark, UsageError

# A page of more is some hundreds of sheets, and takes minutes.
LARGEST = 4_000_000
_PRINT_IT = Hint(
    "Write the page instead",
    OptionRemark(" (--out FILE.html)"),
    ", open it in a browser, and select Print, then Save as PDF. ",
)


def require_library() -> None:
    """Raise UsageError where WeasyPrint or Pango is missing, saying what to do instead."""
    try:
        import weasyprint  # noqa: F401
    except ImportError as error:
        raise UsageError(
            "No PDF can be made: the package weasyprint is not installed or does not work: "
            f"{error}",
            hint=Hint(_PRINT_IT, "Or install it: pip install 'duediligence[pdf]'."),
        ) from error
    except OSError as error:
        raise UsageError(
            f"No PDF can be made: Pango is not installed or does not work: {error}",
            hint=Hint(
                _PRINT_IT,
                "Or install Pango, on Debian and Ubuntu: "
                "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0.",
            ),
        ) from error


def render_pdf(page: str) -> bytes:
    """Return the page (HTML) as a PDF on A4, tagged.

    The same bytes for the same page, with the same WeasyPrint and fonts. Raises UsageError where
    the library is missing, or where the page is larger than `LARGEST` characters.
    """
    require_library()
    if len(page) > LARGEST:
        raise UsageError(
            f"The report is too long for a PDF: {len(page):,} characters, of at most {LARGEST:,}",
            hint=Hint(_PRINT_IT, "Or make a report for each supplier."),
        )
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    document = HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=()))
    pdf: bytes = document.write_pdf(
        pdf_tags=True,
        pdf_identifier=sha256(page.encode()).digest()[:16],
        finisher=lambda _, written: _add_pdf_descriptions(written, page),
    )
    return pdf


def _add_pdf_descriptions(pdf: Any, page: str) -> None:
    """Say of each head of a table what it is the head of, and of each drawing all that it shows.

    WeasyPrint links cells to their heads, but gives heads no scope; of a drawing it takes the
    title without the description.
    """
    from bs4 import BeautifulSoup
    from pydyf import Dictionary, String

    elements = {
        one.reference: one
        for one in pdf.objects
        if isinstance(one, Dictionary) and one.get("Type") == "/StructElem"
    }
    for head in _of_kind(elements, "/TH"):
        row = elements[head["P"]]
        column = elements[row["P"]]["S"] == "/THead"
        head["A"]["Scope"] = "/Column" if column else "/Row"
    drawings = BeautifulSoup(page, "lxml").select("svg[role=img]")
    for figure, drawing in zip(_of_kind(elements, "/Figure"), drawings, strict=True):
        said = [one.get_text() for one in drawing.find_all(["title", "desc"], recursive=False)]
        figure["Alt"] = String(". ".join(said))


def _of_kind(elements: Mapping[bytes, Any], kind: str) -> list[Any]:
    return [one for one in elements.values() if one["S"] == kind]

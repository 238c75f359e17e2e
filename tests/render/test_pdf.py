"""The PDF of a report, as a screen reader has it. No standard is claimed: these are its facts."""

import io
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pikepdf
import pytest
from bs4 import BeautifulSoup, Tag

from duediligence.delivery.pack.making import PackRequest
from duediligence.delivery.report_file import make
from duediligence.errors import UsageError
from duediligence.render import pdf
from tests.pages import CLEAN, PAGES, casework
from tests.pdf_reading import Element, elements, text_of

pytestmark = pytest.mark.browser
DRAWN = "report"
MADE = [DRAWN, "report of stale lists", "long report"]


@pytest.fixture(scope="module")
def pages(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    with casework(loaded_home, tmp_path_factory.mktemp("casework")) as it:
        return {name: PAGES[name](it) for name in MADE}


@pytest.fixture(scope="module")
def written(pages: dict[str, str]) -> dict[str, bytes]:
    return {name: pdf.render_pdf(page) for name, page in pages.items()}


@pytest.fixture(params=MADE)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def opened(written: dict[str, bytes], name: str) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(written[name])) as document:
        yield document


def test_it_is_marked_and_says_its_language_and_title(
    opened: pikepdf.Pdf, pages: dict[str, str], name: str
) -> None:
    root = opened.Root
    assert root.MarkInfo.Marked is True
    assert str(root.Lang) == "en-GB"
    assert root.ViewerPreferences.DisplayDocTitle is True
    title = soup(pages[name]).title
    assert title is not None
    assert str(opened.docinfo["/Title"]) == title.text.strip()
    assert opened.docinfo["/CreationDate"]


def test_it_claims_no_conformance_and_loads_nothing(opened: pikepdf.Pdf, name: str) -> None:
    assert "/Metadata" not in opened.Root or b"pdfuaid" not in opened.Root.Metadata.read_bytes()
    assert "/OpenAction" not in opened.Root
    assert "/AA" not in opened.Root
    assert "/EmbeddedFiles" not in opened.Root.get("/Names", {})


def test_its_headings_are_those_of_the_page(
    opened: pikepdf.Pdf, pages: dict[str, str], name: str
) -> None:
    headings = [
        (whole.kind, squeezed(text))
        for whole, text in with_text(list(elements(opened)))
        if re.fullmatch("H[1-6]", whole.kind)
    ]
    expected = [
        (one.name.upper(), squeezed(one.get_text())) for one in soup(pages[name]).select(HEADINGS)
    ]
    assert headings == expected
    assert [kind for kind, _ in headings].count("H1") == 1


HEADINGS = "h1, h2, h3, h4, h5, h6"


def test_each_head_of_a_table_says_what_it_is_the_head_of(opened: pikepdf.Pdf, name: str) -> None:
    heads = [one.node for one in elements(opened) if one.kind == "TH"]
    assert len(heads) > 20
    scopes = [str(head.A.Scope) for head in heads]
    assert set(scopes) == {"/Column", "/Row"}
    for head, scope in zip(heads, scopes, strict=True):
        assert (scope == "/Column") == (str(head.P.P.S) == "/THead")
    ids = {bytes(head.ID) for head in heads}
    cells = [one.node for one in elements(opened) if one.kind == "TD"]
    assert cells
    for cell in cells:
        named = {bytes(one) for one in cell.A.get("/Headers", [])}
        assert named
        assert named <= ids


def test_it_is_read_in_the_order_of_the_page(
    opened: pikepdf.Pdf, pages: dict[str, str], name: str
) -> None:
    """Heads of tables are read again on each sheet that a table goes on to: once counts here."""
    assert without_repeats(list(elements(opened))) == squeezed(as_printed(pages[name]))


def test_each_drawing_has_an_alternative_text(pages: dict[str, str]) -> None:
    """With the whole list of who is behind whom beside it, as text."""
    page = pages[DRAWN]
    with pikepdf.open(io.BytesIO(pdf.render_pdf(page))) as document:
        figures = [one.node for one in elements(document) if one.kind == "Figure"]
        said = [str(one.Alt) for one in figures]
    drawing = soup(page).select_one("svg[role=img]")
    assert drawing is not None
    assert said == [f"{drawing.title.text}. {drawing.desc.text}"]  # type: ignore[union-attr]
    assert "Marked: " in said[0]


def test_the_first_sheet_is_the_summary(opened: pikepdf.Pdf, name: str) -> None:
    words = [text_of(page) for page in opened.pages]
    assert "Decisions so far" in words[0]
    assert "List by list" not in words[0]
    assert "What was decided" not in words[0]
    assert " severity" not in words[0]
    for number, page in enumerate(words, 1):
        assert f"Page {number} of {len(words)}" in page.replace("\n", "")
        assert "Due diligence report, as of" in page


def test_the_same_page_makes_the_same_bytes(
    pages: dict[str, str], written: dict[str, bytes]
) -> None:
    again = pdf.render_pdf(pages[DRAWN])
    assert sha256(again).hexdigest() == sha256(written[DRAWN]).hexdigest()


def test_nothing_is_fetched(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    sheet = tmp_path / "sheet.css"
    sheet.write_text("body { color: red }", "utf-8")
    addresses = (sheet.as_uri(), "http://127.0.0.1:9/a.css", "data:text/css,body{color:red}")
    links = "".join(f'<link rel="stylesheet" href="{one}">' for one in addresses)
    pdf.render_pdf(f'<html lang="en-GB"><title>T</title>{links}<h1>A</h1></html>')
    refused = [one.getMessage() for one in caplog.records if "ailed to load" in one.getMessage()]
    assert len(refused) == len(addresses)
    assert all("disallowed protocol" in one for one in refused)


def test_the_command_makes_one_and_records_it(
    loaded_home: Path, tmp_path: Path, pages: dict[str, str]
) -> None:
    with casework(loaded_home, tmp_path) as it:
        path = tmp_path / "report.pdf"
        made = make(it.later, PackRequest(supplier=CLEAN.ref), path, "pdf")
        *_, last = it.later.audit.records()
    assert path.read_bytes().startswith(b"%PDF-")
    assert last.event.kind == "report made"
    assert last.event.what["form"] == "pdf"
    assert last.event.what["sha256"] == made.sha256 == sha256(path.read_bytes()).hexdigest()


def test_a_page_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "LARGEST", 10)
    with pytest.raises(UsageError, match="too long for a PDF") as refused:
        pdf.render_pdf("<html>too long</html>")
    assert "Save as PDF" in str(refused.value.hint)


def soup(page: str) -> BeautifulSoup:
    return BeautifulSoup(page, "lxml")


def squeezed(text: str) -> str:
    """Without blanks, which a line break may be or not, and marks of lists."""
    return re.sub(r"[\s\u2022\u25e6\u25aa\u00ad]+", "", text)


def as_printed(page: str) -> str:
    """What the page says on paper."""
    document = soup(page)
    for one in document.select("head, svg"):
        one.decompose()
    body = document.body
    assert isinstance(body, Tag)
    return body.get_text(" ")


def with_text(found: list[Element]) -> Iterator[tuple[Element, str]]:
    """Each element with the text of all that is in it."""
    for at, whole in enumerate(found):
        inside = []
        for one in found[at + 1 :]:
            if one.depth <= whole.depth:
                break
            inside.append(one.text)
        yield whole, whole.text + " ".join(inside)


def without_repeats(found: list[Element]) -> str:
    """All text in order; of heads that say what the heads before them said, nothing."""
    said, skipped, last = [], -1, ""
    for at, (one, text) in enumerate(with_text(found)):
        if at < skipped:
            continue
        if one.kind == "THead":
            inside = next(
                (n for n in range(at + 1, len(found)) if found[n].depth <= one.depth), len(found)
            )
            if squeezed(text) == last:
                skipped = inside
                continue
            last = squeezed(text)
        # Of a drawing the alternative text is read, not its labels.
        said.append("" if one.kind == "Figure" else one.text)
    return squeezed("".join(said))

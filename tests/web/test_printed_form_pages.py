"""The printed form in the console: what was read is shown, and only what is confirmed is kept."""

import io
import zipfile
from collections.abc import Mapping

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from duediligence.casework import printed_forms
from duediligence.cli.app import build_app
from duediligence.formats.pdf import PdfText, read_pdf_lines
from duediligence.model import PartialDate
from duediligence.model.supplier_information import SupplierInformation
from tests.printed_forms import DETAILS, printed

from .alert_office import Office, Opener, Page, get

pytest.importorskip("pypdf", reason="pypdf is not installed")
pytestmark = pytest.mark.apart
FORM = printed(
    *DETAILS,
    "Other registries",
    ("Registry", "Companies House number"),
    ("Number", "99001234"),
    "People connected to organisation",
    ("First name", "Jo"),
    ("Last name", "Ashdown"),
    ("Date of birth", "03 April 1970"),
    ("Type", "Individual"),
    ("Category", "Person with significant control"),
    "Exclusions",
    ("UK exclusion", "yes"),
    ("Exclusion applies", "Unknown"),
    ("Exclusion applies to", "Jo Ashdown"),
)
LOCATION = "location"


def begun(client: TestClient, body: bytes = FORM, name: str = "Bcdf6789.pdf") -> str:
    """The address of the page with the fields."""
    files = {"file": (name, body)}
    answer = client.post("/suppliers/declarations", files=files, follow_redirects=False)
    assert answer.status_code == 303, Page(answer).text
    return str(answer.headers[LOCATION])


def typed(page: Page, **changes: str) -> dict[str, str]:
    fields = {name: values[0] for name, values in page.fields().items() if name != "add"}
    changed = {name.replace("__", "."): text for name, text in changes.items()}
    return {**fields, "submitted_on": "3 November 2026", **changed}


def kept(office: Office) -> Mapping[str, SupplierInformation]:
    with office.workspace() as ws:
        return ws.supplier_information.all()


def test_what_is_confirmed_is_kept_with_its_file_and_nothing_before(office: Office) -> None:
    client = office.person("Ada")
    address = begun(client)
    page = get(client, address)
    assert "Read from the printed form." in page.text
    assert "Not certain, so it is not filled in. The form says: Unknown" in page.text
    fields = page.fields()
    assert fields["parties.0.name"] == ["Jo Ashdown"]
    assert fields["exclusions.0.question"] == [""]
    again = Page(client.post(address, data=typed(page)))
    ((href, words),) = again.errors()
    assert (href, words[:11]) == ("#exclusions.0.question", "Exclusion 1")
    assert kept(office) == {}
    more = Page(client.post(address, data={**typed(page), "add": "parties"}))
    assert more.fields()["parties.1.name"] == [""]
    wanted = typed(
        more,
        exclusions__0__question="tax_offences",
        parties__0__name="Joanna Ashdown",
        exclusions__0__about="Joanna Ashdown",
        parties__1__kind="organisation",
        parties__1__name="Ferrow Holdings Limited",
    )
    # The day of the form is not that of the import.
    undated = Page(client.post(address, data={**wanted, "submitted_on": ""}))
    assert [href for href, _ in undated.errors()] == ["#submitted_on"]
    assert "Ferrow Fencing Limited: a new supplier" in undated.text
    assert kept(office) == {}
    done = Page(client.post(address, data=wanted))
    ((ref, stated),) = kept(office).items()
    assert (stated.origin, stated.name, stated.share_code) == (
        "printed form",
        "Ferrow Fencing Limited",
        "Bcdf6789",
    )
    person, owner = stated.parties
    assert (person.name, person.birth_date) == ("Joanna Ashdown", PartialDate(1970, 4))
    assert owner.name == "Ferrow Holdings Limited"
    assert [(one.question, one.party_id) for one in stated.exclusions] == [
        ("tax_offences", person.id)
    ]
    with office.workspace() as ws:
        answers = ws.declarations.standing(ref)[ref]
        (supplier,) = (one for one in ws.suppliers.all() if one.ref == ref)
    assert [one.question for one in answers if one.answer == "yes"] == ["tax_offences"]
    assert "Joanna Ashdown" in [one.name for one in supplier.people]
    (link,) = (one for one in done.links() if one.startswith("/suppliers/files/"))
    assert client.get(link).content == FORM
    assert get(client, address).status == 404
    said = str([event.what for event in office.events("supplier information read")])
    assert "Bcdf6789" not in said
    assert "Ashdown" not in said


def test_the_file_is_not_for_whoever_may_not_see_birth_dates(open_office: Opener) -> None:
    office = open_office(users={"Ada": "officer", "Rea": "reader"})
    client = office.person("Ada")
    address = begun(client)
    page = get(client, address)
    changes = typed(page, exclusions__0__question="tax_offences")
    done = Page(client.post(address, data=changes))
    (link,) = (one for one in done.links() if one.startswith("/suppliers/files/"))
    assert client.get(link.replace("/files/", "/files/9")).status_code == 404
    reader = office.person("Rea")
    assert reader.get(link).status_code == 403
    assert "Bcdf6789.pdf" not in get(reader, f"/suppliers/{link.split('/', 4)[-1]}").text


def test_what_cannot_be_read_is_said_on_the_page_and_kept_nowhere(office: Office) -> None:
    client = office.person("Ada")
    for name, body in {"a.pdf": FORM[:400], "b.zip": b"PK\x03\x04nothing"}.items():
        page = Page(client.post("/suppliers/declarations", files={"file": (name, body)}))
        ((href, words),) = page.errors()
        assert href == "#file"
        assert words.startswith(name)
    uploads = office.settings.home / "console" / "uploads"
    assert [one for one in uploads.rglob("*") if one.is_file()] == []


def test_a_form_that_is_not_to_be_kept_leaves_no_file(office: Office) -> None:
    client = office.person("Ada")
    with zipfile.ZipFile(packed := io.BytesIO(), "w") as archive:
        archive.writestr("form.pdf", FORM)
    page = get(client, begun(client, packed.getvalue(), "Bcdf6789.zip"))
    assert page.fields()["share_code"] == ["Bcdf6789"]
    (discard,) = (one for one in page.main("form/@action") if one.endswith("/discard"))
    assert "Nothing was kept of it" in Page(client.post(discard)).text
    uploads = office.settings.home / "console" / "uploads"
    assert [one for one in uploads.rglob("*") if one.is_file()] == []


def test_a_file_is_read_once_until_its_last_form_is_kept_or_let_go(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []

    def count(name: str, body: bytes) -> list[list[PdfText]]:
        read.append(name)
        return read_pdf_lines(name, body)

    monkeypatch.setattr(printed_forms, "read_pdf_lines", count)
    client = office.person("Ada")
    other = ("Organisation details", ("Organisation name", "Sorrel Survey Limited"))
    address = begun(client, printed(*DETAILS, *other))
    for name in ("Ferrow Fencing Limited", "Sorrel Survey Limited"):
        page = get(client, address)
        assert page.fields()["name"] == [name]
        again = client.post(address, data=typed(page, submitted_on="soon"))
        assert Page(again).errors()[0][0] == "#submitted_on"
        done = client.post(address, data=typed(page), follow_redirects=False)
        assert done.status_code == 303
        address = done.headers[LOCATION]
    assert len(kept(office)) == 2
    assert read == ["Bcdf6789.pdf"]
    uploads = office.settings.home / "console" / "uploads"
    assert [one for one in uploads.rglob("*") if one.is_file()] == []


def test_without_the_package_the_file_is_kept_and_the_fields_are_typed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printed_forms, "has_pdf_reader", lambda: False)
    client = office.person("Ada")
    address = begun(client)
    page = get(client, address)
    assert printed_forms.NOT_INSTALLED in page.text
    assert page.fields()["name"] == [""]
    client.post(address, data=typed(page, name="Sorrel Survey Ltd"))
    ((ref, stated),) = kept(office).items()
    assert (stated.name, stated.exclusions_asked, stated.share_code) == (
        "Sorrel Survey Ltd",
        False,
        "Bcdf6789",
    )
    with office.workspace() as ws:
        assert ws.declarations.standing(ref).get(ref, ()) == ()
        assert [one.name for one in ws.casework.attachments.of(ref)] == ["Bcdf6789.pdf"]


def test_the_command_line_does_the_same(office: Office) -> None:
    path = office.settings.home.parent / "Bcdf6789.pdf"
    path.write_bytes(FORM)

    def run(*args: str) -> str:
        home = str(office.settings.home)
        done = CliRunner().invoke(build_app(), ["--home", home, "suppliers", *args])
        hint = getattr(done.exception, "hint", "")
        return " ".join(f"{done.output} {hint}".split())

    shown = run("confirm-form", str(path))
    assert "Name [parties.0.name]: Jo Ashdown" in shown
    assert "Connected as [parties.0.relationship]: Person with significant control" in shown
    asked = ["confirm-form", str(path), "--set", "exclusions.0.question=tax_offences", "--yes"]
    assert "Add --set submitted_on=VALUE" in run(*asked)
    assert kept(office) == {}
    run(*asked, "--set", "submitted_on=3 November 2026")
    ((ref, stated),) = kept(office).items()
    assert stated.exclusions[0].question == "tax_offences"
    assert "Bcdf6789.pdf" in run("files", ref)
    saved = path.with_name("saved.pdf")
    run("files", ref, "--number", "1", "--out", str(saved))
    assert saved.read_bytes() == FORM

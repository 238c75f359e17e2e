"""What is held, sorted for a request for information: who sees what of it on the page and in the
workbook.
"""

from io import BytesIO
from zipfile import ZipFile

from duediligence.web.navigation import supplier_address

from .alert_office import HOSTILE, MARKERS, SUPPLIERS, Office, get, post

WARNING = "is likely to prejudice it, commits an offence"
LINK = "Answer a request for information"


def test_an_officer_is_warned_and_sees_what_could_be_engaged_by_each_record(office: Office) -> None:
    client = office.person("Ada", "officer")
    assert "/suppliers/S3/disclosure" in get(client, "/suppliers/S3").links()
    before = get(client, "/suppliers/S3/disclosure")
    assert before.rows() == [] == office.events("report made")
    page = post(client, "/suppliers/S3/disclosure")
    for one in (before, page):
        (warning,) = one.main("div[contains(@class, 'govuk-warning-text')]")
        assert WARNING in warning.text_content()
        for law in (
            "Freedom of Information Act 2000 (the Act)",
            "Environmental Information Regulations 2004 (the Regulations)",
        ):
            assert law in one.text[: one.text.index("Nothing is decided here")]
    (row, *_) = (one for one in page.rows() if "Asset freeze under UK" in one[0])
    _, _, source, marks, act, regulations, decision = row
    assert source.startswith("UK Sanctions List")
    assert "published already" in marks
    assert "section 21, can be had in another way (absolute)" in act
    assert "regulation 12(5)(e), commercial confidentiality (qualified)" in regulations
    assert decision == ""
    (event,) = office.events("report made")
    assert (event.who, event.subject, event.what["supplier"]) == ("Ada", "disclosure", "S3")


def test_a_reader_is_refused_and_sees_no_way_to_it(office: Office) -> None:
    client = office.person("Rea", "reader")
    assert LINK not in get(client, "/suppliers/S3").text
    assert "not send it" in get(client, "/suppliers/S3/disclosure").text
    page = post(client, "/suppliers/S3/disclosure")
    assert page.status == 403
    assert "section 21" not in page.text
    assert client.post("/suppliers/S3/disclosure/file").status_code == 403
    assert not office.events("report made") + office.events("export")


def test_what_is_restricted_is_counted_until_it_is_asked_for(office: Office) -> None:
    client = office.person("Ada", "officer")
    page = post(client, "/suppliers/S2/disclosure")
    assert "1 restricted finding withheld from you here" in page.text
    assert not any(marker in page.source for marker in MARKERS)
    assert not office.events("restricted shown")
    shown = post(client, "/suppliers/S2/disclosure", restricted="yes")
    assert "restricted or internal" in shown.text
    assert "Anti-social behaviour" in shown.text
    assert len(office.events("restricted shown")) == 1


def test_without_the_right_nobody_is_shown_what_is_restricted(office: Office) -> None:
    client = office.person("Aud", "auditor")
    page = post(client, "/suppliers/S2/disclosure")
    assert "1 restricted finding withheld from you here" in page.text
    assert "Show restricted records too" not in page.text
    assert post(client, "/suppliers/S2/disclosure", restricted="yes").status == 403
    assert not office.events("restricted shown")


def test_the_workbook_is_saved_recorded_and_runs_nothing(office: Office) -> None:
    client, ref = office.person("Ada", "officer"), SUPPLIERS[3].ref
    page = client.post(supplier_address(ref, "disclosure"))
    assert "&lt;script&gt;" in page.text
    assert "<script>alert" not in page.text
    assert "\u202e" not in page.text
    saved = client.post(supplier_address(ref, "disclosure", "file"))
    assert saved.status_code == 200
    with ZipFile(BytesIO(saved.content)) as book:
        sheets = {one: book.read(one).decode() for one in book.namelist() if "sheet" in one}
    assert any("HYPERLINK(" in text for text in sheets.values())
    assert not any("<f>" in text or "<hyperlink" in text for text in sheets.values())
    assert "Petrosyanov" not in "".join(sheets.values())
    (event,) = office.events("export")
    assert (event.subject, event.what["people"]) == ("disclosure", "left out")
    assert HOSTILE not in str(event)


def test_the_documents_are_saved_by_who_may_make_reports(office: Office) -> None:
    officer, reader = office.person("Ada", "officer"), office.person("Rea", "reader")
    assert "/settings/documents" in get(officer, "/settings").links()
    page = get(officer, "/settings/documents")
    actions = [one.get("action") for one in page.main("form")]
    assert len(actions) == 3
    for action in actions:
        saved = officer.post(action)
        assert "Exampleshire County Council" in saved.text
        assert "attachment" in saved.headers["Content-Disposition"]
        assert reader.post(action).status_code == 403
    assert officer.post("/settings/documents/other").status_code == 404
    assert [one.subject for one in office.events("report made")] == ["governance"] * 3

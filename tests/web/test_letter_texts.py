"""The texts of letters, read, tried and changed in the browser by an administrator alone."""

import re

from duediligence.casework.verifying import verify
from duediligence.delivery.letter_templates import letter_template
from duediligence.delivery.letters import LetterRequest, make
from duediligence.model.letters import LETTER_KINDS, TEMPLATES
from duediligence.render.letter_page import PLACES, list_sample_blocks, parse_letter_template

from .alert_office import Opener, get, post

USERS = {"Ada": "administrator", "Bo": "officer"}
OWN = "Dear {supplier},\r\n\r\n# Names <b>we</b> check\r\n\r\n[if subject] About {subject}.\r\n"
ADDRESS = "/set-up/letters/details-wanted"


def test_each_text_is_shown_as_it_is_with_all_its_places(open_office: Opener) -> None:
    office = open_office(users=USERS)
    client = office.person("Ada")
    assert "/set-up/letters" in get(client, "/set-up").links()
    links = [one for one in get(client, "/set-up/letters").links() if one.startswith("/set-up/l")]
    assert links == [f"/set-up/letters/{kind}" for kind in LETTER_KINDS]
    for kind, link in zip(LETTER_KINDS, links, strict=True):
        page = get(client, link)
        with office.workspace("Ada") as ws:
            text = letter_template(ws, kind).text
        assert page.fields()["text"][0].strip() == text.strip()
        assert [row[0] for row in page.rows()] == [f"{{{name}}}" for name in PLACES[kind]]
        tried = post(client, link, text=text, step="preview")
        for block in list_sample_blocks(parse_letter_template(text, kind, name=kind), kind):
            assert block.text in tried.text
            assert not re.search(r"[{}]|;[^]]*\]", block.text)


def test_a_text_is_tried_refused_where_a_place_is_unknown_saved_and_set_back(
    open_office: Opener,
) -> None:
    office = open_office(users=USERS)
    client, folder = office.person("Ada"), office.settings.home / TEMPLATES
    tried = post(client, ADDRESS, text=OWN, step="preview")
    assert "Names <b>we</b> check" in tried.text
    assert "<b>we</b>" not in tried.source
    assert "Only where {subject} has a value:" in tried.text
    for text, why in (
        (OWN.replace("{subject}", "{iban}"), "unknown place 'iban'"),
        (OWN.replace("# ", ""), "has 0 titles"),
        ("", "Enter the text."),
        ("x" * 100_001, "over 100,000 bytes"),
    ):
        for step in ("preview", "save"):
            refused = post(client, ADDRESS, text=text, step=step)
            assert refused.errors()[0][0] == "#text"
            assert why in refused.errors()[0][1]
            assert refused.fields()["text"][0].strip() == text.strip().replace("\r\n", "\n")
    assert not folder.exists()
    assert "Saved" in post(client, ADDRESS, text=OWN, step="save").text
    with office.workspace("Ada") as ws:
        letter = make(
            ws, LetterRequest(kind="details-wanted", alert=office.match("S1").id), file="l.html"
        )
        assert b"Names &lt;b&gt;we&lt;/b&gt; check" in letter.body
    assert "your own" in get(client, "/set-up/letters").text
    assert "comes with it is in use" in post(client, ADDRESS, step="restore").text
    assert not list(folder.iterdir())
    written, removed = office.events("letter templates")
    assert (written.what["written"], removed.what["removed"]) == (("details-wanted",),) * 2
    with office.workspace("Ada") as ws:
        assert verify(ws) is None


def test_who_saves_over_a_text_that_changed_since_it_was_shown_is_told_first(
    open_office: Opener,
) -> None:
    office = open_office(users={**USERS, "Cy": "administrator"})
    ada, cy = office.person("Ada"), office.person("Cy")
    (shown,) = get(ada, ADDRESS).fields()["seen"]
    tried = post(ada, ADDRESS, text=OWN, step="preview", seen=shown)
    assert tried.fields()["seen"] == [shown]
    assert "Saved" in post(cy, ADDRESS, text=OWN.replace("Names", "Cy"), step="save").text
    for step in ("save", "restore"):
        refused = post(ada, ADDRESS, text=OWN, step=step, seen=shown)
        assert refused.status == 409
        assert "has changed since it was shown to you" in refused.text
        assert "by Cy" in refused.text
    with office.workspace("Ada") as ws:
        assert "# Cy" in letter_template(ws, "details-wanted").text
    (now,) = refused.fields()["seen"]
    assert "Saved" in post(ada, ADDRESS, text=OWN, step="save", seen=now).text


def test_nobody_else_reads_or_changes_a_text_and_a_broken_one_is_shown_as_such(
    open_office: Opener,
) -> None:
    office = open_office(users=USERS)
    officer = office.person("Bo")
    assert get(officer, ADDRESS).status == 403
    assert post(officer, ADDRESS, text=OWN, step="save").status == 403
    folder = office.settings.home / TEMPLATES
    folder.mkdir()
    (folder / "details-wanted.txt").write_bytes(b"Dear {supplier},\xff")
    page = get(office.person("Ada"), ADDRESS)
    assert "cannot be used" in page.errors()[0][1]
    assert get(office.person("Ada"), "/set-up/letters/other").status == 404

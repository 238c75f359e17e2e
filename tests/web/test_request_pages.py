"""Requests in the console: the list, one at length, a file received, and an answer recorded."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.extensions.sharing import partner_files
from duediligence.extensions.sharing.receiving import receive
from duediligence.extensions.sharing.render.referral_page import FORM_VERSION
from duediligence.extensions.sharing.request_log import request_of

from .alert_office import Office, Page, get
from .request_office import PURPOSE, TERMS, partner, with_requests


def test_the_list_has_the_open_ones_and_marks_what_is_overdue(
    office: Office, tmp_path: Path
) -> None:
    with_requests(office, tmp_path)
    client = office.person("Ada")
    page = get(client, "/requests")
    about = "Bright Sands Home Care Ltd"
    (ours, theirs) = page.rows()
    assert ours[:4] == ["Request 1", "We asked", "Example Police", about]
    assert ours[5:] == ["Open", "none"]
    assert theirs[:3] == ["Request 2", "They ask", "Example Police"]
    office.service.now = lambda: NOW + timedelta(days=2)
    assert [row[5] for row in get(client, "/requests").rows()] == ["Overdue", "Open"]


def test_one_request_says_who_asks_what_about_which_supplier(
    office: Office, tmp_path: Path
) -> None:
    with_requests(office, tmp_path)
    page = get(office.person("Ada"), "/requests/2")
    for words in ("Example Police (Police force)", "You hold it: S4/../=x", PURPOSE):
        assert words in page.text
    assert "<Quorn>" not in page.source
    assert "\u202e" not in page.source
    assert "will learn that you hold nothing about" in page.text


def test_an_answer_is_recorded_and_the_reply_is_what_the_partner_takes_in(
    office: Office, tmp_path: Path
) -> None:
    with_requests(office, tmp_path)
    client = office.person("Ada")
    sent = client.post("/requests/2/answer", data={"answer": "hit"})
    assert sent.status_code == 200
    assert "attachment; filename*=UTF-8''reply-2.ddp" in sent.headers["Content-Disposition"]
    reply = tmp_path / "reply.ddp"
    reply.write_bytes(sent.content)
    assert partner_files.read_partner_file(reply).header.kind == "reply"
    with partner(tmp_path) as police:
        receive(police, reply)
        assert request_of(police, 1).request.answer == "hit"
    page = get(client, "/requests/2")
    assert "Hit: something is held about it" in page.text
    assert not page.main("form[contains(@action, 'answer')]")
    again = client.post("/requests/2/answer", data={"answer": "no-hit"})
    assert again.status_code == 409
    assert "Request 2 was answered on" in again.text


def test_what_the_partner_said_by_telephone_is_recorded(office: Office, tmp_path: Path) -> None:
    with_requests(office, tmp_path)
    client = office.person("Ada")
    empty = client.post("/requests/1/answer", data={})
    assert empty.status_code == 422
    assert "Select an answer." in empty.text
    refused = client.post("/requests/1/answer", data={"answer": "refused"})
    assert refused.status_code == 422
    assert "Say why it is refused." in refused.text
    done = Page(
        client.post("/requests/1/answer", data={"answer": "refused", "reason": "too-little"})
    )
    assert "The answer is recorded." in done.text
    assert "Refused: the request does not say enough to be answered" in done.text
    assert get(client, "/requests?everything=yes").text.count("Request 1") == 1
    assert "Request 1" not in get(client, "/requests").text


def test_a_request_is_withdrawn(office: Office, tmp_path: Path) -> None:
    with_requests(office, tmp_path)
    client = office.person("Ada")
    page = Page(client.post("/requests/1/withdraw"))
    assert "No file says so: tell the partner." in page.text
    assert "Withdrawn" in page.text
    assert client.post("/requests/1/withdraw").status_code == 409
    assert client.post("/requests/99/withdraw").status_code == 404
    assert client.get("/requests/none").status_code == 404


def test_a_file_of_the_partner_is_taken_in_once_and_leaves_no_upload(
    office: Office, tmp_path: Path
) -> None:
    content = with_requests(office, tmp_path).read_bytes()
    client = office.person("Ada")

    def sent(body: bytes) -> Page:
        return Page(client.post("/requests/receive", files={"file": ("a.ddp", body)}))

    assert "Choose a file." in client.post("/requests/receive").text
    assert "is not a file of a partner" in sent(content[:-1]).text
    page = sent(content)
    assert "Request 3" in page.text
    assert "The file is recorded." in page.text
    assert PURPOSE in page.text
    assert "already" in sent(content).text
    home = office.settings.home
    assert not [one for one in (home / "console" / "uploads").rglob("*") if one.is_file()]
    assert b"Quorn" not in (home / "console.db").read_bytes()


def test_a_referral_form_is_recorded_as_a_request_of_ours(office: Office, tmp_path: Path) -> None:
    client, alert = office.person("Ada"), office.match("S1").id
    assert not get(client, f"/alerts/referral?alert={alert}").main("select[@name='agreement']")
    with_requests(office, tmp_path)
    page = get(client, f"/alerts/referral?alert={alert}")
    assert f"{TERMS.reference}, with Example Police" in page.text
    sent = {"alert": alert, "to": "police", "agreement": TERMS.reference}
    for more, words in (
        ({}, "The purpose must be a line of"),
        ({"purpose": "Renewal"}, "Enter the day by which an answer is needed."),
        ({"purpose": "Renewal", "due-day": "40"}, "The day an answer is due must include"),
    ):
        answer = client.post("/alerts/referral", data={**sent, **more})
        assert answer.status_code == 422
        assert words in answer.text
    day = NOW + timedelta(days=9)
    due = {"due-day": day.day, "due-month": day.month, "due-year": day.year}
    made = client.post("/alerts/referral", data={**sent, "purpose": "Renewal", **due})
    assert "attachment" in made.headers["Content-Disposition"]
    shown = get(client, "/requests/3")
    assert f"version {FORM_VERSION}, SHA-256 {sha256(made.content).hexdigest()}" in shown.text

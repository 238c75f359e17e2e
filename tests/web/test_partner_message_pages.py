"""A message of a partner in the console: received as a file, and shown as a restricted alert."""

from pathlib import Path

from duediligence.casework import queue

from ..sharing.messages_made import message_to
from .alert_office import Office, Page, get, post

SECRET = ("Example Police", "asks you to call", "SHR-01", "message 1")


def test_a_message_is_an_alert_that_is_shown_on_purpose_only(
    office: Office, tmp_path: Path
) -> None:
    with office.workspace("Ada", "administrator") as ws:
        content = message_to(ws, tmp_path, "S3").read_bytes()
    client = office.person("Ada")
    sent = {"files": {"file": ("message.ddp", content)}}
    done = Page(client.post("/requests/receive", **sent))
    assert "Message 1 of a partner is recorded." in done.text
    with office.workspace("Ada", "administrator") as ws:
        (alert,) = (one for one in queue.alerts(ws) if one.first.check_id == "SHR-01")
    assert alert.supplier_ref == "S3"
    for address in ("/", "/alerts", "/alerts?supplier=S3", "/suppliers/S3", f"/alerts/{alert.id}"):
        page = get(client, address)
        assert not [one for one in SECRET if one in page.text], address
    assert "rests on a restricted record" in get(client, f"/alerts/{alert.id}").text
    shown = post(client, f"/alerts/{alert.id}")
    assert "Example Police asks you to call them before you act" in shown.text
    assert "It names the supplier itself." in shown.text
    assert "Do not tell the supplier" in shown.text
    (event,) = office.events("restricted shown")
    assert event.what == {"alerts": (alert.id,)}
    again = Page(client.post("/requests/receive", **sent))
    assert "This file was received on" in again.text

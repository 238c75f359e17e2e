"""Contracts from published notices in the console: nothing is kept before somebody says so."""

import re
from pathlib import Path

from tests.suppliers.notice_files import FENMOOR, QUILL, notice, write

from .alert_office import Office, Page, get
from .test_import_pages import sent, suppliers, waiting, where

ADDRESS = "/suppliers/contract-notices"


def test_contracts_are_seen_the_buyer_chosen_and_a_supplier_added(
    office: Office, tmp_path: Path
) -> None:
    client, before = office.person("Ada"), suppliers(office)
    other = {"id": "GB-PPON-PBBB-2222-BBBB", "name": "<b>Otherton</b> Council"}
    odd = {**FENMOOR, "name": "Fenmoor <script>alert(1)</script> Ltd"}
    body = write(tmp_path, notice(QUILL), notice(odd, buyer=other)).read_bytes()
    page = sent(client, body, "notices.json", ADDRESS)
    # The council of the settings is the buyer until another is chosen.
    assert "1 notice of your own, 1 notice of other buyers" in page.text
    chosen = get(client, f"{where(page)}?buyer={other['name']}")
    assert "Contracts of suppliers that you do not have: 1" in chosen.text
    assert "<script>alert" not in chosen.source
    assert suppliers(office) == before
    (wanted,) = re.findall(r'value="(S-[0-9a-f]{12})"', chosen.source)
    none = client.post(
        where(page) + f"?buyer={other['name']}", data={"seen": chosen.fields()["seen"][0]}
    )
    assert Page(none).errors() == [("#add", "Select a supplier to add, or cancel.")]
    added = client.post(
        f"{where(page)}?buyer={other['name']}",
        data={"seen": chosen.fields()["seen"][0], "add": wanted},
    )
    assert added.url.path == "/suppliers"
    assert "Kept: 1 supplier changed." in added.text
    assert suppliers(office).keys() - before.keys() == {wanted}
    assert suppliers(office)[wanted].contracts[0].title == "Pens for schools"
    shown = get(client, f"/suppliers/{wanted}")
    assert "UK7 contract details notice 000001-2026, 2 March 2026: awarded" in shown.text
    assert not waiting(office)
    assert get(client, "/suppliers").links().count(ADDRESS) == 1


def test_nothing_is_left_of_a_file_that_is_refused_or_cancelled(
    office: Office, tmp_path: Path
) -> None:
    client = office.person("Ada")
    page = sent(client, b'{"releases": [{}]}', "notices.json", ADDRESS)
    assert "release 1: is not a release" in page.text
    assert not waiting(office)
    page = sent(client, write(tmp_path, notice(QUILL)).read_bytes(), "notices.json", ADDRESS)
    stale = client.post(where(page), data={"seen": "0" * 64})
    assert stale.status_code == 409
    assert "Something changed since you looked" in stale.text
    client.post(f"{where(page)}/discard")
    assert not waiting(office)

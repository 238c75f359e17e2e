"""The network of a supplier in the console: what it shows, to whoever may see it, and what not."""

from dataclasses import replace

from lxml import etree

from duediligence.casework.deciding import Choice, decide_alert
from duediligence.casework.networks_shown import network_for
from duediligence.web.navigation import supplier_address

from .alert_office import HOSTILE, MARKERS, SUPPLIERS, Office, get

HOSTILE_REF = SUPPLIERS[3].ref
SVG = "{http://www.w3.org/2000/svg}"


def test_the_page_has_the_picture_and_the_list_that_the_use_case_gives(office: Office) -> None:
    page = get(office.person("Ada"), "/suppliers/S1/network")
    with office.workspace() as ws:
        view = network_for(ws, "S1")
    labels = [[node.label for node in path.nodes] for path in view.around.paths]
    assert labels == [
        ["Bright Sands Home Care Ltd", "Dragomir Petrosyanov"],
        ["Bright Sands Home Care Ltd", "Dragomir Petrosyanov", HOSTILE],
    ]
    (picture,) = page.main("svg[@role='img']")
    boxes = [" ".join(" ".join(box.itertext()).split()) for box in picture.iterfind("svg")]
    (person,) = (box for box in boxes if box.startswith("Dragomir Petrosyanov"))
    assert "Possibly on a list" in person
    region = picture.getparent()
    assert (region.get("role"), region.get("tabindex")) == ("region", "0")
    assert "Source: supplier file, first known here on" in page.text
    assert not page.main("script")


def test_a_hostile_name_is_text_in_the_picture(office: Office) -> None:
    client = office.person("Ada")
    answer = client.get(supplier_address(HOSTILE_REF, "network"))
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "\u202e" not in answer.text
    start = answer.text.index('<svg xmlns="http://www.w3.org/2000/svg" class="ownership"')
    root = etree.fromstring(answer.text[start : answer.text.rindex("</svg>") + len("</svg>")])
    assert root.tag == f"{SVG}svg"


def test_how_far_to_look_is_a_choice_and_anything_else_is_the_default(office: Office) -> None:
    client = office.person("Ada")
    page = get(client, "/suppliers/S1/network?steps=1")
    assert "Bright Sands" in page.text
    assert page.main("strong[text()='1 step']")
    assert get(client, "/suppliers/S1/network?steps=99").main("strong[text()='2 steps']")


def test_nothing_of_a_restricted_record_is_on_the_page(office: Office) -> None:
    client = office.person("Ada")
    page = get(client, "/suppliers/S2/network")
    assert "1 restricted record not shown." in page.text
    assert not any(marker in page.source for marker in MARKERS)
    assert "On record: " not in page.text
    assert office.events("restricted shown") == []


def test_the_network_is_made_once_until_something_changes(office: Office) -> None:
    client = office.person("Ada")
    get(client, "/suppliers/S1/network")
    with office.workspace() as ws:
        made = office.service.networks.get(ws)
        get(client, "/suppliers/S3/network")
        assert office.service.networks.get(ws) is made
        changed = replace(SUPPLIERS[2], name="Volkhar Maritime Limited")
        ws.suppliers.save([changed], file="s.csv", at=ws.now())
        assert office.service.networks.get(ws) is not made


def test_who_was_decided_to_be_somebody_else_is_not_marked_any_more(office: Office) -> None:
    client = office.person("Ada")
    assert "Possibly on a list" in get(client, "/suppliers/S1/network").text
    mistaken = Choice(decided="not the same", reason="OTHER", note="Another person")
    for ref in ("S1", HOSTILE_REF):
        for alert in office.alerts(supplier=ref):
            if alert.matched:
                with office.workspace() as ws:
                    decide_alert(ws, alert.id, mistaken)
    page = get(client, "/suppliers/S1/network")
    assert "Possibly" not in page.text
    assert "Nobody here is known to be listed" in page.text


def test_an_unknown_supplier_has_no_network(office: Office) -> None:
    assert office.person("Ada").get("/suppliers/nobody/network").status_code == 404


def test_the_supplier_leads_to_its_network(office: Office) -> None:
    page = get(office.person("Ada"), "/suppliers/S1")
    assert page.main("a[@href='/suppliers/S1/network']")

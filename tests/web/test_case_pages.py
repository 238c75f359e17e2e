"""A case in the console: help first, what cannot be is said beside its field, and the pack."""

from bs4 import BeautifulSoup

from .alert_office import Office


def test_a_case_from_its_opening_to_its_pack(office: Office) -> None:
    client, match = office.person("Ada"), office.match()
    assert "There is no open case." in client.get("/cases").text
    empty = client.post("/cases/new", data={"title": ""})
    assert empty.status_code == 422
    assert 'href="#title"' in empty.text
    page = client.post("/cases/new", data={"title": "Shops <b>", "notes": "One\nTwo"})
    assert page.url.path == "/cases/1"
    assert "Shops &lt;b&gt;" in page.text
    assert 'id="help-first"' not in page.text
    items = {"supplier": "S1", "alert": f"{match.id} {office.restricted().id}"}
    page = client.post("/cases/1/add", data=items)
    assert "Added to the case: 3." in page.text
    assert "rests on a restricted record" in page.text
    assert "Show it too: that is recorded" in page.text
    assert not office.events("restricted shown")
    assert "rests on a restricted record" not in client.post("/cases/1").text
    assert len(office.events("restricted shown")) == 1
    wrong = client.post("/cases/1/action", data={"what": "Inspect", "agency": ""})
    assert 'href="#agency"' in wrong.text
    page = client.post("/cases/1/action", data={"what": "Inspect <i>", "agency": "fire"})
    assert "Inspect &lt;i&gt;" in page.text
    refused = client.post("/cases/1/close", data={"reason": "no-risk-found"})
    assert refused.status_code == 409
    assert "without an outcome: 1" in refused.text
    assert client.post("/cases/1/actions/1", data={"outcome": "done"}).url.path == "/cases/1"
    page = client.post("/cases/1/sign", data={"sign": "slavery", "present": "yes"})
    soup = BeautifulSoup(page.text, "lxml")
    first = soup.select_one("main section, main table, main dl")
    assert first
    assert first.get("aria-labelledby") == "help-first", "before all else on the page"
    assert "call 999" in first.get_text()
    saved = client.post("/cases/1/pack", data={"level": "people", "form": "html"})
    assert "attachment" in saved.headers["content-disposition"]
    assert "Access: people" in saved.text
    none = client.post("/cases/1/pack", data={"level": "partners"})
    assert none.status_code == 409
    assert "names no agreement" in none.text
    (event,) = [one for one in office.events("export") if one.subject == "meeting pack"]
    assert event.what["level"] == "people"
    client.post("/cases/1/close", data={"reason": "no-risk-found"})
    assert "There is no open case." in client.get("/cases").text
    assert "closed on" in client.get("/cases?all=yes").text
    assert client.post("/cases/1/reopen").url.path == "/cases/1"
    for address in ("/cases/9", "/cases/nine", "/cases/9/edit"):
        assert client.get(address).status_code == 404

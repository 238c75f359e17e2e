"""Agreements in the console: kept by a form or a file, compared, keyed, saved and ended."""

import json
from pathlib import Path

from starlette.testclient import TestClient

from duediligence.extensions.sharing import agreement_files
from duediligence.extensions.sharing.agreements import accept, drop_partner_keys, export, find
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.text.dates import long_date
from duediligence.web.service import Service
from tests.rows import for_each

from ..conftest import NOW
from ..sharing.agreements_made import made
from .alert_office import Page, get
from .test_who_may import AGREEMENT

FORM = {"reference": "ISA-2026-01", **AGREEMENT, "partner": "Example <Police>"}


def partner_home(tmp_path: Path) -> Workspace:
    return Workspace(Settings(home=tmp_path / "partner"), now=lambda: NOW, who="Pat")


def test_one_is_kept_by_its_terms_and_listed(client: TestClient) -> None:
    assert "There are no agreements." in get(client, "/agreements").text
    page = Page(client.post("/agreements/new", data={**FORM, "contacts": "desk: 0000\n\ndpo: d@x"}))
    assert page.title.startswith("Agreement ISA-2026-01")
    for said in (
        "In force",
        "No key of the partner is known",
        "Example <Police> (Police force)",
        "Crime and Disorder Act 1998 s.115",
        "None of the bases is a lawful basis",
        "desk: 0000",
        "dpo: d@x",
    ):
        assert said in page.text
    (row,) = get(client, "/agreements").rows()
    assert row[:3] == ["ISA-2026-01", "Example <Police>", "In force"]


@for_each(
    ("change", "field", "said"),
    [
        ({"reference": "isa 1"}, "reference", "not a valid reference"),
        ({"partner": "Example Council"}, "partner", "Both parties have the name"),
        ({"partner_kind": ""}, "partner_kind", "Unknown kind of partner"),
        ({"purpose": ""}, "purpose", "must be a line of 1 to 500"),
        ({"bases": []}, "bases", "Name at least one basis"),
        ({"shares": []}, "shares", "Name at least one kind of sharing"),
        ({"starts-day": "1"}, "starts-month", "must include a month"),
        ({"review-year": ""}, "review-year", "must include a year"),
        ({"review-day": "", "review-month": "", "review-year": ""}, "review-day", "Enter the day"),
        ({"review-year": "2040"}, "review-day", "must be 1 to 1,096 days after"),
        ({"retention_days": "long"}, "retention_days", "Enter a whole number"),
        ({"most_hits": "257"}, "most_hits", "257 is not 1 to 256"),
        ({"shares": "blind-matching: people"}, "auditor", "Give the public key of an auditor"),
        ({"auditor": "a key"}, "auditor", "not the public key of an auditor"),
        ({"contacts": "Ada"}, "contacts", "is not a role and how to reach it"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field(
    client: TestClient, change: dict[str, str], field: str, said: str
) -> None:
    answer = client.post("/agreements/new", data={**FORM, **change})
    assert answer.status_code == 422
    ((where, words),) = Page(answer).errors()
    assert (where.lstrip("#"), said in words) == (field, True)
    assert "There are no agreements." in get(client, "/agreements").text


def test_the_partners_file_is_taken_and_both_show_the_same_words(
    client: TestClient, tmp_path: Path
) -> None:
    with partner_home(tmp_path) as partner:
        made(partner, ours="Example Police")
        text = export(partner, "ISA-2026-01", file="b.json")
    wrong = client.post(
        "/agreements/from-file",
        data={"ours": "Example Council", "partner_kind": "police"},
        files={"file": ("b.json", text[:-40].encode())},
    )
    assert wrong.status_code == 422
    assert "is not JSON, or was cut on its way" in wrong.text
    none = client.post(
        "/agreements/from-file", data={"ours": "Example Council", "partner_kind": "police"}
    )
    assert "Choose the file that the partner gave you" in none.text
    taken = {"ours": "Example Council", "partner_kind": "police"}
    sent = {"file": ("b.json", text.encode())}
    unsaid = client.post("/agreements/from-file", data=taken, files=sent)
    assert unsaid.status_code == 422
    assert "Give the public key of an auditor, or say that there is none" in unsaid.text
    taken["without_auditor"] = "yes"
    page = Page(client.post("/agreements/from-file", data=taken, files=sent))
    document = json.loads(text)
    assert document["signing_key"]["fingerprint"] in page.text
    assert document["terms_fingerprint"] in page.text
    assert "No key of the partner" not in page.text


def test_a_key_is_taken_and_dropped_and_the_files_are_saved(
    service: Service, client: TestClient, tmp_path: Path
) -> None:
    client.post("/agreements/new", data={**FORM, "partner": "Example Police"})
    saved = client.post("/agreements/ISA-2026-01/file")
    assert "agreement-ISA-2026-01.json" in saved.headers["content-disposition"]
    with partner_home(tmp_path) as partner:
        theirs = agreement_files.parse_agreement_file(saved.content, "a.json")
        accept(
            partner,
            theirs,
            ours="Example Police",
            partner_kind="council-fraud-team",
            without_auditor=True,
        )
        back = export(partner, "ISA-2026-01", file="b.json")
    wrong = client.post("/agreements/ISA-2026-01/key", files={"file": ("a.json", saved.content)})
    assert wrong.status_code == 422
    assert "was made by Example Council, not by Example Police" in wrong.text
    client.post("/agreements/ISA-2026-01/key", files={"file": ("b.json", back.encode())})
    with Workspace(service.settings, now=service.now) as ws:
        assert find(ws, "ISA-2026-01").partner_keys
        assert not find(ws, "ISA-2026-01").is_key_compared
    words = json.loads(back)["signing_key"]["fingerprint"]
    of_ours = json.loads(saved.content)["signing_key"]["fingerprint"]
    other = client.post("/agreements/ISA-2026-01/compared", data={"words": of_ours})
    assert other.status_code == 422
    assert Page(other).errors()[0][0].lstrip("#") == "words"
    kept = Page(client.post("/agreements/ISA-2026-01/compared", data={"words": words.upper()}))
    assert "Key compared" in kept.text
    with Workspace(service.settings, now=service.now) as ws:
        assert find(ws, "ISA-2026-01").is_key_compared
    client.post("/agreements/ISA-2026-01/key", data={"drop": "yes"})
    with Workspace(service.settings, now=service.now) as ws:
        assert not find(ws, "ISA-2026-01").partner_keys
        drop_partner_keys(ws, "ISA-2026-01")
    page = client.post("/agreements/ISA-2026-01/explanation")
    assert "not been reviewed by a cryptographer" not in page.text  # only hits are shared
    assert "Find suppliers that both hold" in page.text


def test_one_is_ended_after_a_question(client: TestClient) -> None:
    client.post("/agreements/new", data=FORM)
    asked = get(client, "/agreements/ISA-2026-01/end")
    assert "cannot be undone" in asked.text
    late = {"on-day": "1", "on-month": "1", "on-year": "2028"}
    answer = client.post("/agreements/ISA-2026-01/end", data=late)
    assert answer.status_code == 422
    assert "is after the day of review" in answer.text
    page = Page(client.post("/agreements/ISA-2026-01/end"))
    assert f"Ended on {long_date(NOW.date())}" in page.text
    again = client.post("/agreements/ISA-2026-01/end")
    assert (again.status_code, f"ended on {NOW.date()}" in again.text) == (422, True)
    assert get(client, "/agreements").rows()[0][2] == "Ended"


def test_an_agreement_that_is_not_there_is_not_found(client: TestClient) -> None:
    for address in ("/agreements/ISA-9", "/agreements/ISA-9/end"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert 'href="/agreements"' in answer.text
    sent = client.post("/agreements/ISA-9/key", files={"file": ("a.json", b"{}")})
    assert sent.status_code == 404

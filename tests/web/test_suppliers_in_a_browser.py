"""The pages about suppliers and runs in a real browser: a file imported by keyboard alone and
without scripts, and the pages that forms lead to seen at any width.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("axe_playwright_python", reason="`make browser` installs what this needs")

from playwright.sync_api import Browser, Page

from duediligence.casework.runs_shown import runs_page
from duediligence.casework.supplier_editing import edit
from duediligence.suppliers.facts import SupplierFacts
from duediligence.web.navigation import supplier_address
from duediligence.web.sign_in.one_pc import new_key
from tests.chromium import find_faults

from .alert_office import SUPPLIERS, Office
from .conftest import enter_key
from .test_alerts_in_a_browser import go_on, serving, tab_to

pytestmark = pytest.mark.browser


@pytest.fixture
def base(office: Office) -> Iterator[str]:
    with serving(office) as address:
        yield address


def signed_in(browser: Browser, office: Office, base: str, **how: bool) -> Page:
    tab = browser.new_context(**how).new_page()  # type: ignore[arg-type]
    with office.service.console() as store:
        key = new_key(store, office.service.clock())
    enter_key(tab, base, key)
    return tab


def test_a_file_is_imported_by_keyboard_alone(
    browser: Browser, base: str, office: Office, tmp_path: Path
) -> None:
    file = tmp_path / "new.csv"
    file.write_text("Wer,Ref\nFenmoor Haulage,S8\n", encoding="utf-8")
    page = signed_in(browser, office, base, java_script_enabled=False)
    page.goto(f"{base}/suppliers")
    tab_to(page, "Import suppliers")
    go_on(page)
    page.set_input_files("#file", file)
    tab_to(page, "Continue")
    go_on(page)
    assert page.title().startswith("Error: Choose the columns")
    tab_to(page, "Column with the name of the supplier")
    page.keyboard.type("Wer")
    tab_to(page, "Read it again")
    go_on(page)
    assert page.locator("h1").inner_text() == "Check what would be imported"
    tab_to(page, "Import them")
    go_on(page)
    for _ in range(100):
        if page.get_by_text("1 supplier (1 new").count():
            break
        page.reload()
    page.goto(f"{base}/suppliers/S8")
    assert page.locator("h1").inner_text() == "Fenmoor Haulage"
    page.context.close()


def addresses(office: Office) -> dict[str, str]:
    with office.workspace() as ws:
        edit(ws, "S1", SupplierFacts(trading_names=["Sands & <Sons>"]), note="Their van")
        run = f"/runs/{runs_page(ws).rows[0].id}"
    hostile = supplier_address(SUPPLIERS[3].ref)
    return {
        "all": "/suppliers",
        "searched": "/suppliers?q=zz&everything=yes",
        "new": "/suppliers/new",
        "duplicates": "/suppliers/duplicates",
        "import": "/suppliers/import",
        "declarations": "/suppliers/declarations",
        "one": "/suppliers/S1",
        "hostile": hostile,
        "restricted": "/suppliers/S2",
        "before restricted": "/suppliers/S2/restricted",
        "edit": "/suppliers/S1/edit",
        "end": "/suppliers/S1/end",
        "reopen": "/suppliers/S1/reopen",
        "which merge": "/suppliers/S1/merge",
        "no merge": "/suppliers/S1/merge?other=zz",
        "merge": f"/suppliers/S1/merge?other={hostile.rpartition('/')[2]}",
        "link": "/suppliers/S1/link",
        "contract": "/suppliers/S1/contract",
        "undo": "/suppliers/S1/undo/1",
        "pack": "/suppliers/S1/pack",
        "check": "/check",
        "checks": "/checks",
        "runs": "/runs",
        "run": run,
        "run, restricted": f"{run}/restricted",
        "flags": f"{run}/flags",
        "verify": "/packs/verify",
    }


def test_nothing_is_wrong_with_pages_that_only_a_form_leads_to(
    browser: Browser, base: str, office: Office, tmp_path: Path
) -> None:
    tab = signed_in(browser, office, base, bypass_csp=True)
    file = tmp_path / "new.csv"
    file.write_text("Supplier,Ref\nFenmoor <b>,S8\n,S9\nVolkhar Ltd,S3\n", encoding="utf-8")
    tab.goto(f"{base}/suppliers/import")
    tab.set_input_files("#file", file)
    tab.click("main form button")
    found = find_faults(tab)
    for address, button in (
        ("/suppliers/new", "main form button"),
        ("/suppliers/S1/pack", "main form button"),
        ("/suppliers/S1/link", "button[value=look]"),
        ("/check", "button.govuk-button[value=another]"),
        ("/check", "button.govuk-button[value=check]"),
    ):
        tab.goto(base + address)
        tab.click(button)
        found += find_faults(tab)
    tab.context.close()
    assert found == []

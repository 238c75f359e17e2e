"""Take the pictures of the pages here from the demonstration: `make pictures` (needs Chromium)."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

PICTURES = Path(__file__).parent / "pictures"
WIDTH, HEIGHT = 1100, 820
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
BUYER = "Exampleshire Council"
PROGRAM = (sys.executable, "-m", "duediligence")


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright, TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        with console() as (site, key):
            page.goto(f"{site}/start")
            page.get_by_label("Code").fill(key)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(f"{site}/")
            page.goto(f"{site}/alerts")
            take(page, "queue")
            page.locator("table tbody a[href^='/alerts/']").first.click()
            take(page, "alert")
            file = Path(folder) / "notices.json"
            file.write_text(json.dumps({"releases": list(invent_notices())}), encoding="utf-8")
            page.goto(f"{site}/suppliers/contract-notices")
            page.set_input_files("input[type=file]", file)
            page.get_by_role("button", name="Continue").click()
            page.get_by_label(BUYER).check()
            page.get_by_role("button", name="Read it again").click()
            take(page, "contract-notices")
        subprocess.run([*PROGRAM, "--quiet", "demo", "--out-dir", folder], check=True)
        page.goto((Path(folder) / "report.html").as_uri())
        take(page, "report")
        browser.close()


def invent_notices() -> Iterator[dict[str, object]]:
    """Contract details notices: of a supplier of the demonstration, of its number under another
    name, and of a supplier that is not there.
    """
    suppliers = (
        ("Bright Sands Home Care Limited", "99001001", "Home care, north", "85312000"),
        ("Kestrel Yard Skips Ltd", "99001001", "Skips for depots", "90511000"),
        ("Quill Stationers Ltd", "99008888", "Pens for schools", "30192000"),
    )
    for at, (name, number, title, code) in enumerate(suppliers, 1):
        party = {"id": f"GB-COH-{number}", "name": name, "roles": ["supplier"]}
        about = {"id": f"00000{at}-2026", "noticeType": "UK7", "datePublished": "2026-03-02"}
        yield {
            "ocid": f"ocds-h6vhtk-00000{at}",
            "id": about["id"],
            "date": "2026-03-02T09:00:00Z",
            "tag": ["award", "contract"],
            "buyer": {"id": "GB-PPON-PAAA-1111-AAAA", "name": BUYER},
            "parties": [{**party, "identifier": {"scheme": "GB-COH", "id": number}}],
            "tender": {
                "legalBasis": {"scheme": "UKPGA", "id": "2023/54"},
                "procurementMethodDetails": "Open procedure",
                "classification": {"scheme": "CPV", "id": code},
            },
            "awards": [{"id": "1", "status": "active", "suppliers": [party]}],
            "contracts": [
                {
                    "id": "1",
                    "awardID": "1",
                    "title": title,
                    "period": {"startDate": "2026-04-01", "endDate": "2028-03-31"},
                    "value": {"amount": 500_000, "amountGross": 600_000, "currency": "GBP"},
                    "documents": [about],
                }
            ],
        }


def take(page: Page, name: str) -> None:
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path)
    sys.stdout.write(f"{path.name}: {page.title()}, {path.stat().st_size:,} bytes\n")


@contextmanager
def console() -> Iterator[tuple[str, str]]:
    """The console of the demonstration: its address, and a code that signs in once."""
    serve = [*PROGRAM, "serve", "--demo", "--no-browser"]
    reader, terminal = os.openpty()  # a code is printed to a terminal alone
    with subprocess.Popen(serve, stdout=terminal) as process:
        os.close(terminal)
        try:
            text = b""
            while not (found := re.search(rb"(http://\S+)/start.*\n  (\S+)\r?\n", text, re.S)):
                text += os.read(reader, 1_000)
            yield found[1].decode(), found[2].decode()
        finally:
            process.terminate()


if __name__ == "__main__":
    main()

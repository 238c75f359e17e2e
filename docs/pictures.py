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
        with console() as address:
            page.goto(address)
            page.goto(f"{address.partition('/start')[0]}/alerts")
            take(page, "queue")
            page.locator("table tbody a[href^='/alerts/']").first.click()
            take(page, "alert")
            file = Path(folder) / "notices.json"
            file.write_text(json.dumps({"releases": list(invent_notices())}), encoding="utf-8")
            page.goto(f"{address.partition('/start')[0]}/suppliers/contract-notices")
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
def console() -> Iterator[str]:
    """The console of the demonstration; its address, which signs in once."""
    serve = [*PROGRAM, "serve", "--demo", "--no-browser"]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            for line in process.stdout:
                if found := re.search(r"http://127\.0\.0\.1:\d+/start\S+", line):
                    yield found[0]
                    return
            raise SystemExit("the console did not start")
        finally:
            process.terminate()


if __name__ == "__main__":
    main()

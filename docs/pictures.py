"""Take the pictures of the README from the demonstration: `make pictures` (needs Chromium)."""

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
        subprocess.run([*PROGRAM, "--quiet", "demo", "--out-dir", folder], check=True)
        page.goto((Path(folder) / "report.html").as_uri())
        take(page, "report")
        browser.close()


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

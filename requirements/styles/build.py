"""Build the console's style sheet, with the icons that it names and the licences of both.

python requirements/styles/build.py --packages .venv/styles --into duediligence/web/static
"""

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ICONS = "node_modules/@ministryofjustice/frontend/moj/assets/images"
# Neither may be used outside GOV.UK domains.
RESERVED = re.compile(r"GDS Transport|@font-face|woff|crown|crest|GOV\.UK", re.IGNORECASE)


def built(packages: Path, into: Path) -> list[Path]:
    """The files written into the folder `into`, from the npm packages in the folder `packages`.

    Exits where the sheet names a font or a picture that only GOV.UK may use.
    """
    sheet = into / "console.css"
    options = ["--style=compressed", "--no-source-map", "--quiet-deps", "--no-error-css"]
    paths = [f"--load-path={packages}", f"--load-path={packages / 'node_modules'}"]
    sass = packages / "node_modules/sass/sass.js"
    subprocess.run(
        ["node", str(sass), *options, *paths, str(HERE / "console.scss"), str(sheet)], check=True
    )
    css = sheet.read_text("utf-8")
    if found := RESERVED.search(css):
        sys.exit(f"The style sheet has {found[0]!r}, which only GOV.UK may use: leave it out.")
    icons = sorted(set(re.findall(r"/static/images/([\w.-]+)", css)))
    (into / "images").mkdir(exist_ok=True)
    for icon in icons:
        shutil.copyfile(packages / ICONS / icon, into / "images" / icon)
    return [sheet, *(into / "images" / icon for icon in icons)]


def main() -> None:
    """Build into the folder that was named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packages", type=Path, required=True, help="folder of `npm ci`")
    parser.add_argument("--into", type=Path, required=True, help="folder to write to")
    asked = parser.parse_args()
    for path in built(asked.packages, asked.into):
        print(path)


if __name__ == "__main__":
    main()

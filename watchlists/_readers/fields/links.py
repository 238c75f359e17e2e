"""Where a publisher's page says that its file is, for files whose addresses change."""

import re
from collections.abc import Callable
from pathlib import Path


def linked(pattern: str) -> Callable[[Path], str]:
    """A function from a page to the first link in it whose address fits the expression; else "".

    It raises UnreadableFile where the file is no web page.
    """
    fits = re.compile(pattern, re.IGNORECASE)

    def locate(document: Path) -> str:
        from duediligence.formats.html import page

        targets = (str(link["href"]).strip() for link in page(document).select("a[href]"))
        return next((target for target in targets if fits.search(target)), "")

    return locate

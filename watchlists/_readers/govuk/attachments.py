"""Where the file of a GOV.UK publication is today: its address changes with every edition."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


def attachment(pattern: str) -> Callable[[Path], str]:
    """A function from a document of GOV.UK to the address of its first attachment that fits.

    The expression is looked for in an attachment's title, a blank and its address, whatever the
    case: `r"tax defaulters.*\\.ods$"`. The document is one of the content API, whose attachments
    stand in `details.attachments` or as links in `details.documents` and `details.body`; a saved
    page serves as well. The address may be relative; it is empty where nothing fits. The function
    raises UnreadableFile for a file that is neither.
    """
    fits = re.compile(pattern, re.IGNORECASE)

    def locate(path: Path) -> str:
        return next((url for title, url in _attached(path) if fits.search(f"{title} {url}")), "")

    return locate


def _attached(path: Path) -> Iterator[tuple[str, str]]:
    from duediligence.watchlists._readers.govuk.documents import fragment, is_json, item, links

    from duediligence.formats import html, json

    if not is_json(path):
        yield from links(html.page(path))
        return
    details = item(path)["details"]
    for one in _list(details.get("attachments")):
        if isinstance(one, dict):
            title, url = (
                json.text(one.get(key), f"{path.name}: {key}") for key in ("title", "url")
            )
            yield title, url
    for markup in (*_list(details.get("documents")), details.get("body")):
        if isinstance(markup, str):
            yield from links(fragment(markup, path.name))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []

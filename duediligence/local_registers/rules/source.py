"""Where a register is: one place, and only what goes with its format."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from duediligence.local_registers.description import Format, Source
from duediligence.local_registers.rules.faults import Faults
from duediligence.local_registers.tables.pages import selector_fault

_KEYS = {
    **dict.fromkeys(("url", "file", "folder", "files", "format", "sheet", "rows", "next"), str),
    "table": str | int | tuple[str, ...],
}
_GOES_WITH = {
    "table": ("html",),
    "next": ("html",),
    "sheet": ("xlsx",),
    "rows": ("html", "json"),
}
_ENDINGS: Mapping[str, Format] = {
    "csv": "csv",
    "xlsx": "xlsx",
    "json": "json",
    "html": "html",
    "htm": "html",
}


def source_of(table: Mapping[str, Any], path: Path, faults: Faults) -> Source:
    """The source that `[source]` of the file `path` tells."""
    found = faults.take(table, _KEYS, "source.")
    for key, value in found.items():
        if value in ("", ()):
            faults.add(f"source.{key} is blank")
    places = [key for key in ("url", "file", "folder") if key in found]
    if len(places) != 1:
        faults.add("source must have exactly one of url, file and folder")
    form = _format(found, faults)
    _web_address(found.get("url"), faults)
    if ("folder" in found) != ("files" in found):
        faults.add('source.folder and source.files go together: files = "*.html"')
    if re.search(r"[*{}]", found.get("file", "")):
        faults.add("source.file is one file; for several give folder and files")
    if not re.fullmatch(r"[^/\\<>|:\"{}]*", found.get("files", "")):
        faults.add("source.files is a pattern of file names, without folders")
    if "next" in found and "file" in found:
        faults.add("source.next goes with url or folder: a file is one page")
    for key, formats in _GOES_WITH.items():
        if key in found and form and form not in formats:
            faults.add(f"source.{key} goes with format {' or '.join(formats)}, not {form}")
    _selectors(found, form, faults)
    base = path.absolute().parent
    return Source(
        url=found.get("url", ""),
        file=base / found["file"] if found.get("file") else None,
        folder=base / found["folder"] if found.get("folder") else None,
        files=found.get("files", ""),
        format=form,
        sheet=found.get("sheet", ""),
        table=found.get("table", ""),
        rows=found.get("rows", ""),
        next=found.get("next", ""),
    )


def _format(found: Mapping[str, Any], faults: Faults) -> Format | None:
    """The format told, or that of the ending of an address; None where the content is to tell."""
    if "format" in found:
        faults.choose("source.format", found["format"], get_args(Format))
        told: Format = found["format"]
        return told
    if not found.get("url"):
        return None
    form = _ENDINGS.get(re.split(r"[?#]", found["url"])[0].lower().rpartition(".")[2])
    if form is None:
        faults.add(f"source.format is needed with this url: one of {', '.join(get_args(Format))}")
    return form


def _web_address(url: str | None, faults: Faults) -> None:
    try:
        parts = urlsplit(url or "https://x")
        sound = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        sound = False
    if not sound or re.search(r"\s", url or ""):
        faults.add("source.url must be an address that starts with https://, without a password")


def _selectors(found: Mapping[str, Any], form: Format | None, faults: Faults) -> None:
    table = found.get("table")
    if isinstance(table, int) and table < 1:
        faults.add("source.table: tables are counted from 1")
    for key in ("table", "rows", "next"):
        value = found.get(key)
        # The `rows` of JSON are a path, not a selector.
        if not isinstance(value, str) or (key == "rows" and form != "html"):
            continue
        if fault := selector_fault(value):
            faults.add(f"source.{key}: {fault}")

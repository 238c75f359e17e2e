"""Files that a browser saves, and the names of those that it sends."""

import re
from pathlib import PurePath, PurePosixPath
from typing import Final
from urllib.parse import quote

from starlette.responses import Response

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

# File systems count bytes, at most 255 (Linux, ext4), and some parts are put before or behind.
_MOST_BYTES: Final = 150
_MOST_NAME: Final = 80
_MOST_ENDING: Final = 10
_NOT_IN_NAMES: Final = re.compile(r"[^\w .()-]+")


def download(body: bytes | str, name: str) -> Response:
    """Return the file under that name. It is saved, for opened here it would be a page of ours."""
    return Response(
        body,
        media_type=_TYPES.get(PurePath(name).suffix.lower(), "application/octet-stream"),
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"},
    )


def safe_name(name: str, otherwise: str) -> str:
    """Return the name of a file without folders, and without marks that a system may take for more.

    `otherwise` is the name where nothing is left of it.
    """
    last = PurePosixPath(name.replace("\\", "/")).name
    stem, dot, ending = _NOT_IN_NAMES.sub("-", last).strip(" .").rpartition(".")
    if not dot:
        stem, ending = ending, ""
    ending = _truncate_file_name(ending, _MOST_ENDING)
    return f"{_truncate_file_name(stem, _MOST_NAME).strip(' .') or otherwise}{dot}{ending}"


def _truncate_file_name(text: str, most: int) -> str:
    """Return its beginning, which a system can store, too."""
    return text[:most].encode()[:_MOST_BYTES].decode(errors="ignore")

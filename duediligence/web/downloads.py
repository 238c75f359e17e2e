"""Files that a browser saves."""

from pathlib import PurePath
from urllib.parse import quote

from starlette.responses import Response

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def download(body: bytes | str, name: str) -> Response:
    """Return the file under that name. It is saved, for opened here it would be a page of ours."""
    return Response(
        body,
        media_type=_TYPES.get(PurePath(name).suffix.lower(), "application/octet-stream"),
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"},
    )

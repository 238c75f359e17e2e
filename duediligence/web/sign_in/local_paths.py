"""Where a browser may be sent after it signed in: a page here, and nowhere else."""

import re

from starlette.requests import Request

# A browser reads `//host` and `/\host` as another host, and leaves out tabs and line breaks.
_LOCAL = re.compile(r"/(?:[!-.0-\[\]-~][!-\[\]-~]*)?", re.ASCII)
LONGEST = 2_000


def local_path(address: str) -> str:
    """Return the address where it is a path and query of this server; else `/`."""
    return address if len(address) <= LONGEST and _LOCAL.fullmatch(address) else "/"


def path_asked_for(request: Request) -> str:
    """Return the path and query that a browser asked for, as it sent them."""
    raw = request.scope.get("raw_path") or b"/"
    query = request.scope.get("query_string", b"")
    return local_path((raw + (b"?" + query if query else b"")).decode("latin-1"))

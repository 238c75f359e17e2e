"""Which pages of other programs may read answers of this server: OpenRefine's, where it runs.

Only what a key in the address opens (`/reconcile/`) is ever read by another page, and only by pages
of the origins that the setting `reconcile_origins` names: never of any, for a page that somebody
happens to open would read as much (Fetch standard, CORS protocol).
"""

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers

_BELOW: Final = "/reconcile/"
_A_DAY: Final = "86400"


def may_cross(path: str) -> bool:
    """Return whether pages of the origins that are set may read what is there."""
    return path.startswith(_BELOW)


def is_foreign(headers: Headers, own: str, origins: tuple[str, ...]) -> bool:
    """Return whether a page sent it that is neither of this server nor of an origin that is set."""
    origin = headers.get("origin")
    return origin is not None and origin.lower() not in (own, *origins)


def is_preflight(method: str, headers: Headers) -> bool:
    """Return whether a browser asks for a page whether it may send a request."""
    return method == "OPTIONS" and "access-control-request-method" in headers


def answer_headers(
    headers: Headers, origins: tuple[str, ...], *, preflight: bool
) -> dict[str, str]:
    """Return the headers that let the page read the answer, where its origin is set.

    The address holds a key, which no link may carry on.
    """
    found: Mapping[str, str] = {}
    origin = headers.get("origin", "").lower()
    if origin in origins:
        found = {"Access-Control-Allow-Origin": origin}
        if preflight:
            found |= {
                "Access-Control-Allow-Methods": "GET, POST",
                "Access-Control-Allow-Headers": "Content-Type",
                "Access-Control-Max-Age": _A_DAY,
            }
    return {"Vary": "Origin", "Referrer-Policy": "no-referrer", **found}

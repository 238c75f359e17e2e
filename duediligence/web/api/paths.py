"""Which addresses programs ask."""

_BELOW = ("/api/", "/match/", "/search/", "/entities/", "/reconcile/")
_AT = ("/healthz", "/readyz", "/openapi.json", "/catalog", "/algorithms", "/statements")


def is_api(path: str) -> bool:
    """Return whether programs ask there, who want no pages."""
    return path.startswith(_BELOW) or path in _AT


def takes_files(path: str) -> bool:
    """Return whether a form with files may be sent there: to a page, and where suppliers are
    imported.
    """
    return not is_api(path) or path.startswith("/api/")

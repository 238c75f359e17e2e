"""Where the pages of a supplier are."""

from urllib.parse import quote


def supplier_address(ref: str, *below: str) -> str:
    """Return the address of a supplier's page, or of one below it; a reference may hold any
    sign.
    """
    return "/".join(("/suppliers", *(quote(part, safe="") for part in (ref, *below))))

"""Keys that other publishers gave to the same listing."""

import re

# https://main.un.org/securitycouncil: the regime, i for an individual or e for an entity, a number.
_UN = re.compile(r"([A-Za-z]{2})([ieIE])\.?\s?(\d{1,4})", re.A)


def un_reference(text: str) -> str:
    """The UN's permanent reference number as the UN writes it (`QDE.901` → `QDe.901`), or empty."""
    found = _UN.fullmatch(text.strip())
    return f"{found[1].upper()}{found[2].lower()}.{found[3].zfill(3)}" if found else ""

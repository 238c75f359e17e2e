"""Who owns, and where an owner that is a firm says that it is registered (free text)."""

import re
from collections.abc import Iterator

from duediligence.model import Dossier, Owner, known
from duediligence.text.names import name_words

_UK = re.compile(
    r"\b(uk|united kingdom|great britain|gb|england|wales|scotland|northern ireland"
    r"|companies house|companies act|cardiff|edinburgh|belfast)\b"
)

_NOT_UK = re.compile(r"\bnew south wales\b")


def firm(owner: Owner) -> bool:
    """Whether it is a company, and neither a person nor a legal person such as a council."""
    return owner.kind.startswith("corporate")


def every_owner(dossier: Dossier) -> Iterator[Owner]:
    """Owners in place of the supplier, and of those above it where they are known."""
    yield from (owner for owner in known(dossier.owners) if owner.active)
    if isinstance(dossier.parents, tuple):
        for parent in dossier.parents:
            yield from (owner for owner in (parent.owner, *parent.owners) if owner.active)


def registered_in(owner: Owner) -> str:
    """The country and place of registration, else the country of its address, folded to words."""
    where = owner.registered_at
    stated = _folded(where.country, where.place) if where else ""
    return stated or _folded(owner.address.country if owner.address else "")


def british(owner: Owner) -> bool | None:
    """Whether it lives or is registered in the United Kingdom; None where nothing tells.

    A country that is stated decides; place and law are read where there is none.
    """
    where = owner.registered_at
    country = where.country if where else owner.country_of_residence
    texts = [country] if country.strip() else [owner.address.country] if owner.address else []
    if where and not country.strip():
        texts += [where.place, where.legal_authority]
    stated = _folded(*texts)
    return bool(_UK.search(_NOT_UK.sub(" ", stated))) if stated else None


def among(place: str, names: str) -> str:
    """The first of the names (between semicolons) that stands in the place, or nothing."""
    for name in names.split(";"):
        folded = _folded(name)
        if folded and re.search(rf"\b{re.escape(folded)}\b", place):
            return name.strip()
    return ""


def _folded(*texts: str) -> str:
    return " ".join(word for text in texts for word in name_words(text))

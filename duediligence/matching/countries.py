"""Countries as publishers write them, to one code."""

from functools import lru_cache

from duediligence.matching.text.tables import rows
from duediligence.text.folding import fold


@lru_cache(maxsize=4096)
def country_code(text: str) -> str:
    """The ISO 3166-1 alpha-2 code for a country's name or code, or an empty string.

    `Russia`, `RUSSIAN FEDERATION`, `ru` and `RUS` are all `RU`; `00` and unknown words are none.
    """
    folded = fold(text)
    if not folded:
        return ""
    alias = _aliases().get(folded)
    if alias is not None:
        return alias
    # Here, because it takes as long to import as a cold look-up may take altogether.
    import pycountry

    try:
        return str(pycountry.countries.lookup(text.strip()).alpha_2)
    except LookupError:
        pass
    try:
        return str(pycountry.countries.lookup(folded).alpha_2)
    except LookupError:
        return ""


@lru_cache(maxsize=1)
def _aliases() -> dict[str, str]:
    """Folded names that are not ISO's own; an empty code is a place that says nothing."""
    return {fold(name): code for code, names in rows("countries.tsv") for name in names.split("|")}

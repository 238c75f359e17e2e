"""What stands in the navigation of each page, and where a step of a hint leads."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as Collection
from urllib.parse import quote

from duediligence.errors import Hint, Step, StepName
from duediligence.extension import Extension, NavigationPlace
from duediligence.model.audit import Action

_PLACES: tuple[NavigationPlace, ...] = (
    NavigationPlace("/", "What waits", ("/portfolio",)),
    NavigationPlace("/alerts", "Alerts", ("/alerts", "/entries")),
    NavigationPlace("/suppliers", "Suppliers", ("/suppliers", "/packs")),
    NavigationPlace("/check", "Check a name", ("/check", "/checks", "/companies")),
    NavigationPlace("/runs", "Runs", ("/runs", "/jobs")),
    NavigationPlace("/lists", "Lists", ("/lists",)),
    NavigationPlace("/schedule", "Schedule", ("/schedule", "/digest")),
    NavigationPlace("/audit", "Audit", ("/audit",), needs=("audit",)),
    NavigationPlace(
        "/settings", "Settings", ("/settings", "/set-up", "/accounts", "/tokens", "/policy")
    ),
)


def list_places(extensions: Iterable[Extension]) -> list[NavigationPlace]:
    """Return the places of the core, and each place of an extension after the one it names."""
    found = list(_PLACES)
    for place in (place for extension in extensions for place in extension.places):
        before = [number for number, one in enumerate(found, 1) if one.address == place.after]
        found.insert(before[0] if before else len(found), place)
    return found


def build_navigation(
    path: str, rights: Collection[Action], places: Iterable[NavigationPlace]
) -> list[tuple[str, str, bool]]:
    """Return address, words, and whether this page is there or below; of the places that whoever
    has these rights may see.
    """
    return [
        (
            place.address,
            place.words,
            path == place.address
            or any(path == one or path.startswith(f"{one}/") for one in place.below),
        )
        for place in places
        if not rights.isdisjoint(place.needs)
    ]


def section_pages(
    path: str, rights: Collection[Action], places: Iterable[NavigationPlace]
) -> list[tuple[str, str, bool]]:
    """Return address, words, and whether this page is it, of the pages below the same
    place as this one that these rights allow; none where there are no others.
    """
    return [
        (page.address, page.words, path == page.address)
        for place in places
        if any(path == page.address for page in place.pages)
        for page in place.pages
        if not rights.isdisjoint(page.needs)
    ]


# Where each step can be done; the others are for the command line, and are shown in words.
_ADDRESSES: Mapping[StepName, str] = {
    "accept-list-format": "/lists/{list}/accept-format",
    "accept-list-loss": "/lists/{list}/accept-loss",
    "answer-request": "/requests/{request}",
    "bring-copy-back": "/set-up/copies",
    "bring-dated-list": "/lists/{list}",
    "bring-list-files": "/lists/{list}",
    "check-readiness": "/settings/readiness",
    "compare-key": "/agreements/{agreement}",
    "confirm-list": "/lists/{list}/confirm",
    "confirm-people": "/suppliers/{supplier}/confirm-people",
    "confirm-regime": "/suppliers/contract-law?supplier={supplier}",
    "download-list": "/lists/{list}",
    "drop-digest": "/digest/cancel?channel={channel}",
    "drop-list": "/lists/{list}/drop",
    "end-supplier": "/suppliers/{supplier}/end",
    "import-suppliers": "/suppliers/import",
    "link-supplier": "/suppliers/{supplier}/link",
    "list-agreements": "/agreements",
    "list-alerts": "/alerts",
    "list-cases": "/cases",
    "list-exchanges": "/exchanges",
    "list-intelligence": "/intelligence",
    "list-requests": "/requests?everything=yes",
    "list-suppliers": "/suppliers",
    "list-tokens": "/tokens",
    "make-pack": "/suppliers/{supplier}/pack",
    "merge-suppliers": "/suppliers/{supplier}/merge?other={other}",
    "put-clock-right": "/audit",
    "receive-partner-file": "/requests/receive",
    "record-invitation": "/alerts/{alert}/decision",
    "refresh-list": "/lists/{list}",
    "reopen-case": "/cases/{case}",
    "refresh-lists": "/lists",
    "refresh-named-lists": "/lists",
    "screen": "/runs",
    "send-digest": "/digest",
    "show-alert": "/alerts/{alert}",
    "show-case": "/cases/{case}",
    "show-all-alerts": "/alerts?everything=yes",
    "show-audit-log": "/audit",
    "verify-audit": "/audit",
    "show-digest-status": "/digest",
    "show-list-details": "/lists/{list}",
    "show-list-status": "/lists",
    "show-network": "/suppliers/{supplier}/network",
    "show-register-details": "/lists",
    "show-settings": "/settings",
    "show-supplier": "/suppliers/{supplier}",
    "show-supplier-history": "/suppliers/{supplier}",
    "state-list-day": "/lists/{list}",
    "test-list": "/lists/{list}",
    "write-download-guide": "/lists/files-to-download",
    "write-list-template": "/lists/{list}/template",
}


def address_of(step: Step) -> str:
    """Return where the step can be done in the console; empty where it cannot."""
    pattern = _ADDRESSES.get(step.name, "")
    about = {name: quote(value, safe="") for name, value in step.about.items()}
    try:
        return pattern.format_map(about)
    except KeyError:  # it is about any
        return pattern.partition("/{")[0].partition("?")[0]


def hint_parts(hint: str | Hint | Step) -> list[tuple[str, str]]:
    """Return the hint as texts, each with the address that it links to or none."""
    if isinstance(hint, Step):
        hint = Hint(hint)
    if isinstance(hint, str):
        return [(hint, "")] if hint else []
    return [
        _link_step(part) if isinstance(part, Step) else (str(part), "")
        for part in hint.unquoted().parts
        if str(part)
    ]


def _link_step(step: Step) -> tuple[str, str]:
    """Return the words and the address of a step; what it is about is said where the address does
    not.
    """
    address = address_of(step)
    named = [value for value in step.about.values() if quote(value, safe="") not in address]
    return (str(step) if named else str(Step(step.name))), address


def plain_hint(hint: str | Hint) -> str:
    """Return the hint as one text, where no link can be."""
    return "".join(text for text, _ in hint_parts(hint))


def supplier_address(ref: str, *below: str) -> str:
    """Return the address of a supplier's page, or of one below it; a reference may hold any
    sign.
    """
    return "/".join(("/suppliers", *(quote(part, safe="") for part in (ref, *below))))

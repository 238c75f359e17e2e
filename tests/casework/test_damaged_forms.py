"""Whoever a form, an ownership file or a notice names is flagged, or its supplier is not clear."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from duediligence.casework import contract_notices
from duediligence.casework import supplier_information as stated
from duediligence.errors import DuediligenceError
from duediligence.extensions.ownership.importing import import_ownership
from duediligence.model import Identifier, Supplier
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace

from ..conftest import Open
from ..suppliers import damages_of_forms as damages
from ..suppliers.notice_files import BUYER, write

LISTED = ("PETROSYANOV", "KORVAEK", "ПЕТРОСЯНОВ")
FIRMS = "Gullmere Tidewick Ashby Norland Fenholt Corrow Starling Umber Wexcombe Yarrow".split()
WORKS = "Joinery Bakeries Ferries Laundry Masonry Orchards Printing".split()
Took = Callable[[Workspace, Path, str, str], Iterable[str] | None]


def name_of(place: int) -> tuple[str, str]:
    """A firm of no other case, and its number."""
    first, second = FIRMS[place % len(FIRMS)], WORKS[place // len(FIRMS)]
    return f"{first} {second} Limited", f"9900{place:04}"


def outcomes(
    ws: Workspace, folder: Path, cases: Callable[[str, str], Iterable[tuple[str, Any]]], take: Took
) -> dict[str, str]:
    """Say of each case whether it was refused, flagged, not clear, or silent."""
    found: dict[str, str] = {}
    refs: dict[str, list[str]] = {}
    place = 0
    while True:
        name, number = name_of(place)
        made = list(cases(name, number))
        if place >= len(made):
            break
        title, document = made[place]
        assert title not in refs, title
        path = folder / f"{place}.json"
        path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
        try:
            taken = take(ws, path, name, number)
        except DuediligenceError:
            taken = None
        refs[title] = [] if taken is None else list(taken)
        found[title] = "refused" if taken is None else ""
        place += 1
    run = screen(ws, Screened(ws.suppliers.all()))
    for title, of in refs.items():
        some = [one for one in run.findings if one.supplier_ref in of]
        named = any(
            mark in str((one.subject_name, one.entry_name)).upper()
            for one in some
            if one.list_id
            for mark in LISTED
        )
        unread = any(one.check_id == "SUP-03" for one in some)
        found[title] = found[title] or ("flagged" if named else "not clear" if unread else "SILENT")
    return found


def take_form(ws: Workspace, path: Path, _name: str, _number: str) -> Iterable[str] | None:
    forms = stated.read_information(ws, path)
    if forms is None:
        return None
    done = stated.import_supplier_information(ws, forms)
    return [one for each in done for one in (each.ref, *(m.ref for m in each.members))]


def take_ownership(ws: Workspace, path: Path, name: str, number: str) -> Iterable[str]:
    one = Supplier(ref=number, name=name, identifiers=(Identifier("GB-COH", number),))
    ws.suppliers.save([one], file="s.csv", at=ws.now())
    on = ws.now().date()
    import_ownership(ws, path, supplier=number, declared_by="A register", declared_on=on)
    return [number]


def take_notice(ws: Workspace, path: Path, _name: str, _number: str) -> Iterable[str] | None:
    write(path.parent, json.loads(path.read_text("utf-8")), name=path.name)
    buyers = (BUYER["name"],)
    plan = contract_notices.preview_contract_notices(ws, path, buyers=buyers)
    contract_notices.keep_contract_notices(ws, path, buyers=buyers, add=plan.new)
    refused = any(one.outcome == "not accepted" for one in plan.rows)
    return None if refused else plan.after


def notice_cases(name: str, number: str) -> Iterable[tuple[str, Any]]:
    return damages.notices(name, number, f"ocds-h6vhtk-{number}")


@pytest.mark.parametrize(
    ("cases", "take", "least"),
    [
        pytest.param(damages.share_codes, take_form, 60, id="share codes"),
        pytest.param(damages.ownership_files, take_ownership, 40, id="ownership files"),
        pytest.param(notice_cases, take_notice, 40, id="notices"),
    ],
)
def test_no_damage_hides_a_listed_party(
    open_workspace: Open, home: Path, tmp_path: Path, cases: Any, take: Took, least: int
) -> None:
    found = outcomes(open_workspace(home), tmp_path, cases, take)
    lines = [f"{outcome:10} {title}" for title, outcome in found.items()]
    sys.stdout.write("\n".join([*lines, f"{Counter(found.values())}\n"]))
    assert len(found) >= least
    assert [title for title, outcome in found.items() if outcome == "SILENT"] == []

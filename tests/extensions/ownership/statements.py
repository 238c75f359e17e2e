"""Invented statements of BODS 0.4, and the same in FollowTheMoney."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

from duediligence.extensions.ownership.files import format_objects
from duediligence.extensions.ownership.importing import import_ownership
from duediligence.screening.workspace import Workspace

COMMON = {
    "declarationSubject": "ent-1",
    "statementDate": "2026-10-01",
    "publicationDetails": {
        "publicationDate": "2026-10-02",
        "bodsVersion": "0.4",
        "publisher": {"name": "Register of Ruritania"},
    },
}
ENTITY = {
    **COMMON,
    "statementId": "e" * 32,
    "recordId": "ent-1",
    "recordType": "entity",
    "recordDetails": {
        "isComponent": False,
        "entityType": {"type": "registeredEntity"},
        "name": "Quillfeather Plant Ltd",
        "identifiers": [{"scheme": "GB-COH", "id": "09876543"}],
    },
}
PERSON = {
    **COMMON,
    "statementId": "b" * 32,
    "recordId": "per-1",
    "recordType": "person",
    "recordDetails": {
        "isComponent": False,
        "personType": "knownPerson",
        "names": [{"fullName": "Ottoline Marsh"}],
        "birthDate": "1961-04-23",
    },
}
LINK = {
    **COMMON,
    "statementId": "d" * 32,
    "recordId": "rel-1",
    "recordType": "relationship",
    "recordDetails": {
        "isComponent": False,
        "subject": "ent-1",
        "interestedParty": "per-1",
        "interests": [
            {"type": "shareholding", "share": {"exact": 62.50}, "startDate": "2019-03-01"},
        ],
    },
}


def changed(change: Callable[[Any], object]) -> list[dict[str, Any]]:
    """The three statements, after a change."""
    found = deepcopy([ENTITY, PERSON, LINK])
    change(found)
    return found


def entities() -> list[dict[str, Any]]:
    """As another tool writes them."""
    return [
        {
            "id": "other-1",
            "schema": "Company",
            "properties": {"name": ["Quillfeather Plant Ltd"], "registrationNumber": ["09876543"]},
            "datasets": ["others"],
        },
        {"id": "other-2", "schema": "Person", "properties": {"name": ["Ottoline Marsh"]}},
        {
            "id": "other-3",
            "schema": "Ownership",
            "properties": {
                "owner": ["other-2"],
                "asset": ["other-1"],
                "percentage": ["62.5"],
                "role": ["Major shareholder"],
                "startDate": ["2019"],
            },
        },
    ]


def statements_naming(ws: Workspace, ref: str) -> list[dict[str, Any]]:
    """The three statements, about that supplier."""
    supplier = ws.suppliers.get(ref)
    assert supplier is not None
    numbers = [{"scheme": one.scheme, "id": one.id} for one in supplier.identifiers]
    return changed(
        lambda one: one[0]["recordDetails"].update(name=supplier.name, identifiers=numbers)
    )


def keep_ownership(ws: Workspace, folder: Path, ref: str) -> None:
    """Import the three statements as what others declared of that supplier."""
    path = folder / "declared.json"
    path.write_bytes(format_objects(statements_naming(ws, ref)))
    import_ownership(ws, path, supplier=ref)

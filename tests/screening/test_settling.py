"""Suppliers taken in are resolved; a person's word is checked to the letter and recorded."""

from collections.abc import Callable, Sequence

import pytest

from duediligence.errors import UsageError
from duediligence.model import Identifier, Supplier
from duediligence.screening.resolution.candidates import Candidate
from duediligence.screening.resolution.resolving import parse_identifier, resolve_suppliers, settle
from duediligence.screening.workspace import Workspace
from tests.rows import for_each

Open = Callable[..., Workspace]
MARLPIT = Candidate(
    identifier=Identifier("GB-COH", "99000001"), name="Marlpit Harwick Ltd", status="active"
)


class Register:
    def by_number(self, identifier: Identifier) -> Candidate | None:
        return MARLPIT if identifier == MARLPIT.identifier else None

    def by_name(self, name: str, postcode: str) -> Sequence[Candidate]:
        return [MARLPIT]


@pytest.fixture
def taken_in(open_workspace: Open) -> Workspace:
    workspace = open_workspace()
    suppliers = [
        Supplier(ref="S1", name="Marlpit Harwick Ltd"),
        Supplier(ref="S2", name="Zorble Rooms"),
    ]
    workspace.suppliers.save(suppliers, file="suppliers.csv", at=workspace.now())
    return workspace


@for_each(
    "text",
    [
        "GB-COH-99000001",
        "GB-COH-SC990001",
        "GB-COH-OC990001",
        "GB-COH-IP99001R",
        "GB-COH-RS9931ZZ",
        "GB-CHC-9900001",
        "GB-CHC-990001",
        "GB-SC-SC099001",
        "GB-NIC-990001",
    ],
)
def test_identifiers_to_the_letter(text: str) -> None:
    assert str(parse_identifier(text)) == text
    assert parse_identifier(f" {text.lower()} ") == parse_identifier(text)


@for_each(
    ("text", "told"),
    [
        ("", "known register"),
        ("99000001", "known register"),
        ("GB-XXX-99000001", "known register"),
        ("GB-PPON-PZZZ-9900-ZZZZ", "known register"),
        ("GB-COH-", "known register"),
        ("GB-COH-9900001", "Did you mean GB-COH-09900001"),
        ("GB-COH-SC9901", "Did you mean GB-COH-SC009901"),
        ("GB-COH-00000000", "8 characters"),
        ("GB-COH-QQ990001", "8 characters"),
        ("GB-COH-990000012", "8 characters"),
        ("GB-COH-9900 0001", "known register"),
        ("GB-COH-٩٩٠٠٠٠٠١", "8 characters"),
        ("GB-CHC-99", "6 or 7 digits"),
        ("GB-CHC-099001", "6 or 7 digits"),
        ("GB-SC-099001", "SC and 6 digits"),
        ("GB-NIC-NIC990001", "6 digits"),
        ("GB-COH-99000001; DROP TABLE links", "known register"),
    ],
)
def test_what_is_no_identifier_is_told_what_to_write(text: str, told: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_identifier(text)
    assert told in f"{raised.value.message} {raised.value.hint}"
    assert raised.value.hint


def test_every_supplier_or_those_named(taken_in: Workspace) -> None:
    everyone = resolve_suppliers(taken_in, [Register()])
    assert [(one.ref, found.state) for one, found in everyone] == [
        ("S1", "settled"),
        ("S2", "needs a person"),
    ]
    assert [one.ref for one, _ in resolve_suppliers(taken_in, [Register()], ["S2"])] == ["S2"]
    with pytest.raises(UsageError, match="Unknown supplier 'S9'"):
        resolve_suppliers(taken_in, [Register()], ["S9"])


def test_a_link_is_used_from_then_on_until_the_next(taken_in: Workspace) -> None:
    link = settle(taken_in, "S2", "gb-coh-99000001", by=" Ada Ferrow ", note=" rang them ")
    assert (link.by, link.note, link.at) == ("Ada Ferrow", "rang them", taken_in.now())
    ((_, found),) = resolve_suppliers(taken_in, [Register()], ["S2"])
    assert (found.state, found.identifier) == ("settled", MARLPIT.identifier)
    settle(taken_in, "S2", "None", by="Bo Quill")
    ((_, found),) = resolve_suppliers(taken_in, [Register()], ["S2"])
    assert (found.state, found.identifier) == ("settled", None)
    assert [one.by for one in taken_in.links.history("S2")] == ["Ada Ferrow", "Bo Quill"]


@pytest.mark.parametrize(
    ("ref", "entity", "by"),
    [("S9", "none", "Ada"), ("S1", "GB-COH-1", "Ada"), ("S1", "none", "  ")],
)
def test_what_cannot_be_used_is_not_recorded(
    taken_in: Workspace, ref: str, entity: str, by: str
) -> None:
    with pytest.raises(UsageError):
        settle(taken_in, ref, entity, by=by)
    assert not taken_in.links.newest()

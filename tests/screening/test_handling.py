"""Restricted records and offences of individuals are not stored."""

from duediligence.model import Identifier, Kind, ListEntry, Name
from duediligence.model.entries import Handling, Record, RecordType
from duediligence.screening.lists.statuses import explain_not_storable
from tests.rows import for_each


def entry(
    type_: RecordType | None = None,
    *names: str,
    kind: Kind = "person",
    handling: Handling = "public",
    numbers: tuple[Identifier, ...] = (),
) -> ListEntry:
    return ListEntry(
        id="1",
        list_id="invented",
        kind=kind,
        names=tuple(Name(name) for name in names or ("Ada Quill",)),
        identifiers=numbers,
        record=Record(type=type_, handling=handling) if type_ else None,
    )


def test_an_entry_without_a_record_is_stored() -> None:
    assert explain_not_storable(entry(), False) == ""


@for_each("handling", ["public", "internal", "restricted"])
def test_a_restricted_record_is_stored_where_that_is_set(handling: Handling) -> None:
    notice = entry("notice", kind="organisation", handling=handling)
    assert explain_not_storable(notice, False) == (
        "restricted record" if handling == "restricted" else ""
    )
    assert explain_not_storable(notice, True) == ""


@for_each(
    ("type_", "reason"),
    [
        ("conviction", "conviction of an individual"),
        ("caution", "caution of an individual"),
        ("prosecution_pending", "pending prosecution of an individual"),
    ],
)
@for_each("restricted", [False, True])
def test_an_offence_of_an_individual_is_never_stored(
    type_: RecordType, reason: str, restricted: bool
) -> None:
    assert explain_not_storable(entry(type_, handling="restricted"), restricted) == reason
    assert explain_not_storable(entry(type_), restricted) == reason
    assert explain_not_storable(entry(type_, kind="organisation"), restricted) == ""


@for_each("type_", ["notice", "civil_penalty", "licence_revoked", "rating"])
def test_what_is_no_offence_is_stored_of_anybody(type_: RecordType) -> None:
    assert explain_not_storable(entry(type_), False) == ""
    assert explain_not_storable(entry(type_, kind="unknown"), False) == ""


@for_each(
    ("names", "individual"),
    [
        (("Ada Quill",), True),
        (("Quill & Sons Roofing",), True),
        (("Maria Sa",), True),
        (("Limited",), True),
        (("",), True),
        (("Quill Roofing Ltd",), False),
        (("Quill Roofing Limited (in liquidation)",), False),
        (("Quill Roofing L.L.P.",), False),
        (("Ada Quill", "QUILL ROOFING LTD."), False),
        (("Cwmni Cwilsyn Cyf",), False),
    ],
)
def test_an_unknown_kind_is_an_individual_unless_it_is_plainly_a_body(
    names: tuple[str, ...], individual: bool
) -> None:
    reason = explain_not_storable(entry("conviction", *names, kind="unknown"), True)
    assert bool(reason) is individual


def test_a_number_of_a_register_of_bodies_makes_it_one() -> None:
    for scheme, body in (("GB-COH", True), ("GB-CHC", True), ("passport", False), ("tax", False)):
        one = entry("conviction", kind="unknown", numbers=(Identifier(scheme, "99000001"),))
        assert (explain_not_storable(one, True) == "") is body


def test_a_person_with_a_companys_number_stays_a_person() -> None:
    one = entry("conviction", numbers=(Identifier("GB-COH", "99000001"),))
    assert explain_not_storable(one, True)

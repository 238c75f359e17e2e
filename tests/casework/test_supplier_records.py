"""A supplier for programs: its fields without people, and what may be sent back."""

import msgspec
import pytest

from duediligence.casework.showing import LEFT_OUT
from duediligence.casework.supplier_records import SupplierFields, document_of
from duediligence.model import Person, Supplier
from duediligence.model.suppliers import Repair, UnreadCell

SUPPLIER = Supplier(
    ref="S1",
    name="Quill Ltd",
    people=(Person("Jo Invented"),),
    repairs=(Repair("Directors", "Jo Invented;", "Jo Invented", "sign removed"),),
    unread=(
        UnreadCell("Directors", "Jo ???", "person", "Jo ??? cannot be read"),
        UnreadCell("Company No", "12", "number", "too short"),
    ),
)


def test_a_record_without_people_has_nothing_that_names_them() -> None:
    document = document_of(SUPPLIER, people=False)
    assert document.keys() & {"people", "repairs", "contact_keys"} == set()
    assert "Jo" not in str(document)
    assert [(one["text"], one["reason"]) for one in document["unread"]] == [
        (LEFT_OUT, LEFT_OUT),
        ("12", "too short"),
    ]


def test_a_record_with_people_is_whole_but_for_its_contact_keys() -> None:
    whole = msgspec.to_builtins(SUPPLIER)
    del whole["contact_keys"]
    assert document_of(SUPPLIER, people=True) == whole
    assert whole["people"][0]["name"] == "Jo Invented"


def test_a_record_sent_back_may_have_no_field_that_is_unknown() -> None:
    document = document_of(SUPPLIER, people=True)
    assert msgspec.convert(document, SupplierFields).name == "Quill Ltd"
    with pytest.raises(msgspec.ValidationError, match="unknown field `nmae`"):
        msgspec.convert(document | {"nmae": "Quill & Co Ltd"}, SupplierFields)

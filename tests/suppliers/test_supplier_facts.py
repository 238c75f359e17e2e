import runpy
from pathlib import Path

import pytest

from duediligence.errors import UsageError
from duediligence.model import Address, Identifier, PartialDate, Person
from duediligence.suppliers import facts, fields
from duediligence.suppliers.facts import SupplierFacts
from duediligence.suppliers.importing import read_suppliers
from duediligence.suppliers.rows import read_facts
from tests.rows import for_each


def test_facts_describe_a_supplier() -> None:
    supplier = read_facts(
        SupplierFacts(
            name="  Bright  Sands Ltd ",
            number="1234567",
            charity="SC990042",
            postcode="zy14dr",
            people=("Ann Noname,1965-04", "Bo Other"),
            trading_names=("Sands", "Bright"),
        )
    )
    assert supplier.name == "Bright Sands Ltd"
    assert supplier.identifiers == (
        Identifier("GB-COH", "01234567"),
        Identifier("GB-SC", "SC990042"),
    )
    assert supplier.address == Address("", "ZY1 4DR")
    assert supplier.people == (
        Person("Ann Noname", PartialDate(1965, 4)),
        Person("Bo Other"),
    )
    assert supplier.trading_names == ("Sands", "Bright")
    assert [(r.column, r.used) for r in supplier.repairs] == [("number", "01234567")]


def test_the_reference_is_the_one_that_a_file_would_give(tmp_path: Path) -> None:
    path = tmp_path / "suppliers.csv"
    path.write_text("name,company no,postcode\nA Ltd,99001234,ZZ9 9ZZ\n")
    (imported,) = read_suppliers(path).suppliers
    typed = read_facts(SupplierFacts(name="A Ltd", number="99001234", postcode="zz9 9zz"))
    assert typed.ref == imported.ref
    assert read_facts(SupplierFacts(name="A Ltd"), ref="S1").ref == "S1"


@for_each(
    ("name", "options", "message"),
    [
        ("", {}, "the name is blank"),
        ("n/a", {}, "the name is only 'n/a'"),
        ("A" * 501, {}, "name: 501 characters; the maximum is 500"),
        ("A\0", {}, "NUL byte"),
        ("A", {"number": "12x"}, "number 12x: not a Companies House number"),
        ("A", {"number": "1.2E+06"}, "kept only 2 of its 7 digits"),
        ("A", {"number": "12"}, "number 12: too short to be sure of"),
        ("A", {"number": "SC123"}, "is it SC000123?"),
        ("A", {"charity": "SC12"}, "is it SC000012?"),
        ("A", {"charity": "Yes"}, "charity Yes: not a charity number"),
        ("A", {"ppon": "P"}, "ppon P: not a PPON"),
        ("A", {"postcode": "ZY1"}, "'ZY1' is not a valid UK postcode"),
        ("A", {"people": ("Ann Noname, 1965-13",)}, "birth date of Ann Noname is not understood"),
        ("A", {"people": ("1965-04",)}, "no name stands beside it"),
        ("A", {"people": ("Ann\0",)}, "NUL byte"),
    ],
)
def test_a_mistake_is_a_usage_error(name: str, options: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_facts(SupplierFacts(name=name, **options))  # type: ignore[arg-type]
    assert message in str(caught.value)


def test_no_fact_has_the_name_of_a_contact(monkeypatch: pytest.MonkeyPatch) -> None:
    clash = {**facts.SUPPLIER_FIELDS, "website": facts.SupplierFact("Website")}
    monkeypatch.setattr(facts, "SUPPLIER_FIELDS", clash)
    with pytest.raises(ValueError, match="website"):
        runpy.run_path(str(Path(fields.__file__)))

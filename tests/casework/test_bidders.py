"""What bidders share is found by the one matcher, and never called more than that."""

from duediligence.delivery.pack.people import LEAST, Shared, find_shared_between_bidders
from duediligence.model import Address, Identifier, Name, PartialDate, Party, PartyRole
from duediligence.model.entries import COMPANY

OFFICE = Address("Unit 4, 12 Quillen Street, Trevannick", "ZY2 8GL")


def firm(name: str, number: str = "", address: Address | None = None) -> Party:
    return Party(
        names=(Name(name),),
        kind="organisation",
        role=PartyRole("supplier"),
        identifiers=(Identifier(COMPANY, number),) if number else (),
        addresses=(address,) if address else (),
    )


def director(name: str, born: PartialDate | None = None, role: str = "director") -> Party:
    return Party(names=(Name(name),), kind="person", role=PartyRole(role), birth_date=born)


def about(found: list[Shared]) -> list[tuple[tuple[str, str], str]]:
    return [(one.between, one.what) for one in found]


def test_a_director_of_both_is_found_with_the_reason() -> None:
    born = PartialDate(1968, 3)
    found = find_shared_between_bidders(
        {
            "S1": [firm("Alder Works Ltd"), director("Ottoline Fairweathering", born)],
            "S2": [firm("Birch Works Ltd"), director("Mrs Ottoline FAIRWEATHERING", born, "owner")],
        }
    )
    (tie,) = found
    assert (tie.between, tie.roles) == (("S1", "S2"), ("director", "owner"))
    assert tie.score is not None
    assert tie.score >= LEAST
    assert tie.person
    assert "birth" in tie.why.casefold()


def test_one_name_and_another_birth_date_is_another_person() -> None:
    assert not find_shared_between_bidders(
        {
            "S1": [director("Ottoline Fairweathering", PartialDate(1968, 3))],
            "S2": [director("Ottoline Fairweathering", PartialDate(1991, 7))],
        }
    )


def test_a_bidder_that_owns_another_is_found_by_its_number() -> None:
    owner = firm("Alder Holdings Ltd", "99001401")
    found = find_shared_between_bidders({"S1": [owner], "S2": [firm("Birch Works Ltd"), owner]})
    assert about(found) == [(("S1", "S2"), "Alder Holdings Ltd")]
    assert not found[0].person


def test_an_office_in_common_is_told_once_however_it_is_written() -> None:
    other = Address("UNIT 4, 12 QUILLEN STREET", "ZY28GL")
    found = find_shared_between_bidders(
        {
            "S1": [firm("Alder Works Ltd", address=OFFICE)],
            "S2": [firm("Birch Works Ltd", address=other), firm("Birch Works Ltd", address=OFFICE)],
            "S3": [firm("Cedar Works Ltd", address=Address("9 Elm Road", "ZY9 9AA"))],
        }
    )
    assert about(found) == [(("S1", "S2"), OFFICE.text)]
    assert found[0].score is None


def test_nobody_is_compared_with_themselves_nor_twice() -> None:
    same = director("Ottoline Fairweathering", PartialDate(1968, 3))
    assert not find_shared_between_bidders({"S1": [same, same]})
    found = find_shared_between_bidders({"S3": [same], "S1": [same], "S2": [same, same]})
    assert [tie.between for tie in found] == [("S1", "S2"), ("S1", "S3"), ("S2", "S3")]


def test_without_bidders_there_is_nothing() -> None:
    assert find_shared_between_bidders({}) == []
    assert find_shared_between_bidders({"S1": []}) == []

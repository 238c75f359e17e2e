"""A role is a value whose words say what the party is; identity is what the words say."""

from hypothesis import given
from hypothesis import strategies as st

from duediligence.model import PartyRole
from tests.rows import for_each

WORDS = {
    PartyRole("supplier"): "supplier",
    PartyRole("supplier", name_type="former"): "supplier (former name)",
    PartyRole("director", of="Moss Ltd", former=True): "former director of Moss Ltd",
    PartyRole("director", of="Moss Ltd", name_type="former"): "director of Moss Ltd (former name)",
    PartyRole("parent company", steps=1): "parent company",
    PartyRole("parent company", steps=2): "parent company, 2 steps up",
    PartyRole("premises", of="the supplier", source="Food"): "premises of the supplier (Food)",
}


@for_each("role", WORDS)
def test_a_role_in_words(role: PartyRole) -> None:
    assert str(role) == WORDS[role]


@for_each("role", WORDS)
def test_a_role_that_was_stored_as_words_is_the_same_role(role: PartyRole) -> None:
    recorded = PartyRole.recorded(str(role))
    assert recorded == role
    assert hash(recorded) == hash(role)
    assert repr(recorded) == repr(role)


def test_only_words_that_are_the_same_for_every_supplier_are_known_again() -> None:
    assert PartyRole.recorded("supplier (trading name)").kind == "supplier"
    assert PartyRole.recorded("former director").former
    # The firm in the words is a firm's own text: it is never read out of them.
    unknown = PartyRole.recorded("director of supplier (former name)")
    assert (unknown.kind, unknown.of) == ("recorded text", "")


@given(st.text(max_size=30), st.text(max_size=30))
def test_recorded_words_stay_as_they_are(one: str, other: str) -> None:
    assert str(PartyRole.recorded(one)) == one
    assert (PartyRole.recorded(one) == PartyRole.recorded(other)) is (one == other)


def test_a_role_includes_the_same_role_in_a_firm_around_the_supplier() -> None:
    director = PartyRole("director")
    assert director.includes(PartyRole("director", of="Moss Ltd", name_type="former"))
    assert not PartyRole("director", of="Moss Ltd").includes(director)
    assert not director.includes(PartyRole("director", former=True))
    assert not director.includes(PartyRole("owner"))

"""A dossier comes back from its bytes as it was, whatever is known of it."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duediligence.model import (
    PARTS,
    Dossier,
    NotHeld,
    NotInScope,
    NotKnown,
    PartialDate,
    Resolution,
    Supplier,
)
from duediligence.store.runs.dossiers import decode, encode

years = st.integers(1900, 2026)
st.register_type_strategy(
    PartialDate,
    st.one_of(
        st.builds(PartialDate, years),
        st.builds(PartialDate, years, st.integers(1, 12)),
        st.builds(PartialDate, years, until=st.just(2030)),
    ),
)
st.register_type_strategy(str, st.text(st.characters(exclude_categories=("Cs",)), max_size=12))
st.register_type_strategy(int, st.integers(-(2**40), 2**40))
st.register_type_strategy(float, st.floats(0, 1))
WHEN = st.datetimes(timezones=st.just(UTC))


@settings(suppress_health_check=list(HealthCheck), max_examples=60, deadline=None)
@given(dossier=st.builds(Dossier, taken_at=WHEN, sources=st.just(())))
def test_round_trip(dossier: Dossier) -> None:
    assert decode(encode(dossier)) == dossier
    assert encode(decode(encode(dossier))) == encode(dossier)


def test_known_but_empty_is_not_the_same_as_not_known() -> None:
    base: dict[str, Any] = {part: NotKnown("no answer") for part in PARTS}
    base |= {
        "supplier": Supplier(ref="S1", name="Quill"),
        "taken_at": datetime(2026, 11, 20, tzinfo=UTC),
        "resolution": Resolution("none"),
        "officers": (),
        "charity": NotHeld("a company"),
        "filings": NotInScope("company-bulk-file-only"),
    }
    again = decode(encode(Dossier(**base)))
    assert again.officers == ()
    assert again.charity == NotHeld("a company")
    assert again.owners == NotKnown("no answer")
    assert again.filings == NotInScope("company-bulk-file-only")
    assert again.not_in_scope() == ("filings",)

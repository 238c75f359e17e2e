"""Which flag a sanctioned party raises: asset freeze, disqualification and the rest told apart."""

from datetime import date

from duediligence import registry
from duediligence.model import Feature, ListEntry, Match, Name, Party, PartyRole, PossibleMatch
from duediligence.screening.run.findings import check_context
from tests.rows import for_each

FREEZE, BAN = "Asset freeze", "Travel Ban"
DISQUALIFIED = "Director Disqualification Sanction"


def raised(list_id: str, kinds: tuple[str, str], *measures: str) -> set[str]:
    party = Party(names=(Name("Quill"),), kind=kinds[0], role=PartyRole("director"))  # type: ignore[arg-type]
    entry = ListEntry(
        id="1",
        list_id=list_id,
        kind=kinds[1],  # type: ignore[arg-type]
        names=(Name("Quill"),),
        measures=measures,
    )
    match = Match((Feature("name", "Quill", "Quill", 1.0, "agree"),))
    found = PossibleMatch(party, entry, match, "sanctions", "A list")
    context = check_context(date(2026, 11, 20))
    return {
        check.id
        for check in registry.checks().values()
        if check.needs is PossibleMatch and check.run(found, context).result == "review"
    }


PEOPLE, FIRMS = ("person", "person"), ("organisation", "organisation")


@for_each(
    ("list_id", "kinds", "measures", "expected"),
    [
        ("uk-sanctions", PEOPLE, (FREEZE, DISQUALIFIED), {"SAN-01", "SAN-02"}),
        ("uk-sanctions", PEOPLE, (DISQUALIFIED,), {"SAN-02"}),
        ("uk-sanctions", PEOPLE, (BAN, DISQUALIFIED), {"SAN-02", "SAN-03"}),
        ("uk-sanctions", PEOPLE, (BAN,), {"SAN-03"}),
        ("uk-sanctions", PEOPLE, (), {"SAN-03"}),
        ("uk-sanctions", FIRMS, (FREEZE, DISQUALIFIED), {"SAN-01"}),
        ("uk-sanctions", FIRMS, (DISQUALIFIED,), {"SAN-03"}),
        ("uk-sanctions", ("unknown", "person"), (FREEZE, DISQUALIFIED), {"SAN-01", "SAN-02"}),
        ("un", FIRMS, (), {"SAN-01"}),
        ("eu", FIRMS, (FREEZE,), {"SAN-04"}),
        ("ofac-sdn", PEOPLE, (FREEZE,), {"SAN-04"}),
    ],
)
def test_each_measure_has_its_own_flag(
    list_id: str, kinds: tuple[str, str], measures: tuple[str, ...], expected: set[str]
) -> None:
    assert raised(list_id, kinds, *measures) == expected

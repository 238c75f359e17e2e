"""Parents that GLEIF names: where the chain of registered owners ends, it goes on with them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from duediligence.contracts import Drift
from duediligence.model import (
    CompanyRow,
    Dossier,
    Identifier,
    Owner,
    OwnerRow,
    Party,
    RegisterFile,
    Resolution,
    Supplier,
)
from duediligence.model.entries import LEI
from duediligence.model.registers import RegisteredAt
from duediligence.networks import Graph, build_network
from duediligence.registers.bulk.gleif import read_gleif_rows
from duediligence.render.dossier_section import dossier_parts
from duediligence.render.ownership_graph import Node, build_ownership_trees
from duediligence.screening.dossiers.gathering import gather_dossier
from duediligence.screening.dossiers.parties import parties_of
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.store.register.local_register import Incoming, RegisterStore
from tests.conftest import NOW
from tests.registers.bulk.golden_copies import (
    HOLDING,
    SUBSIDIARY,
    TOP,
    ULTIMATE,
    Row,
    entity,
    lei,
    owned,
    reason,
    write_golden_copy,
)

CHILD, UK_PARENT = "99002101", "99002102"
CORPORATE = "corporate-entity-person-with-significant-control"
ABROAD = Owner(
    kind=CORPORATE,
    name="INVENTED HOLDING AG",
    registered_at=RegisteredAt(number="HRB 2", country="Germany", place="Nirgendheim"),
)
AT_HOME = Owner(
    kind=CORPORATE,
    name="Invented Middle Ltd",
    registered_at=RegisteredAt(number=UK_PARENT, country="England"),
)
Gather = Callable[..., Dossier]


def company(number: str, name: str) -> CompanyRow:
    row = dict.fromkeys(CompanyRow._fields, "")
    row |= dict.fromkeys(
        "status_detail subtype created_on ceased_on accounts_type accounts_made_up_to "
        "accounts_due_on confirmation_due_on".split()
    )
    row |= {"number": number, "name": name, "status": "active", "type": "ltd"}
    return CompanyRow(**{**row, "charges": 0})  # type: ignore[arg-type]


def load(
    register: RegisterStore,
    folder: Path,
    owners: Sequence[OwnerRow],
    copy: Sequence[Sequence[Row]] = (),
    companies: Sequence[CompanyRow] = (
        company(CHILD, "INVENTED SUBSIDIARY LIMITED"),
        company(UK_PARENT, "INVENTED MIDDLE LIMITED"),
    ),
) -> None:
    files = (RegisterFile("invented.csv", "0" * 64),)
    day = date(2026, 11, 1)
    incoming = Incoming(files=files, published=day, at=NOW, drift=Drift(), max_drop=1.0)
    register.load_companies(companies, incoming)
    register.load_owners(owners, incoming)
    paths = write_golden_copy(folder, *copy)
    register.load_legal_entities(read_gleif_rows(paths, incoming.drift), incoming)


@pytest.fixture
def gather(tmp_path: Path) -> Iterator[Gather]:
    with closing(RegisterStore(tmp_path / "register.db")) as register:

        def run(*owners: Owner, copy: Sequence[Sequence[Row]] = ()) -> Dossier:
            rows = [OwnerRow(CHILD, one) for one in owners]
            load(register, tmp_path, rows or [OwnerRow(UK_PARENT, ABROAD)], copy)
            supplier = Supplier(
                ref="A", name="Invented", identifiers=(Identifier("GB-COH", CHILD),)
            )
            return gather_dossier(
                supplier,
                api=None,
                register=register,
                resolution=Resolution("number", 1.0),
                now=NOW,
            )

        yield run


def steps(dossier: Dossier) -> list[tuple[str, str, int]]:
    assert isinstance(dossier.parents, tuple)
    return [(one.child, one.owner.name, one.depth) for one in dossier.parents]


def looked_up(dossier: Dossier) -> dict[str, Party]:
    return {party.names[0].text: party for party in parties_of(dossier)}


def test_the_chain_goes_on_above_a_foreign_owner(gather: Gather) -> None:
    dossier = gather(ABROAD)
    assert steps(dossier) == [
        (CHILD, "INVENTED HOLDING AG", 1),
        ("INVENTED HOLDING AG", "Invented Group SE", 2),
    ]
    found = looked_up(dossier)
    assert set(found) == {"Invented", "Invented Holding AG", "Invented Group SE"}
    top = found["Invented Group SE"]
    assert (str(top.role), top.connected, top.countries) == (
        "possible parent company, 2 steps up",
        False,
        ("Germany",),
    )
    assert found["Invented Holding AG"].connected
    assert Identifier(LEI, lei(3)) in top.identifiers
    assert ("parents", "gleif: invented.csv") in {(s.part, s.address) for s in dossier.sources}


def test_an_owner_of_that_name_in_another_country_is_another_firm(gather: Gather) -> None:
    elsewhere = replace(ABROAD, registered_at=RegisteredAt(number="7", country="Jersey"))
    dossier = gather(elsewhere)
    assert len(steps(dossier)) == 3
    assert isinstance(dossier.parents, tuple)
    assert dossier.parents[0].legal_entity is None


def test_a_parent_at_home_is_looked_up_in_the_register_and_its_own_parents_are_found(
    gather: Gather,
) -> None:
    middle = entity(4, "Invented Middle Limited", UK_PARENT)
    copy = [SUBSIDIARY, middle, HOLDING], [owned(1, 4), owned(4, 2), owned(1, 2, ULTIMATE)], []
    by_register = gather(AT_HOME, copy=copy)
    assert steps(by_register) == [
        (CHILD, "Invented Middle Ltd", 1),
        (UK_PARENT, "Invented Holding AG", 2),
    ]
    by_gleif = gather(copy=copy)
    assert isinstance(by_gleif.parents, tuple)
    first, second = by_gleif.parents
    assert first.company
    assert (first.company.number, first.owner.by_gleif) == (UK_PARENT, True)
    # The register names the owner of that one, which GLEIF has as well.
    assert first.owners == (ABROAD,)
    assert second.owner == ABROAD
    assert len(looked_up(by_gleif)) == 3
    # What is above a firm that GLEIF alone names is no surer, whoever names it.
    for found, connected in ((by_register, [True, False]), (by_gleif, [False, False])):
        assert [one.connected for one in parties_of(found)[1:]] == connected


def test_a_british_number_of_another_register_is_no_company_number(gather: Gather) -> None:
    mutual = entity(2, "Invented Society", UK_PARENT, authority="RA000589")
    dossier = gather(copy=([SUBSIDIARY, mutual], [owned(1, 2)], []))
    assert isinstance(dossier.parents, tuple)
    assert [one.company for one in dossier.parents] == [None]
    assert looked_up(dossier)["Invented Society"].identifiers == (Identifier(LEI, lei(2)),)


def test_an_ultimate_parent_is_found_where_those_between_are_not_reported(gather: Gather) -> None:
    dossier = gather(copy=([SUBSIDIARY, TOP], [owned(1, 3, ULTIMATE)], [reason(1, "NO_LEI")]))
    assert steps(dossier) == [(CHILD, "Invented Group SE", 1)]


def test_a_number_of_another_name_and_a_circle_add_nothing(gather: Gather) -> None:
    other = entity(1, "Quite Another Firm Ltd", CHILD)
    dossier = gather(copy=([other, HOLDING], [owned(1, 2)], []))
    assert (dossier.legal_entity, dossier.parents) == (None, ())
    circle = gather(copy=([SUBSIDIARY, HOLDING], [owned(1, 2), owned(2, 1)], []))
    assert steps(circle) == [(CHILD, "Invented Holding AG", 1)]


def test_the_page_says_who_is_above_from_where_and_why_there_is_nobody(gather: Gather) -> None:
    def boxes(nodes: Sequence[Node]) -> list[tuple[str, ...]]:
        return [line for n in nodes for line in [(n.name, *n.lines), *boxes(n.children)]]

    dossier = gather(ABROAD)
    drawn = boxes(build_ownership_trees(dossier, {}, "shown").above)
    assert drawn == [
        ("INVENTED HOLDING AG", f"LEI {lei(2)} (GLEIF of 1 November 2026)"),
        (
            "Invented Group SE",
            "Consolidates its accounts",
            f"LEI {lei(3)} (GLEIF of 1 November 2026)",
            "No parent known, because natural persons control it, and its parent has no LEI: "
            "as the firm reports, not checked by us",
        ),
    ]
    parts = dossier_parts(dossier, {}, "shown")
    rows = [(row.name, row.role, row.since) for row in parts.rows]
    assert rows[1:] == [
        (
            "Invented Group SE",
            "Parent of INVENTED HOLDING AG; Consolidates its accounts",
            "1 March 2018",
        )
    ]
    lapsed = entity(1, "Invented Subsidiary Ltd", CHILD, Registration__RegistrationStatus="LAPSED")
    alone = gather(copy=([lapsed], [], [reason(1, "NON_CONSOLIDATING")]))
    facts = {line.label: line.values for line in dossier_parts(alone, {}, "shown").facts}
    assert facts["Group"] == (
        f"LEI {lei(1)} (GLEIF of 1 November 2026)",
        "LEI not renewed: this does not mean that it is dissolved",
        "No parent known, because who controls it prepares no consolidated accounts: "
        "as the firm reports, not checked by us",
    )


def test_the_network_links_each_firm_to_the_one_above_it(gather: Gather) -> None:
    dossier = gather(ABROAD)
    net = build_network([dossier.supplier], {"A": dossier}, today=NOW.date()).network
    graph = Graph(net)
    links = {
        (graph.node(link.one).label, graph.node(link.other).label, link.source)
        for link in net.links
        if link.kind == "owner"
    }
    assert links == {
        ("Invented", "INVENTED HOLDING AG", "Companies House owners"),
        ("INVENTED HOLDING AG", "Invented Group SE", "GLEIF"),
    }


@pytest.mark.soak
def test_each_of_twenty_listed_parents_two_levels_up_is_found(
    open_workspace: Callable[..., Workspace], home: Path, tmp_path: Path
) -> None:
    ws = open_workspace(home)
    names = {
        entry.names[0].text: None
        for list_id, loaded in ws.lists.current().items()
        if ws.watchlists[list_id].topic in ("sanctions", "debarment")
        for entry in ws.lists.entries(loaded.version)
        if entry.kind == "organisation" and len(entry.names[0].text.split()) > 1
    }
    listed = list(names)[:20]
    assert len(listed) == 20
    numbers = [f"{99_003_000 + place}" for place in range(20)]
    entities, relationships, owners, companies, suppliers = [], [], [], [], []
    for place, (name, number) in enumerate(zip(listed, numbers, strict=True)):
        own, above, top = (300 * level + place + 100 for level in range(3))
        firm = f"Quillwater {number} Ltd"
        holding = replace(ABROAD, name=f"Quillwater {number} Holding AG")
        entities += [entity(own, firm, number), entity(above, holding.name), entity(top, name)]
        relationships += [owned(own, above), owned(above, top)]
        owners.append(OwnerRow(number, holding))
        companies.append(company(number, firm.upper()))
        suppliers.append(
            Supplier(ref=str(place), name=firm, identifiers=(Identifier("GB-COH", number),))
        )
    load(ws.register, tmp_path, owners, (entities, relationships, []), companies)
    run = screen(ws, Screened(suppliers))
    found = {(f.supplier_ref, f.subject_name) for f in run.findings if f.list_id}
    assert {(str(place), name) for place, name in enumerate(listed)} <= found

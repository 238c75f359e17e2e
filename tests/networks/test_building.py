"""What links suppliers: whom dossiers and the supplier file name, and when two mentions are one."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from duediligence.model import (
    Address,
    Charge,
    ContactKey,
    Disqualification,
    Dossier,
    FormerName,
    NotKnown,
    PartialDate,
    PartOf,
    Person,
)
from duediligence.model.networks import Network
from duediligence.model.registers import Verification
from duediligence.networks import Graph, build_network, link_key, supplier_node
from duediligence.networks.walking import walk_paths
from tests.networks.given import (
    BORN,
    TODAY,
    dossier,
    elsewhere,
    firm_owner,
    officer,
    owner,
    place,
)
from tests.rows import for_each


def network(*dossiers: Dossier, **more: Any) -> Network:
    return build_network(
        [one.supplier for one in dossiers],
        {one.supplier.ref: one for one in dossiers},
        today=TODAY,
        **more,
    ).network


def shared(net: Network) -> dict[str, set[str]]:
    """The nodes that join two suppliers or more, by label, with the suppliers' references."""
    graph, found = Graph(net), {}
    for node in net.nodes.values():
        near = {one for link in graph.links[node.id] for one in (link.one, link.other)} - {node.id}
        refs = {net.nodes[one].supplier_ref for one in near} - {""}
        if node.kind not in ("supplier", "company") and len(refs) > 1:
            found[node.label] = refs
    return found


def test_a_person_is_one_by_name_and_birth_month_whatever_the_officer_ids() -> None:
    one = dossier("A", 99000001, officers=(officer("Ann Noname", officer_id="x1"),))
    two = dossier("B", 99000002, officers=(officer("Mrs Ann Mary NONAME", officer_id="x2"),))
    assert shared(network(one, two)) == {"Mrs Ann Mary NONAME": {"A", "B"}}


def test_a_person_is_one_by_officer_id_whatever_the_name() -> None:
    one = dossier("A", 99000001, officers=(officer("Ann Noname", None, officer_id="x1"),))
    two = dossier("B", 99000002, officers=(officer("Ann Marlow", None, officer_id="x1"),))
    assert shared(network(one, two)) == {"Ann Marlow": {"A", "B"}}


@for_each("born", [None, PartialDate(1970), PartialDate(1970, 6)])
def test_nobody_is_one_by_name_alone(born: PartialDate | None) -> None:
    one = dossier("A", 99000001, officers=(officer("Ann Noname", BORN, officer_id="x1"),))
    two = dossier("B", 99000002, officers=(officer("Ann Noname", born, officer_id="x2"),))
    assert shared(network(one, two)) == {}
    both = [replace(each.supplier, people=(Person("Bo Vane"),)) for each in (one, two)]
    net = build_network(both, {}, today=TODAY).network
    assert shared(net) == {}


def test_an_initial_is_a_forename_only_where_one_person_alone_has_it() -> None:
    one = dossier("A", 99000001, officers=(officer("J Noname"),))
    two = dossier("B", 99000002, officers=(officer("John Noname"),))
    three = dossier("C", 99000003, officers=(officer("Jane Noname"),))
    assert shared(network(one, two)) == {"John Noname": {"A", "B"}}
    assert shared(network(one, two, three)) == {}


def test_an_owner_and_a_named_person_are_the_officer_of_that_birth_month() -> None:
    one = dossier("A", 99000001, officers=(officer("Ann Noname", officer_id="x1"),))
    two = dossier("B", 99000002, owners=(owner("Ann Noname"),))
    three = dossier("C", supplier={"people": (Person("Ann Noname", BORN, "director"),)})
    assert shared(network(one, two, three)) == {"Ann Noname": {"A", "B", "C"}}


def test_a_named_director_without_birth_date_is_the_officer_who_is_there_already() -> None:
    people = {"people": (Person("Ann Noname", None, "director"), Person("Bo Vane"))}
    net = network(dossier("A", 99000001, officers=(officer("Ann Noname"),), supplier=people))
    assert sorted(node.label for node in net.nodes.values() if node.personal) == [
        "Ann Noname",
        "Bo Vane",
    ]


def test_formation_agents_and_nominees_link_nothing() -> None:
    on_the_day = date(2010, 1, 4)
    agent = officer("Ag Ent", appointed_on=on_the_day, resigned_on=on_the_day)
    nominee = officer("No Minee", role="nominee-director")
    some = [dossier(ref, 99000000 + n, officers=(agent, nominee)) for n, ref in enumerate("ABC", 1)]
    assert shared(network(*some)) == {}


def test_firms_are_one_by_their_number_and_only_where_the_name_fits() -> None:
    one = dossier("A", 99000001, owners=(firm_owner("Group Holdings Ltd", "99000009"),))
    two = dossier("B", 99000002, owners=(firm_owner("Group Holdings Limited", "99000009"),))
    parent = dossier("P", 99000009, company={"name": "Group Holdings Ltd"})
    net = network(one, two, parent)
    owned = {link.one for link in net.links if link.other == "company:99000009"}
    assert owned == {"company:99000001", "company:99000002"}
    other = dossier("P", 99000009, company={"name": "Quite Another Name Plc"})
    net = network(one, two, other)
    assert not [link for link in net.links if link.other == "company:99000009"]


def test_addresses_are_one_by_building_and_unit_and_weighed_by_the_register() -> None:
    some = [
        dossier(ref, 99000000 + n, company={"address": place(n % 2 + 1)}, same_address=40)
        for n, ref in enumerate("ABC", 1)
    ]
    net = network(*some)
    assert list(shared(net).values()) == [{"A", "C"}]
    (node,) = (n for n in net.nodes.values() if n.label in shared(net))
    assert (node.kind, node.companies, Graph(net).weight(node.id)) == ("address", 40, 0.0)


def test_the_address_of_whoever_has_no_company_is_personal() -> None:
    sole = dossier("A", supplier={"address": place(1)})
    firm = dossier("B", 99000001, company={"address": place(2)})
    kinds = {n.label: n.personal for n in network(sole, firm).nodes.values() if n.kind == "address"}
    assert kinds == {place(1).text: True, place(2).text: False}


def test_an_address_that_people_give_is_personal_and_no_link_where_it_is_the_office() -> None:
    some = [
        dossier(
            ref,
            99000000 + n,
            company={"address": place(n)},
            officers=(officer(f"Ann {ref}", address=place(7), resigned_on=left),),
            owners=(owner(f"Bo {ref}", address=place(n)),),
        )
        for n, ref, left in ((1, "A", None), (2, "B", date(2020, 1, 1)))
    ]
    net = network(*some)
    letters = [link for link in net.links if link.kind == "correspondence address"]
    assert [(link.one, link.source, link.until) for link in letters] == [
        ("company:99000001", "Companies House officers", None),
        ("company:99000002", "Companies House officers", date(2020, 1, 1)),
    ]
    (node,) = {net.nodes[link.other] for link in letters}
    assert (node.label, node.personal, node.companies) == (place(7).text, True, None)


def test_who_vouched_for_people_is_shown_and_no_path_goes_through() -> None:
    checked = date(2025, 5, 5)
    vouched = Verification(agent="Noname Formations Ltd", identity_checked_on=checked)
    alone = Verification(agent="Cy Noname")
    failed = dossier(
        "A",
        99000001,
        company={"status": "liquidation"},
        officers=(officer("Ann A", verification=vouched, resigned_on=date(2026, 1, 1)),),
    )
    other = dossier(
        "B",
        99000002,
        officers=(officer("Bo B", verification=vouched), officer("Di B", verification=alone)),
        owners=(owner("Bo B", verification=replace(vouched, agent="NONAME FORMATIONS LTD")),),
    )
    net = network(failed, other)
    assert shared(net)["Noname Formations Ltd"] == {"A", "B"}
    agents = {n.label: n.personal for n in net.nodes.values() if n.kind == "identity agent"}
    assert agents == {"Noname Formations Ltd": False, "Cy Noname": True}
    links = [(one.one, one.since, one.until) for one in net.links if one.kind == "identity agent"]
    assert ("company:99000001", checked, date(2026, 1, 1)) in links
    graph = Graph(net)
    (agent,) = (n.id for n in net.nodes.values() if n.label == "Noname Formations Ltd")
    assert graph.weight(agent) == 0.0
    ways = walk_paths(graph, "company:99000001", steps=2)
    assert "company:99000002" not in {node.id for way in ways for node in way.nodes}


def test_companies_at_an_address_are_asked_for_once_a_building_where_no_dossier_counts() -> None:
    asked: list[str] = []

    def companies_at(address: Address) -> int:
        asked.append(address.text)
        return 3

    def written(unit: int, number: int) -> Address:
        return Address(f"Unit {unit}, {number} Quillen Street, Porthvellan", "ZY1 1AA")

    some = [
        dossier(
            ref,
            99000000 + n,
            company={"address": place(5)},
            same_address=90,
            officers=tuple(
                officer(f"Ann {ref}{at}", address=written(*at))
                for at in ((1, 5), (1, 6), (2, 6), (n, 7))
            ),
        )
        for n, ref in enumerate("AB", 1)
    ]
    nodes = network(*some, companies_at=companies_at).nodes.values()
    counted = {node.label: node.companies for node in nodes if node.kind == "address"}
    assert counted == {
        place(5).text: 90,
        written(1, 5).text: 90,
        written(1, 6).text: 3,
        written(2, 6).text: 3,
        written(1, 7).text: None,
        written(2, 7).text: None,
    }
    assert len(asked) == 1


def test_contacts_lenders_names_and_sub_contractors_link() -> None:
    key = ContactKey("bank account", "ab" * 16)
    lent = Charge(status="outstanding", persons_entitled=("Marsh Estates Ltd", "Marsh Bank plc"))
    one = dossier("A", 99000001, charges=(lent,), supplier={"contact_keys": (key,)})
    two = dossier(
        "B",
        99000002,
        charges=(lent,),
        company={"former_names": (FormerName("Firm A Limited", None, date(2020, 1, 1)),)},
        supplier={"contact_keys": (key,), "part_of": (PartOf("A", "sub-contractor"),)},
    )
    net = network(one, two)
    assert shared(net) == {
        "bank account": {"A", "B"},
        "Marsh Estates Ltd": {"A", "B"},
        "Firm A Limited": {"A", "B"},
    }
    assert [link.other for link in net.links if link.kind == "sub-contractor"] == [
        "company:99000001"
    ]


def test_marks_come_from_registers() -> None:
    barred = Disqualification(name="Ann Noname", birth_date=BORN, until=date(2027, 1, 1))
    over = replace(barred, name="Bo Vane", until=date(2020, 1, 1))
    people = (officer("Ann Noname", officer_id="x"), officer("Bo Vane"))
    net = network(
        dossier(
            "A",
            99000001,
            officers=people,
            disqualifications=(barred, over),
            appointments=(elsewhere("x", 99000005, "liquidation"),),
        )
    )
    marks = {n.label: [m.kind for m in n.marks] for n in net.nodes.values() if n.marks}
    assert marks == {"Ann Noname": ["disqualified"], "Elsewhere 99000005 Ltd": ["insolvent"]}


def test_links_are_known_since_the_day_that_is_kept_or_today() -> None:
    one = dossier("A", 99000001, officers=(officer("Ann Noname"), officer("Bo Vane")))
    undated = network(one)
    assert {link.first_known for link in undated.links} == {None}
    earlier = TODAY - timedelta(days=9)
    kept = {link_key(undated.links[0]): earlier}
    dated = network(one, known=kept)
    assert [link.first_known for link in dated.links] == [earlier, TODAY]


def test_no_id_and_no_key_holds_a_name() -> None:
    net = network(
        dossier("A", 99000001, officers=(officer("Ann Noname"),), company={"address": place(1)})
    )
    text = " ".join([*net.nodes, *map(link_key, net.links)]).casefold()
    assert not any(word in text for word in ("noname", "quillen", "zy1"))


def test_a_supplier_without_dossier_or_parts_is_a_node_all_the_same() -> None:
    bare = dossier("A", officers=NotKnown("down"), owners=NotKnown("down"))
    net = build_network([bare.supplier], {}, today=TODAY).network
    assert list(net.nodes) == ["supplier:A"] == [supplier_node(bare.supplier)]


names = st.sampled_from(["Ann Noname", "A Noname", "Alan Noname", "Bo Vane", "Mr Bo Vane"])
births = st.sampled_from([None, BORN, PartialDate(1980, 1)])
people = st.lists(
    st.builds(officer, names, births, officer_id=st.sampled_from(["", "x1", "x2"])), max_size=3
).map(tuple)
firms = st.sampled_from(
    [(), (firm_owner("Firm 1 Ltd", "99000001"),), (firm_owner("Firm 2 Ltd", "99000002"),)]
)
portfolios = st.lists(st.tuples(people, firms, st.integers(1, 2)), min_size=1, max_size=4)


@given(portfolios, st.randoms(use_true_random=False))
def test_the_order_of_suppliers_makes_no_difference(drawn: list[Any], chance: Any) -> None:
    some = [
        dossier(
            f"S{n}", 99000001 + n, officers=officers, owners=owners, company={"address": place(at)}
        )
        for n, (officers, owners, at) in enumerate(drawn)
    ]
    first = network(*some)
    chance.shuffle(some)
    assert network(*some) == first

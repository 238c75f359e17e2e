"""Which registration a contract's work needs: precise, for a false alarm costs trust."""

from hypothesis import given
from hypothesis import strategies as st

from duediligence import registry
from duediligence.law.grounds import read
from duediligence.law.registrations import load_trades, needs_of
from duediligence.model import Contract
from tests.rows import for_each

NEEDS = {
    "care": [
        "Home care (north)", "Domiciliary Care Framework 2026", "Care home places",
        "Residential care for older people", "Nursing Homes - block contract", "Homecare lot 3",
        "Extra-care service at Gull Court", "Personal Care and Support", "Live-in care",
    ],
    "healthcare": [
        "Non-emergency patient transport", "Community dental services", "GP service, Harbour ward",
        "Hospice care", "Ambulance services", "Dentistry",
    ],
    "childrens-homes": [
        "Children's home placement", "Childrens homes", "Residential care for children",
        "Residential placements for children", "Residential childcare, block",
        "Residential care: young people", "Residential care of looked after siblings",
    ],
    "fostering": ["Foster care placements", "Fostering agency", "Independent fostering services"],
    "adoption": ["Adoption agency", "Inter-agency adoption fees", "Adoption support"],
    "family-centres": ["Residential family centres", "Residential parenting assessments"],
    "holiday-schemes": ["Residential holiday schemes for disabled children"],
    "supported-accommodation": [
        "Supported accommodation for care leavers", "Semi-independent living, children in care",
        "Supported lodgings for care leavers",
    ],
    "independent-schools": ["Independent special school fees", "Independent schools"],
    "waste": [
        "Refuse collection", "Household waste collection", "Skip hire", "Bulky waste",
        "Clinical waste", "Collection of recycling", "Confidential waste shredding",
        "House clearances", "Fly-tipping clearance", "Septic tank emptying", "Removal of waste",
    ],
    "haulage": [
        "Haulage of aggregates", "Road haulage", "Bulk haulage", "Office removals",
        "Furniture removals", "Household removals for tenants", "Transport of goods",
        "Low loader with operator", "Lorry hire with driver", "Road freight", "HGV with driver",
    ],
    "buses": [
        "Local bus services", "School buses", "Coach hire", "Tendered bus network",
        "Hire of coaches", "Public buses, evening", "Supported bus routes", "Rail replacement",
        "Coach travel for swimming lessons", "Bus contract 14", "Park and ride bus",
    ],
    "passengers": [
        "Home-to-school transport", "School transport route 4", "Passenger transport DPS",
        "SEN transport", "SEND transport", "Community transport", "Client transport, day centres",
        "Social care transport", "Pupil transport", "Minibuses with drivers",
    ],
    "taxis": [
        "Taxis", "Taxi service for councillors", "Private hire", "Private hire vehicles, ad hoc",
        "Hackney carriages", "Minicabs", "Taxi contract 7", "Out of hours taxis",
        "Taxicab account", "Taxis: emergency duty team",
    ],
    "labour": [
        "Supply of farm workers", "Fruit pickers", "Vegetable picking", "Agricultural labour",
        "Horticultural workers", "Shellfish gathering", "Gangmaster services", "Harvest labour",
        "Agency workers for food processing", "Food production workers",
        "Temporary workers: agriculture", "Crop picking",
    ],
    "security": [
        "Door supervision and keyholding", "Manned guarding", "Security guards", "Key holding",
        "Mobile patrols", "CCTV monitoring", "Security officers at libraries", "Static guarding",
        "Cash in transit", "Event security", "Security services",
    ],
    "childcare": [
        "Day nursery places", "After-school club", "Creche", "Holiday clubs", "Childminders",
        "Breakfast clubs", "Early years provision", "Nursery education", "Playgroup",
        "Pre-school", "Wraparound care",
    ],
    "scrap": [
        "Scrap metal", "Sale of scrap metal", "Scrap metal collection", "Metal recycling",
        "Scrap cars", "End-of-life vehicles", "Recycling of metals", "Vehicle dismantling",
        "Scrap vehicles", "Purchase of scrap metal",
    ],
    "food": [
        "School meals", "Meals at home", "Meals on wheels", "Museum café", "Catering",
        "Civic buffet", "Supply of food to residential homes", "Canteen at the depot",
        "Fruit and vegetables", "Sandwiches for meetings", "Hot meals", "Community meals",
    ],
}  # fmt: skip
# What has a word of the trade and is another thing.
NEEDS_NONE = {
    "care": [
        "Carer's IT system", "Carers support service", "Care home fees software",
        "Care home refurbishment", "Home care training", "Cleaning of care homes",
        "Catering for care homes", "Residential care market review", "Careers advice",
        "Residential care for children", "Nursing home furniture", "Car park",
        "Horticulture and grounds care", "Pharmacy for care homes",
    ],
    "healthcare": ["Dental practice refurbishment", "Ambulance service audit", "Veterinary care"],
    "childrens-homes": [
        "Children's home refurbishment", "Youth work", "Fostering recruitment campaign",
        "Residential trip for children", "Holiday activities", "Foster carer training",
        "Children's centre cleaning", "Fostering services website", "Care home places",
        "Children's books",
    ],
    "fostering": [
        "Fostering recruitment campaign", "Fostering services website", "Foster carer training",
        "Foster carer allowances",
    ],
    "adoption": ["Technology adoption", "Adoption allowances", "Adoption of roads", "Pet adoption"],
    "family-centres": ["Family centre cleaning", "Community based parenting assessments"],
    "holiday-schemes": ["Holiday clubs", "Day trips for disabled children", "Holiday lets"],
    "supported-accommodation": [
        "Student accommodation", "Supported housing for adults", "Hotel accommodation",
    ],
    "independent-schools": ["School uniforms", "Independent visitors", "School meals"],
    "waste": [
        "Waste collection vehicles", "Supply of waste collection bins", "Waste water pumping",
        "Waste composition analysis", "Refuse sacks", "Refuse collection vehicle maintenance",
        "Recycling campaign", "Food waste caddies", "Waste collection software",
        "Waste strategy", "Clinical waste bins", "Waste prevention education",
    ],
    "haulage": [
        "Graffiti removal", "Asbestos removal", "Tree removal", "Snow removal", "HGV driver agency",
        "HGV driver training", "Lorry repairs", "Removal of bodies", "Freight strategy",
        "Household removals software",
    ],
    "buses": [
        "Bus shelters", "Bus stop maintenance", "Bus lane enforcement cameras", "Life coaching",
        "Concessionary bus passes", "Bus service timetables", "Coaching service", "Bus station",
        "Health coach service", "Real time bus service information",
    ],
    "passengers": [
        "Passenger transport software", "Transport planning", "Transport model",
        "School transport route planning", "Transport of goods", "Passenger transport review",
        "Patient transport", "Transport consultancy", "School transport system", "Vehicle hire",
    ],
    "taxis": [
        "Taxi rank lining", "Taxi licensing software", "Taxi plates", "Medicals for taxi drivers",
        "Taxi vehicle testing", "Taxi driver training", "Private hire licensing", "Taxi marshals",
        "Taxi enforcement", "Taxi survey",
    ],
    "labour": [
        "Temporary office staff", "Agency social workers", "Youth workers", "Farm machinery",
        "Farm tenancy", "Food hygiene training", "Construction labour", "Seasonal gardeners",
        "Agricultural advice", "Food waste", "Interim managers",
    ],
    "security": [
        "Cyber security services", "Information security", "CCTV camera maintenance",
        "Social security advice", "Lifeguards", "Guard rails", "Machine guarding",
        "Security fencing", "Data centre security services", "Network security",
        "Alarm installation",
    ],
    "childcare": [
        "Plant nursery", "Childcare vouchers", "Childcare sufficiency study", "Nursery milk",
        "Childcare management system", "Playground equipment", "Tree nursery", "Youth work",
        "Early years training", "Childcare proceedings: solicitors",
    ],
    "scrap": [
        "Metalwork", "Metal fabrication", "Metal detectors", "Scrapbook supplies", "Sheet metal",
        "Metal railings repairs", "Recycling collection", "Abandoned vehicles", "Metal polish",
        "Vehicle purchase",
    ],
    "food": [
        "Catering equipment", "Food waste collection", "Food hygiene training", "Food sampling",
        "Self-catering lets", "Kitchen refurbishment", "Food bank grant", "Food safety consultancy",
        "Pet food", "Catering strategy", "Animal feed",
    ],
}  # fmt: skip


def needed(*contracts: Contract, sic: tuple[str, ...] = ()) -> dict[str, bool]:
    return {need.registration.id: need.sure for need in needs_of(contracts, sic)}


def test_the_file_is_sound() -> None:
    lists = registry.find_watchlists()
    ids = [registration.id for registration, _ in load_trades()]
    first = {
        one["id"] for one in read("registrations.toml")["registration"] if "same_work" not in one
    }
    assert first == NEEDS.keys() == NEEDS_NONE.keys()
    assert len(ids) == len(set(ids))
    for registration, trade in load_trades():
        assert {*registration.lists, *registration.ended_lists} <= lists.keys()
        assert bool(registration.lists) == (registration.proof == "list")
        assert bool(registration.register_words) == (registration.proof == "council register")
        assert all(len(code) == 5 for code in trade.sic)
        assert all(2 <= len(code) <= 8 for code in (*trade.cpv, *trade.cpv_hints))
        assert registration.ask.startswith("Ask")


@for_each(("trade", "title"), [(t, x) for t, some in NEEDS.items() for x in some])
def test_the_title_says_what_is_needed(trade: str, title: str) -> None:
    assert needed(Contract(title=title)).get(trade) is True
    assert needed(Contract(title="Framework 2026", category=title.upper())).get(trade) is True


@for_each(("trade", "title"), [(t, x) for t, some in NEEDS_NONE.items() for x in some])
def test_a_word_of_the_trade_is_not_the_trade(trade: str, title: str) -> None:
    assert trade not in needed(Contract(title=title))


def test_supported_accommodation_is_a_question_unless_the_children_are_looked_after() -> None:
    kind = "supported-accommodation"
    homeless = Contract(title="Nightstop for homeless 16 17 year olds", description="16+ housing")
    assert needed(homeless)[kind] is False
    in_care = Contract(title=homeless.title, description="Also for children who are looked after")
    assert needed(in_care)[kind] is True
    (need,) = (one for one in needs_of([homeless]) if one.registration.id == kind)
    assert "looked-after or relevant children" in need.registration.title


def test_an_application_is_accepted_where_a_transition_says_so_alone() -> None:
    """Care Standards Act 2000 s.11 knows no such defence; SI 2023/416 reg 44 is one."""
    said = {one.id: f"{one.ask} {one.exempt}" for one, _ in load_trades() if "s.11" in one.law}
    assert [id_ for id_, text in said.items() if "Ofsted's letter" in text] == [
        "supported-accommodation"
    ]
    assert "by 27 October 2023" in said["supported-accommodation"]
    for id_ in ("childrens-homes", "fostering", "family-centres"):
        assert "does not make it lawful to operate" in said[id_]


def test_a_code_decides_whatever_the_words() -> None:
    assert needed(Contract(title="Lot 4", cpv=("90511000",))) == {"waste": True}
    assert needed(Contract(title="Waste collection software", cpv=("90511100",))) == {"waste": True}
    # Goods, works and IT are not the trade, whatever the title.
    assert needed(Contract(title="Home care", cpv=("48000000",))) == {}
    assert needed(Contract(title="Home care", cpv=("85000000",))) == {"care": True}


def test_what_a_company_does_is_a_question_at_most() -> None:
    care = ("87100", "88100")
    assert needed(sic=care) == {}
    assert needed(Contract(title="Library refurbishment"), sic=care) == {}
    assert needed(Contract(title="Framework 2026"), sic=care) == {}
    assert needed(Contract(title="Respite")) == {}
    assert needed(Contract(title="Respite"), sic=care) == {"care": False}
    assert needed(Contract(title="Respite"), sic=("43290",)) == {}
    # What most often needs it is asked about, whatever the company does.
    assert needed(Contract(title="Supported living")) == {"care": False}
    for registration, trade in load_trades():
        for word in trade.hints:
            found = needed(Contract(title=word.replace(" & ", " ")), sic=trade.sic)
            assert found.get(registration.id) in (None, False, True)


@given(
    title=st.text(max_size=600),
    category=st.text(max_size=60),
    cpv=st.lists(st.from_regex(r"[0-9]{8}", fullmatch=True), max_size=3).map(tuple),
    sic=st.lists(st.from_regex(r"[0-9]{5}", fullmatch=True), max_size=3),
)
def test_any_contract_is_read(
    title: str, category: str, cpv: tuple[str, ...], sic: list[str]
) -> None:
    contract = Contract(title=title, category=category, cpv=cpv)
    for need in needs_of([contract], sic):
        assert need.contracts == (contract,)

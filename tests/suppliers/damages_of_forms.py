"""Damages of share codes, ownership files and contract notices: each names a listed party.

Written from samples alone, by kinds: a member renamed or moved, another nesting, a list for an
object, an unknown member that holds a name, two ids, a name in another language, a role spelled
otherwise. A case gives a whole document about the firm `name` with the number `number`.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from ..extensions.ownership.statements import ENTITY, LINK, PERSON
from .forms_made import address, entity, exclusion, form, person
from .notice_files import Notice, notice

Json = Any
MAN = {"firstName": "Dragomir", "lastName": "Petrosyanov", "dateOfBirth": "1968-03-14"}
HE, HE_IN_CYRILLIC = "Dragomir Petrosyanov", "Драгомир Валентинович Петросянов"
FIRM = "Korvaek Trading Corporation"
APART = "P E T R O S Y A N O V Ltd"


def him(**more: Any) -> Json:
    return person(**{"id": "00000000-0000-4000-8000-0000000000e1", **MAN, **more})


def it(**more: Any) -> Json:
    more = {"id": "00000000-0000-4000-8000-0000000000e2", "name": FIRM, **more}
    return entity(**{"overseasCompanyNumber": "", **more})


def without(of: Json, *members: str) -> Json:
    return {key: value for key, value in of.items() if key not in members}


def renamed(of: Json, **names: str) -> Json:
    return {names.get(key, key): value for key, value in of.items()}


def _section(name: str, **answer: Any) -> Json:
    return {"id": "c9", "sectionName": name, "answers": [answer]}


def share_codes(name: str, number: str) -> Iterator[tuple[str, Json]]:
    """Yield over 60 forms of that firm, each of which names him or the listed firm."""

    def doc(**more: Any) -> Json:
        numbered = {"scheme": "GB-COH", "id": number, "legalName": name}
        return form(**{"name": name, "identifier": numbered, **more})

    ada = person()
    yield "a person with letters apart", doc(associatedPersons=[him(lastName=APART)])
    yield "another name with letters apart", doc(identifier={"legalName": APART})
    # Members renamed.
    for other in ("connectedPersons", "associatedPeople", "AssociatedPersons", "persons"):
        yield (
            f"associatedPersons named {other}",
            renamed(doc(associatedPersons=[ada, him()]), associatedPersons=other),
        )
    for other in ("connectedEntities", "AdditionalEntities", "organisations"):
        yield (
            f"additionalEntities named {other}",
            renamed(doc(additionalEntities=[it()]), additionalEntities=other),
        )
    member = {"id": "m1", "name": FIRM, "roles": ["supplier"], "shareCode": {"value": "ABCD2345"}}
    for other in ("consortiumMembers", "parties", "additional_parties"):
        yield (
            f"additionalParties named {other}",
            renamed(doc(additionalParties=[member]), additionalParties=other),
        )
    for old, new in (
        ("lastName", "surname"),
        ("lastName", "familyName"),
        ("firstName", "givenName"),
        ("lastName", "LastName"),
    ):
        yield (
            f"{old} of a person named {new}",
            doc(associatedPersons=[renamed(him(), **{old: new})]),
        )
    yield (
        "both names of a person renamed",
        doc(associatedPersons=[renamed(him(), firstName="given", lastName="family")]),
    )
    yield (
        "full name for the two",
        doc(associatedPersons=[{**without(him(), "firstName", "lastName"), "fullName": HE}]),
    )
    yield (
        "name of an organisation renamed",
        doc(additionalEntities=[renamed(it(), name="legalName")]),
    )
    # Members moved.
    for place in ("details", "supplierInformationData", "contactPoint", "identifier"):
        held = doc()
        held[place]["associatedPersons"] = [him()]
        yield f"persons moved into {place}", held
    held = doc()
    held["supplierInformationData"]["form"]["additionalEntities"] = [it()]
    yield "organisations moved into the form", held
    held = doc()
    held["details"]["legalForm"]["owners"] = [it()]
    yield "owners in the legal form", held
    yield "person below a person", doc(associatedPersons=[{**ada, "nominee": him()}])
    yield (
        "person below an address",
        doc(
            associatedPersons=[
                {**ada, "addresses": [{**address("1 Row", "FE1 1AB"), "occupier": HE}]}
            ]
        ),
    )
    yield (
        "person below a period",
        doc(associatedPersons=[{**ada, "period": {"endDate": None, "successor": him()}}]),
    )
    yield "organisation among the persons", doc(associatedPersons=[ada, it()])
    yield "person among the organisations", doc(additionalEntities=[entity(), him(name=HE)])
    yield "owner below an organisation", doc(additionalEntities=[{**entity(), "owners": [him()]}])
    yield (
        "person in an answer as JSON",
        doc(exclusions=[_section("Ownership", questionName="_Ownership01", jsonValue=[him()])]),
    )
    yield (
        "person in an unknown question of the exclusions",
        doc(
            exclusions=[
                {
                    **exclusion("tax_offences"),
                    "answers": [
                        *exclusion("tax_offences")["answers"],
                        {"questionName": "_Exclusion11", "jsonValue": {"person": him()}},
                    ],
                }
            ]
        ),
    )
    yield (
        "person in an unknown member of an answer",
        doc(exclusions=[_section("Ownership", questionName="_Ownership01", personValue=him())]),
    )
    # Another nesting, a list for an object.
    yield "all in an object", {"data": doc(associatedPersons=[him()])}
    yield "all in a list in an object", {"items": [doc(associatedPersons=[him()])]}
    yield "all in a list in a list", [[doc(associatedPersons=[him()])]]
    yield "persons in an object", doc(associatedPersons={"items": [him()]})
    yield "persons by their id", doc(associatedPersons={him()["id"]: him()})
    yield "one person for the list", doc(associatedPersons=him())
    yield "each person in an object of its own", doc(associatedPersons=[{"person": him()}])
    yield "each person in a list", doc(associatedPersons=[[him()]])
    yield (
        "name of a person as an object",
        doc(associatedPersons=[{**without(him(), "firstName", "lastName"), "name": {"full": HE}}]),
    )
    yield "name of a person as a list", doc(associatedPersons=[him(lastName=["Petrosyanov"])])
    yield "name of an organisation as an object", doc(additionalEntities=[it(name={"en": FIRM})])
    yield "identifier as a list", doc(identifier=[{"scheme": "GB-COH", "legalName": FIRM}])
    yield "name of the supplier as a list", doc(name=[name, FIRM])
    # Unknown members that hold a name.
    for more in (
        {"trustees": [HE]},
        {"beneficialOwners": [{"name": HE, "share": 100}]},
        {"ultimateParent": FIRM},
        {"signatory": {"givenName": "Dragomir", "familyName": "Petrosyanov"}},
        {"note": f"The shares are held for {FIRM}."},
        {"tradingName": FIRM},
        {"previousNames": [FIRM]},
    ):
        yield f"unknown member {next(iter(more))}", doc(**more)
    held = doc()
    held["identifier"]["legalName"] = FIRM
    yield "legal name of another", held
    held = doc()
    held["additionalIdentifiers"][0]["legalName"] = FIRM
    yield "legal name of another with a further number", held
    # Other names of a person; a name in another language; roles; ids.
    for other in ("alias", "aliases", "formerNames", "previousName", "otherNames", "knownAs"):
        named: Json = [HE] if other.endswith("s") and other != "knownAs" else HE
        yield (
            f"another name of a person in {other}",
            doc(associatedPersons=[person(firstName="Ada", lastName="Quill", **{other: named})]),
        )
    yield (
        "name in Cyrillic",
        doc(associatedPersons=[him(firstName="Драгомир", lastName="Петросянов")]),
    )
    yield (
        "name in Cyrillic beside another",
        doc(associatedPersons=[person(nameInOriginalScript=HE_IN_CYRILLIC)]),
    )
    yield (
        "role spelled otherwise",
        doc(associatedPersons=[him(relationship="director", entityType="individual")]),
    )
    yield "two ids for him", doc(associatedPersons=[him(), him(id="e9")])
    yield "one id for two", doc(associatedPersons=[ada, him(id=ada["id"])])
    yield (
        "organisation with an unknown category",
        doc(additionalEntities=[it(category="Nominee", entityType="Body")]),
    )


def ownership_files(name: str, number: str) -> Iterator[tuple[str, list[Json]]]:
    """Yield over 40 files about that firm, of which each names him or the listed firm."""

    def bods(change: Callable[[Json, Json, Json], object] = lambda _e, _p, _l: None) -> list[Json]:
        one, two, link = deepcopy([ENTITY, PERSON, LINK])
        one["recordDetails"].update(name=name, identifiers=[{"scheme": "GB-COH", "id": number}])
        two["recordDetails"].update(names=[{"fullName": HE}], birthDate="1968-03-14")
        link["recordDetails"]["interests"][0]["share"] = {"exact": 100}
        found = [one, two, link]
        more = change(*found)
        more = more if isinstance(more, list) else []
        parties = [one for one in more if one["recordType"] != "relationship"]
        links = [one for one in more if one["recordType"] == "relationship"]
        return [*found[:2], *parties, link, *links]

    def ftm(**more: Any) -> list[Json]:
        firm = {"name": [name], "registrationNumber": [number]}
        owns = {"owner": ["o"], "asset": ["a"], "percentage": ["100"], **more.pop("owns", {})}
        owner = {"name": [HE], "birthDate": ["1968-03-14"], **more.pop("owner", {})}
        return [
            {"id": "a", "schema": "Company", "properties": firm},
            {"id": "o", "schema": more.pop("schema", "Person"), "properties": owner},
            {"id": "l", "schema": more.pop("link", "Ownership"), "properties": owns},
            *more.pop("rest", ()),
        ]

    def other_entity(**details: Any) -> Json:
        kind = {"type": "registeredEntity"}
        return {
            **deepcopy(ENTITY),
            "statementId": "f" * 32,
            "recordId": "ent-2",
            "recordDetails": {"isComponent": False, "entityType": kind, "name": FIRM, **details},
        }

    def firm_owns(_e: Json, _p: Json, link: Json) -> list[Json]:
        link["recordDetails"]["interestedParty"] = "ent-2"
        return [other_entity()]

    # As it should be.
    yield "an owner of all of it", bods()
    yield (
        "an owner with letters apart",
        bods(lambda _e, owner, _l: owner["recordDetails"].update(names=[{"fullName": APART}])),
    )
    yield "a firm that owns all of it", bods(firm_owns)
    yield "FollowTheMoney: an owner", ftm()
    yield "FollowTheMoney: a firm", ftm(schema="Company", owner={"name": [FIRM], "birthDate": []})
    yield "FollowTheMoney: a legal entity", ftm(schema="LegalEntity")
    # Other interests and roles.
    for sort in ("votingRights", "boardMember", "seniorManagingOfficial", "nominee", "trustee"):
        yield (
            f"interest {sort}",
            bods(
                lambda _e, _p, link, sort=sort: link["recordDetails"]["interests"][0].update(
                    type=sort
                )
            ),
        )
    yield (
        "interest spelled otherwise",
        bods(
            lambda _e, _p, link: link["recordDetails"]["interests"][0].update(type="share-holding")
        ),
    )
    yield "no interests", bods(lambda _e, _p, link: link["recordDetails"].update(interests=[]))
    yield "a director", ftm(link="Directorship", owns={"director": ["o"], "organization": ["a"]})
    for link in ("UnknownLink", "Family", "Representation", "Control"):
        yield f"link of the schema {link}", ftm(link=link)
    for schema in ("LegalPerson", "Human", "Organization", "PublicBody", "Asset"):
        yield f"owner of the schema {schema}", ftm(schema=schema)
    # Members renamed, moved, nested otherwise.
    yield (
        "name renamed",
        bods(lambda _e, p, _l: p["recordDetails"].update(names=[{"fullname": HE}])),
    )
    yield (
        "names as an object",
        bods(lambda _e, p, _l: p["recordDetails"].update(names={"fullName": HE})),
    )
    yield "name for names", bods(lambda _e, p, _l: p["recordDetails"].update(names=[], name=HE))
    yield (
        "no full name",
        bods(
            lambda _e, p, _l: p["recordDetails"].update(
                names=[{"familyName": "Petrosyanov", "givenName": "Dragomir"}]
            )
        ),
    )
    yield (
        "name in an unknown member",
        bods(
            lambda _e, p, _l: p["recordDetails"].update(
                names=[{"fullName": "Ann Gull"}], known=[HE]
            )
        ),
    )
    yield (
        "an alias",
        bods(
            lambda _e, p, _l: p["recordDetails"]["names"].insert(
                0, {"type": "alternative", "fullName": "Ann Gull"}
            )
        ),
    )
    yield (
        "another name in Cyrillic",
        bods(lambda _e, p, _l: p["recordDetails"].update(names=[{"fullName": HE_IN_CYRILLIC}])),
    )
    yield (
        "another name of a firm",
        bods(
            lambda e, p, link: (
                link["recordDetails"].update(interestedParty="ent-2"),
                [other_entity(name="Gull Ltd", alternateNames=[FIRM])],
            )[1]
        ),
    )
    yield "FollowTheMoney: an alias", ftm(owner={"name": ["Ann Gull"], "alias": [HE]})
    yield "FollowTheMoney: a weak alias", ftm(owner={"name": ["Ann Gull"], "weakAlias": [HE]})
    yield "FollowTheMoney: a former name", ftm(owner={"name": ["Ann Gull"], "previousName": [HE]})
    yield (
        "FollowTheMoney: names apart",
        ftm(owner={"name": [], "firstName": ["Dragomir"], "lastName": ["Petrosyanov"]}),
    )
    yield "FollowTheMoney: owner by name", ftm(owns={"owner": [HE]}, owner={"name": ["Ann Gull"]})
    yield "FollowTheMoney: owner as an object", ftm(owns={"owner": [{"name": HE}]})
    # Who no link names; ids.
    yield (
        "owner that no link names",
        bods(
            lambda _e, _p, link: link["recordDetails"].update(
                interestedParty={"reason": "unknown", "description": HE}
            )
        ),
    )
    yield (
        "link to an id that is not here",
        bods(lambda _e, _p, link: link["recordDetails"].update(interestedParty="per-9")),
    )
    yield (
        "owner of the owner",
        bods(
            lambda _e, _p, link: [
                other_entity(name="Gull Ltd"),
                {
                    **deepcopy(LINK),
                    "statementId": "9" * 32,
                    "recordId": "rel-2",
                    "recordDetails": {
                        **link["recordDetails"],
                        "subject": "ent-1",
                        "interestedParty": "ent-2",
                    },
                },
                link["recordDetails"].update(subject="ent-2"),
            ][:2]
        ),
    )
    yield (
        "one id for two",
        bods(
            lambda _e, p, _l: [
                {
                    **deepcopy(p),
                    "statementId": "7" * 32,
                    "recordDetails": {**p["recordDetails"], "names": [{"fullName": "Ann Gull"}]},
                }
            ]
        ),
    )
    yield (
        "ended last month",
        bods(
            lambda _e, _p, link: link["recordDetails"]["interests"][0].update(endDate="2026-11-02")
        ),
    )


def notices(name: str, number: str, ocid: str) -> Iterator[tuple[str, Notice]]:
    """Yield 40 notices of contracts with that firm, of which each names a listed party."""
    main = {
        "id": f"GB-COH-{number}",
        "name": name,
        "identifier": {"scheme": "GB-COH", "id": number},
        "roles": ["supplier"],
    }
    bad = {"id": "GB-FTS-66", "name": FIRM, "roles": ["supplier"]}
    ref = {"id": bad["id"], "name": FIRM}

    def made(*suppliers: Notice, change: Callable[[Notice], object] = lambda _: None) -> Notice:
        found = notice(*deepcopy(suppliers or (main,)), ocid=ocid, number=f"{ocid[-6:]}-2026")
        change(found)
        return found

    def award(**more: Any) -> Callable[[Notice], object]:
        return lambda one: one["awards"][0].update(deepcopy(more))

    def in_contract(**more: Any) -> Callable[[Notice], object]:
        return lambda one: one["contracts"][0].update(deepcopy(more))

    def in_party(**more: Any) -> Callable[[Notice], object]:
        return lambda one: one["parties"][-1].update(deepcopy(more))

    def party(**more: Any) -> Callable[[Notice], object]:
        return lambda one: one["parties"].append({**deepcopy(bad), **more})

    yield "a supplier", made(bad)
    yield "a supplier with letters apart", made({**bad, "name": APART})
    yield "a party with letters apart", made(change=party(roles=["subcontractor"], name=APART))
    yield "second supplier of an award", made(main, bad)
    # Roles, also spelled otherwise.
    for role in (
        "supplier",
        "Supplier",
        "suppliers",
        "subcontractor",
        "subContractor",
        "sub-contractor",
        "consortiumMember",
        "beneficialOwner",
        "economicOperator",
    ):
        yield f"party with the role {role} alone", made(change=party(roles=[role]))
    yield "party with a role as text", made(change=party(roles="supplier"))
    yield "party with no role", made(change=lambda o: o["parties"].append(without(bad, "roles")))
    # Moved and nested otherwise.
    yield "supplier as an object", made(change=award(suppliers=ref))
    yield "suppliers renamed", made(change=award(suppliers=[], awardedSuppliers=[ref]))
    yield "supplier of an award alone, as one", made(change=award(supplier=ref))
    yield "suppliers in the contract", made(change=in_contract(suppliers=[ref]))
    yield "supplier in the contract", made(change=in_contract(contractor=ref))
    yield "subcontractors in the contract", made(change=in_contract(subcontractors=[ref]))
    yield (
        "subcontracting of an award",
        made(change=award(subcontracting={"subcontracts": [{"subcontractor": ref}]})),
    )
    yield (
        "parties as an object",
        made(change=lambda o: o.update(parties={one["id"]: one for one in [*o["parties"], bad]})),
    )
    yield "owners of a supplier", made(change=in_party(beneficialOwners=[{"id": "b", "name": HE}]))
    yield (
        "owners in the details",
        made(change=in_party(details={"beneficialOwners": [{"name": HE}]})),
    )
    yield (
        "persons of a supplier",
        made(change=in_party(persons=[{"id": "b", "name": HE, "jobTitle": "Director"}])),
    )
    yield "parent of a supplier", made(change=in_party(parentCompany=FIRM))
    yield "members of a supplier", made(change=in_party(memberOf=[ref]))
    yield "members of a consortium", made(change=in_party(consortiumMembers=[ref]))
    yield "legal name", made(change=lambda o: o["parties"][-1]["identifier"].update(legalName=FIRM))
    yield (
        "legal name of a further number",
        made(
            change=in_party(additionalIdentifiers=[{"scheme": "X", "id": "1", "legalName": FIRM}])
        ),
    )
    yield "another name", made(change=in_party(alternativeName=FIRM))
    # Ids, and names that differ.
    yield (
        "one id with another name in the award",
        made(change=award(suppliers=[{"id": main["id"], "name": FIRM}])),
    )
    yield "one id with another name among the parties", made(change=in_party(name=FIRM))
    yield "one id for two parties", made(change=party(id=main["id"]))
    yield "without ids", made(change=award(suppliers=[{"name": name}, {"name": FIRM}]))
    yield (
        "by id alone",
        made(change=lambda o: (party()(o), o["awards"][0].update(suppliers=[{"id": bad["id"]}]))),
    )
    yield "name in another language", made({**bad, "name": "Корваек", "name_en": FIRM})
    # Elsewhere in the notice.
    # Who only tendered is no supplier, unless nobody else can have won.
    yield (
        "tenderers, and no supplier",
        made(
            change=lambda o: (
                o["tender"].update(tenderers=[ref]),
                o["awards"][0].update(suppliers=[]),
            )
        ),
    )
    won = {"details": [{"id": "1", "status": "awarded", "tenderers": [ref]}]}
    yield (
        "bids, and no supplier",
        made(change=lambda o: (o.update(bids=won), o["awards"][0].pop("suppliers"))),
    )
    yield (
        "party with the role tenderer, and no supplier",
        made(change=lambda o: (party(roles=["tenderer"])(o), o["awards"][0].update(suppliers=[]))),
    )
    yield (
        "supplier that was added",
        made(change=in_contract(amendments=[{"id": "1", "suppliersAdded": [ref]}])),
    )
    yield (
        "award in another member",
        made(change=lambda o: o.update(awards=[], award=[{"id": "1", "suppliers": [ref]}])),
    )

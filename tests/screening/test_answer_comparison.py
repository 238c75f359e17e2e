"""What a supplier stated, beside what registers and lists say."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from duediligence.model import (
    Address,
    Dossier,
    Filing,
    Finding,
    FormerName,
    Identifier,
    NotInScope,
    NotKnown,
    Officer,
    Owner,
    Parent,
    PartialDate,
)
from duediligence.model.registers import GLEIF_PARENT, RegisteredAt
from duediligence.model.supplier_information import (
    StatedExclusion,
    StatedMember,
    StatedParty,
    StatedValue,
    SupplierInformation,
)
from duediligence.render.saying import format_text
from duediligence.screening.run.answer_comparison import compare_with_registers
from tests.checks.conftest import (
    CHARITY,
    COMPANY,
    DIRECTORS,
    NUMBER,
    OFFICE,
    OWNER,
    SECRETARY,
    build_dossier,
)
from tests.rows import for_each

BEFORE, FORM, AFTER = date(2026, 2, 3), date(2026, 5, 6), date(2026, 8, 9)
DIRECTOR = "DirectorOrIndividualWithTheSameResponsibilitiesForIndividual"
PSC = "PersonWithSignificantControlForIndividual"
BOTH = ("OwnsShares", "HasVotingRights")
FIRM_OWNER = Owner(
    kind="corporate-entity-person-with-significant-control",
    name="Tarnmoor Group Limited",
    natures=("voting-rights-50-to-75-percent",),
    notified_on=date(2019, 4, 5),
    registered_at=RegisteredAt(number="99000007", country="England"),
)
TARNMOOR = replace(COMPANY, number="99000007", name="Tarnmoor Group Limited")


LEEDS = "Quillhaven Works (Leeds)"


def party(name: str, relationship: str = DIRECTOR, **changes: Any) -> StatedParty:
    known: dict[str, Any] = {"id": name, "kind": "person", "birth_date": PartialDate(1975, 4)}
    return StatedParty(name=name, relationship=relationship, **{**known, **changes})


OTTOLINE = party("Ottoline BRACKWATER")
OTTOLINE_OWNS = replace(OTTOLINE, id="owner", relationship=PSC, control=("OwnsShares",))
PEREGRIN = party("Peregrin James Dunnock")
WHOLE = SupplierInformation(
    origin="file",
    name="QUILLHAVEN WORKS LTD",
    identifiers=(Identifier("GB-COH", NUMBER),),
    addresses=(Address("4 Lanternmoor Row", OFFICE.postcode.lower()),),
    parties=(OTTOLINE, OTTOLINE_OWNS, PEREGRIN),
    exclusions_asked=True,
    submitted_on=FORM,
)


def firm(name: str, number: str = "", relationship: str = "RegisteredCompany") -> StatedParty:
    return StatedParty(
        id=name,
        kind="organisation",
        name=name,
        relationship=relationship,
        company_number=number,
        control=("HasVotingRights",),
    )


def compare(
    dossier: Dossier, *findings: Finding, verdict: str = "differs", **changes: Any
) -> list[tuple[str, str]]:
    """The kinds of one verdict, each with whom it is about."""
    found = compare_with_registers(replace(WHOLE, **changes), dossier, findings)
    return [(one.kind, format_text(one.about)) for one in found if one.verdict == verdict]


def officers(*changed: Officer) -> Dossier:
    return build_dossier(officers=(*DIRECTORS, *changed))


def test_a_true_form_differs_in_nothing() -> None:
    dossier = build_dossier()
    assert compare(dossier) == compare(dossier, verdict="since then") == []
    told = compare_with_registers(WHOLE, dossier)
    agreeing = [format_text(one.about) for one in told if one.verdict == "agrees"]
    assert {OTTOLINE.name, PEREGRIN.name, WHOLE.name} == set(agreeing)
    assert all(one.source and one.on for one in told if one.verdict == "agrees")
    # Of grounds that no register holds, nothing that was found is no agreement.
    missing, unknown = (one for one in told if one.verdict == "cannot be known")
    assert "shadow directors" in format_text(missing.shown)
    assert "abusive tax arrangements" in format_text(unknown.stated)
    assert [one for one in told if one.stated and "Insolvency" in format_text(one.stated)] == [
        one for one in told if "No insolvency" in format_text(one.shown)
    ]


@for_each(
    ("expected", "dossier", "changes"),
    [
        (("another name", "Marshgate Ltd"), {}, {"name": "Marshgate Ltd"}),
        # A firm of one word more, or of another legal form, is another firm.
        (("another name", f"{LEEDS} Ltd"), {}, {"name": f"{LEEDS} Ltd"}),
        (("another name", "Quillhaven Works LLP"), {}, {"name": "Quillhaven Works LLP"}),
        (
            ("another number", WHOLE.name),
            {},
            {"identifiers": (Identifier("GB-COH", "99000044"),)},
        ),
        (
            ("another address", WHOLE.name),
            {},
            {"addresses": (Address("1 Far Lane", "ZZ9 9ZZ"),)},
        ),
        (("another incorporation day", WHOLE.name), {}, {"registered_on": BEFORE}),
        (
            ("company dissolved", WHOLE.name),
            {"company": {"status": "dissolved", "ceased_on": BEFORE}},
            {},
        ),
        (
            ("director not declared", "Peregrin Dunnock"),
            {},
            {"parties": (OTTOLINE, OTTOLINE_OWNS)},
        ),
        (
            ("director not declared", "Peregrin Dunnock"),
            {},
            {"parties": (OTTOLINE, OTTOLINE_OWNS, replace(PEREGRIN, ended_on=BEFORE))},
        ),
        (
            ("director resigned", PEREGRIN.name),
            {"officers": (DIRECTORS[0], replace(DIRECTORS[1], resigned_on=BEFORE))},
            {},
        ),
        (
            ("birth date differs", PEREGRIN.name),
            {},
            {
                "parties": (
                    OTTOLINE,
                    OTTOLINE_OWNS,
                    replace(PEREGRIN, birth_date=PartialDate(1957, 4)),
                )
            },
        ),
        # That the same person is named as an owner, rightly, says nothing of the director.
        (
            ("birth date differs", OTTOLINE.name),
            {},
            {
                "parties": (
                    replace(OTTOLINE, birth_date=PartialDate(1975, 5)),
                    OTTOLINE_OWNS,
                    PEREGRIN,
                )
            },
        ),
        (
            ("owner not declared", "Tilda Fenwhistle"),
            {"owners": (OWNER, replace(OWNER, name="Tilda Fenwhistle"))},
            {},
        ),
        (
            ("owner declared and gone", OTTOLINE.name),
            {"owners": (replace(OWNER, ceased_on=BEFORE),)},
            {},
        ),
        (
            ("owner declared, not on the register", "Hester Saltmarrow"),
            {},
            {"parties": (*WHOLE.parties, party("Hester Saltmarrow", PSC))},
        ),
        (
            ("control not on the register", OTTOLINE.name),
            {},
            {"parties": (OTTOLINE, PEREGRIN, replace(OTTOLINE_OWNS, control=BOTH))},
        ),
        (
            ("control not declared", OTTOLINE.name),
            {
                "owners": (
                    replace(OWNER, natures=(*OWNER.natures, "voting-rights-25-to-50-percent")),
                )
            },
            {},
        ),
        # Who is named as director alone is named, but not that he controls the firm.
        (("control not declared", OTTOLINE.name), {}, {"parties": (OTTOLINE, PEREGRIN)}),
        (("parent not declared", FIRM_OWNER.name), {"owners": (OWNER, FIRM_OWNER)}, {}),
        (
            ("owner not declared", FIRM_OWNER.name),
            # Most of the shares makes no parent: the votes do (Companies Act 2006 s.1162(2)).
            {
                "owners": (
                    OWNER,
                    replace(FIRM_OWNER, natures=("ownership-of-shares-75-to-100-percent",)),
                )
            },
            {},
        ),
        (
            ("another number", "Tarnmoor Group Ltd"),
            {"owners": (OWNER, FIRM_OWNER)},
            {"parties": (*WHOLE.parties, firm("Tarnmoor Group Ltd", "99000008"))},
        ),
        (
            ("another name", "Pebbledash Ltd"),
            {"owners": (OWNER, FIRM_OWNER)},
            {"parties": (*WHOLE.parties, firm("Pebbledash Ltd", "99000007"))},
        ),
    ],
)
def test_each_kind_of_difference(
    expected: tuple[str, str], dossier: dict[str, Any], changes: dict[str, Any]
) -> None:
    assert compare(build_dossier(**dossier), **changes) == [expected]


DEPOT = Address("1 Depot Road", "ZZ8 8ZZ")
LATE = date(2027, 3, 1)
GMBH = replace(FIRM_OWNER, name="Tarnmoor GmbH", natures=("voting-rights-25-to-50-percent",))
HRB = RegisteredAt(number="HRB 12345 B", country="Germany")
LATER = Filing(
    category="address",
    type="AD01",
    description="change-registered-office-address-company-with-date-old-address-new-address",
    action_on=AFTER,
)


@for_each(
    ("expected", "dossier", "changes"),
    [
        (
            ("director not declared", "Tilda Fenwhistle"),
            {
                "officers": (
                    *DIRECTORS,
                    replace(DIRECTORS[1], name="Tilda Fenwhistle", appointed_on=AFTER),
                )
            },
            {},
        ),
        # Which came first on one day is not known.
        (
            ("director not declared", "Hester Saltmarrow"),
            {
                "officers": (
                    *DIRECTORS,
                    replace(DIRECTORS[1], name="Hester Saltmarrow", appointed_on=FORM),
                )
            },
            {},
        ),
        (
            ("director resigned", PEREGRIN.name),
            {"officers": (DIRECTORS[0], replace(DIRECTORS[1], resigned_on=AFTER))},
            {},
        ),
        (
            ("owner not declared", "Tilda Fenwhistle"),
            {"owners": (OWNER, replace(OWNER, name="Tilda Fenwhistle", notified_on=AFTER))},
            {},
        ),
        (
            ("another address", WHOLE.name),
            {"filings": (LATER,)},
            {"addresses": (Address("1 Far Lane", "ZZ9 9ZZ"),)},
        ),
        (
            ("company dissolved", WHOLE.name),
            {"company": {"status": "dissolved", "ceased_on": AFTER}},
            {},
        ),
    ],
)
def test_what_the_register_says_since_then_is_no_difference(
    expected: tuple[str, str], dossier: dict[str, Any], changes: dict[str, Any]
) -> None:
    assert compare(build_dossier(**dossier), **changes) == []
    assert compare(build_dossier(**dossier), **changes, verdict="since then") == [expected]


@for_each(
    ("dossier", "changes"),
    [
        # A secretary is no connected person, and who left before the form need not be named.
        ({"officers": (*DIRECTORS, SECRETARY, replace(SECRETARY, name="Ivo Saltmarrow"))}, {}),
        ({"officers": (*DIRECTORS, replace(DIRECTORS[1], name="Guy Hay", resigned_on=BEFORE))}, {}),
        ({"owners": (OWNER, replace(OWNER, name="Guy Hay", ceased_on=BEFORE))}, {}),
        # Nor is somebody named whose particulars are protected.
        ({"owners": (OWNER, Owner(kind="super-secure-person-with-significant-control"))}, {}),
        # A former name is the firm's; influence is not entered beside another condition.
        (
            {"company": {"former_names": (FormerName("Marshgate Limited"),)}},
            {"name": "Marshgate Ltd"},
        ),
        (
            {},
            {
                "parties": (
                    OTTOLINE,
                    PEREGRIN,
                    replace(
                        OTTOLINE_OWNS,
                        control=("OwnsShares", "HasOtherSignificantInfluenceOrControl"),
                    ),
                )
            },
        ),
        # Conditions that could not be read are not missing.
        (
            {},
            {
                "parties": (OTTOLINE, PEREGRIN, replace(OTTOLINE_OWNS, control=())),
                "kept": (StatedValue("associatedPersons/1/controlCondition/0", "New"),),
            },
        ),
        # A subsidiary, and who has influence alone, are on no register of owners.
        (
            {},
            {
                "parties": (
                    *WHOLE.parties,
                    replace(firm("Sub Ltd", "", "ParentOrSubsidiaryCompany"), control=()),
                )
            },
        ),
        ({}, {"members": (StatedMember(id="m", name="Gorsefield Ltd"),)}),
        # A charity that is a company may go by its name on either register.
        (
            {"charity": {"name": "Lantern Trust"}},
            {"name": "The Lantern Trust"},
        ),
        # Nothing is known of owners: none is missing.
        ({"owners": NotKnown("it did not answer"), "parents": NotKnown("it did not answer")}, {}),
        ({"officers": NotInScope("company-bulk-file-only")}, {}),
        # Since the register was read, a director may have left and an owner may hold less.
        ({}, {"parties": (PEREGRIN, replace(OTTOLINE_OWNS, control=())), "submitted_on": LATE}),
        ({}, {"name": "Quillhaven Works Ltd t/a Bright Doors"}),
        ({}, {"name": "Bright Doors"}),
        # Who married is on the register by an earlier name.
        (
            {"officers": (*DIRECTORS, replace(DIRECTORS[1], name="Jane Ashby"))},
            {"parties": (*WHOLE.parties, party("Jane Wilkins"))},
        ),
        # Of an office that moved it is not known when, and a depot need not be the office.
        ({"filings": NotKnown("it did not answer")}, {"addresses": (DEPOT,)}),
        ({}, {"addresses": (DEPOT,), "is_postal_only": True}),
        ({}, {"addresses": (DEPOT, *WHOLE.addresses)}),
        # Trustees are on the register of owners, their trust is not.
        (
            {
                "owners": (
                    OWNER,
                    replace(
                        OWNER,
                        name="Anne Hay",
                        natures=("ownership-of-shares-25-to-50-percent-as-trust",),
                    ),
                )
            },
            {
                "parties": (
                    *WHOLE.parties,
                    party(
                        "The Ashby Settlement",
                        "PersonWithSignificantControlForTrust",
                        kind="trust",
                        birth_date=None,
                        control=("OwnsShares",),
                    ),
                )
            },
        ),
        # A number abroad may stand with its register and court.
        (
            {"owners": (OWNER, replace(GMBH, registered_at=HRB))},
            {
                "parties": (
                    *WHOLE.parties,
                    replace(firm("Tarnmoor GmbH"), overseas_number="HRB12345, Charlottenburg"),
                )
            },
        ),
        # The number of a branch stands beside its own; a quarter or less is not registered.
        ({}, {"identifiers": (*WHOLE.identifiers, Identifier("GB-COH", "BR012345"))}),
        (
            {},
            {
                "parties": (
                    *WHOLE.parties,
                    party(
                        "Guy Hay",
                        "AnyOtherIndividualWithSignificantInfluenceOrControlForIndividual",
                        control=("OwnsShares",),
                    ),
                )
            },
        ),
        # Of a parent as such, the form does not say how it controls the supplier.
        (
            {"owners": (OWNER, FIRM_OWNER)},
            {
                "parties": (
                    *WHOLE.parties,
                    replace(firm("Tarnmoor Group Ltd", "", "ParentOrSubsidiary"), control=()),
                )
            },
        ),
    ],
)
def test_what_is_true_or_cannot_be_known_is_no_difference(
    dossier: dict[str, Any], changes: dict[str, Any]
) -> None:
    assert compare(build_dossier(**dossier), **changes) == []
    assert compare(build_dossier(**dossier), **changes, verdict="since then") == []


def test_a_charity_is_compared_with_its_register() -> None:
    gone = {"status": "removed", "removed_on": BEFORE, "trustees": ("Anne Hay", "Ivo Saltmarrow")}
    whole: dict[str, Any] = {"name": CHARITY.name, "identifiers": (CHARITY.identifier,)}
    dossier = build_dossier("charity", charity={**gone, "insolvent": True})
    rows = compare_with_registers(
        replace(WHOLE, **whole, parties=(party("Ivo Saltmarrow"),)), dossier
    )
    found = {(one.kind, format_text(one.about)) for one in rows if one.kind}
    assert found == {
        ("charity removed", CHARITY.name),
        ("insolvency denied, register shows it", CHARITY.name),
    }
    # Nobody knows since when she is a trustee.
    assert {(format_text(one.about), one.verdict) for one in rows} >= {
        ("Anne Hay", "cannot be known"),
        ("Ivo Saltmarrow", "agrees"),
    }


def test_without_registers_nothing_agrees() -> None:
    dossier = build_dossier("nobody")
    assert {one.verdict for one in compare_with_registers(WHOLE, dossier)} == {"cannot be known"}


@for_each(
    "dossier",
    [
        {"psc_exempt": True},
        {"company": {"has_super_secure_owners": True}},
        {"cut_short": (("owners", "only the first 100 were read"),)},
        {
            "owners": (OWNER, FIRM_OWNER),
            "parents": (Parent(child=NUMBER, owner=FIRM_OWNER, depth=1),),
        },
        {"taken_at": datetime(2026, 4, 1, tzinfo=UTC), "sources": ()},
    ],
)
def test_an_owner_whom_the_register_need_not_name_is_no_difference(dossier: dict[str, Any]) -> None:
    parties = (*WHOLE.parties, party("Hester Saltmarrow", PSC), firm("Tarnmoor Group Ltd"))
    if FIRM_OWNER not in dossier.get("owners", ()):
        parties = parties[:-1]
    assert compare(build_dossier(**dossier), parties=parties) == []


def test_who_consolidates_accounts_by_gleif_alone_hides_no_difference() -> None:
    group = replace(FIRM_OWNER, kind=GLEIF_PARENT, natures=("consolidates-its-accounts",))
    above = build_dossier(parents=(Parent(child=NUMBER, owner=group, depth=1),))
    stranger = party("Rosalind Quayle", PSC, control=("OwnsShares",))
    alone = compare(build_dossier(), parties=(*WHOLE.parties, stranger))
    assert alone == compare(above, parties=(*WHOLE.parties, stranger))
    assert alone == [("owner declared, not on the register", "Rosalind Quayle")]


def test_owners_further_up_are_followed() -> None:
    top = replace(FIRM_OWNER, name="Summit Holdings Limited")
    summit = replace(COMPANY, number="99000009", name="Summit Holdings Limited")
    above = replace(OWNER, name="Hester Saltmarrow")
    chain = (
        Parent(child=NUMBER, owner=FIRM_OWNER, depth=1, company=TARNMOOR, owners=(top,)),
        Parent(child=TARNMOOR.number, owner=top, depth=2, company=summit, owners=(above,)),
    )
    dossier = build_dossier(owners=(OWNER, FIRM_OWNER), parents=chain)
    named = (*WHOLE.parties, firm("Tarnmoor Group Ltd", "99000007"))
    assert compare(dossier, parties=named) == [("parent not declared", top.name)]
    # Who controls it by way of them is no owner on its own register.
    whole = (*named, firm("Summit Holdings", "99000009"), party("Hester Saltmarrow", PSC))
    assert compare(dossier, parties=whole) == []
    # Without most of the votes at one step the chain of parents ends.
    few = replace(FIRM_OWNER, natures=("voting-rights-25-to-50-percent",))
    chain = (replace(chain[0], owner=few), chain[1])
    minority = build_dossier(owners=(OWNER, few), parents=chain)
    assert compare(minority, parties=named) == []


def test_who_consolidates_accounts_hides_no_owner_that_the_register_lacks() -> None:
    group = Owner(kind=GLEIF_PARENT, name="Invented Group AG")
    above = Owner(kind=FIRM_OWNER.kind, name="Farland Trust")
    parents = (
        Parent(child=NUMBER, owner=group, depth=1, company=TARNMOOR, owners=(above,)),
        Parent(child=TARNMOOR.number, owner=above, depth=2),
    )
    dossier = build_dossier(parents=parents)
    parties = (*WHOLE.parties, party("Hester Saltmarrow", PSC), firm("Invented Group AG"))
    assert compare(dossier, parties=parties) == [
        ("owner declared, not on the register", "Hester Saltmarrow")
    ]
    told = compare_with_registers(replace(WHOLE, parties=parties), dossier)
    assert [one.verdict for one in told if one.source == "GLEIF"] == ["agrees"]


def test_a_father_and_a_son_of_one_name_are_two_people() -> None:
    son = replace(DIRECTORS[1], birth_date=PartialDate(2001, 9))
    assert compare(officers(son)) == [("director not declared", son.name)]


def test_grounds_are_denied_beside_what_findings_show() -> None:
    insolvent = Finding(
        run_id="r",
        supplier_ref="S1",
        supplier_name=WHOLE.name,
        company_number=NUMBER,
        check_id="CH-INS-02",
        check_title="In administration",
        topic="finance",
        outcome="review",
        severity="high",
        subject_name=WHOLE.name,
        possible_grounds=("PA23-7-5 insolvency, officer to decide",),
    )
    fined = replace(
        insolvent,
        check_id="ENF-01",
        subject_name="Peregrin Dunnock",
        list_id="a-list",
        possible_grounds=("PA23-7-4 environmental misconduct",),
        happened_on=BEFORE,
    )
    # Nobody has reviewed them: they differ in nothing yet.
    assert compare(build_dossier(), insolvent, fined) == []
    assert compare(build_dossier(), insolvent, fined, verdict="to look at") == [
        ("ground denied, a list shows it", "Peregrin Dunnock"),
        ("insolvency denied, register shows it", WHOLE.name),
    ]
    # What came later was not denied, a clear finding shows nothing, and a form that was not asked
    # about exclusions denies nothing.
    told = StatedExclusion(question="environmental_misconduct", party_id=PEREGRIN.id)
    for finding, form in (
        (replace(fined, happened_on=AFTER), {}),
        (replace(fined, outcome="unknown"), {}),
        (fined, {"exclusions_asked": False}),
        (fined, {"exclusions": (told,)}),
    ):
        assert compare(build_dossier(), finding, verdict="to look at", **form) == []

    def judge(finding: Finding, **changes: Any) -> list[str]:
        form = replace(WHOLE, exclusions=(replace(told, **changes),))
        rows = compare_with_registers(form, build_dossier(), [finding])
        return [one.verdict for one in rows if finding.check_title in format_text(one.shown)]

    assert judge(fined) == judge(replace(fined, subject_name=""), party_id="") == ["agrees"]
    # It may be something else, where it was stated of another, or had ended, or came later.
    for changes in ({"party_id": ""}, {"ended_on": date(2010, 1, 1)}):
        assert judge(fined, **changes) == ["cannot be known"]
    assert judge(replace(fined, happened_on=AFTER)) == ["cannot be known"]


def test_what_is_stated_of_connected_persons_is_not_said_of_the_supplier() -> None:
    of_person = StatedExclusion(question="tax_offences", party_id=PEREGRIN.id)
    of_both = [StatedExclusion(question="theft_fraud", party_id=one) for one in ("", "gone")]
    form = replace(WHOLE, exclusions=(of_person, *of_both))
    rows = compare_with_registers(form, build_dossier())
    assert [
        (format_text(one.about), format_text(one.stated))
        for one in rows
        if format_text(one.stated).startswith("Yes")
    ] == [
        (f"A connected person of {WHOLE.name}", "Yes, of a connected person: Tax offences"),
        (WHOLE.name, "Yes, of a connected person and the supplier: Theft, fraud and bribery"),
    ]


def test_a_status_of_insolvency_is_no_agreement() -> None:
    rows = compare_with_registers(WHOLE, build_dossier(company={"status": "liquidation"}))
    about = [one for one in rows if "Status liquidation" in format_text(one.shown)]
    kinds = [one.kind for one in about]
    assert kinds == ["", "insolvency denied, register shows it"]
    assert "agrees" not in {one.verdict for one in about}

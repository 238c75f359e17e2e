"""Who a letter goes to, whom it may be about, and who must agree first."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from duediligence.casework import deciding, queue
from duediligence.casework.contract_regimes import confirm_regimes, list_contract_laws
from duediligence.casework.supplier_editing import add_contract
from duediligence.delivery.letters import (
    LetterMade,
    LetterRequest,
    copy,
    letter_conditions,
    letters,
    make,
)
from duediligence.errors import Conflict, Forbidden, Hint, Invalid, NotFound, Step, UsageError
from duediligence.law.grounds import list_family_codes, list_ground_codes
from duediligence.model import Contract, PartialDate, Person, Supplier
from duediligence.model.alerts import Alert
from duediligence.model.letters import LETTER_KINDS, LetterKind
from duediligence.model.suppliers import PartOf, Procurement
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.decisions import DecidedMeanwhile
from duediligence.suppliers.facts import ContractFacts
from tests.rows import for_each
from tests.whole_words import has_word

SETTINGS = {
    "council_name": "Example Council",
    "council_contact": "buy@council.example",
    "privacy_contact": "dpo@council.example",
    "second_decision": (),
}
MAIN = Supplier(ref="M1", name="Polwithen Invented Builders Ltd")
SUPPLIERS = (
    MAIN,
    Supplier(
        ref="S1",
        name="Ironwell Salvage Limited",
        part_of=(PartOf("M1", "sub-contractor"), PartOf("M2", "consortium member")),
    ),
    Supplier(
        ref="S2",
        name="Gorsebank Invented Paving Ltd",
        people=(
            Person("Barnaby Quillifer", PartialDate(1961, 2), "director"),
            Person("Jo Nowhere-Listed", PartialDate(1962, 3), "director"),
        ),
    ),
    Supplier(
        ref="S3",
        name="Heathcombe Invented Signs Ltd",
        people=(Person("Fabian Quillfeather", PartialDate(1961, 2), "brother in law"),),
    ),
    # A penalty for tax, which under the older Regulations ends by payment.
    Supplier(ref="S5", name="Cobblewick Kebabs Limited"),
    # On no register of carriers, which its work needs; what else it does needs none.
    Supplier(
        ref="S6",
        name="Neverlisted Refuse Ltd",
        contracts=(Contract(title="Skip hire"), Contract(title="Invented stationery")),
    ),
    # Listed twice: a conviction, and beside it what no letter may put at risk.
    Supplier(
        ref="S4",
        name="Ironwell Salvage Limited",
        people=(Person("Dragomir Petrosyanov", PartialDate(1968, 3), "director"),),
    ),
)


@pytest.fixture
def ws(open_workspace: Callable[..., Workspace], home: Path) -> Workspace:
    workspace = open_workspace(home, **SETTINGS)
    workspace.suppliers.save(SUPPLIERS, file="s.csv", at=workspace.now())
    screen(workspace, Screened(SUPPLIERS))
    return workspace


def alert(ws: Workspace, ref: str, list_id: str) -> Alert:
    found = queue.alerts(ws, queue.Filters(supplier=ref))
    return next(one for one in found if one.first.list_id == list_id)


def same(ws: Workspace, ref: str, list_id: str) -> Alert:
    choice = deciding.Choice(decided="same", reason="OTHER", note="As the register says")
    deciding.decide(ws, alert(ws, ref, list_id), choice)
    return alert(ws, ref, list_id)


def written(ws: Workspace, kind: LetterKind, of: Alert, **more: object) -> LetterMade:
    if kind == "representations" and "contract" not in more:
        more = {"regime": "pa23", **more}
    wanted = LetterRequest(kind=kind, alert=of.id, **more)  # type: ignore[arg-type]
    return make(ws, wanted, file="letter.html")


def text(made: LetterMade) -> str:
    return " ".join(BeautifulSoup(made.body, "lxml").get_text().split())


def test_representations_about_a_sub_contractor_go_to_its_main_supplier(ws: Workspace) -> None:
    about = same(ws, "S1", "hse-convictions")
    said = text(written(ws, "representations", about, ground="PA23-7-11", to="M1"))
    assert "Dear Polwithen Invented Builders Ltd" in said
    assert "applies to Ironwell Salvage Limited, as your sub-contractor (section 28)" in said
    assert "Your chance to replace Ironwell Salvage Limited" in said
    assert "section 28(5)" in said
    assert "section 26" not in said
    for wrong in ("M2", "S2", "nobody"):
        with pytest.raises(Invalid, match="not a sub-contractor"):
            written(ws, "representations", about, ground="PA23-7-11", to=wrong)
    with pytest.raises(Invalid, match="not a sub-contractor"):
        written(ws, "explanation-wanted", about, to="M1")


def test_contracts_of_one_title_are_told_apart_by_their_first_day(ws: Workspace) -> None:
    about = same(ws, "S1", "hse-convictions")
    facts = {"title": "Taxis"}
    contracts = (
        Contract(**facts, start=date(2023, 4, 1), procurement=Procurement(regime="pcr-2015")),
        Contract(**facts, start=date(2026, 4, 1), procurement=Procurement(regime="pa23")),
    )
    stored = replace(next(one for one in SUPPLIERS if one.ref == "S1"), contracts=contracts)
    ws.suppliers.save((stored,), file="s.csv", at=ws.now())
    asked = {"ground": "PA23-7-11", "running": True}
    with pytest.raises(Invalid, match="several laws") as refused:
        written(ws, "representations", about, contract="Taxis", **asked)
    assert "Taxis, from 1 April 2023; Taxis, from 1 April 2026" in str(refused.value.hint)
    made = written(ws, "representations", about, contract="taxis from 1 April 2026", **asked)
    assert "section 78(7)" in text(made)


def test_a_letter_about_exclusion_waits_for_a_confirmed_law_that_reaches_it(ws: Workspace) -> None:
    about = same(ws, "S1", "hse-convictions")

    def invited(title: str, *, running: bool = False, **more: object) -> str:
        asked = {"ground": "PA23-7-11", "contract": title, "running": running, **more}
        return text(written(ws, "representations", about, **asked))

    facts = {
        "begun": "2025-06-02",
        "value_with_vat": "900000",
        "subject": "light-touch services",
    }
    add_contract(ws, "S1", ContractFacts(title="Care north", **facts))
    add_contract(ws, "S1", ContractFacts(title="Care south", start="2023-04-01"))
    add_contract(ws, "S1", ContractFacts(title="Lunch club", funding="grant", regime="grant"))
    for title in ("Care north", "Care south"):
        with pytest.raises(Forbidden, match="before a person confirmed") as refused:
            invited(title)
        assert isinstance(refused.value.hint, Hint)
        assert Step("confirm-regime", supplier="S1") in refused.value.hint.parts
    rows = [one for one in list_contract_laws(ws).rows if one.title.startswith("Care")]
    assert confirm_regimes(ws, [(one.ref, one.key) for one in rows], "as found") == 2
    assert "section 78(7)" in invited("Care north", running=True)
    # What a law does not have is never threatened, nor is section 78 of the newer one.
    for title, words in (("Care south", "Later events do not reach"), ("Lunch club", "no procure")):
        with pytest.raises(Forbidden, match=words):
            invited(title, running=True)
    with pytest.raises(Invalid, match="under which law"):
        invited("A tender to come")
    assert "section 58" in invited("A tender to come", regime="pa23")
    with pytest.raises(Conflict, match="as a person confirmed"):
        invited("Care south", regime="pa23")
    add_contract(ws, "S1", ContractFacts(title="Taxis - schools"))
    for typed in ("taxis  -  schools", "Taxis\u00a0\u2013 Schools"):
        with pytest.raises(Forbidden, match="before a person confirmed"):
            invited(typed, regime="pa23")


def test_a_letter_about_a_sub_contractor_is_about_a_contract_of_its_main_supplier(
    ws: Workspace,
) -> None:
    about = same(ws, "S1", "hse-convictions")
    add_contract(ws, "S1", ContractFacts(title="Meals", regime="pa23"))
    add_contract(ws, "M1", ContractFacts(title="School roofs", begun="2025-06-02"))
    asked = {"ground": "PA23-7-11", "to": "M1", "contract": "School roofs"}
    for more in ({"running": True}, {"regime": "pa23"}):
        with pytest.raises(Forbidden, match="before a person confirmed") as refused:
            written(ws, "representations", about, **asked, **more)
        assert isinstance(refused.value.hint, Hint)
        assert Step("confirm-regime", supplier="M1") in refused.value.hint.parts
    (row,) = list_contract_laws(ws, supplier="M1").rows
    confirm_regimes(ws, [(row.ref, row.key)], "pa23")
    assert "section 78(7)" in text(written(ws, "representations", about, **asked, running=True))
    with pytest.raises(Invalid, match="M1 has no contract 'Meals'"):
        written(ws, "representations", about, **{**asked, "contract": "Meals"}, running=True)


def test_a_letter_names_only_a_ground_that_what_happened_can_go_to(ws: Workspace) -> None:
    """Under each law with grounds of its own: every other one is refused with those that are."""
    about = same(ws, "S1", "hse-convictions")
    assert letter_conditions(ws, about.id, "representations").grounds == (
        ("PA23-7-11", "PA23-7-11 Professional misconduct"),
        ("PCR15-misconduct", "PCR15-misconduct Grave professional misconduct"),
    )
    for regime, only in (("pa23", "PA23-7-11"), ("pcr-2015", "PCR15-misconduct")):
        every = (*list_ground_codes(), *list_family_codes())
        for code in (one for one in every if one.startswith(only[:5]) and one != only):
            with pytest.raises((Invalid, Forbidden)) as refused:
                written(ws, "representations", about, ground=code, regime=regime)
            national = "national security" in str(refused.value)
            assert national or f"Choose {only}" in str(refused.value.hint), code
        for ground in ("", only):
            assert written(ws, "representations", about, ground=ground, regime=regime).ground == (
                only
            )


def test_a_letter_about_an_award_is_refused_from_the_first_day_of_the_contract(
    ws: Workspace,
) -> None:
    about, today = same(ws, "S1", "hse-convictions"), ws.now().date()
    bought = Procurement(regime="pa23")
    begun = Contract(title="Fitting out", start=today, procurement=bought)
    to_come = Contract(title="Roofs", start=today + timedelta(days=1), procurement=bought)
    supplier = ws.suppliers.get("S1")
    assert supplier
    contracts = (begun, to_come)
    ws.suppliers.save((replace(supplier, contracts=contracts),), file="s.csv", at=ws.now())
    with pytest.raises(Conflict, match="the contract has begun") as refused:
        written(ws, "representations", about, contract="Fitting out")
    assert "running" in str(refused.value.hint)
    assert "section 78" in text(
        written(ws, "representations", about, contract="Fitting out", running=True)
    )
    assert "section 59" in text(written(ws, "representations", about, contract="Roofs"))


def test_without_to_it_goes_to_the_supplier_itself_and_names_no_other(ws: Workspace) -> None:
    about = same(ws, "S1", "hse-convictions")
    for kind in ("representations", "explanation-wanted"):
        more = {"ground": "PA23-7-11"} if kind == "representations" else {}
        said = text(written(ws, kind, about, **more))
        assert "Dear Ironwell Salvage Limited" in said
        assert "£41,000.00" in said
        assert "Polwithen" not in said
        assert "sub-contractor" not in said


def test_only_who_is_connected_or_associated_can_bring_a_ground_on_the_supplier(
    ws: Workspace,
) -> None:
    about = same(ws, "S2", "hmrc-deliberate-defaulters")
    with pytest.raises(Conflict, match="connected person"):
        written(ws, "representations", about, ground="PA23-6-37")
    said = text(written(ws, "representations", about, ground="PA23-6-37", associated=True))
    assert "applies to Barnaby Quillifer, which you rely on" in said
    assert "Your chance to replace Barnaby Quillifer" in said
    for never in ("1961", "Nowhere-Listed"):
        assert never.casefold() not in said.casefold()
    with pytest.raises(Forbidden, match="about a director, not about the supplier"):
        written(ws, "explanation-wanted", about)


def test_somebody_must_agree_before_a_person_in_an_odd_role_is_named(ws: Workspace) -> None:
    about = alert(ws, "S3", "world-bank")
    with pytest.raises(Forbidden, match="may not know") as refused:
        written(ws, "details-wanted", about)
    assert isinstance(refused.value.hint, Hint)
    assert "--confirmed-with" in refused.value.hint.worded(str)
    made = written(ws, "details-wanted", about, confirmed_with="Ann Example, who named him")
    assert "Ann Example" not in made.body.decode(), "kept with the letter, and not in it"
    assert "brother" not in made.body.decode()
    assert made.letter.confirmed_with == "Ann Example, who named him"
    (event,) = (r.event for r in ws.audit.records(kind="letter"))
    assert event.what["confirmed"] == "yes"
    assert "Ann" not in str(event)
    assert [one.confirmed_with for one in letters(ws, people=False)] == ["left out"]


def test_another_delicate_alert_of_the_supplier_holds_a_letter_back(ws: Workspace) -> None:
    about = same(ws, "S4", "hse-convictions")
    with pytest.raises(Forbidden, match="another alert of this supplier"):
        written(ws, "explanation-wanted", about)
    said = text(written(ws, "explanation-wanted", about, confirmed_with="The legal team"))
    assert "Petrosyanov" not in said
    assert "anction" not in said


def test_no_letter_of_any_alert_holds_what_its_entry_says(ws: Workspace) -> None:
    """Over every alert of the sample lists, whatever is made and whatever is refused."""
    made = 0
    for one in queue.alerts(ws):
        # One of another check on the same comparison may have been decided with the one before.
        with suppress(DecidedMeanwhile):
            if one.matched:
                choice = deciding.Choice(decided="same", reason="OTHER", note="Seen")
                deciding.decide(ws, one, choice)
    for one in queue.alerts(ws):
        entry, first = one.compared.entry, one.first
        for kind in LETTER_KINDS:
            more = {"ground": "PA23-7-11", "associated": True} if kind == "representations" else {}
            try:
                page = written(ws, kind, one, confirmed_with="Legal", **more).body.decode()
            except UsageError:
                continue
            made += 1
            if kind == "representations":
                heads = {head.get_text() for head in BeautifulSoup(page, "lxml").select("th, dt")}
                dated = {head.split()[0] for head in heads}
                assert {"Source", "Date", "Reason", "Term"} <= dated, first.check_id
            supplier = next(s for s in SUPPLIERS if s.ref == first.supplier_ref)
            others = [p.name for p in supplier.people if p.name != first.subject_name]
            names = [s.name for s in SUPPLIERS if s.name != supplier.name]
            never = [one.id[:8], first.check_id, *others, *names, "1961", "1962", "1968"]
            if entry:
                own = {supplier.name.casefold(), first.subject_name.casefold()}
                never += [n.text for n in entry.names if n.text.casefold() not in own]
                never += [a.text for a in entry.addresses]
                never += [entry.id, entry.remarks, *entry.positions]
                if kind not in ("explanation-wanted", "representations"):
                    never += [entry.reason, *entry.grounds]
                    never += [entry.record.event, entry.record.outcome] if entry.record else []
            shown = text_of_body(page).replace(first.subject_name, "")
            for words in filter(None, never):
                assert not has_word(shown, words) if words.isdigit() else words not in shown, (
                    kind,
                    first.check_id,
                    words,
                )
    assert made > 10


@for_each(
    ("bought", "more", "said"),
    [
        # Awarded before the Act: its sections do not reach the contract, nor do its grounds.
        (Procurement(regime="pcr-2015"), {}, "PA23-7-11 is a ground of another law"),
        (Procurement(regime="pcr-2015"), {"running": True}, "Later events do not reach it"),
        (Procurement(regime="below-threshold"), {}, "There is no hearing about grounds"),
        (Procurement(regime="grant"), {}, "the funder's own terms"),
        (Procurement(regime="scotland"), {}, "was not read"),
        (
            Procurement(regime="psr-england", procedure="call-off"),
            {},
            "does not apply to call-offs",
        ),
        (Procurement(regime="pa23"), {"regime": "pcr-2015"}, "as a person confirmed"),
    ],
)
def test_a_letter_whose_law_does_not_reach_the_contract_is_refused_with_the_one_that_does(
    ws: Workspace, bought: Procurement, more: dict[str, object], said: str
) -> None:
    supplier = ws.suppliers.get("S1")
    assert supplier
    contract = Contract(title="Fitting out", procurement=bought)
    ws.suppliers.save((replace(supplier, contracts=(contract,)),), file="s.csv", at=ws.now())
    about = same(ws, "S1", "hse-convictions")
    wanted = {"ground": "PA23-7-11", "contract": "Fitting out", "regime": ""} | more
    with pytest.raises((Forbidden, Conflict), match=said) as refused:
        written(ws, "representations", about, **wanted)
    assert "section 78" not in str(refused.value)


def test_the_law_of_the_contract_is_that_of_the_letter(ws: Workspace) -> None:
    about = same(ws, "S1", "hse-convictions")
    act = text(written(ws, "representations", about, ground="PA23-7-11"))
    care = text(written(ws, "representations", about, ground="PA23-7-11", regime="psr-england"))
    assert "section 59" in act
    assert "egulation 20" not in act
    assert "section 59" not in care
    assert "regulation 20C" in care


def test_a_letter_says_the_test_and_the_remedy_of_its_own_law_and_ground(ws: Workspace) -> None:
    """What the other law asks, and a way out that the ground has not, are never said."""
    repeats, payment, public_interest = "likely to occur again", "57(5)", "57(6)"
    cleaning = ("57(13) to (16)", "section 58(1)")
    convicted, taxed = (
        same(ws, "S1", "hse-convictions"),
        same(ws, "S5", "hmrc-deliberate-defaulters"),
    )
    for about, regime, told, never in (
        (convicted, "pa23", (repeats, cleaning[1]), (cleaning[0], payment, public_interest)),
        (convicted, "pcr-2015", (cleaning[0], "57(8)"), (repeats, cleaning[1], payment)),
        (taxed, "pa23", (repeats, cleaning[1]), (cleaning[0], payment, public_interest)),
        (taxed, "pcr-2015", (payment, public_interest, "57(7)"), (repeats, *cleaning, "57(14)")),
    ):
        said = text(written(ws, "representations", about, regime=regime))
        assert "Nothing has been decided" in said
        assert all(one in said for one in told), (about.first.list_id, regime)
        assert not any(one in said for one in never), (about.first.list_id, regime)


def test_no_letter_about_a_running_contract_is_the_notice_that_ends_it(ws: Workspace) -> None:
    about = same(ws, "S1", "hse-convictions")
    for regime, own, never in (
        ("pa23", "This is not notice under section 78(7)", "regulation 22"),
        ("psr-england", "applied when it was awarded, or has come to apply since", "section 78"),
    ):
        title = f"Works {regime}"
        add_contract(ws, "S1", ContractFacts(title=title, regime=regime, begun="2025-06-02"))
        said = text(written(ws, "representations", about, contract=title, running=True))
        assert "you may respond on both" in said
        assert "gives you" not in said
        assert own in said
        assert never not in said


def test_who_was_not_found_on_a_register_is_asked_for_its_number(ws: Workspace) -> None:
    (about,) = queue.alerts(ws, queue.Filters(supplier="S6"))
    assert about.first.check_id == "REQ-01"
    said = text(written(ws, "explanation-wanted", about))
    assert "We could not find you on its register" in said
    assert "send us your registration number" in said
    for told in ("upper tier waste carrier", "Skip hire", ws.watchlists[about.first.list_id].title):
        assert told.casefold() in said.casefold(), told
    for never in ("stationery", "which is published", "does not happen again", "What led to it"):
        assert never not in said
    with pytest.raises(Forbidden):
        written(ws, "representations", about, ground="PA23-7-11")
    supplier = ws.suppliers.get("S6")
    assert supplier
    changed = replace(supplier, contracts=supplier.contracts[1:])
    ws.suppliers.save((changed,), file="s.csv", at=ws.now())
    with pytest.raises(Conflict, match="any more"):
        written(ws, "explanation-wanted", about)


def text_of_body(page: str) -> str:
    body = BeautifulSoup(page, "lxml").body
    assert body is not None
    # The address of the publisher's page is a fact that may be there.
    return " ".join(" ".join(p for p in body.strings if "://" not in p).split())


def test_a_letter_that_was_never_made_is_not_shown(ws: Workspace) -> None:
    with pytest.raises(NotFound, match="Unknown letter 1"):
        copy(ws, 1, file="x.html")


def test_a_failed_template_keeps_nothing(ws: Workspace) -> None:
    folder = ws.home / "letters"
    folder.mkdir()
    (folder / "details-wanted.txt").write_text("# A\n\n{nothing}\n", encoding="utf-8")
    before = ws.audit.head()
    with pytest.raises(UsageError, match="line 3: unknown place"):
        written(ws, "details-wanted", alert(ws, "S2", "hmrc-deliberate-defaulters"))
    assert letters(ws) == []
    kinds = [r.event.kind for r in ws.audit.records()]
    assert "letter" not in kinds
    assert ws.audit.head() == before or kinds[-1] == "setting changed"

"""What a supplier stated, compared: in a run, a page, a command, a letter and a pack."""

import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from typer.testing import CliRunner

from duediligence import registry
from duediligence.casework import answers_shown
from duediligence.casework.import_words import NEVER_TRIED
from duediligence.cli.app import build_app
from duediligence.contracts import Drift
from duediligence.delivery.letters import LetterRequest
from duediligence.delivery.letters import make as make_letter
from duediligence.delivery.pack.making import PackRequest, make
from duediligence.delivery.pack.verifying import verify_pack
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Conflict, Forbidden
from duediligence.model import (
    CompanyRow,
    Declaration,
    Finding,
    Identifier,
    Owner,
    OwnerRow,
    PartialDate,
    RegisterFile,
    Run,
    Supplier,
)
from duediligence.model.alerts import Alert
from duediligence.model.answer_comparisons import AnswerComparison, ComparedAnswers
from duediligence.model.facts import firm, map_clause_values, say, tag_private
from duediligence.model.supplier_information import StatedParty, SupplierInformation
from duediligence.render.saying import explain, format_text
from duediligence.screening.run.answer_comparison import compare_with_registers
from duediligence.screening.run.findings import check_context
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.supplier_information import SupplierInformationStore
from duediligence.store.register.local_register import Incoming
from tests.delivery.resealing import other_key, parts

from .alert_office import Office, get

NUMBER = "99000001"
FIRM = Supplier(ref="A1", name="Marram Works Ltd", identifiers=(Identifier("GB-COH", NUMBER),))
FORM = SupplierInformation(
    origin="file",
    name="Marram Works Ltd",
    identifiers=FIRM.identifiers,
    parties=(
        StatedParty(
            id="p",
            kind="person",
            name="Tilda Fenwhistle",
            relationship="PersonWithSignificantControlForIndividual",
            control=("OwnsShares",),
            birth_date=PartialDate(1981, 2),
        ),
    ),
    submitted_on=date(2026, 10, 12),
)
TILDA = Owner(
    kind="individual-person-with-significant-control",
    name="Ms Tilda Fenwhistle",
    birth_date=PartialDate(1967, 11),
    natures=("ownership-of-shares-25-to-50-percent",),
)
IVO = Owner(
    kind=TILDA.kind,
    name="Mr Ivo Saltmarrow",
    birth_date=PartialDate(1959, 7),
    natures=TILDA.natures,
    notified_on=date(2020, 3, 4),
)


def screened(office: Office, *owners: Owner, form: SupplierInformation | None = FORM) -> Run:
    """Screen the supplier with a register that names these owners."""
    with office.workspace() as ws:
        file = RegisterFile("invented.csv", "0" * 64)
        incoming = Incoming(files=(file,), published=date(2026, 11, 1), at=NOW, drift=Drift())
        row = dict.fromkeys(CompanyRow._fields, "")
        row |= dict.fromkeys(
            "status_detail subtype created_on ceased_on accounts_type accounts_made_up_to "
            "accounts_due_on confirmation_due_on".split()
        )
        row |= {"number": NUMBER, "name": "MARRAM WORKS LIMITED", "status": "active"}
        row |= {"type": "ltd", "charges": 0}
        ws.register.load_companies([CompanyRow(**row)], incoming)  # type: ignore[arg-type]
        ws.register.load_owners([OwnerRow(NUMBER, owner) for owner in owners], incoming)
        ws.suppliers.save([FIRM], file="suppliers.csv", at=NOW)
        if form:
            ws.supplier_information.save("A1", form, at=NOW, file="a.json", file_sha256="0" * 64)
        return screen(ws, Screened([FIRM]))


def test_one_alert_lists_every_difference(office: Office) -> None:
    run = screened(office, TILDA, IVO)
    (finding,) = (one for one in run.findings if one.check_id == "DCL-04")
    assert (finding.severity, finding.handling, finding.person) == ("high", "internal", True)
    said = explain(finding)
    assert "Tilda Fenwhistle: birth date differs (Companies House)" in said
    # The birth date was given for the tender, and is not kept with the run.
    assert "1981" not in said
    assert "Mr Ivo Saltmarrow: owner not named on the form" in said
    page = get(office.person("Ada"), "/suppliers/A1/answers")
    first = [" ".join(row[0].split()) for row in page.rows()]
    assert first[:2] == [
        "Tilda Fenwhistle Birth date differs",
        "Mr Ivo Saltmarrow Owner not named on the form",
    ]
    assert "Companies House, read on 20 November 2026" in page.text
    assert "/suppliers/A1/answers" in get(office.person("Ada"), "/suppliers/A1").links()
    home = ["--home", str(office.settings.home), "suppliers", "answers", "A1"]
    told = CliRunner().invoke(build_app(), home)
    assert told.exit_code == 0, told.output
    assert "2 differences." in told.output


def test_a_form_that_is_true_raises_nothing(office: Office) -> None:
    true = Owner(kind=TILDA.kind, name=TILDA.name, natures=TILDA.natures)
    assert not [one for one in screened(office, true).findings if one.check_id == "DCL-04"]
    assert "Differs" not in get(office.person("Ada"), "/suppliers/A1/answers").text


def test_without_a_form_there_is_nothing_to_compare(office: Office) -> None:
    assert not [
        one for one in screened(office, TILDA, form=None).findings if one.check_id == "DCL-04"
    ]
    assert "It gave no share code" in get(office.person("Ada"), "/suppliers/A1/answers").text
    assert "/suppliers/A1/answers" not in get(office.person("Ada"), "/suppliers/A1").links()


def test_before_a_screening_nothing_is_said_of_registers(office: Office) -> None:
    with office.workspace() as ws:
        ws.suppliers.save([FIRM], file="suppliers.csv", at=NOW)
        ws.supplier_information.save("A1", FORM, at=NOW, file="a.json", file_sha256="0" * 64)
    page = get(office.person("Ada"), "/suppliers/A1/answers")
    # It is said once, and not of each thing that was stated.
    assert page.text.count("never screened") == 1
    assert {len(row) for row in page.rows()} == {2}
    home = ["--home", str(office.settings.home), "suppliers", "answers", "A1"]
    told = CliRunner().invoke(build_app(), home).output.splitlines()
    stated = [number for number, line in enumerate(told) if line.startswith("  ")]
    assert len(stated) == sum(line.startswith("Cannot be known here") for line in told) > 1
    assert NEVER_TRIED in page.text


def write_invitation(ws: Workspace, alert: Alert, **more: Any) -> str:
    wanted = LetterRequest(kind="representations", alert=alert.id, **{"regime": "pa23", **more})
    page = BeautifulSoup(make_letter(ws, wanted, file="a.html").body, "lxml")
    return " ".join(page.get_text().split())


def test_what_was_stated_otherwise_can_be_answered_before_a_determination(office: Office) -> None:
    screened(office, TILDA, IVO)
    (alert,) = (one for one in office.alerts(supplier="A1") if one.first.check_id == "DCL-04")
    assert "/suppliers/A1/answers" in get(office.person("Ada"), f"/alerts/{alert.id}").links()
    with office.workspace() as ws:
        said = write_invitation(ws, alert, confirmed_with="B. Tarn")
        assert "section 30(3)" in said
        assert "Ivo Saltmarrow" in said
        assert "exclusion ground" not in said
        assert "section 58" not in said
        with pytest.raises(Forbidden, match="about an award"):
            write_invitation(ws, alert, confirmed_with="B. Tarn", regime="psr-england")


def test_what_was_declared_is_put_to_the_supplier_before_it_is_decided(office: Office) -> None:
    fraud = Declaration(
        supplier_ref="A1",
        question="theft_fraud",
        title="Theft, fraud and bribery",
        grounds=("PA23-6-15",),
        answer="yes",
        declared_on=date(2026, 9, 8),
    )
    tax = Declaration(
        supplier_ref="A1",
        question="tax_offences",
        title="Tax offences",
        grounds=("PA23-6-34",),
        answer="yes",
        declared_on=date(2026, 10, 12),
        applies_to="connected person",
        details="Ivo Saltmarrow was fined",
    )
    with office.workspace() as ws:
        ws.declarations.save([fraud, tax], file="d.json", file_sha256="0" * 64, at=NOW)
    screened(office, IVO, form=None)
    (alert,) = (one for one in office.alerts(supplier="A1") if one.first.check_id == "DCL-02")
    # Each about whom it was declared of, with nothing of the other, nor the supplier's own words.
    because = "to you because of the party that your statement is about"
    with office.workspace() as ws:
        of_fraud, of_tax = (
            write_invitation(ws, alert, ground=one.grounds[0], confirmed_with="B. Tarn")
            for one in (fraud, tax)
        )
    assert "Theft, fraud and bribery, about you, on 8 September 2026" in of_fraud
    assert "Tax offences, about your connected person, on 12 October 2026" in of_tax
    assert (because in of_fraud, because in of_tax) == (False, True)
    assert "Tax offences" not in of_fraud
    assert "Theft" not in of_tax
    assert "Saltmarrow" not in of_tax


def test_the_letter_asks_about_each_difference_and_tells_no_birth_date(office: Office) -> None:
    screened(office, TILDA, IVO)
    (alert,) = (one for one in office.alerts(supplier="A1") if one.first.check_id == "DCL-04")
    with office.workspace() as ws:
        made = make_letter(
            ws,
            LetterRequest(kind="explanation-wanted", alert=alert.id, confirmed_with="B. Tarn"),
            file="a.html",
        )
    letter = made.body.decode()
    assert "Ivo Saltmarrow" in letter
    assert "Submitted on 12 October 2026" in letter
    assert "Owner not named on your form" in letter
    assert "not declared" not in letter
    assert "new share code" in letter
    assert "not a determination under section 30" in letter
    assert "What led to it" not in letter
    for year in ("1981", "1967", "1959"):
        assert year not in letter
    # By now the form is another one, of which nothing differs.
    with office.workspace() as ws:
        ws.supplier_information.save(
            "A1",
            replace(
                FORM,
                parties=tuple(
                    replace(FORM.parties[0], name=one.name, birth_date=one.birth_date)
                    for one in (TILDA, IVO)
                ),
                submitted_on=date(2026, 11, 2),
            ),
            at=NOW,
            file="b.json",
            file_sha256="1" * 64,
        )
        with pytest.raises(Conflict):
            make_letter(
                ws,
                LetterRequest(kind="explanation-wanted", alert=alert.id, confirmed_with="B. Tarn"),
                file="a.html",
            )


@pytest.mark.parametrize("people", [True, False])
def test_a_pack_holds_what_the_finding_is_derived_from_and_names_nobody_unasked(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, people: bool
) -> None:
    screened(office, TILDA, IVO)
    path = tmp_path / "p.zip"
    with office.workspace() as ws:
        make(ws, PackRequest(supplier="A1", people=people), path)
    verified = verify_pack(path)
    assert verified.exit_code == 0, verified.outcomes
    with zipfile.ZipFile(path) as pack:
        whole = "".join(pack.read(name).decode() for name in pack.namelist())
    assert "1981-02" not in whole
    assert ("Saltmarrow" in whole) == people
    assert not verified.outcomes["A1"].not_derived
    withheld = [one.split()[0] for one in verified.outcomes["A1"].withheld]
    assert ("DCL-04" in withheld) != people
    pack = parts(path.read_bytes())
    pack.replace("suppliers/001/answers.json", '"stated_on": "2026', '"stated_on": "2025')
    path.write_bytes(pack.sealed(other_key()))
    forged = verify_pack(path)
    assert forged.exit_code == 1
    assert bool(forged.outcomes["A1"].differences) == people
    # A form that was removed since leaves nothing to derive it from, and the pack says so.
    with office.workspace() as ws:
        monkeypatch.setattr(SupplierInformationStore, "history", lambda *_: [])
        make(ws, PackRequest(supplier="A1", people=people), path)
    verified = verify_pack(path)
    assert verified.exit_code == 3
    (line,) = verified.outcomes["A1"].not_derived
    assert line.startswith("DCL-04")
    assert "is not in the pack" in line


def test_what_is_restricted_is_not_compared(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert office.restricted()
    form = SupplierInformation(origin="file", name="Marrow Lane Vapes Ltd", exclusions_asked=True)
    with office.workspace() as ws:
        ws.supplier_information.save("S2", form, at=NOW, file="a.json", file_sha256="0" * 64)
    seen: list[list[Finding]] = []

    def watch(form: Any, dossier: Any, findings: list[Finding], titles: Any) -> Any:
        seen.append(findings)
        return compare_with_registers(form, dossier, findings, titles)

    monkeypatch.setattr(answers_shown, "compare_with_registers", watch)
    assert get(office.person("Ada"), "/suppliers/S2/answers").status == 200
    (found,) = seen
    assert not [one for one in found if one.handling == "restricted"]


def test_an_address_that_is_not_shown_goes_with_its_words() -> None:
    sides = (say("Address {it}", it=tag_private(it)) for it in ("1 Oat Row", "2 Rye Lane"))
    one = AnswerComparison(
        "differs", "another address", say("{it}", it=firm(FIRM.name)), *sides, "Companies House"
    )
    check = registry.checks()["DCL-04"]
    outcome = check.run(ComparedAnswers(FIRM, None, (one,)), check_context(NOW.date()))
    kept = map_clause_values(outcome.why, lambda it: None if it.personal else it)
    assert format_text(kept or "") == (
        "The form and the registers differ: Marram Works Ltd: another address (Companies House)."
    )

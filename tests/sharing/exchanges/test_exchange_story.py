"""A council and a police force find the suppliers that both hold, and nothing else."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from duediligence.casework import retention
from duediligence.casework.signing_keys import signing_key
from duediligence.casework.subject_access import held
from duediligence.casework.verifying import examine
from duediligence.delivery.backup import making, restoring
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Conflict, UsageError
from duediligence.extensions.sharing.agreements import compare_key
from duediligence.extensions.sharing.agreements_shown import agreement
from duediligence.extensions.sharing.exchanges import hits_of
from duediligence.extensions.sharing.exchanges.answering import answer, plan_answer
from duediligence.extensions.sharing.exchanges.asking import ask, plan_ask
from duediligence.extensions.sharing.exchanges.expiry import remove_expired
from duediligence.extensions.sharing.exchanges.hits import write_hits
from duediligence.extensions.sharing.exchanges.status import exchange_log
from duediligence.extensions.sharing.fingerprints import spoken_key
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.model import PartialDate, Person
from duediligence.progress import SILENT
from duediligence.scheduling.actions import retention as retention_job
from duediligence.scheduling.jobs import Job, parse_cadence
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.signing import make_key

from ...homes import read_as_another_program
from ...in_use import in_use
from .homes import (
    COUNCIL,
    PEOPLE_TOO,
    TERMS,
    TwoHomes,
    as_items,
    as_suppliers,
    firms,
    kept_agreement,
    with_shares,
    written,
)


def found_exactly(two: TwoHomes, suppliers: int, items: int, shared: int) -> None:
    held, others = firms(suppliers, 1), firms(items - shared, 2)
    both = held[:: suppliers // shared][:shared]
    two.suppliers(as_suppliers(held))
    asked = as_items([*others, *both])
    opened = two.opened(two.answered(two.asked(asked)))
    assert [one.item.reference for one in opened.hits] == [
        row["reference"] for row in asked[len(others) :]
    ]
    assert opened.exchange.hits == shared
    for one in opened.hits:
        names = ("firm name", "firm name as heard")
        assert one.by == (("company number", *names) if one.item.number else names)


def test_exactly_the_shared_ones_are_found(two: TwoHomes) -> None:
    found_exactly(two, 80, 60, 7)


@pytest.mark.soak
def test_exactly_twenty_of_a_whole_council_are_found(two: TwoHomes) -> None:
    found_exactly(two, 8_442, 4_500, 20)


def test_people_behind_suppliers_are_found_only_where_agreed(two: TwoHomes) -> None:
    two.agree(PEOPLE_TOO)
    two.suppliers(
        [{"ref": "S1", "name": "Quayle Ltd", "directors": "Orla Zebrovnik (born April 1965)"}]
    )
    person = {"reference": "N1", "name": "Orla ZEBROVNIK", "born": "04/1965"}
    other = {"reference": "N2", "name": "Ivo Nobodyson", "born": "1970-02"}
    (hit,) = two.opened(two.answered(two.asked([person, other]))).hits
    assert (hit.item.reference, hit.item.born, hit.by) == (
        "N1",
        "1965-04",
        (
            "initial and month",
            "misspelt name and month",
            "names and month",
        ),
    )
    two.agree(with_shares("blind-matching: organisations"))
    with pytest.raises(UsageError, match="does not allow items of kind person"):
        two.asked([person])
    # Whoever is not said to be a person may be a firm of that name, and is no supplier here.
    assert two.opened(two.answered(two.asked([{**person, "born": ""}]))).hits == ()


def test_addresses_are_found_only_where_agreed(two: TwoHomes) -> None:
    place = {"address": "14 Mill Lane, Ferrowby", "postcode": "FE1 1AA"}
    two.suppliers([{"ref": "S1", "name": "Quayle Ferrow Ltd", **place}])
    items = [{"reference": "N1", "name": "Zorvane Melbost Ltd", **place}]
    assert two.opened(two.answered(two.asked(items))).hits == ()
    two.agree(with_shares("blind-matching: organisations", "blind-matching: addresses"))
    (hit,) = two.opened(two.answered(two.asked(items))).hits
    assert hit.by == ("address", "building")


def test_each_side_keeps_counts_and_times_and_no_item(two: TwoHomes) -> None:
    two.suppliers(as_suppliers(firms(5, 1)))
    two.opened(two.answered(two.asked(as_items(firms(5, 1)))))
    (ours,), (theirs,) = exchange_log(two.council()), exchange_log(two.police())
    assert (ours.state, ours.items, ours.hits) == ("answered", 5, None)
    assert (theirs.state, theirs.items, theirs.hits) == ("opened", 5, 5)
    assert ours.purpose == theirs.purpose == TERMS.purpose
    assert ours.elements == theirs.elements >= 64
    names = [row["name"].encode() for row in firms(5, 1)]
    for ws in (two.council(), two.police()):
        for record in ws.audit.records():
            assert not any(name in record.line().encode() for name in names)
        event = [one.event for one in ws.audit.records(kind="exchange")][-1]
        assert event.what["agreement"] == TERMS.reference
        assert not examine(ws).problems
    (answered,) = (one.event for one in two.council().audit.records(kind="exchange"))
    assert answered.what["key"] == "wiped"


def test_what_is_needed_to_open_goes_with_the_opening(two: TwoHomes) -> None:
    asked = two.asked(as_items(firms(3, 1)))
    (pending,) = (two.folder / "police" / "exchanges").glob("*.pending")
    two.opened(two.answered(asked))
    assert not pending.exists()


def test_what_is_needed_to_open_goes_when_it_expired(two: TwoHomes) -> None:
    two.asked(as_items(firms(3, 1)))
    two.asked(as_items(firms(3, 2)), days=29)
    assert [one.state for one in two.exchanges(two.police())] == ["expired", "asked"]
    assert len(list((two.folder / "police" / "exchanges").glob("*.pending"))) == 1


def test_the_schedule_removes_what_expired_too(two: TwoHomes) -> None:
    two.asked(as_items(firms(3, 1)))
    job = Job(
        name="n", action="retention", every="day", at="02:30", cadence=parse_cadence("day", "02:30")
    )
    assert retention_job(two.police(days=27), job, SILENT) == "nothing had expired"
    said = retention_job(two.police(days=28), job, SILENT)
    assert said == "1 exchanges with partners expired: what was kept to open them is removed"
    assert not list((two.folder / "police" / "exchanges").glob("*.pending"))


def test_a_person_is_found_in_what_was_asked_and_in_hits(two: TwoHomes) -> None:
    two.agree(PEOPLE_TOO)
    directors = "Orla Zebrovnik (born April 1965)"
    two.suppliers([{"ref": "S1", "name": "Quayle Ltd", "directors": directors}])
    asked = two.asked([{"reference": "N1", "name": "Orla Zebrovnik", "born": "1965-04"}])
    (before,) = held(two.police(), "Zebrovnik")
    assert before.where == "list asked of a partner"
    two.opened(two.answered(asked))
    (after,) = held(two.police(), "Zebrovnik")
    assert after.where == "hit of an exchange"


def test_a_backup_has_the_hits_and_nothing_to_open_an_answer_with(
    two: TwoHomes, tmp_path: Path
) -> None:
    two.suppliers(as_suppliers(firms(3, 1)))
    opened = two.opened(two.answered(two.asked(as_items(firms(3, 1)))))
    two.asked(as_items(firms(3, 2)))
    path, words, restored = tmp_path / "a.backup", "four random words here", tmp_path / "restored"
    making.make(two.police(), path, words, with_key=True, work_factor=4)
    restoring.restore_backup(path, restored, words, at=NOW, who="Bo")
    assert (restored / "keys" / "signing.pem").exists()
    assert not [one for one in restored.rglob("*") if "exchange" in one.name]
    with Workspace(Settings(home=restored), now=lambda: NOW, who="Bo") as ws:
        assert hits_of(ws, opened.exchange.id) == opened.hits


def test_a_home_that_was_restored_answers_nothing_that_it_may_have_answered(
    two: TwoHomes, tmp_path: Path
) -> None:
    two.suppliers(as_suppliers(firms(3, 1)))
    early, late = two.asked(as_items(firms(3, 1))), two.asked(as_items(firms(3, 1)), 1.1, "late")
    path, words, restored = tmp_path / "a.backup", "four random words here", tmp_path / "restored"
    making.make(two.council(), path, words, with_key=True, work_factor=4)
    two.answered(early, 0.5)
    at = NOW + timedelta(days=1)
    restoring.restore_backup(path, restored, words, at=at, who="Ada")
    with Workspace(
        Settings(home=restored), now=lambda: NOW + timedelta(days=2), who="Ada"
    ) as council:
        with pytest.raises(Conflict, match="not recorded as compared since this home was restored"):
            plan_answer(council, late)
        assert "restored from a backup" in " ".join(agreement(council, two.reference).notices)
        compare_key(council, two.reference, spoken_key(signing_key(two.police()).public))
        assert "backup" not in " ".join(agreement(council, two.reference).notices)
        with pytest.raises(Conflict, match="made before this home was restored from a backup"):
            plan_answer(council, early)
        notice = plan_answer(council, late).notice
        assert notice.suppliers == 3
        assert "This home was restored from a backup on 21 November" in " ".join(notice.lines())


def test_no_step_writes_over_a_file_that_is_there(two: TwoHomes) -> None:
    """A list or a question that is replaced proves nothing any more; then nothing is recorded."""
    two.suppliers(as_suppliers(firms(3, 1)))
    council, police = two.council(), two.police()
    list_ = written(two.folder / "list.csv", as_items(firms(3, 1)))
    asked = two.asked(as_items(firms(3, 1)))
    before = list_.read_bytes(), asked.read_bytes()
    with pytest.raises(Conflict, match=r"list\.csv is there already"):
        ask(police, plan_ask(police, list_, two.reference), list_)
    with pytest.raises(Conflict, match=r"ask\.dde is there already"):
        answer(council, plan_answer(council, asked), asked)
    assert (list_.read_bytes(), asked.read_bytes()) == before
    assert (len(two.exchanges(police)), two.exchanges(council)) == (1, [])
    opened = two.opened(two.answered(asked))
    with pytest.raises(Conflict, match=r"list\.csv is there already"):
        write_hits(police, opened.exchange.id, list_)


def test_nobody_is_compared_whom_only_a_form_names(two: TwoHomes) -> None:
    """Who stands in a file of the council too is compared, form or not."""
    two.agree(PEOPLE_TOO)
    both = "Orla Zebrovnik (born 1965-04); Ivo Quastelow (born 1971-11)"
    two.suppliers([{"ref": "S1", "name": "Quayle Ltd", "directors": both}])
    council = two.council()
    (supplier,) = council.suppliers.all()
    of_form = Person(
        "Tamsin Vexholmer", PartialDate(1974, 5), "owner", stated=True, only_stated=True
    )
    people = (replace(supplier.people[0], stated=True), *supplier.people[1:], of_form)
    council.suppliers.save([replace(supplier, people=people)], file="form", at=NOW)
    rows = [("P1", "Orla Zebrovnik", "1965-04"), ("P2", "Ivo Quastelow", "1971-11")]
    rows.append(("P3", "Tamsin Vexholmer", "1974-05"))
    items = [dict(zip(("reference", "name", "born"), row, strict=True)) for row in rows]
    hits = two.opened(two.answered(two.asked(items))).hits
    assert [hit.item.reference for hit in hits] == ["P1", "P2"]
    asks = plan_ask(two.police(), two.folder / "ask.csv", two.reference)
    answers = plan_answer(two.council(), two.asked(items, name="again"))
    assert "on a form that a supplier gave the partner" in " ".join(asks.notice.lines())
    assert "named only on a form that the supplier gave" in " ".join(answers.notice.lines())


def test_a_second_agreement_adds_no_exchange(two: TwoHomes) -> None:
    """Whether it names the partner as before, or has its key under another name."""
    two.suppliers(as_suppliers(firms(3, 1)))
    once = replace(TERMS, most_exchanges=1)
    two.agree(once)
    two.answered(two.asked(as_items(firms(3, 1))))
    two.agree(replace(once, reference="ISA-2026-02"))
    list_ = two.folder / "ask.csv"
    with pytest.raises(Conflict, match=r"allows 1 exchanges .* were 1 with Example Council, un"):
        plan_ask(two.police(), list_, "ISA-2026-02")
    council, key = two.council(), signing_key(two.police()).public.text
    other = replace(once, reference="ISA-2026-03", parties=(COUNCIL, "Another Force"))
    store = council.casework.repository(AgreementStore)
    store.keep(kept_agreement(other, COUNCIL, key), "made", NOW)
    with pytest.raises(Conflict, match="were 1 with Another Force"):
        plan_ask(council, list_, "ISA-2026-03")
    store.keep(kept_agreement(other, COUNCIL, make_key(two.folder / "k").public.text), "made", NOW)
    assert "exchange 1 of the 1" in " ".join(plan_ask(council, list_, "ISA-2026-03").notice.lines())


def test_notices_say_that_a_key_was_not_compared_but_followed(two: TwoHomes) -> None:
    council = two.council()
    store = council.casework.repository(AgreementStore)
    (kept,) = store.all()
    assert kept.compared
    followed = replace(kept.compared, key=make_key(two.folder / "k").public.text)
    followed = replace(followed, successor=kept.compared.key)
    store.keep(replace(kept, compared=followed), "partner key taken", NOW)
    two.suppliers(as_suppliers(firms(3, 1)))
    said = " ".join(plan_answer(council, two.asked(as_items(firms(3, 1)))).notice.lines())
    assert "The key of Example Police that is in use was not compared" in said
    assert "follows, by signatures, the key of which the words were compared by Ada on" in said
    assert "beyond the 5,000 hits that the agreement allows" in said


def test_hits_are_kept_until_the_day_that_the_agreement_sets(two: TwoHomes) -> None:
    two.suppliers(as_suppliers(firms(3, 1)))
    opened = two.opened(two.answered(two.asked(as_items(firms(3, 1)))))
    assert hits_of(two.police(), opened.exchange.id) == opened.hits
    retention.run(two.police(days=89), dry_run=False)
    assert hits_of(two.police(), opened.exchange.id) == opened.hits
    done = retention.run(two.police(days=90), dry_run=False)
    assert {one.rule.id: one.records for one in done.removed}["exchange-hits"] == 3
    assert hits_of(two.police(), opened.exchange.id) == ()
    assert not examine(two.police(days=91)).problems
    for path, body in read_as_another_program(two.folder / "police").items():
        assert firms(3, 1)[0]["name"].encode() not in body, path


def test_the_answering_side_has_no_hits_to_show(two: TwoHomes) -> None:
    asked = two.asked(as_items(firms(3, 1)))
    two.answered(asked)
    (exchange,) = two.exchanges(two.council())
    with pytest.raises(Conflict, match="known to the partner alone"):
        hits_of(two.council(), exchange.id)


def test_a_list_that_is_mostly_new_warns_both_sides_from_the_second_time_on(
    two: TwoHomes, tmp_path: Path
) -> None:
    two.suppliers(as_suppliers(firms(3, 1)))
    first, second = as_items(firms(20, 3)), as_items(firms(20, 4))
    plan = plan_ask(two.police(), written(tmp_path / "a.csv", first), two.reference)
    assert not any(line.startswith("Warning") for line in plan.notice.lines())
    two.opened(two.answered(two.asked(first)))
    again = plan_ask(two.police(), written(tmp_path / "b.csv", first), two.reference)
    assert again.notice.new_percent == 0
    some = plan_ask(
        two.police(), written(tmp_path / "d.csv", [*first[:17], *second[:3]]), two.reference
    )
    assert some.notice.new_percent == 15
    plan = plan_ask(two.police(), written(tmp_path / "c.csv", second), two.reference)
    assert plan.notice.new_percent == 100
    assert any(line.startswith("Warning: 100 %") for line in plan.notice.lines())
    answer = plan_answer(two.council(), two.asked(second, name="second"))
    assert any(line.startswith("Warning: 100 %") for line in answer.notice.lines())


def test_what_was_asked_is_forgotten_with_the_end_of_the_agreement(two: TwoHomes) -> None:
    two.opened(two.answered(two.asked(as_items(firms(3, 1)))))
    folder = two.folder / "police" / "exchanges"
    assert list(folder.glob("*.asked"))
    police = two.police(days=400)
    agreement = police.casework.repository(AgreementStore).get(two.reference)
    assert agreement
    assert agreement.why_not_in_force((NOW + timedelta(days=400)).date())
    remove_expired(police)
    assert list(folder.glob("*.asked")), "the clock may be wrong"
    remove_expired(in_use(police))
    assert not list(folder.glob("*.asked"))


def test_no_more_exchanges_than_agreed_in_a_year_on_either_side(two: TwoHomes) -> None:
    two.agree(replace(TERMS, most_exchanges=2))
    files = [two.asked(as_items(firms(3, seed)), name=f"ask{seed}") for seed in (1, 2)]
    with pytest.raises(Conflict, match="allows 2 exchanges within 365 days, and there were 2"):
        two.asked(as_items(firms(3, 3)))
    for one in files:
        two.answered(one)
    # A year on there is room again, if the agreement still holds.
    two.agree(replace(TERMS, most_exchanges=2, review_on=(NOW + timedelta(days=999)).date()))
    assert two.asked(as_items(firms(3, 3)), days=366).exists()

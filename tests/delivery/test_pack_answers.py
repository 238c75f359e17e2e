"""Each answer about a pack, and that a forger without the key gets no better one."""

import itertools
import json
import random
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from duediligence.casework import queue
from duediligence.casework.deciding import Choice, decide
from duediligence.casework.signing_keys import known_keys
from duediligence.delivery.pack import comparing, verifying
from duediligence.delivery.pack.making import PackRequest, make
from duediligence.delivery.pack.verifying import Verified, verify_bytes
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import DuediligenceError, StorageError
from duediligence.model import PartialDate, Person, Supplier
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.signing import PublicKey
from tests.delivery.resealing import Parts, other_key, parts
from tests.homes import copy_home
from tests.rows import for_each
from tests.thorough import examples

FOLDER = "suppliers/001"
HARBOUR = Supplier(
    ref="S3",
    name="Bright Sands Home Care Ltd",
    people=(Person("Dragomir Petrosyanov", PartialDate(1968, 3), "director"),),
    contract="RFQ 12",
)
FORGER = other_key()


class Made:
    """Packs of one home, and the keys of it."""

    def __init__(self, workspace: Workspace, folder: Path) -> None:
        self._workspace, self._folder = workspace, folder
        self.people = self._of(PackRequest(supplier="S3", people=True))
        self.bare = self._of(PackRequest(supplier="S3"))
        self.contract = self._of(PackRequest(contract="RFQ 12", people=True))
        self.keys = known_keys(workspace)

    def _of(self, asked: PackRequest) -> bytes:
        path = self._folder / "pack.zip"
        make(self._workspace, asked, path)
        return path.read_bytes()


@pytest.fixture(scope="module")
def made(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("answers")
    home = copy_home(loaded_home, folder / "home")
    with Workspace(Settings(home=home, second_decision=()), now=lambda: NOW) as workspace:
        workspace.who = "Ada"
        rival = Supplier(ref="S4", name="Quill & Ferrow Ltd", people=HARBOUR.people)
        suppliers = [HARBOUR, Supplier(ref="S5", name="Little Acorns CIO", contract="RFQ 12")]
        workspace.suppliers.save([*suppliers, rival], file="s.csv", at=NOW)
        screen(workspace, Screened(suppliers))
        alert = next(a for a in queue.alerts(workspace) if a.matched)
        decide(workspace, alert, Choice(decided="not sure", reason="ASKED", note="Rang them"))
        yield Made(workspace, folder)


def answer(pack: bytes, *keys: PublicKey) -> Verified:
    return verify_bytes(pack, "pack.zip", keys)


def told(verified: Verified) -> list[str]:
    return [
        *verified.differences,
        *(line for one in verified.outcomes.values() for line in one.differences),
    ]


def test_only_a_key_that_is_named_makes_a_pack_authentic(made: Made) -> None:
    for pack in (made.people, made.bare, made.contract):
        verified = answer(pack, *made.keys)
        assert (verified.answer, verified.exit_code) == ("authentic and same", 0), verified
        assert verified.origin.key == made.keys[-1].id
        assert verified.origin.key in verified.origin.words
        unknown = answer(pack)
        assert (unknown.answer, unknown.exit_code) == ("same but of unknown origin", 0)
        other = answer(pack, FORGER.public)
        assert (other.answer, other.exit_code) == ("same but of unknown origin", 5)


@for_each(("since", "until"), [(timedelta(1), None), (None, timedelta(-1))])
def test_a_key_signs_only_for_the_days_on_which_it_was_in_use(
    made: Made, since: timedelta | None, until: timedelta | None
) -> None:
    key = PublicKey(
        made.keys[-1].raw,
        NOW + since if since else None,
        NOW + until if until else None,
    )
    verified = answer(made.people, key)
    assert verified.origin.signed == "by a key not in use then"
    assert (verified.answer, verified.exit_code) == ("same but of unknown origin", 5)
    # Of the same key with other days in another file, the days that fit count.
    assert answer(made.people, key, *made.keys).answer == "authentic and same"


def test_a_forger_is_of_unknown_origin_however_true_the_rest_is(made: Made) -> None:
    pack = parts(made.people)
    forgeries = (
        pack.sealed(FORGER),
        pack.sealed(FORGER, version=2),
        pack.sealed(unsigned=True, version=1),
    )
    for forged in forgeries:
        verified = answer(forged, *made.keys)
        assert verified.exit_code == 5
        assert verified.answer == "same but of unknown origin"


@for_each("how", ["kept", "none"])
def test_a_signature_that_does_not_fit_is_damage(made: Made, how: str) -> None:
    pack = parts(made.people)
    pack.about["made_by"] = "Bob"
    verified = answer(pack.sealed(unsigned=how == "none"), *made.keys)
    assert (verified.answer, verified.exit_code) == ("damaged", 4)
    assert list(verified.damaged) == ["manifest.dsse"]


def forged(pack: bytes, change: Any, *, rendered: bool = False) -> Verified:
    """Changed and sealed with every hash right, by whoever holds the key: the worst case.

    `rendered`: the page and the table of flags are made of what was changed.
    """
    taken = parts(pack)
    before = deepcopy((taken.files, taken.about))
    change(taken)
    assert (taken.files, taken.about) != before
    if rendered:
        taken.rendered()
    verified = answer(taken.sealed(FORGER), FORGER.public)
    assert verified.answer != "authentic and same"
    return verified


def page_all_clear(pack: Parts) -> None:
    pack.files["report.html"] = b"<!DOCTYPE html><title>All clear</title><p>All clear</p>"


def flags_emptied(pack: Parts) -> None:
    pack.files["flags.csv"] = pack.files["flags.csv"].splitlines(keepends=True)[0]


def one_word_of_the_page(pack: Parts) -> None:
    pack.replace("report.html", "For review", "For reading")


def finding_removed(pack: Parts) -> None:
    pack.edit(f"{FOLDER}/findings.json", lambda found: found[1:])


def finding_hidden(pack: Parts) -> None:
    """As if it had been left out with people."""
    pack.put(f"{FOLDER}/withheld.json", [0])


def no_record_of_lists(pack: Parts) -> None:
    pack.edit_audit(lambda records: [one for one in records if one["kind"] != "list refreshed"])


def list_with_another_hash(pack: Parts) -> None:
    def change(run: Any) -> None:
        run["lists"][0]["version"]["sha256"] = "ab" * 32

    pack.edit(f"{FOLDER}/run.json", change)


def lists_of_another_state(pack: Parts) -> None:
    def change(run: Any) -> None:
        one = run["lists"][0]
        one["state"] = "stale" if one["state"] == "current" else "current"

    pack.edit(f"{FOLDER}/run.json", change)


def decision_invented(pack: Parts) -> None:
    def change(alerts: Any) -> None:
        decided = next(one for one in alerts if one["decisions"])
        decided["decisions"].append({**decided["decisions"][0], "position": 99, "by": "Bob"})

    pack.edit(f"{FOLDER}/alerts.json", change)


def decision_removed(pack: Parts) -> None:
    def change(alerts: Any) -> None:
        for one in alerts:
            one["decisions"] = []
            one["state"], one["decided_by"], one["decided_at"] = "open", "", None

    pack.edit(f"{FOLDER}/alerts.json", change)


def decision_by_somebody_else(pack: Parts) -> None:
    pack.replace(f"{FOLDER}/alerts.json", '"Ada"', '"Bob"')


def decision_with_another_note(pack: Parts) -> None:
    pack.replace(f"{FOLDER}/alerts.json", "Rang them", "Saw them")


def alert_closed(pack: Parts) -> None:
    pack.replace(f"{FOLDER}/alerts.json", '"state": "not sure"', '"state": "not the same"')


def record_of_the_run_removed(pack: Parts) -> None:
    pack.edit_audit(lambda records: [one for one in records if one["kind"] != "run stored"])


def record_of_the_run_twice(pack: Parts) -> None:
    pack.edit_audit(lambda records: [*records, *(r for r in records if r["kind"] == "run stored")])


def record_of_something_else(pack: Parts) -> None:
    def change(records: Any) -> Any:
        return [*records, {**records[-1], "position": 9_999, "kind": "export", "subject": "keys"}]

    pack.edit_audit(change)


def records_out_of_order(pack: Parts) -> None:
    pack.edit_audit(lambda records: records[::-1])


def record_without_its_neighbour(pack: Parts) -> None:
    def change(records: Any) -> None:
        pairs = itertools.pairwise(records)
        next(b for a, b in pairs if b["position"] == a["position"] + 1)["previous"] = "0" * 64

    pack.edit_audit(change)


def an_invented_entry(pack: Parts) -> None:
    def change(entries: Any) -> Any:
        new = {**entries[0], "id": "X-1", "names": [{"text": "Zzyzx Quernstone"}]}
        return sorted([*entries, new], key=json.dumps)

    pack.edit(f"{FOLDER}/entries.json", change)


def a_field_of_no_form(pack: Parts) -> None:
    def change(supplier: Any) -> None:
        supplier["cleared_by"] = "Bob"

    pack.edit(f"{FOLDER}/supplier.json", change)


def made_before_its_run(pack: Parts) -> None:
    pack.about["made_at"] = (NOW - timedelta(days=1)).isoformat()


def for_another_contract(pack: Parts) -> None:
    pack.about["contract"] = "RFQ 99"


def a_note_in_the_manifest(pack: Parts) -> None:
    pack.about["note"] = "All clear"


def no_renderer(pack: Parts) -> None:
    del pack.about["renderer"]


def a_run_of_another_tool(pack: Parts) -> None:
    pack.about["runs"][0]["tool"] = "9.9"


def a_file_of_nothing(pack: Parts) -> None:
    pack.files["suppliers/002/findings.json"] = b"[]\n"


def answers_of_nobody(pack: Parts) -> None:
    pack.files["evidence/" + "ab" * 32 + ".json"] = b"{}"


def no_audit(pack: Parts) -> None:
    del pack.files["audit.jsonl"]


PAGES = [page_all_clear, flags_emptied, one_word_of_the_page]
OTHERS = [
    finding_removed, finding_hidden,
    list_with_another_hash, lists_of_another_state, decision_invented, decision_removed,
    decision_by_somebody_else, decision_with_another_note, alert_closed,
    record_of_the_run_removed, record_of_the_run_twice, record_of_something_else,
    records_out_of_order, record_without_its_neighbour, an_invented_entry, a_field_of_no_form,
    made_before_its_run, for_another_contract, a_note_in_the_manifest, no_renderer,
    a_run_of_another_tool, a_file_of_nothing, answers_of_nobody, no_audit,
]  # fmt: skip


@for_each(
    ("change", "rendered"),
    [*((one, False) for one in PAGES), *((one, True) for one in OTHERS)],
)
def test_what_was_changed_is_different_whoever_signed(
    made: Made, change: Any, rendered: bool
) -> None:
    verified = forged(made.people, change, rendered=rendered)
    assert (verified.answer, verified.exit_code) == ("different", 1), verified
    assert told(verified)


def test_lists_without_a_record_are_not_derived(made: Made) -> None:
    verified = forged(made.people, no_record_of_lists, rendered=True)
    assert (verified.answer, verified.exit_code) == ("whole, not derived again", 3), verified


def test_every_file_is_needed(made: Made) -> None:
    unread = []
    for name in parts(made.contract).files:
        taken = parts(made.contract)
        del taken.files[name]
        try:
            verified = answer(taken.sealed(FORGER), FORGER.public)
        except StorageError:
            unread.append(name)
            continue
        assert verified.answer == "different", name
        assert any(line.startswith(name) for line in verified.differences), name
    assert {name.rpartition("/")[2] for name in unread} == {
        "run.json",
        "findings.json",
        "withheld.json",
        "alerts.json",
        "supplier.json",
        "premises.json",
        "entries.json",
    }


def other_renderer(pack: Parts) -> None:
    pack.about["renderer"] = "0"


def test_words_of_another_renderer_are_not_compared_and_its_facts_are(made: Made) -> None:
    pack = parts(made.people)
    other_renderer(pack)
    one_word_of_the_page(pack)
    verified = answer(pack.sealed(FORGER), FORGER.public)
    assert (verified.answer, verified.exit_code) == ("whole, not derived again", 3), verified
    (line,) = verified.not_derived
    assert "words made by version" in line
    assert "words were not compared" in line


@for_each("change", [page_all_clear, flags_emptied])
def test_facts_of_another_renderer_that_differ_are_found(made: Made, change: Any) -> None:
    def both(pack: Parts) -> None:
        other_renderer(pack)
        change(pack)

    assert forged(made.people, both).answer == "different"


def test_facts_that_the_page_carries_are_compared_one_by_one(made: Made) -> None:
    pack = parts(made.people)
    other_renderer(pack)
    pack.replace("report.html", "&#34;critical&#34;", "&#34;low&#34;")
    verified = answer(pack.sealed(FORGER), FORGER.public)
    assert "report.html: its findings of S3 are not those of the files" in verified.differences


def test_another_version_is_never_called_different_for_that(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "MATCHER_VERSION", "next")
    monkeypatch.setattr(verifying, "RENDERER_VERSION", "next")
    for pack in (made.people, made.bare, made.contract):
        verified = answer(pack, *made.keys)
        assert (verified.answer, verified.exit_code) == ("whole, not derived again", 3), verified
        assert verified.origin.signed == "by a trusted key"
        assert answer(pack, FORGER.public).exit_code == 5
    # What needs no version is compared all the same.
    assert forged(made.people, decision_invented).answer == "different"
    assert forged(made.people, record_of_the_run_removed).answer == "different"


def test_what_is_left_out_with_people_is_counted_by_kind(made: Made) -> None:
    verified = answer(made.bare)
    assert verified.withheld["a person"] >= 1
    assert verified.withheld["the note of a decision"] >= 1
    assert not answer(made.people).withheld


@pytest.mark.thorough
def test_no_altered_byte_is_unseen(made: Made) -> None:
    """A thousand bytes, in memory, each altered at random."""
    chance = random.Random(20261126)
    unseen = 0
    for _ in range(examples(1_000)):
        pack = bytearray(made.bare)
        pack[chance.randrange(len(pack))] ^= chance.randrange(1, 256)
        try:
            unseen += answer(bytes(pack), *made.keys).exit_code != 4
        except DuediligenceError:
            continue
    assert unseen == 0


ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**30,
    1e308,
    "",
    "x" * 300,
    "9999-12-31T23:59:59+00:00",
    [],
    {},
    ["x"],
)


def places(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where a value stands in a document."""
    if isinstance(document, (dict, list)):
        items = document.items() if isinstance(document, dict) else enumerate(document)
        for key, value in items:
            yield from places(value, (*path, key))
    if path:
        yield path


@pytest.mark.thorough
def test_odd_values_end_in_an_answer_or_an_error_of_its_own(made: Made) -> None:
    chance = random.Random(20261126)
    for _ in range(examples(400)):
        pack = parts(chance.choice((made.people, made.contract)))
        names = sorted(name for name in pack.files if name.endswith(".json"))
        name = chance.choice(names)
        document = pack.json(name)
        where = list(places(document))
        if not where:
            continue
        *path, last = chance.choice(where)
        held = document
        for key in path:
            held = held[key]
        held[last] = chance.choice(ODD)
        pack.put(name, document)
        try:
            assert answer(pack.sealed(FORGER), FORGER.public).answer
        except DuediligenceError:
            continue

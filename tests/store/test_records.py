"""What is stored is read back as it was, by later versions too, and counts as the same."""

import json
import runpy
import subprocess
import sys
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from duediligence.errors import StorageError
from duediligence.model import (
    Dossier,
    DriftItem,
    Finding,
    ListEntry,
    ListVersion,
    Missing,
    Name,
    NotKnown,
    PartialDate,
    Person,
    Supplier,
)
from duediligence.store import forms
from duediligence.store.forms import FIELDS, FORMS, Fields, Form, apply_to_field
from duediligence.store.records import (
    decode,
    decode_all,
    derive_fingerprint,
    encode,
    encode_all,
    has_same_content,
    identity,
)
from tests.rows import for_each
from tests.thorough import examples

HERE = Path(__file__).parent / "stored_forms"
SAMPLES: dict[str, Any] = runpy.run_path(str(HERE / "samples.py"))["SAMPLES"]


@for_each("name", SAMPLES)
def test_what_is_stored_is_read_back_and_has_one_document(name: str) -> None:
    sample = SAMPLES[name]
    body = encode(sample)
    assert decode(type(sample), body) == sample
    assert encode(decode(type(sample), body)) == body
    assert body.startswith(b'{"form":')
    # As a pack has it.
    assert decode(type(sample), json.dumps(json.loads(body), indent=1).encode()) == sample
    assert decode_all(type(sample), encode_all([sample, sample])) == (sample, sample)


def test_identities_stay(snapshot: SnapshotAssertion) -> None:
    """Another one means that everything that is stored counts as changed, until it is decoded."""
    assert {name: identity(sample) for name, sample in SAMPLES.items()} == snapshot


def test_the_key_of_a_document_is_its_identity_but_for_what_is_put_aside() -> None:
    for sample in SAMPLES.values():
        whole = sha256(encode(sample)).hexdigest() == identity(sample)
        by_words = (
            type(sample).__name__ in ("Party", "Compared") and sample != SAMPLES["compared, plain"]
        )
        aside = b'"unproven":' in encode(sample) or any(
            getattr(sample, name) not in ((), None, "")
            for name in FIELDS[type(sample)].not_identity.split()
        )
        assert whole == (not aside and not by_words)


def test_when_and_from_where_a_dossier_was_taken_does_not_matter() -> None:
    dossier = SAMPLES["dossier"]
    later = dossier.taken_at.replace(year=2027)
    elsewhere = _with(dossier, taken_at=later, sources=())
    assert identity(elsewhere) == identity(dossier)
    assert derive_fingerprint(elsewhere) == derive_fingerprint(dossier) == f"1 {identity(dossier)}"
    assert encode(elsewhere) != encode(dossier)
    assert identity(_with(dossier, same_address=1)) != identity(dossier)


def test_how_much_evidence_weighs_does_not_matter() -> None:
    finding = SAMPLES["finding"]
    weighed = _with(finding, features=tuple(_with(one, bits=8.8) for one in finding.features))
    assert weighed.features
    assert encode(weighed) != encode(finding)
    assert identity(weighed) == identity(finding)
    assert decode(Finding, encode(weighed)) == weighed


def test_how_a_supplier_is_reached_does_not_matter() -> None:
    """Nothing is screened again, and no decision reopened, for another phone number."""
    reached, plain = SAMPLES["supplier with contacts"], SAMPLES["supplier"]
    assert encode(reached) != encode(plain)
    assert identity(reached) == identity(plain)
    dossier = SAMPLES["dossier"]
    assert identity(_with(dossier, supplier=reached)) == identity(_with(dossier, supplier=plain))


def _with(content: Any, **values: Any) -> Any:
    return type(content)(**{f.name: getattr(content, f.name) for f in fields(content)} | values)


@for_each("kind", FIELDS, ids=lambda kind: kind.__name__)
def test_every_field_of_a_stored_class_is_named_as_stored_or_not(kind: Any) -> None:
    stored, not_stored = FIELDS[kind].stored.split(), FIELDS[kind].not_stored.split()
    declared = {field.name: field for field in fields(kind)}
    assert sorted([*stored, *not_stored]) == sorted(declared), (
        f"{kind.__name__} has other fields than duediligence/store/forms.py says. Is a new one to "
        "be stored? Name it there as stored or as not stored; see the top of that file."
    )
    for name in not_stored:
        assert declared[name].default is not MISSING, f"{name} is not stored and has no default"


def test_a_stored_field_that_is_left_out_for_its_default_has_one_that_can_be() -> None:
    """A default of another kind is always written, and so a new field of it changes identities."""
    always = []
    for kind in FIELDS:
        hints = get_type_hints(kind)
        for field in fields(kind):
            words = [
                word
                for each in (hints[field.name], *get_args(hints[field.name]))
                for word in get_args(each)
            ]
            empty = field.default in (None, "", (), 0) or field.default_factory is dict
            # A part of a dossier is left out where it has its default.
            empty = empty or NotKnown in get_args(hints[field.name])
            if field.default is not MISSING and not empty and field.default not in words:
                always.append((kind, field.name))
    assert [one for one in always if not _made_of_defaults(*one)] == [
        (Person, "role"),
        (DriftItem, "count"),
    ]


def _made_of_defaults(kind: Any, name: str) -> bool:
    """Whether the default is a stored class with nothing but defaults, which is written as {}."""
    (default,) = (field.default for field in fields(kind) if field.name == name)
    return type(default) in FIELDS and default == type(default)()


def test_every_class_within_a_form_has_its_fields_named() -> None:
    within: set[Any] = set()

    def look(hint: Any) -> None:
        if is_dataclass(hint) and hint not in within and hint not in get_args(Missing):
            within.add(hint)
            stored = FIELDS[hint].stored.split() if hint in FIELDS else []  # type: ignore[index]
            for name in stored:
                look(get_type_hints(hint)[name])
        for one in get_args(hint):
            look(one)

    for kind in FORMS:
        look(kind)
    assert within == set(FIELDS)


def test_a_class_without_a_form_is_not_stored() -> None:
    with pytest.raises(TypeError, match="PartialDate has no form"):
        encode(PartialDate(1968))


def test_one_more_optional_field_in_every_class_changes_nothing() -> None:
    ran = subprocess.run(
        [sys.executable, HERE / "one_more_field.py"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {
        name: [identity(sample), encode(sample).decode()] for name, sample in SAMPLES.items()
    }


@dataclass(frozen=True, kw_only=True)
class Deal:
    """A class as it is after two changes: `title` was `name`, a part has an amount in pence."""

    title: str
    parts: tuple["Part", ...] = ()
    main: "Part | None" = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    pence: int


def _renamed(document: forms.Document) -> forms.Document:
    return {"title": document.pop("name"), **document}


def _in_pence(document: forms.Document) -> forms.Document:
    return {"pence": document["pounds"] * 100}


def _parts_in_pence(document: forms.Document) -> forms.Document:
    return apply_to_field("main", _in_pence)(apply_to_field("parts", _in_pence)(document))


@pytest.fixture
def deals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FORMS, Deal, Form(upgrades=(_renamed, _parts_in_pence)))
    monkeypatch.setitem(FIELDS, Deal, Fields("title parts main note"))
    monkeypatch.setitem(FIELDS, Part, Fields("pence"))


@pytest.mark.usefixtures("deals")
def test_a_document_of_each_earlier_version_is_upgraded_when_it_is_read() -> None:
    deal = Deal(title="Mill", parts=(Part(pence=100), Part(pence=200)), main=Part(pence=300))
    assert encode(deal) == (
        b'{"form":3,"title":"Mill","parts":[{"pence":100},{"pence":200}],"main":{"pence":300}}'
    )
    older = {
        "none": b'{"name":"Mill","parts":[{"pounds":1},{"pounds":2}],"main":{"pounds":3}}',
        "1": b'{"form":1,"name":"Mill","parts":[{"pounds":1},{"pounds":2}],"main":{"pounds":3}}',
        "2": b'{"form":2,"title":"Mill","parts":[{"pounds":1},{"pounds":2}],"main":{"pounds":3}}',
        "3": encode(deal),
    }
    for body in older.values():
        digest = sha256(body).hexdigest()
        assert decode(Deal, body) == deal
        assert has_same_content(deal, digest, body)
        assert not has_same_content(Deal(title="Mill"), digest, body)
    assert decode(Deal, b'{"name":"Mill","main":null}') == Deal(title="Mill")
    assert derive_fingerprint(deal).startswith("3 ")


@pytest.mark.usefixtures("deals")
def test_a_document_of_a_later_version_is_refused() -> None:
    for form in (b"4", b"30", b"9" * 5_000):
        body = b'{"form":%b,"title":"Mill"}' % form
        with pytest.raises(StorageError, match="this version reads up to 3") as caught:
            decode(Deal, body)
        assert caught.value.hint


@for_each(
    "body",
    [b"", b"{", b"[]", b'{"ref":1,"name":"Mill"}', b'{"form":0,"ref":"S1","name":"M"}', b"\xff"],
)
def test_what_is_no_document_is_refused(body: bytes) -> None:
    for read in (decode, decode_all):
        if (read, body) == (decode_all, b"[]"):
            continue
        with pytest.raises(StorageError, match="a stored Supplier"):
            read(Supplier, body)


def test_a_part_of_a_dossier_that_does_not_say_whether_it_is_known_is_refused() -> None:
    body = encode(SAMPLES["dossier, not known"])
    with pytest.raises(StorageError, match="company does not say"):
        decode(Dossier, body.replace(b'"company":{"not_known":"no answer"}', b'"company":{}'))


def test_a_default_is_left_out_wherever_it_comes_from() -> None:
    made_up = "".join(("un", "stated"))
    assert made_up is not Name("x").strength
    entry = ListEntry(id="E", list_id="un", kind="person", names=(Name("x", "primary", made_up),))  # type: ignore[arg-type]
    assert encode(entry) == (
        b'{"form":1,"id":"E","list_id":"un","kind":"person","names":[{"text":"x"}]}'
    )
    # A default that is any text is always written: two texts that are equal may be two objects.
    for person in (Person("x"), Person("x", role=" ".join(("named", "person")))):
        assert encode(Supplier(ref="S", name="M", people=(person,))) == (
            b'{"form":1,"ref":"S","name":"M",'
            b'"people":[{"name":"x","role":"named person","unproven":false}]}'
        )


years = st.integers(1900, 2026)
st.register_type_strategy(
    PartialDate,
    st.one_of(
        st.builds(PartialDate, years),
        st.builds(PartialDate, years, st.integers(1, 12)),
        st.builds(PartialDate, years, until=st.just(2030)),
    ),
)
st.register_type_strategy(str, st.text(st.characters(exclude_categories=("Cs",)), max_size=12))
st.register_type_strategy(int, st.integers(-(2**40), 2**40))
st.register_type_strategy(float, st.floats(0, 1))
st.register_type_strategy(Decimal, st.decimals(0, 10**9, places=2))
WHEN = st.datetimes(timezones=st.just(UTC))
contents: Any = st.one_of(
    st.builds(Dossier, taken_at=WHEN, sources=st.just(())),
    st.builds(Supplier),
    st.builds(ListEntry, record=st.none()),
    st.builds(Finding, retrieved_at=WHEN, first_seen=st.none()),
    st.builds(
        ListVersion, retrieved_at=WHEN, checked_at=WHEN, stated_at=WHEN, page_changed_at=st.none()
    ),
)


@settings(suppress_health_check=list(HealthCheck), max_examples=examples(150), deadline=None)
@given(content=contents)
def test_round_trip(content: Any) -> None:
    body = encode(content)
    again = decode(type(content), body)
    assert again == content
    assert encode(again) == body
    assert identity(again) == identity(content)

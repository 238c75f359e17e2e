"""Where a person is named, whatever was kept; the quick look hides nothing of it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from duediligence.casework.subject_access import held, may_name, not_searched, where_named
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.formats.attached import AttachedFile
from duediligence.model import Declaration, ListEntry, Name, Party, PartyRole, Supplier
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.text.folding import fold

Open = Callable[..., Workspace]
JO = Name("Jo Invented")

texts = st.text(st.sampled_from("abcÉé'’`\"\\ -&+@$1\n"), max_size=30)
documents = st.recursive(
    texts, lambda inside: st.lists(inside, max_size=3) | st.dictionaries(texts, inside, max_size=3)
)


@given(documents, texts)
def test_whatever_has_the_name_passes_the_quick_look(document: object, name: str) -> None:
    words = frozenset(fold(name).split())
    if words and list(where_named(document, words)):
        assert may_name(words)(json.encode(document))


@given(documents, st.text(st.sampled_from("abc '-"), min_size=1))
def test_a_name_is_found_wherever_it_stands(document: object, name: str) -> None:
    words = frozenset(fold(name).split())
    if words:
        held = {"a": [document, {"b": f"x {name.upper()}, y"}]}
        assert "a.b" in list(where_named(held, words))
        assert may_name(words)(json.encode(held))


def test_what_stood_beside_a_supplier_is_searched_though_no_finding_came_of_it(
    open_workspace: Open, home: Path
) -> None:
    workspace = open_workspace(home)
    supplier = Supplier(ref="S1", name="Zzyzx Quernstone Ltd")
    run = replace(screen(workspace, Screened([supplier])), id="AGAIN", findings=())
    said = Declaration(
        supplier_ref="S1",
        question="tax_offences",
        title="Tax offences",
        grounds=("PA23-6-29",),
        answer="yes",
        declared_on=NOW.date(),
        details="Ask Jo Invented",
    )
    workspace.runs.save(
        run,
        [supplier],
        {("un", "E1"): ListEntry(list_id="un", id="E1", kind="person", names=(JO,))},
        matched={"S1": [("un", "E1")]},
        premises={"S1": [Party(kind="organisation", names=(JO,), role=PartyRole("place"))]},
        declarations={"S1": [said]},
    )
    found = {(one.where, one.reference) for one in held(workspace, "Invented, Jo")}
    assert found == {
        ("list entry as compared", "AGAIN"),
        ("premises as compared", "AGAIN S1"),
        ("declaration as screened", "AGAIN S1"),
    }


def test_attached_files_are_said_not_to_be_searched(open_workspace: Open, home: Path) -> None:
    workspace = open_workspace(home)
    assert "attached" not in not_searched(workspace)
    file = AttachedFile("form.pdf", b"%PDF- of Jo Invented")
    workspace.casework.attachments.save("S1", [file], at=NOW)
    assert "1 file that suppliers attached" in not_searched(workspace)

"""The quick look never hides what the slow one finds."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from duediligence.casework.subject_access import _fields, _may_hold
from duediligence.matching.text.folding import fold

texts = st.text(st.sampled_from("abcÉé'’`\"\\ -&+@$1\n"), max_size=30)
documents = st.recursive(
    texts, lambda inside: st.lists(inside, max_size=3) | st.dictionaries(texts, inside, max_size=3)
)


@given(documents, texts)
def test_whatever_has_the_name_passes_the_quick_look(document: object, name: str) -> None:
    words = frozenset(fold(name).split())
    if words and list(_fields(document, words)):
        assert _may_hold(words)(json.encode(document))


@given(documents, st.text(st.sampled_from("abc '-"), min_size=1))
def test_a_name_is_found_wherever_it_stands(document: object, name: str) -> None:
    words = frozenset(fold(name).split())
    if words:
        held = {"a": [document, {"b": f"x {name.upper()}, y"}]}
        assert "a.b" in list(_fields(held, words))
        assert _may_hold(words)(json.encode(held))

"""What a word carries, and by which of its letters few comparisons are made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.matching import DEFAULT_THRESHOLD, compare, prepare
from duediligence.matching.index.arrays import hash_texts
from duediligence.matching.names.words import (
    KEPT_IN_BONES,
    KEPT_IN_SHAPE,
    KEPT_IN_SOUND,
    Word,
    derive_print_shape,
    drop_vowels,
    fold_consonants,
    letters_in,
    sound_key,
)
from tests.rows import for_each

# Letters that the rules of sound and of shape are about, more often than others.
WORDS = st.text("abcdefghijklmnopqrstuvwxyz" + "shtczjdyoukrnlvw" * 2, min_size=1, max_size=12)


@given(WORDS)
def test_sound_and_consonants_keep_the_letters_by_which_words_are_told_apart(word):
    kept = letters_in(word) & KEPT_IN_SOUND
    for made in (sound_key(word), drop_vowels(word)):
        assert letters_in(made) & KEPT_IN_SOUND == kept
    assert (
        letters_in(fold_consonants(sound_key(word))) & KEPT_IN_BONES
        == letters_in(word) & KEPT_IN_BONES
    )


@given(WORDS)
def test_shape_keeps_the_letters_by_which_words_are_told_apart(word):
    assert letters_in(derive_print_shape(word)) & KEPT_IN_SHAPE == letters_in(word) & KEPT_IN_SHAPE


@for_each(
    ("word", "key"),
    [
        ("shchukin", "shukin"),
        ("tchaikovsky", "chikuvski"),
        ("schwartz", "shvarts"),
        ("alexeeff", "aliksiv"),
        ("fyodorov", "fiduruv"),
        ("youssef", "iusiv"),
    ],
)
def test_several_letters_sound_as_one(word, key):
    assert sound_key(word) == key


def test_what_a_word_carries_is_the_same_whenever_it_is_asked_for():
    word = Word("alassad")
    assert (word.stripped, word.article, word.bones) == ("assad", True, "alt")
    assert (word.stripped, word.key) == ("assad", "alasad")
    with pytest.raises(AttributeError):
        word.nothing  # noqa: B018


@given(st.lists(st.text(max_size=70), max_size=5), st.text(max_size=70))
def test_the_hash_of_a_text_does_not_depend_on_those_beside_it(others, text):
    together = hash_texts([*others, text])
    assert together[-1] == hash_texts([text])[0]
    assert together[-1] == hash_texts([text[:64] + "x" * (len(text) >= 64)])[0]


@for_each(
    ("ours", "listed", "shown"),
    [
        ("IKEA Ltd", "ICEI", False),
        ("CEEDA Limited", "AL-QAIDA", False),
        ("QCIC Ltd", "KIEC", False),
        ("Zorvin Ltd", "ZORVYN LLC", False),
        ("Zorvin Ltd", "ZORVIN LLC", True),
        ("Zorvinsky Ltd", "ZORVYNSKY LLC", True),
        ("Zorvin Quarry Ltd", "ZORVYN QUARRY LLC", True),
        ("Zorvin Ltd", "زورفين", True),
    ],
)
def test_one_short_word_of_firms_is_no_other_spelling(ours: str, listed: str, shown: bool) -> None:
    score = compare(prepare(ours, "organisation"), prepare(listed, "organisation")).score
    assert (score >= DEFAULT_THRESHOLD) == shown

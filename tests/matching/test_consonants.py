"""Names in Arabic and Hebrew script, against Latin ones and against one another."""

import re

from hypothesis import assume, given
from hypothesis import strategies as st

from duediligence.matching import DEFAULT_THRESHOLD, Index, Subject, compare, prepare
from duediligence.matching.scripts.consonants import Consonants, latin_keys, letters_of
from duediligence.matching.scripts.splitting import words_of
from duediligence.model import ListEntry, Name
from tests.rows import for_each

DOUBLED = re.compile(r"(.)\1")
LETTERS = {script: letters_of(script) for script in ("arabic", "hebrew")}


@for_each(
    ("text", "words"),
    [
        ("عبد الرزاق بن سالم", ["abd", "al", "رزاق", "bin", "سالم"]),
        ("عبدالرزاق", ["abd", "رزاق"]),
        ("نور الله", ["نور", "allah"]),
        ("نورالدین", ["نور", "al", "din"]),
        ("إلياس", ["الياس"]),
        ("مُحَمَّد", ["محمد"]),
        ("علی‌رضا", ["عليرضا"]),
        ("ســـالم", ["سالم"]),
        ("ג'ורג' כהן", ["גורג", "כהן"]),
        ("Salim سالم 7", ["salim", "سالم", "7"]),
        ("O'Neill Müller", ["oneill", "muller"]),
    ],
)
def test_words_stay_in_their_script(text, words):
    assert words_of(text) == words


@for_each(
    ("script", "latin"),
    [
        ("عثمان طارق الزركوي", "Othman Tarik al-Zarkawi"),
        ("عثمان طارق الزركوي", "AL ZARKAOUI, Uthman Tariq"),
        ("عبد الجليل بن خضر السوماني", "Abdul Jaleel bin Khidr al-Sumani"),
        ("شیر محمد کاکازاده", "Sher Mohammad Kakazada"),
        ("سيف الدين المرعاوي", "Saifuddin al-Mar'awi"),
        ("נחמיה צוקרמן לוי", "Nehemya Tsukerman Levi"),
        ("בנימין אבוטבול", "Binyamin Abutbul"),
    ],
)
def test_a_name_is_found_by_its_romanisation_and_back(script, latin):
    for query, listed in ((script, latin), (latin, script)):
        found = compare(prepare(query, "person"), prepare(listed, "person"))
        assert found.score >= DEFAULT_THRESHOLD
        assert found_in_index(query, listed)


@for_each(
    ("one", "other"),
    [
        ("حسين طارق الزركوي", "حسن طارق الدوري"),
        ("حسين الزركوي", "Hassan al-Zarkawi"),  # a long vowel is written
        ("هاشم الزركوي", "Hashemi al-Zarkouli"),
        ("رزق كهن", "Karim Khaze"),
        ("נחמיה צוקרמן", "Nahum Sokolov"),
    ],
)
def test_another_name_is_not_found(one, other):
    assert compare(prepare(one, "person"), prepare(other, "person")).score < DEFAULT_THRESHOLD


def test_two_names_in_one_script_are_compared_in_it():
    """Latin letters tell خ from ك and ه from ح no more than their romanisations do."""
    found = compare(prepare("طارق خالد", "person"), prepare("طارق كالد", "person"))
    assert found.score < DEFAULT_THRESHOLD
    assert compare(prepare("طارق خالد", "person"), prepare("خالد طارق", "person")).score > 0.9


@st.composite
def romanised_words(draw):
    """A word, and one of the ways to write it in Latin letters."""
    letters = LETTERS[draw(st.sampled_from(sorted(LETTERS)))]
    word = draw(st.text(st.sampled_from(sorted(letters)), min_size=2, max_size=6))
    latin = ""
    for place, character in enumerate(word):
        letter = letters[character]
        forms = letter.latin
        if place == 0:
            forms = letter.first or forms
        elif place == len(word) - 1:
            forms = letter.last or forms
        latin += draw(st.sampled_from(forms.split())).replace("-", "")
        if place < len(word) - 1:
            latin += draw(st.sampled_from(["", *"aeiou"]))
    return Consonants(word, letters), latin


@given(romanised_words())
def test_a_word_is_like_every_way_to_write_it(pair):
    word, latin = pair
    # Two letters that are written alike, side by side, cannot be told from one that is doubled;
    # and of a word that can be written in too many ways, some are left out.
    assume(latin and not DOUBLED.search(latin) and len(word.skeletons) < 90)
    assert word.likeness(latin)
    for heard in (latin, f"{latin}e"):
        assert not word.likeness(heard) or not word.keys.isdisjoint(latin_keys([heard])[0])


NAMES = st.lists(
    st.sampled_from(
        "محمد محمود حسن حسين الزركوي السوماني عبد بن نورالله Muhammad Mahmud Hasan Zarkawi Somani "
        "Nurullah כהן לוי צוקרמן Cohen Levi Zukerman".split()
    ),
    min_size=1,
    max_size=4,
).map(" ".join)


@given(NAMES, NAMES, st.sampled_from(["person", "organisation"]))
def test_the_index_finds_what_comparing_finds(query, listed, kind):
    if compare(prepare(query, kind), prepare(listed, kind)).score >= DEFAULT_THRESHOLD:
        assert found_in_index(query, listed, kind)


def found_in_index(query, listed, kind="person"):
    index = Index.build([ListEntry(id="1", list_id="x", kind=kind, names=(Name(listed),))])
    return bool(index.search(Subject((query,), kind)))

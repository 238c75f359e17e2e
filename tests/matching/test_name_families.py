"""A family of variants holds one name, never two that merely resemble one another."""

from rapidfuzz.distance import OSA

from duediligence.matching import DEFAULT_THRESHOLD, compare, prepare
from duediligence.matching.names.words import fold_consonants, get_word, rows, sound_key
from duediligence.text.folding import fold
from tests.rows import for_each

FAMILIES = [(row[0].split(), row[1] if len(row) > 1 else "") for row in rows("name_families.tsv")]


@for_each(("members", "of"), FAMILIES, ids=lambda value: str(value)[:30])
def test_members_are_folded_words_each_once(members, of):
    assert len(members) > 1
    assert len(set(members)) == len(members)
    assert all(fold(member) == member and " " not in member for member in members)


@for_each("members", [members for members, of in FAMILIES if not of], ids=lambda value: value[0])
def test_spellings_agree_in_their_consonants(members):
    keys = {fold_consonants(sound_key(member)) for member in members}
    assert len(keys) == 1, keys


@for_each(
    "members", [members for members, of in FAMILIES if of == "family"], ids=lambda value: value[0]
)
def test_spellings_of_a_family_name_differ_in_a_letter_or_two(members):
    first = members[0]
    assert all(m[0] == first[0] and OSA.distance(m, first) <= 2 for m in members)


def test_a_character_is_romanised_as_its_family_says_and_has_one_family():
    characters = [(members, of) for members, of in FAMILIES if of and of not in ("given", "family")]
    assert len({of for _, of in characters}) == len(characters) > 10
    for members, of in characters:
        assert len(of) == 1
        key = fold_consonants(sound_key(fold(of)))
        assert any(fold_consonants(sound_key(member)) == key for member in members), (of, fold(of))


@for_each(
    ("one", "other"),
    [
        ("hernandez", "fernandez"),
        ("wang", "huang"),
        ("phan", "pham"),
        ("song", "sung"),
        ("mohammed", "mohammadi"),
    ],
)
def test_two_family_names_are_no_family(one, other):
    assert not set(get_word(one).families) & set(get_word(other).families)


def test_who_share_given_names_and_have_other_family_names_are_not_the_same():
    names = [prepare(f"Teresa {family}", "person") for family in ("Hernandez", "Fernandez")]
    assert compare(*names).score < DEFAULT_THRESHOLD


@for_each("spellings", ["mahdi mehdi mahdy mehdy", "hassan hassen hassane", "abdallah abdellah"])
def test_spellings_with_other_vowels_are_one_name(spellings):
    first, *others = [get_word(text) for text in spellings.split()]
    assert all(set(first.families) & set(other.families) for other in others)

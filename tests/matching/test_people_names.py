"""People's names that are written otherwise, and names that must stay apart."""

from duediligence.matching import DEFAULT_THRESHOLD, Index, Subject, compare, prepare
from duediligence.matching.names.similarity import (
    SAME_CONSONANTS,
    SAME_FAMILY,
    SAME_SHAPE,
    compare_words,
)
from duediligence.matching.names.words import get_word
from duediligence.model import ListEntry, Name
from tests.rows import for_each


def score(one: str, other: str) -> float:
    """The score of two people's names, which must be the same both ways round."""
    found = compare(prepare(one, "person"), prepare(other, "person")).score
    assert found == compare(prepare(other, "person"), prepare(one, "person")).score
    return found


def test_who_has_a_long_name_is_known_by_two_rare_words_of_it():
    long = "Hernan Quirante Dario Vexholm Belloza Tremlow"
    assert score("Hernan Belloza", long) >= DEFAULT_THRESHOLD
    entry = ListEntry(id="1", list_id="x", kind="person", names=(Name(long),))
    assert Index.build([entry]).search(Subject(("Hernan Belloza",), "person"))


@for_each(
    ("short", "long"),
    [
        ("Beatriz Arango", "Beatriz Quirante Vexholm Tremlow Arango"),  # common words
        # A slip.
        ("Hernan Belnoza Vexholmsen", "Hernan Quirante Tremlow Pordigan Belloza Vexholmsen"),
        ("Belloza Hernan", "Hernan Quirante Dario Vexholm Belloza Tremlow"),  # another order
        ("Tuk Bop", "Tuk Gwel Fim Zan Bop"),  # syllables
    ],
)
def test_two_words_of_a_long_name_do_not_suffice(short, long):
    assert score(short, long) < DEFAULT_THRESHOLD


def test_two_common_words_of_a_long_name_say_less_with_each_word_more():
    one_more, two_more, three_more = (
        score("Maria Garcia", name)
        for name in (
            "Maria Vexholm Garcia",
            "Maria Vexholm Garcia Tremlow",
            "Maria Vexholm Quirante Garcia Tremlow",
        )
    )
    assert one_more - two_more > 0.05
    assert two_more < DEFAULT_THRESHOLD
    assert three_more < two_more


def test_syllables_of_east_asian_names_are_known_from_the_words_themselves():
    syllables = "kim jong hyok zhang wei li chun nguyen kyaw hlaing aung thi".split()
    assert all(get_word(text).syllable for text in syllables)
    assert not any(get_word(text).syllable for text in "ali omar weiming smith ivan garcia".split())


@for_each(
    "forms",
    [
        "nikolayevich nikolaevich mykolaiovych mykolayovych mikalaevich nikolajevitj",
        "aleksandrovich oleksandrovych alexandrovich aliaksandravich",
        "igorevich ihorovych iharavich",
        "grigorievich grigorjevitj hryhorovych ryhoravich",
        "yuryevich yurevich yuriyovych",
        "gennadievich hennadiyovych henadzievich",
        "viktorovna viktorivna viktarauna",
        "konstantinovna kostyantynivna kanstantsinauna",
    ],
)
def test_patronymics_of_one_given_name_are_one_name(forms):
    first, *others = [get_word(form) for form in forms.split()]
    assert first.families
    assert all(set(other.families) & set(first.families) for other in others)


def test_patronymics_of_two_given_names_of_brother_and_sister_and_the_name_itself_stay_apart():
    families = [
        set(get_word(text).families) for text in "ivanovich sergeevich ivanovna ivan sergei".split()
    ]
    assert all(families)
    assert all(not a & b for at, a in enumerate(families) for b in families[:at])


@for_each("text", ["lukashevich", "yushkevich", "kovna", "evich", "poroshina"])
def test_what_is_made_of_no_given_name_is_no_patronymic(text):
    assert not get_word(text).families


def test_a_name_is_found_with_a_patronymic_of_another_language():
    russian, ukrainian = "Igor Nikolayevich Vantrusov", "Ihor Mykolaiovych Vantrusov"
    assert score(russian, ukrainian) > 0.9
    assert score(russian, "Ihor Serhiyovych Vantrusov") < DEFAULT_THRESHOLD


@for_each(
    ("one", "other"),
    [
        ("zalqouni", "zalghoni"),
        ("bazolkathi", "bazolkazi"),
        ("vimadhor", "vimazor"),
        ("choukari", "shukari"),
        ("belvut", "pelvud"),
        ("hamdorin", "amdorin"),
    ],
)
def test_consonants_that_languages_write_for_one_another_are_related(one, other):
    assert compare_words(get_word(one), get_word(other), person=True) >= 0.8


@for_each(
    ("one", "other"),
    [
        ("zalqoun", "zaldoun"),
        ("ying", "yong"),  # syllables
        ("medina", "mosina"),  # a known name
        ("luzia", "luzio"),
    ],
)
def test_words_are_no_likelier_the_same_for_consonants_that_are_not(one, other):
    assert compare_words(get_word(one), get_word(other), person=True) < SAME_CONSONANTS


@for_each(
    ("one", "other"),
    [("jong", "chong"), ("gyu", "kyu"), ("guk", "kuk"), ("bom", "pom"), ("zhang", "chang")],
)
def test_a_syllable_is_one_whichever_romanisation_wrote_it(one, other):
    assert compare_words(get_word(one), get_word(other), person=True) == SAME_FAMILY
    assert compare_words(get_word(one), get_word(other + "i"), person=True) < SAME_FAMILY


def test_syllables_that_differ_otherwise_stay_apart():
    for one, other in (("jong", "jang"), ("kim", "gin"), ("pak", "pok")):
        assert compare_words(get_word(one), get_word(other), person=True) < 0.8


def test_the_second_half_of_a_compound_given_name_may_go_unsaid():
    assert score("Zorbanullah Turvani", "Zorban Turvani") >= DEFAULT_THRESHOLD
    assert score("Vexuddin Turvani", "Vex Turvani") >= DEFAULT_THRESHOLD
    assert get_word("abdullah").stripped != "abd"


@for_each("title", ["Ustadz", "Maulana", "Molvi", "Hajjah", "Comandante"])
def test_a_title_is_no_part_of_a_name(title):
    assert score(f"{title} Salim Vexholm", "Salim Vexholm") == score(
        "Salim Vexholm", "Salim Vexholm"
    )


def test_an_honorific_is_a_name_where_one_word_would_be_left():
    assert score("Zorkani Sahib", "Salim Zorkani Sahib") < 1.0
    assert [w.text for w in prepare("Zorkani Sahib", "person").person[0].words] == [
        "zorkani", "sahib",
    ]  # fmt: skip


@for_each("kunya", ["Abu Zorbaid", "Abou Zoorbaid", "Umm Zorbaid"])
def test_a_kunya_alone_is_one_word_that_many_may_bear(kunya):
    father = kunya.split()[0]
    assert score(kunya, kunya) >= DEFAULT_THRESHOLD
    assert score(kunya, f"{father} Zourbayd") < DEFAULT_THRESHOLD
    assert score(f"{kunya} al-Vexholmi", f"{father} Zorbaid") < DEFAULT_THRESHOLD


def test_father_of_is_no_word_in_common():
    assert score("Salman Abu Vexholm", "Abu Salman Turvani") < DEFAULT_THRESHOLD
    assert score("Salman Abu Vexholm", "Salman Vexholm") > 0.98
    assert score("Abu Salman al-Vexholm", "Salman Vexholm") < 1.0


@for_each(
    ("one", "other"),
    [
        ("vakitin", "zabitin"),
        ("morshenko", "dolshenko"),
        ("barilovich", "bazinovich"),
        ("zorbullah", "zalbullah"),
        ("abdulzoram", "abdulzamar"),
    ],
)
def test_two_slips_are_not_believed_in_what_is_left_of_a_common_ending(one, other):
    assert compare_words(get_word(one), get_word(other), person=True) == 0.0


def test_two_slips_are_believed_in_a_long_word_with_a_common_ending():
    assert compare_words(get_word("volgamarskiy"), get_word("volkanarskiy"), person=True) >= 0.8
    assert compare_words(get_word("vantrokel"), get_word("vandrukel"), person=True) >= 0.8


def test_an_ending_within_a_longer_one_is_shared_whichever_name_comes_first():
    one, other = get_word("bardochuk"), get_word("bartopuk")
    assert compare_words(one, other, person=True) == compare_words(other, one, person=True)


@for_each(
    ("one", "other"),
    [
        ("juarez", "suarez"),  # of a list, and among the commonest of a country
        ("hernando", "fernando"),
    ],
)
def test_names_known_from_any_table_are_no_slips_of_one_another(one, other):
    assert get_word(one).common_person
    assert get_word(other).common_person
    assert compare_words(get_word(one), get_word(other), person=True) == 0.0


def test_a_word_with_two_misread_letters_looks_the_same_in_print():
    """Of `rn` read as m and `cl` read as d, six letters are on one side only."""
    found = compare_words(get_word("zornclak"), get_word("zomdak"), person=True)
    assert found == SAME_SHAPE


@for_each("kind", ["person", "organisation"])
def test_a_rare_word_against_another_outweighs_half_of_two_rare_words(kind):
    one, other = (prepare(f"Solmarin Vantrus {last}", kind) for last in ("Zorkut", "Belkoran"))
    assert compare(one, other).score == 0.6667


@for_each(
    ("long", "short"),
    [
        ("Vantrus Plant named after Y M Zorkov", "Vantrus Plant Zorkov"),
        ("Zorkov Plant imeni Belkoran", "Zorkov Plant Belkoran"),
    ],
)
def test_who_a_firm_is_named_after_is_a_part_of_its_name(long, short):
    assert compare(prepare(long, "organisation"), prepare(short, "organisation")).score == 1.0

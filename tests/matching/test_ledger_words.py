"""Words as UK finance ledgers write them: cut short, without vowels, or by a form of their own."""

from duediligence.matching import DEFAULT_THRESHOLD, compare, prepare
from duediligence.matching.names.words import get_word, rows
from tests.rows import for_each


def score(one: str, other: str) -> float:
    return compare(prepare(one, "organisation"), prepare(other, "organisation")).score


@for_each(
    ("short", "full"),
    [
        ("nurs", "nursing"),
        ("servs", "services"),
        ("sols", "solutions"),
        ("srvcs", "services"),
        ("srvces", "services"),
        ("mngmnt", "management"),
        ("hse", "house"),
        ("tpt", "transport"),
        ("trnsprt", "transport"),
    ],
)
def test_a_word_cut_short_or_without_vowels_is_an_abbreviation(short, full):
    assert full in get_word(short).full


@for_each(
    ("short", "full"),
    [
        ("nursin", "nursing"),  # a letter less is a slip
        ("ursing", "nursing"),
        ("sriv", "service"),
        ("hsu", "house"),
        ("niursg", "nursing"),
    ],
)
def test_other_letters_order_or_vowels_are_none(short, full):
    assert full not in get_word(short).full


@for_each(
    ("short", "readings"),
    [
        ("comm", {"community", "committee", "commission", "commercial"}),
        ("coun", {"council", "county"}),
        ("assoc", {"association", "associate"}),
        ("supp", {"support", "supply", "supplies"}),
    ],
)
def test_a_short_word_may_be_any_of_several(short, readings):
    assert readings <= set(get_word(short).full)
    for full in readings:
        assert score(f"Zorkut Vantrus {short}", f"Zorkut Vantrus {full}") >= DEFAULT_THRESHOLD
    assert score("Vantrus Community", "Vantrus Committee") < DEFAULT_THRESHOLD


def test_a_word_of_its_own_is_no_abbreviation():
    assert (
        get_word("care").full
        == get_word("ali").full
        == get_word("house").full
        == get_word("bus").full
        == []
    )


def test_an_abbreviation_alone_is_no_match():
    assert score("Cumbria", "CMB") < DEFAULT_THRESHOLD
    assert score("Hse Ltd", "House Ltd") < DEFAULT_THRESHOLD


def test_beside_an_abbreviated_word_the_own_word_comes_first():
    assert score("Hosp Fashion Ltd", "Hospital Fashion Ltd") < DEFAULT_THRESHOLD
    assert score("Vantrus Hosp Ltd", "Vantrus Hospital Ltd") >= DEFAULT_THRESHOLD


def test_a_name_that_is_whole_is_not_taken_for_one_that_is_cut_off():
    # Of 18 characters, after a word: no field is so narrow that it would be cut off there.
    assert score("Zorkut Development", "Zorkut Development Vantrus Solmarin") < DEFAULT_THRESHOLD


def test_a_number_is_not_taken_for_one_that_is_cut_off():
    assert score("Zorkut Vantrus Unit 1", "Zorkut Vantrus Unit 12") < DEFAULT_THRESHOLD


def test_each_word_of_the_table_stands_on_one_line_with_shorter_forms():
    lines = [row[0].split() for row in rows("ledger_words.tsv")]
    firsts = [first for first, *_ in lines]
    assert len(firsts) == len(set(firsts))
    assert all(len(s) < len(full) and s[0] == full[0] for full, *short in lines for s in short)
    assert all(w.isascii() and w.isalpha() and w.islower() for line in lines for w in line)

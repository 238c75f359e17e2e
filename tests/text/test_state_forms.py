"""Legal forms of state bodies, by their grammar."""

from duediligence.text.legal_forms import is_legal_form, split_legal_forms
from tests.rows import for_each

STATE = frozenset(("state",))


@for_each(
    "name",
    [
        "federal state budgetary educational institution zorvane",
        "zorvane federal state unitary enterprise",
        "state federal autonomous scientific and research institution zorvane",
        "federal state budgetary institution of science and higher education zorvane",
        "federalnoe gosudarstvennoe byudzhetnoe obrazovatelnoe uchrezhdenie zorvane",
        "federalnoye gosudarstvennoye unitarnoye predpriyatiye zorvane",
        "munitsipalnogo avtonomnogo uchrezhdeniya zorvane",
        "derzhavne pidpryiemstvo zorvane",
        "avtonomnaya nekommercheskaya organizatsiya zorvane",
        "autonomous non profit organization zorvane",
        "empresa estatal federal zorvane",
        "zorvane state owned enterprise",
        "fgbou zorvane",
        "zorvane mup",
    ],
)
def test_the_form_of_a_state_body_goes_and_its_name_stays(name: str) -> None:
    assert split_legal_forms(name.split()) == (["zorvane"], STATE)


@for_each(
    "name",
    [
        "state street care",
        "national care institute",
        "regional care homes",
        "care enterprise",
        "royal national institute of brisel",
        "scientific research institute zorvane",
        "the national institute",
        "federal state enterprise",
        "zorvane mup care",
    ],
)
def test_a_name_that_is_no_form_of_a_state_body_stays_whole(name: str) -> None:
    words = name.split()
    kept, _ = split_legal_forms(words)
    assert kept == words


def test_words_that_are_a_form_alone_name_nobody() -> None:
    assert is_legal_form("federal state unitary enterprise".split())
    assert is_legal_form(["fzco"])
    assert not is_legal_form("state street".split())
    assert not is_legal_form(["zorvane"])

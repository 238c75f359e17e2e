"""Phone numbers, mail domains and bank accounts: one form each, and no exception for any cell."""

import string

from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.model import ContactKey, ContactKind
from duediligence.suppliers.contacts import (
    bank_account,
    contact_keys,
    mail_domains,
    parse_iban,
    parse_phones,
    site_domains,
)
from duediligence.suppliers.contract_cells import SupplierCell
from duediligence.suppliers.fields import CONTACTS
from tests.rows import for_each
from tests.thorough import examples

# Numbers that Ofcom keeps for drama; the IBAN is the example of its standard.
PHONE, ACCOUNT, CODE = "1632960001", "31926819", "601613"
UK, GERMAN = "GB29NWBK60161331926819", "DE89370400440532013000"


@for_each(
    "text",
    [
        "01632 960001",
        "01632960001",
        "(01632) 960 001",
        "01632-960-001",
        "01632.960.001",
        "+44 1632 960001",
        "+44 (0)1632 960001",
        "+4401632960001",
        "0044 1632 960001",
        "44 1632 960001",
        "1632960001",
        "1632960001.0",
        "441632960001.0",
        "Tel: 01632 960001",
        "T 01632 960001 ext. 12",
        "01632 960001 x12",
        "01632 960001 (office)",
        "０１６３２ ９６０００１",
        "\u202a01632\u00a0960001\u202c",
    ],
)
def test_a_phone_number_is_the_same_however_it_is_written(text: str) -> None:
    assert parse_phones(text) == ("+441632960001",)


@for_each(
    "text",
    [
        "",
        "n/a",
        "none",
        "call the office",
        "00000 000000",
        "01234567890",
        "1",
        "999",
        "0163",
        "04632 960001",
        "1.44E+11",
        "01632 960001 01632 960002",
        "ext 12",
        "+",
        "+0 123456789",
    ],
)
def test_what_is_no_phone_number_gives_none(text: str) -> None:
    assert parse_phones(text) == ()


def test_several_phone_numbers_in_a_cell() -> None:
    both = ("+441632960001", "+447700900002")
    for between in (" / ", "; ", ", ", " or ", "\n", " & "):
        assert parse_phones(f"01632 960001{between}07700 900002") == both
    assert parse_phones("+353 1 234 5678") == ("+35312345678",)


@given(st.data())
@settings(max_examples=examples(200), deadline=None)
def test_spaces_and_signs_do_not_matter_in_a_phone_number(data: st.DataObject) -> None:
    own = data.draw(st.from_regex(r"[1-357-9][0-9]{9}", fullmatch=True))
    start = data.draw(st.sampled_from(("0", "+44", "0044", "44", "+44 (0)", "")))
    signs = st.sampled_from(("", "", " ", "-", ".", "  ", "\u00a0"))
    # None before the last digit: `1632960001.0` is a number of a spreadsheet.
    text = start + "".join(digit + data.draw(signs) for digit in own[:-2]) + own[-2:]
    assert parse_phones(text) == parse_phones(f"0{own}")
    assert parse_phones(f"0{own}") in ((), (f"+44{own}",))


@for_each(
    ("text", "domains"),
    [
        ("accounts@gull.co.uk", ("gull.co.uk",)),
        ("Accounts <Accounts@Mail.GULL.co.uk.>", ("gull.co.uk",)),
        ("mailto:a@gull.example?subject=x", ()),
        ("mailto:a@gull.example", ("gull.example",)),
        ("a@gull.example; b@moss.example, c@gull.example", ("gull.example", "moss.example")),
        ("a@oak.ferrowshire.sch.uk", ("oak.ferrowshire.sch.uk",)),
        ("a@gull.com.au", ("gull.com.au",)),
        ("a@büro.example", ("xn--bro-hoa.example",)),
        ("a@gmail.com", ()),
        ("a@hotmail.co.uk", ()),
        ("a@btinternet.com", ()),
        ("a@nhs.net", ()),
        ("a@ferrowby.gov.uk", ()),
        ("a@trust.nhs.uk", ()),
        ("a@co.uk", ()),
        ("a@localhost", ()),
        ("a@127.0.0.1", ()),
        ("a@..", ()),
        ("gull.example", ()),
        ("", ()),
    ],
)
def test_a_mail_address_gives_the_domain_that_was_registered(
    text: str, domains: tuple[str, ...]
) -> None:
    assert mail_domains(text) == domains


@for_each(
    ("text", "domains"),
    [
        ("www.gull.co.uk", ("gull.co.uk",)),
        ("https://www.gull.co.uk/about?x=1", ("gull.co.uk",)),
        ("HTTP://GULL.example:8080", ("gull.example",)),
        ("www.facebook.com/gull", ()),
        ("gull.wordpress.com", ()),
        ("see below", ()),
        ("a@gull.example", ()),
        ("", ()),
    ],
)
def test_a_web_address_gives_the_same_kind_of_domain(text: str, domains: tuple[str, ...]) -> None:
    assert site_domains(text) == domains


def test_an_account_is_the_same_as_sort_code_and_number_and_as_iban() -> None:
    account = f"GB {CODE} {ACCOUNT}"
    for text, code in (
        (ACCOUNT, CODE),
        ("3192 6819", "60-16-13"),
        ("31926819.0", "601613.0"),
        ("A/C No: 31926819", "Sort code 60 16 13"),
        ("60-16-13 31926819", ""),
        ("Sort code: 60-16-13, account: 31926819", ""),
        (f"{CODE}{ACCOUNT}", CODE),
        (UK, ""),
        ("GB29 NWBK 6016 1331 9268 19", ""),
        ("IBAN: gb29-nwbk-6016-1331-9268-19", CODE),
    ):
        assert bank_account(text, code) == account
    assert parse_iban(GERMAN) == parse_iban(f"IBAN {GERMAN[:4]} {GERMAN[4:]}") == GERMAN


def test_zeros_that_a_spreadsheet_dropped_are_put_back() -> None:
    assert bank_account("1926819", "70116") == bank_account("01926819", "07-01-16")
    assert bank_account("1926819", "70116")


@for_each(
    ("text", "code"),
    [
        (ACCOUNT, ""),
        (ACCOUNT, "see file"),
        ("", CODE),
        ("12345", CODE),
        ("123456789", CODE),
        ("00000000", CODE),
        (ACCOUNT, "000000"),
        ("12345678", CODE),
        ("on file", CODE),
        (UK[:-1] + "8", ""),
        (GERMAN[:-1], ""),
        ("GB00", ""),
    ],
)
def test_what_is_no_account_gives_none(text: str, code: str) -> None:
    assert bank_account(text, code) == ""


@given(st.data())
@settings(max_examples=examples(200), deadline=None)
def test_an_iban_with_one_other_digit_is_none(data: st.DataObject) -> None:
    at = data.draw(st.integers(2, len(GERMAN) - 1))
    other = data.draw(st.sampled_from(string.digits))
    text = GERMAN[:at] + other + GERMAN[at + 1 :]
    assert parse_iban(text) == (GERMAN if other == GERMAN[at] else "")


CELLS = st.one_of(
    st.text(max_size=200),
    st.text(alphabet=string.digits + " +-()./@;,x\n", max_size=60),
    st.text(alphabet="abé.@-:/ <>", max_size=60),
)


@given(st.dictionaries(st.sampled_from(CONTACTS), st.lists(CELLS, min_size=1, max_size=3)))
@settings(max_examples=examples(600), deadline=None)
def test_no_cell_raises_and_nothing_but_the_column_is_said(cells: dict[str, list[str]]) -> None:
    made: list[tuple[ContactKind, str]] = []

    def make(kind: ContactKind, value: str) -> ContactKey:
        made.append((kind, value))
        return ContactKey(kind, str(len(made)))

    keys, unread = contact_keys(
        {name: [SupplierCell(name, text) for text in texts] for name, texts in cells.items()}, make
    )
    assert set(unread) <= set(cells)
    assert len(keys) == len(made)
    for kind, value in made:
        if kind == "phone":
            assert parse_phones(value) == (value,)
        elif kind == "e-mail domain":
            assert mail_domains(f"x@{value}") == (value,) == site_domains(value)
        else:
            assert value.isascii()


@given(st.text(alphabet="a.@-:/x0 ", min_size=400, max_size=5_000))
@settings(max_examples=examples(60), deadline=None)
def test_a_long_cell_is_cut(text: str) -> None:
    for read in (parse_phones, mail_domains, site_domains):
        assert len(read(text)) <= 250
    assert bank_account(text) == ""

"""Columns of contacts in a file: keys of them, and no value anywhere else."""

import csv
import io
import tempfile
from hashlib import sha256
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.errors import UsageError
from duediligence.model import ContactKey, ContactKind
from duediligence.suppliers.importing import Import, read_records, read_suppliers, rejects_csv
from tests.rows import for_each
from tests.suppliers.conftest import ReadText
from tests.thorough import examples
from tests.whole_words import has_word

HEADER = "ref,name,phone,e-mail,sort code,account number\n"
CLEAR = ("960001", "gull.example", "31926819", "60-16-13", "601613")


def key(kind: ContactKind, value: str) -> ContactKey:
    return ContactKey(kind, sha256(f"{kind} {value}".encode()).hexdigest())


def texts(read: Import) -> str:
    """Everything that an import says."""
    return repr(read) + rejects_csv(read.rejects, read.header).decode("utf-8-sig")


def test_two_suppliers_share_what_they_write_differently(read_text: ReadText) -> None:
    read = read_text(
        HEADER
        + "S1,Gull Taxis,01632 960001,a@gull.example,60-16-13,31926819\n"
        + "S2,Moss Ltd,+44 1632 960001,b@mail.gull.example,601613,3192 6819\n"
        + "S3,Quill Ltd,07700 900002,c@gmail.com,,\n",
        contact_key=key,
    )
    one, two, three = (each.contact_keys for each in read.suppliers)
    assert one == two
    assert [each.kind for each in one] == ["phone", "e-mail domain", "bank account"]
    assert [each.kind for each in three] == ["phone"]
    assert not any(clear in texts(read) for clear in CLEAR)
    examples = {seen.field: (seen.example, seen.filled, seen.refused) for seen in read.seen}
    assert examples["phone"] == ("(kept as a hash only)", 3, 0)
    assert examples["name"][0] == "Gull Taxis"
    assert not read.unused


def test_what_is_not_understood_is_counted_and_not_quoted(read_text: ReadText) -> None:
    read = read_text(
        HEADER
        + "S1,Gull Taxis,ring Zebedee,none,60-16-13,\n"
        + "S2,Moss Ltd,,zebedee at gull,,31926819\n",
        contact_key=key,
    )
    assert [one.contact_keys for one in read.suppliers] == [(), ()]
    assert [one.unread for one in read.suppliers] == [(), ()]
    assert [note for note in read.notes if "not understood" in note] == [
        "Column 'phone': 1 cell not understood as a phone number, first in row 2: no link is made "
        "from that.",
        "Column 'e-mail': 1 cell not understood as an e-mail address, first in row 3: no link is "
        "made from that.",
        "Column 'account number': 1 cell not understood as a bank account with its sort code, "
        "first in row 3: no link is made from that.",
        "Column 'sort code': 1 cell not understood as a sort code with its account, first in row "
        "2: no link is made from that.",
    ]
    assert {seen.field: seen.refused for seen in read.seen}["phone"] == 1
    assert "ebedee" not in texts(read)


def test_without_a_key_contacts_are_not_read_and_that_is_said_once(read_text: ReadText) -> None:
    read = read_text(HEADER + "S1,Gull Taxis,01632 960001,a@gull.example,601613,31926819\n")
    assert read.suppliers[0].contact_keys == ()
    assert read.unused == ("phone", "e-mail", "sort code", "account number")
    (said,) = (note for note in read.notes if "no key" in note)
    assert said.startswith("'phone', 'e-mail', 'account number' and 'sort code' not read: ")
    assert not any(clear in texts(read) for clear in CLEAR)


@for_each("with_key", [True, False])
@for_each(
    "row",
    [
        "S1,,01632 960001,a@gull.example,60-16-13,31926819",
        "S1,Gull, Taxis,01632 960001,a@gull.example,60-16-13,31926819",
        "S1,Gull Taxis,01632 960001,a@gull.example,60-16-13,31926819,,x,31926819",
        "S1,Gull\0 Taxis,01632 960001,a@gull.example,60-16-13,31926819",
        f"S1,{'x' * 501},01632 960001,a@gull.example,60-16-13,31926819",
    ],
)
def test_a_rejected_row_is_given_back_without_them(
    read_text: ReadText, row: str, with_key: bool
) -> None:
    read = read_text(
        f"{HEADER}S2,Moss Ltd,,,,\n{row}\n", **({"contact_key": key} if with_key else {})
    )
    (reject,) = read.rejects
    assert reject.cells[0] == "S1"
    assert not any(clear in texts(read) for clear in CLEAR)


def test_a_column_that_is_not_read_but_may_hold_them_is_kept_out_of_rejects(
    read_text: ReadText,
) -> None:
    read = read_text(
        "ref,name,fax,director e-mail,bank and branch,notes\n"
        "S1,,01632 960001,zebedee@gull.example,31926819,ring first\n"
        "S2,Moss Ltd,,,,\n",
        contact_key=key,
    )
    assert read.rejects[0].cells == ("S1", "", "", "", "", "ring first")


def test_rows_of_one_supplier_may_differ_in_their_contacts(read_text: ReadText) -> None:
    read = read_text(
        HEADER
        + "S1,Gull Taxis,01632 960001,,,\n"
        + "S1,Gull Taxis,07700 900002,,,\n"
        + "S1,Gull Taxis,01632 960001,,,\n",
        contact_key=key,
    )
    (one,) = read.suppliers
    assert one.contact_keys == (key("phone", "+441632960001"), key("phone", "+447700900002"))
    assert (read.duplicates, read.rejects) == (2, ())


def test_the_reference_that_is_made_does_not_rest_on_them(read_text: ReadText) -> None:
    plain = read_text("name,postcode\nGull Taxis,ZY1 1AA\n")
    reached = read_text("name,postcode,tel\nGull Taxis,ZY1 1AA,01632 960001\n", contact_key=key)
    assert plain.suppliers[0].ref == reached.suppliers[0].ref


def test_a_column_can_be_chosen(read_text: ReadText) -> None:
    read = read_text(
        "name,reach us\nGull Taxis,01632 960001\n",
        mapping={"phone": "reach us"},
        contact_key=key,
    )
    assert read.suppliers[0].contact_keys == (key("phone", "+441632960001"),)
    assert not any(clear in texts(read) for clear in CLEAR)


def test_a_title_row_is_quoted_without_them(read_text: ReadText) -> None:
    read = read_text(
        "phone,ref,name\n01632 960001,S1,Gull Taxis\nTotal 01632 960001,,\n", contact_key=key
    )
    assert not any(clear in texts(read) for clear in CLEAR)


CELL = st.sampled_from(
    ["", "n/a", "zqx", "zqx@gull.example", "01632 960777", "960777zqx", "60-16-13", "31926777"]
)
OTHER = st.text(alphabet="Gul Ltd,0\n", max_size=12)


@given(
    st.permutations(["ref", "name", "phone", "e-mail", "sort code", "account number", "notes"]),
    st.lists(st.tuples(st.lists(OTHER, min_size=3, max_size=3), st.lists(CELL, min_size=4), OTHER)),
    st.integers(0, 2),
    st.booleans(),
)
@settings(max_examples=examples(300), deadline=None)
def test_whatever_the_rows_no_contact_is_anywhere_in_what_is_read(
    header: list[str], rows: list[tuple[list[str], list[str], str]], more: int, with_key: bool
) -> None:
    """Also of rows that are too long: their contacts stand further right than their headings."""
    contacts = [name for name in header if name not in ("ref", "name", "notes")]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerow(["Gull Taxis" if name == "name" else "" for name in header])
    for others, cells, extra in rows:
        row = [cells[contacts.index(name)] if name in contacts else others.pop() for name in header]
        # A row that is shifted and not too long cannot be told from one that is right.
        writer.writerow(["ring", *row, "too long"] if extra == "" else row + [extra] * more)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "suppliers.csv")
        path.write_text(text.getvalue(), encoding="utf-8", newline="")
        try:
            read = read_suppliers(path, contact_key=key if with_key else None)
        except UsageError as error:
            said = f"{error.message} {error.hint}"
        else:
            said = texts(read)
    assert not [one for one in ("zqx", "960777", "31926777", "gull.example") if one in said]


def test_records_are_read_alike() -> None:
    records = [{"name": "Gull Taxis", "IBAN": "GB29 NWBK 6016 1331 9268 19"}]
    assert read_records(records).suppliers[0].contact_keys == ()
    read = read_records(records, contact_key=key)
    assert read.suppliers[0].contact_keys == (key("bank account", "GB 601613 31926819"),)
    assert not has_word(texts(read), "9268")
    assert "1331926819" not in texts(read)

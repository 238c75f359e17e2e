"""OFAC's two lists, from the CSV sets and from XML."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from duediligence.watchlists.ofac_consolidated import parse as consolidated
from duediligence.watchlists.ofac_sdn import parse as sdn

from duediligence.contracts import Watchlist
from duediligence.errors import UnreadableFile
from duediligence.model import Address, Identifier, ListEntry, Name, PartialDate
from tests.rows import for_each

Read = Callable[..., Any]
SAMPLES = Path(__file__).parents[2] / "duediligence" / "demo" / "lists" / "ofac"
FREEZE = "Asset freeze (US blocking of property)"
END = b"\x1a"
NAMELESS = b'7,-0- ,-0- ,"CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n'


def row(uid: int, name: str = "SAMPLE CO", kind: str = "-0- ", remark: str = "-0- ") -> bytes:
    quoted = remark if remark == "-0- " else f'"{remark}"'
    nulls = ",".join(["-0- "] * 7)
    return f'{uid},"{name}",{kind},"SDGT",{nulls},{quoted}\r\n'.encode("cp1252")


def csv_set(primary: bytes, **others: bytes) -> dict[str, bytes]:
    return {
        "SDN.CSV": primary,
        "ALT.CSV": others.get("alt", b'1,1,"aka","OTHER",-0- \r\n' + END),
        "ADD.CSV": others.get("add", b'1,1,-0- ,-0- ,"France",-0- \r\n' + END),
        "SDN_COMMENTS.CSV": others.get("comments", END),
    }


def test_person(read_sample: Read) -> None:
    assert read_sample(sdn)["990002"] == ListEntry(
        id="990002",
        list_id="ofac-sdn",
        kind="person",
        names=(
            Name("Dragomir PETROSYANOV"),
            Name("Dragomir PETROSIANOV", "alias"),
            Name("Dragomir Arkadyevich PETROSYANOV", "alias"),
            Name("DRAGO", "alias", "weak"),
        ),
        birth_dates=(PartialDate(1968, 3, 14),),
        birth_places=("Velmorsk, Russia",),
        gender="Male",
        countries=("Russia", "Cyprus"),
        identifiers=(
            Identifier("passport", "990012345", "Russia", "Passport"),
            Identifier("tax", "990112233445", "Russia", "Tax ID No."),
        ),
        addresses=(Address("Velmorsk", "", "Russia"),),
        positions=("Chairman of the Supervisory Board",),
        related=("TERRAVOLT TRADING FZE",),
        regimes=("RUSSIA-EO14024",),
        measures=(FREEZE, "Secondary sanctions risk: See Section 11 of Executive Order 14024."),
        remarks="Passport 990012345 (Russia) issued 03 Feb 2015 expires 03 Feb 2025",
        url="https://sanctionssearch.ofac.treas.gov/Details.aspx?id=990002",
    )


def test_kinds_programmes_and_names(read_sample: Read) -> None:
    found = read_sample(sdn)
    assert [(e.id, e.kind) for e in found.entries] == [
        ("990001", "organisation"),
        ("990002", "person"),
        ("990003", "person"),
        ("990004", "person"),
        ("990005", "organisation"),
        ("990006", "vessel"),
        ("990007", "aircraft"),
        ("990008", "organisation"),
        ("990009", "organisation"),
        ("990010", "organisation"),
    ]
    assert found["990001"].regimes == ("IRAN", "SDGT", "IFSR")
    assert found["990001"].names[1:] == (
        Name("TERRAVOLT GENERAL TRADING", "alias"),
        Name("VOLTERRA COMMODITIES FZE", "former"),
    )
    assert found["990004"].names == (
        Name("Ferdinand Ulysse DELACROIX-NOVAK, Jr."),
        Name("Ferdinand DELACROIX", "alias"),
    )
    # Windows-1252 bytes.
    assert found["990009"].name == "CAFÉ MIRAGE IMPORT-EXPORT S.A."
    assert found["990010"].addresses == ()


def test_ship(read_sample: Read) -> None:
    ship = read_sample(sdn)["990006"]
    assert ship.countries == ("Panama",)
    assert ship.identifiers == (
        Identifier("imo", "9990001", "", "Vessel Registration Identification"),
        Identifier("other", "999000111", "", "MMSI"),
        Identifier("other", "9ZZZ9", "", "Call sign"),
    )
    assert ship.related[0] == "Penwith Meridian Shipping Ltd"
    assert "Tonnage 158,990; Gross registered tonnage 81,479" in ship.remarks


def test_addresses(read_sample: Read) -> None:
    found = read_sample(sdn)
    assert found["990005"].addresses == (
        Address("1 Sample Quay, Harbour Row, London ZZ99 9ZZ", "ZZ99 9ZZ", "United Kingdom"),
    )
    assert found["990001"].addresses[1] == Address("Iran", "", "Iran")
    assert found["990009"].addresses[1] == Address("Region: Gaza")


def test_comment_continues_a_remark_in_the_middle_of_a_word(read_sample: Read) -> None:
    exchange = read_sample(sdn)["990008"]
    assert [i.id for i in exchange.identifiers] == [
        f"1Sample{n:03}AddressThatNobodyHolds{n:03}" for n in range(1, 18)
    ]
    assert exchange.names[-1] == Name("CHIMEX", "alias", "weak")


def test_comment_of_another_day_does_not_run_into_a_whole_remark(read_list: Read) -> None:
    found = read_list(
        sdn,
        csv_set(
            row(1, remark="a.k.a. 'SAMPLE ONE'.") + END,
            comments=b"1,\"fice 9; a.k.a. 'SAMPLE TWO'.\"\r\n" + END,
        ),
    )
    assert [n.text for n in found["1"].names] == [
        "SAMPLE CO",
        "OTHER",
        "SAMPLE ONE",
        "SAMPLE TWO",
    ]
    assert found.drift == ("unmapped remark: fice # (1)",)


def test_rows_without_their_party_are_counted_one_line_a_file(read_list: Read) -> None:
    drift = read_list(
        sdn,
        csv_set(
            row(1) + END,
            alt=b'1,1,"aka","A",-0- \r\n2,2,"aka","B",-0- \r\n3,3,"aka","C",-0- \r\n' + END,
            add=b'9,1,-0- ,-0- ,"Panama",-0- \r\n' + END,
            comments=b'9,"more."\r\n' + END,
        ),
    ).drift
    assert drift == (
        "unread rows: ALT.CSV has rows of parties not in SDN.CSV (2)",
        "unread rows: ADD.CSV has rows of parties not in SDN.CSV (1)",
        "unread rows: SDN_COMMENTS.CSV has rows of parties not in SDN.CSV (1)",
    )


def test_a_remark_that_was_cut_and_is_not_continued_is_counted(read_list: Read) -> None:
    drift = read_list(sdn, csv_set(row(1, remark="x" * 1000) + END)).drift
    assert "unread rows: SDN_COMMENTS.CSV lacks the rest of remarks that were cut (1)" in drift


@pytest.mark.parametrize("watchlist", [sdn, consolidated])
def test_csv_and_xml_say_the_same(watchlist: Watchlist, read_sample: Read) -> None:
    """But for what only one of them can say: strong aliases and postcodes, in XML."""

    def shared(entry: ListEntry) -> ListEntry:
        names = {
            replace(n, strength=n.strength if n.strength == "weak" else "unstated")
            for n in entry.names
        }
        return replace(
            entry,
            names=tuple(sorted(names, key=lambda n: n.text)),
            addresses=tuple(replace(a, postcode="") for a in entry.addresses),
            remarks=entry.remarks.replace(",", ""),
        )

    from_csv, from_xml = read_sample(watchlist), read_sample(watchlist, feeds=1)
    assert [shared(e) for e in from_csv.entries] == [shared(e) for e in from_xml.entries]
    assert (from_csv.published, from_xml.published) == (None, date(2026, 11, 20))


def test_xml_tells_strong_aliases(read_sample: Read) -> None:
    names = read_sample(sdn, feeds=1)["990002"].names
    assert Name("Dragomir PETROSIANOV", "alias", "strong") in names
    assert Name("DRAGO", "alias", "weak") in names


def test_measures_of_the_non_sdn_list(read_sample: Read) -> None:
    found = read_sample(consolidated)
    assert [e.measures[0] for e in found.entries] == [
        "Sectoral sanctions (US): limits on debt, equity or oil projects",
        "Transactions to be rejected by US banks (Palestinian Legislative Council)",
        "No purchase or sale of its securities by US persons (Chinese military-industrial)",
        "No or restricted correspondent accounts at US banks",
        "Menu-based sanctions (US): as stated for each party",
        "US sanctions programme FABLE-EO99999",
    ]
    assert "unmapped programme: FABLE-EO99999 (1)" in found.drift
    assert found["990101"].listed_on == date(2022, 2, 24)
    assert found["990105"].measures[1] == (
        "CAATSA Section 235 Information: EXPORT SANCTIONS Sec. 235(a)(2)"
    )


@for_each("part", ["alt", "add"])
def test_an_emptied_part_is_refused(read_list: Read, part: str) -> None:
    with pytest.raises(UnreadableFile, match="holds no rows"):
        read_list(sdn, csv_set(row(1) + END, **{part: END}))


def test_unknown_types_are_kept_and_reported(read_list: Read) -> None:
    found = read_list(
        sdn, csv_set(row(1, kind='"airship"') + END, alt=b'1,2,"xka","OTHER",-0- \r\n' + END)
    )
    assert found["1"].kind == "unknown"
    assert found["1"].names[1] == Name("OTHER", "alias")
    assert found.drift == ("unmapped SDN type: airship (1)", "unmapped alias type: xka (1)")


@for_each("part", ["SDN.CSV", "ALT.CSV", "ADD.CSV", "SDN_COMMENTS.CSV"])
def test_a_file_without_its_end_mark_is_refused(read_list: Read, part: str) -> None:
    files = csv_set(row(1) + END)
    with pytest.raises(UnreadableFile, match=f"{part}: has no end mark"):
        read_list(sdn, {**files, part: files[part].removesuffix(END)})


BROKEN_CSV = {
    "empty": (b"", "SDN.CSV: has no end mark"),
    "no records": (END, "SDN.CSV: holds no entries"),
    "web page": (
        b"<!DOCTYPE html><html><body>Maintenance</body></html>\r\n" + END,
        "is a web page",
    ),
    "cut within a line": (row(1) + row(2)[:-20], "has no end mark"),
    "cut within the columns": (row(1) + b'2,"SAMPLE"\r\n' + END, "line 2 has 2 columns where 12"),
    "header": (
        b"ent_num,SDN_Name" + b",x" * 10 + b"\r\n" + END,
        "line 1, column 1: 'ent_num' is not",
    ),
    "no name": (NAMELESS + END, "party 7 has no name"),
    "NUL bytes": (row(1, name="SAM\0PLE") + END, "NUL bytes"),
    "no text in any encoding": (row(1).replace(b"SAMPLE", b"\xff\x81\x8d") + END, "is not"),
    "10 MB field": (row(1, remark="x" * 10_000_000) + END, "line 1: field larger than"),
}


@for_each(("content", "message"), BROKEN_CSV.values(), ids=BROKEN_CSV)
def test_broken_csv_is_refused(content: bytes, message: str, read_list: Read) -> None:
    with pytest.raises(UnreadableFile, match=r".+") as error:
        read_list(sdn, csv_set(content))
    assert message in str(error.value)


def test_utf_8_is_read_as_such(read_list: Read) -> None:
    content = row(1, name="SAMPL\u00c9").decode("cp1252").encode("utf-8")
    assert read_list(sdn, csv_set(content + END))["1"].name == "SAMPLÉ"


XML = (SAMPLES / "SDN.XML").read_bytes()
ENTRY = b"<sdnEntry><uid>1</uid><lastName>SAMPLE</lastName><sdnType>Entity</sdnType></sdnEntry>"
BROKEN_XML = {
    "empty": (b"", "is empty"),
    "cut short": (XML[: len(XML) // 2], "not well-formed"),
    "web page": (b"<!doctype html><html></html>", "is a web page"),
    "another root": (b"<other/>", "starts with <other>"),
    "fewer records than it says": (
        b"<sdnList><publshInformation><Record_Count>2</Record_Count></publshInformation>"
        + ENTRY
        + b"</sdnList>",
        "says that it has 2 records and holds 1",
    ),
    "no records": (b"<sdnList><publshInformation/></sdnList>", "holds no entries"),
    "entity bomb": (
        b'<!DOCTYPE sdnList [<!ENTITY a "aa">]><sdnList>&a;</sdnList>',
        "document type",
    ),
    "no uid": (b"<sdnList>" + ENTRY.replace(b"<uid>1</uid>", b"") + b"</sdnList>", "has no <uid>"),
    "no name": (b"<sdnList>" + ENTRY.replace(b"SAMPLE", b" ") + b"</sdnList>", "has no <lastName>"),
    "10 MB field": (
        b"<sdnList>" + ENTRY.replace(b"SAMPLE", b"x" * 10_000_000) + b"</sdnList>",
        "characters",
    ),
    "not its encoding": (
        b'<?xml version="1.0" encoding="utf-8"?><sdnList>'
        + ENTRY.replace(b"SAMPLE", b"SAMPL\xe9")
        + b"</sdnList>",
        "not well-formed",
    ),
}


@for_each(("content", "message"), BROKEN_XML.values(), ids=BROKEN_XML)
def test_broken_xml_is_refused(content: bytes, message: str, read_list: Read) -> None:
    with pytest.raises(UnreadableFile, match=r".+") as error:
        read_list(sdn, {"SDN.XML": content})
    assert message in str(error.value)


def test_xml_in_any_order_and_namespace_with_what_is_new_reported(read_list: Read) -> None:
    found = read_list(
        sdn,
        {
            "SDN.XML": b'<sdnList xmlns="http://tempuri.org/sdnList.xsd">'
            b"<sdnEntry><score>1</score><akaList><aka><lastName>OTHER</lastName>"
            b"<category>middling</category><type>a.k.a.</type></aka></akaList>"
            b"<sdnType>Individual</sdnType><lastName>SAMPLE</lastName><uid>1</uid>"
            b"<firstName>Given</firstName></sdnEntry>"
            b"<publshInformation><Record_Count>1</Record_Count></publshInformation></sdnList>"
        },
    )
    assert found["1"].names == (Name("Given SAMPLE"), Name("OTHER", "alias"))
    assert found.drift == (
        "unmapped alias category: middling (1)",
        "unread tag: score (1)",
    )

"""Both exports of OpenSanctions, and files that are neither."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from duediligence.watchlists.opensanctions import parse as opensanctions

from duediligence.errors import UnreadableFile
from duediligence.model import Address, Identifier, ListEntry, Name, PartialDate
from tests.rows import for_each

Read = Callable[..., Any]
HEADER = (
    "id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,emails,"
    "program_ids,dataset,first_seen,last_seen,last_change"
)
PAGE = "https://www.opensanctions.org/entities/"


def table(*rows: str, header: str = HEADER) -> dict[str, str]:
    return {"targets.simple.csv": "\n".join((header, *rows, ""))}


def row(**cells: str) -> str:
    named = dict.fromkeys(HEADER.split(","), "")
    named |= {"id": "Q1", "schema": "Company", "name": "Sample Ltd", "dataset": "sample"} | cells
    return ",".join('"' + text.replace('"', '""') + '"' for text in named.values())


def entities(*lines: object) -> dict[str, str]:
    return {"entities.ftm.json": "".join(json.dumps(line) + "\n" for line in lines)}


def entity(**members: object) -> dict[str, object]:
    return {
        "id": "Q1",
        "schema": "Company",
        "caption": "Sample Ltd",
        "target": True,
        "datasets": ["sample"],
        "properties": {"name": ["Sample Ltd"]},
        **members,
    }


def test_target_of_the_table(read_sample: Read) -> None:
    found = read_sample(opensanctions)
    assert found["NK-sampleA1"] == ListEntry(
        id="NK-sampleA1",
        list_id="opensanctions",
        kind="person",
        names=(
            Name("Dragomir Petrosyanov"),
            Name("Dragomir Arkadyevich Petrosyanov", "alias"),
            Name("Драгомир Петросянов", "original-script"),
        ),
        birth_dates=(PartialDate(1968, 3, 14),),
        countries=("ru", "cy"),
        identifiers=(Identifier("other", "990012345"), Identifier("other", "990112233445")),
        addresses=(Address("Velmorsk"),),
        regimes=("SAMPLE-RU",),
        measures=("Invented sanctions programme (sample)",),
        source="Sample dataset (invented)",
        updated_on=date(2026, 10, 2),
        url=PAGE + "NK-sampleA1/",
    )
    # A delimiter within a value is quoted within the cell.
    assert found["NK-sampleB2"].names[1].text == "Terravolt; General Trading"
    assert found["NK-sampleC3"].identifiers == (Identifier("GB-COH", "99004330"),)
    assert found["NK-sampleI9"].birth_dates == (PartialDate(1951), PartialDate(1965, 10))
    assert [e.kind for e in found.entries] == [
        "person",
        "organisation",
        "organisation",
        "unknown",
        "vessel",
        "aircraft",
        "organisation",
        "person",
    ]
    assert found.drift == ("unread schema: CryptoWallet (1)",)
    assert found.published == date(2026, 11, 20)


def test_target_of_the_entities(read_sample: Read) -> None:
    found = read_sample(opensanctions, feeds=1)
    assert found["NK-sampleA1"] == ListEntry(
        id="NK-sampleA1",
        list_id="opensanctions",
        kind="person",
        names=(
            Name("Dragomir Petrosyanov"),
            Name("Драгомир Петросянов", "original-script"),
            Name("Dragomir Arkadyevich Petrosyanov", "alias"),
            Name("Drago", "alias", "weak"),
        ),
        birth_dates=(PartialDate(1968, 3, 14),),
        birth_places=("Velmorsk",),
        gender="male",
        countries=("ru", "cy"),
        identifiers=(
            Identifier("passport", "990012345", "", "passportNumber"),
            Identifier("tax", "990112233445", "", "taxNumber"),
        ),
        positions=("Chairman of the Supervisory Board",),
        regimes=("SAMPLE-RU",),
        status="sanction",
        source="sample_invented",
        updated_on=date(2026, 10, 2),
        remarks="Sample data: every entity in this file is invented",
        url=PAGE + "NK-sampleA1/",
    )
    assert found["NK-sampleC3"].identifiers[0] == Identifier("GB-COH", "99004330")
    assert found["NK-sampleC3"].status == "sanction, debarment"
    assert found["NK-sampleE5"].identifiers[0] == Identifier("imo", "9990001", "", "imoNumber")
    assert found["NK-sampleB2"].names[1] == Name("Volterra Commodities FZE", "former")
    assert found.drift == (
        "unread entity: not a target (2)",
        "unread schema: CryptoWallet (1)",
    )
    assert found.published == date(2026, 11, 20)


def test_columns_may_be_fewer_or_more(read_list: Read) -> None:
    header = "id,schema,name,aliases,birth_date,countries,identifiers,last_seen,risk"
    found = read_list(opensanctions, table("Q1,Person,Sample,,,,,2026-11-20,9", header=header))
    assert found["Q1"].name == "Sample"
    assert found.drift == ("unread column: risk (1)",)


def test_an_unreadable_birth_date_is_reported_not_guessed(read_list: Read) -> None:
    found = read_list(opensanctions, table(row(birth_date="1965-02-31;1965")))
    assert found["Q1"].birth_dates == (PartialDate(1965),)
    assert found.drift == ("unmapped birth date: 1965-02-31 (1)",)


def test_it_is_brought_by_the_user_and_not_needed() -> None:
    assert opensanctions.optional
    assert {feed.url for feeds in opensanctions.feed_sets for feed in feeds} == {""}
    assert "CC BY-NC 4.0" in opensanctions.notes


GOOD_TABLE = table(row())["targets.simple.csv"]
BROKEN_TABLE = {
    "empty": ("", "the header has no column"),
    "web page": ("<html><body></body></html>", "is a web page"),
    "another header": ("id,name\nQ1,Sample\n", "line 1: the header has no column aliases"),
    "no records": (HEADER + "\n", "holds no targets"),
    "no party": (table(row(schema="Security"))["targets.simple.csv"], "no target that is a party"),
    "cut within a cell": (GOOD_TABLE[:-60], "line 2"),
    "cut within a row": (GOOD_TABLE + '"Q2","Company"\n', "line 3 has 2 columns"),
    "no name": (table(row(name=" ."))["targets.simple.csv"], "line 2: a target has no name"),
    "no id": (table(row(id=""))["targets.simple.csv"], "line 2: a target has no id"),
    "a broken cell": (table(row(aliases='"a"b;c'))["targets.simple.csv"], "not a list of values"),
    "not utf-8": (GOOD_TABLE.encode("utf-16"), "not utf-8"),
    "10 MB field": (table(row(aliases="x" * 10_000_000))["targets.simple.csv"], "field larger"),
}  # fmt: skip
GOOD_LINE = json.dumps(entity())
BROKEN_ENTITIES = {
    "empty": ("", "no target that is a party"),
    "web page": ("<html><body></body></html>", "line 1: is a web page"),
    "cut short": (GOOD_LINE + "\n" + GOOD_LINE[:-9], "line 2: is not JSON"),
    "not an entity": ('{"id": "Q1"}', "line 1 is not an entity"),
    "a list": ("[]", "line 1 is not an entity"),
    "no target": (json.dumps(entity(target=False)), "no target that is a party"),
    "no name": (json.dumps(entity(caption="", properties={})), "line 1: a target has no name"),
    "a text for a list": (json.dumps(entity(properties={"name": "A"})), "name is not a list"),
    "an object for a text": (json.dumps(entity(properties={"name": [{}]})), "name: holds dict"),
    "datasets that are none": (json.dumps(entity(datasets="x")), "datasets is not a list"),
    "not utf-8": (GOOD_LINE.encode().replace(b"Sample", b"\xff"), "line 1: is not JSON"),
    "10 MB field": (json.dumps(entity(properties={"name": ["x" * 9_000_000]})), "characters"),
    "10 MB line": (json.dumps(entity(properties={"name": ["x" * 10_000_000]})), "line 1 is over"),
}  # fmt: skip


@for_each(("content", "message"), BROKEN_TABLE.values(), ids=BROKEN_TABLE)
def test_broken_table_is_refused(content: str | bytes, message: str, read_list: Read) -> None:
    with pytest.raises(UnreadableFile, match=r".+") as error:
        read_list(opensanctions, {"targets.simple.csv": content})
    assert message in str(error.value)


@for_each(("content", "message"), BROKEN_ENTITIES.values(), ids=BROKEN_ENTITIES)
def test_broken_entities_are_refused(content: str | bytes, message: str, read_list: Read) -> None:
    with pytest.raises(UnreadableFile, match=r".+") as error:
        read_list(opensanctions, {"entities.ftm.json": content})
    assert message in str(error.value)

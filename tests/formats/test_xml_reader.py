from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from duediligence.errors import UnreadableFile
from duediligence.formats import xml
from tests.rows import for_each

LIST = '<List date="2026-11-01"><Entry><Name>A</Name></Entry><Entry><Name>B</Name></Entry></List>'
BOMB = (
    '<!DOCTYPE List [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><List><Entry>&c;</Entry></List>'
)


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "list.xml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def names(path: Path) -> list[str]:
    return [xml.value(entry, "Name") for entry in xml.stream(path, "List", "Entry")]


def test_elements_come_in_order_and_are_cleared_behind(tmp_path: Path) -> None:
    many = "<List>" + "<Entry><Name>A</Name></Entry><Other/>" * 20_000 + "</List>"
    kept = []
    for entry in xml.stream(written(tmp_path, many), "List", "Entry"):
        assert xml.value(entry, "Name") == "A"
        kept.append(len(entry.getparent()))
    assert len(kept) == 20_000
    assert max(kept) < 5_000  # no more than one read ahead holds


def test_namespaces_are_ignored(tmp_path: Path) -> None:
    spaced = LIST.replace("<List", '<x:List xmlns:x="urn:x" xmlns="urn:y"', 1)
    assert names(written(tmp_path, spaced.replace("</List", "</x:List"))) == ["A", "B"]


@for_each("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_the_declared_encoding_is_obeyed(tmp_path: Path, encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{declared}"?>' + LIST.replace("A", "Müller")
    assert names(written(tmp_path, text.encode(encoding))) == ["Müller", "B"]


def test_what_stands_outside_the_entries_is_told(tmp_path: Path) -> None:
    outside: Counter[str] = Counter()
    text = LIST.replace("</List>", "<Vessel><Name/></Vessel></List>")
    list(xml.stream(written(tmp_path, text), "List", "Entry", outside=outside))
    assert outside == {"Vessel": 1, "Name": 1}


@for_each(
    ("content", "message"),
    [
        ("", "is empty"),
        (" \n ", "is empty"),
        (LIST[:-20], "not well-formed"),
        (LIST + "<More/>", "not well-formed"),
        ("<!DOCTYPE html><html><body>Sorry</body></html>", "is a web page"),
        ("<html><body><br></body></html>", "is a web page"),
        ("<Other/>", "starts with <Other> where <List> was expected"),
        ('{"list": []}', "not well-formed"),
        (BOMB, "declares a document type"),
        ('<!DOCTYPE List SYSTEM "http://127.0.0.1/x.dtd">' + LIST, "declares a document type"),
        (b"<List><Entry><Name>\xff</Name></Entry></List>", "not well-formed"),
        (f"<List><Entry><Name>{'x' * 1_000_001}</Name></Entry></List>", "1,000,001 characters"),
        (f'<List><Entry id="{"x" * 1_000_001}"/></List>', "1,000,001 characters"),
        (f"<List><Entry><Name>{'x' * 10_000_001}</Name></Entry></List>", "not well-formed"),
        ("<List>" + "<a>" * 1_000 + "</a>" * 1_000 + "</List>", "has 101 levels"),
    ],
)
def test_what_is_not_the_list_is_unreadable(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    with pytest.raises(UnreadableFile, match=r"^list\.xml: ") as caught:
        names(written(tmp_path, content))
    assert message in str(caught.value)
    assert caught.value.hint or "characters" in message


def spelt(count: int, form: str) -> str:
    return "".join(form.format(n) for n in range(count))


# Each is slow, or grows without end, in a reader that looks at what it is given. Four megabytes of
# attributes took two minutes.
TOO_MUCH = {
    "attributes": ("<Entry " + spelt(300_000, " a{}=''") + "/>", "<Entry> has 300,000 attributes"),
    "namespaces": (
        "<Entry " + spelt(100_000, " xmlns:a{0}='u{0}'") + "/>",
        "<Entry> has 100,000 namespaces",
    ),
    "attributes in namespaces": (
        "<Entry " + spelt(2_000, " xmlns:a{0}='u{0}' a{0}:x=''") + "/>",
        "the maximum is",
    ),
    "attributes of another element": (
        "<Entry><x " + spelt(300_000, " a{}=''") + "/></Entry>",
        "<x> has 300,000 attributes",
    ),
    "levels": ("<Entry>" * 200 + "</Entry>" * 200, "has 101 levels"),
    "namespaces on every level": (
        spelt(200, "<a xmlns:p{0}='u{0}'>") + "</a>" * 200,
        "has 101 levels",
    ),
    "text": (f"<Entry>{'x' * 9_000_000}</Entry>", "9,000,000 characters"),
    "references": (f"<Entry>{'&amp;' * 1_900_000}</Entry>", "1,900,000 characters"),
    "an attribute": (f'<Entry a="{"x" * 9_000_000}"/>', "9,000,000 characters"),
    "elements": (f"<Entry>{'<x/>' * 25_000}</Entry>", "20,001 elements before it"),
    "names": (spelt(20_000, "<Entry{}/>"), "over 10,000 different names"),
    "names of attributes": (spelt(20_000, "<Entry a{}=''/>"), "over 10,000 different names"),
}


@for_each("encoding", ["utf-8", "utf-16"])
@for_each("what", TOO_MUCH)
def test_more_than_any_list_has_is_refused_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, encoding: str
) -> None:
    content, message = TOO_MUCH[what]
    monkeypatch.setattr(xml, "MAX_ELEMENTS", 20_000)
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n<List>\n{content}</List>'
    path = written(tmp_path, text.encode(encoding))
    # How its names are written is a matter of the form, and the length of a text is not.
    read = (
        (lambda: xml.collect_xml_names(path, {}))
        if "different" in message
        else (lambda: names(path))
    )
    with pytest.raises(UnreadableFile, match=r"^list\.xml: line 3: ") as caught:
        read()
    assert message in caught.value.message
    assert caught.value.hint or "characters" in message


def test_the_root_is_bounded_like_any_other(tmp_path: Path) -> None:
    path = written(tmp_path, "<List " + spelt(5_000, " a{}=''") + "/>")
    with pytest.raises(UnreadableFile, match="line 1: <List> has 5,000 attributes"):
        xml.root_attributes(path, "List")


@for_each(
    "content",
    [
        f"<!--{'x' * 9_000_000}-->",
        f"<?x {'x' * 9_000_000}?>",
        "<!---->" * 300_000,
        "<Other/>" * 50_000,
        f"<Others>{'<x/>' * 50_000}</Others>",
        spelt(20_000, "<Entry xmlns:xsi='u{}'><Name>A</Name></Entry>"),
        spelt(900, "<Entry a{}=''/>"),
    ],
    ids=["comment", "instruction", "comments", "others", "in others", "namespaces", "attributes"],
)
def test_what_is_only_much_is_read(tmp_path: Path, content: str) -> None:
    assert "B" in names(written(tmp_path, LIST.replace("</List>", f"{content}</List>")))


def test_what_is_not_asked_for_is_not_kept(tmp_path: Path) -> None:
    others = "<Others>" + "<x>text</x>" * 20_000 + "</Others>"
    path = written(tmp_path, f"<List>{others}<Entry/></List>")
    (kept,) = (sum(1 for _ in e.getroottree().iter()) for e in xml.stream(path, "List", "Entry"))
    assert kept < 5_000


def test_an_external_entity_is_never_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2")
    text = (
        f'<!DOCTYPE List [<!ENTITY x SYSTEM "{secret.as_uri()}">]><List><Entry>&x;</Entry></List>'
    )
    with pytest.raises(UnreadableFile) as caught:
        list(xml.stream(written(tmp_path, text), "List", "Entry"))
    assert "hunter2" not in str(caught.value)


def test_attributes_of_the_root(tmp_path: Path) -> None:
    assert xml.root_attributes(written(tmp_path, LIST), "List") == {"date": "2026-11-01"}
    for content in ("", "<Other/>", BOMB):
        with pytest.raises(UnreadableFile):
            xml.root_attributes(written(tmp_path, content), "List")


def test_values_are_trimmed_and_distinct(tmp_path: Path) -> None:
    text = (
        "<List><Entry><Names><Name> A\u00a0 B\n</Name><Name/></Names>"
        "<Names><Name>A B</Name><Name>C</Name></Names></Entry></List>"
    )
    (entry,) = (
        (
            xml.list_xml_texts(e, "Names", "Name"),
            xml.value(e, "Names", "Name"),
            xml.value(e, "None"),
        )
        for e in xml.stream(written(tmp_path, text), "List", "Entry")
    )
    assert entry == (("A B", "C"), "A B", "")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200) | st.text("<>/!?&;:=\"' aList[]\n", max_size=80))
@example(content=b'<?xml version="1.0" encoding="no-such"?><List/>')
@example(content=b"\xff\xfe<\0L\0")
def test_any_bytes_are_read_or_unreadable(tmp_path: Path, content: bytes | str) -> None:
    path = written(tmp_path, content)
    for read in (lambda: names(path), lambda: xml.root_attributes(path, "List")):
        try:
            read()
        except UnreadableFile:
            continue

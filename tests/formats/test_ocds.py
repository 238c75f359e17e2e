"""Releases of contract notices, in each file in which they are handed on."""

import json
from pathlib import Path

import pytest

from duediligence.errors import UnreadableFile
from duediligence.formats.ocds import open_releases
from tests.suppliers.notice_files import QUILL, change, notice


def test_releases_are_the_same_however_they_are_packed(tmp_path: Path) -> None:
    both = [notice(QUILL), change()]
    record = {"ocid": both[0]["ocid"], "releases": both}
    linked = [{"url": "https://example.org/1", "date": "2026-03-02", "tag": ["award"]}]
    packed = {
        "package.json": json.dumps({"releases": both}),
        "page.json": json.dumps({"releases": both, "links": {"next": "https://example.org/2"}}),
        "records.json": json.dumps({"records": [record]}),
        "linked.json": json.dumps(
            {"records": [{"releases": linked, "compiledRelease": one} for one in both]}
        ),
        "record.json": json.dumps(record),
        "lines.jsonl": "\n\n".join(map(json.dumps, both)),
        "packages.jsonl": "\n".join(json.dumps({"releases": [one]}) for one in both),
    }
    for name, text in packed.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        releases, following = open_releases(tmp_path / name)
        assert list(releases) == both, name
        assert following == ("https://example.org/2" if name == "page.json" else ""), name


def test_what_is_no_file_of_notices_ends_in_one_line(tmp_path: Path) -> None:
    no_day, no_id = {**notice(QUILL), "date": None}, {**notice(QUILL), "ocid": 7}
    early = {**notice(QUILL), "date": "0001-01-01T00:00:00+14:00"}
    for broken in ([], "text", {"releases": [no_day]}, {"releases": [no_id]}, no_day, early, {}):
        path = tmp_path / "broken.json"
        path.write_text(json.dumps(broken), encoding="utf-8")
        with pytest.raises(UnreadableFile) as told:
            list(open_releases(path)[0])
        assert "\n" not in told.value.message

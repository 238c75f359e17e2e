"""The vectors of whole files are what the program makes, takes and refuses.

To write them again: python -m tests.sharing.exchanges.vectors_made
"""

import json
from base64 import b64decode
from pathlib import Path

import pytest

from duediligence.errors import DuediligenceError
from tests.sharing.exchanges.vectors_made import VECTORS, VectorsMade, make_bad_files, written


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> VectorsMade:
    return VectorsMade(tmp_path, monkeypatch)


def test_the_program_makes_the_vectors_byte_for_byte(made: VectorsMade) -> None:
    documents = made.documents()
    assert sorted(documents) == sorted(path.stem for path in VECTORS.glob("*.json"))
    for name, document in documents.items():
        assert (VECTORS / f"{name}.json").read_text("utf-8") == written(document), name


def test_the_program_refuses_each_bad_vector_and_then_takes_the_good_one(
    made: VectorsMade, tmp_path: Path
) -> None:
    path = tmp_path / "bad.dde"
    kept = {one["name"]: one for one in json.loads((VECTORS / "bad-files.json").read_text("utf-8"))}
    for exchange in (made.firms(), made.all()):
        two = exchange.two
        files = make_bad_files(exchange)
        before = two.exchanges(two.police()), two.exchanges(two.council())
        for bad in files:
            path.write_bytes(b64decode(kept.pop(bad.name)["file"]))
            take = two.opened if bad.taken_by == "asker" else two.answered
            with pytest.raises(DuediligenceError, match=bad.words):
                take(path)
        assert (two.exchanges(two.police()), two.exchanges(two.council())) == before
        assert two.opened(exchange.answered).hits
        with pytest.raises(DuediligenceError, match="an answer is opened once"):
            two.opened(exchange.answered)
    assert not kept

"""The records of the World Bank's answer, each with the place to name in an error."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from duediligence.errors import UnreadableFile
from duediligence.formats import json


@dataclass(frozen=True, slots=True)
class Record:
    """One record; `where` is the file and the number of the record in it, from 1."""

    values: Mapping[str, object]
    where: str

    def text(self, field: str) -> str:
        """The field's text, empty where null or absent. Raises UnreadableFile."""
        return json.text(self.values.get(field), f"{self.where}: {field}")


def read(path: Path) -> list[Record]:
    """Every record of the answer. Raises UnreadableFile, also where there is none."""
    document = json.load(path)
    response = document.get("response") if isinstance(document, dict) else None
    records = response.get("ZPROCSUPP") if isinstance(response, dict) else None
    if not isinstance(records, list) or not all(isinstance(item, dict) for item in records):
        raise UnreadableFile(
            f"{path.name}: has no list of records at response.ZPROCSUPP",
            hint="Save the whole answer of the bank's service, as this list's notes tell.",
        )
    if not records:
        raise UnreadableFile(f"{path.name}: holds no records", hint="Fetch it again.")
    return [Record(item, f"{path.name}: record {n}") for n, item in enumerate(records, start=1)]

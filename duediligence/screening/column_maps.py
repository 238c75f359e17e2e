"""Which column is which field, remembered for files with the same headings."""

import json
from collections.abc import Mapping
from pathlib import Path

from duediligence.errors import StorageError
from duediligence.writing import write_text

FILE = "column-maps.json"
_MOST_CHARACTERS = 5_000_000


def read_column_maps(home: Path) -> dict[str, dict[str, str]]:
    """The mappings by the key of their headings; none where none was kept. Raises StorageError."""
    path = home / FILE
    try:
        with path.open(encoding="utf-8") as file:
            found = json.loads(file.read(_MOST_CHARACTERS))
        return {
            str(key): {str(field): str(heading) for field, heading in mapping.items()}
            for key, mapping in found.items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as error:
        raise StorageError(
            f"{path}: cannot be read: {error}",
            hint="Delete the file, and give --map once more for files that need it.",
        ) from error


def keep_column_map(home: Path, key: str, mapping: Mapping[str, str]) -> None:
    """Remember a mapping for headings with this key, in place of an earlier one.

    Raises StorageError.
    """
    known = read_column_maps(home)
    if known.get(key) != dict(mapping):
        write_text(home / FILE, json.dumps({**known, key: dict(mapping)}, indent=1) + "\n")

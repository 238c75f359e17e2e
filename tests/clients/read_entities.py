"""Read entities with FollowTheMoney, and print what it does not keep of them as it is.

Run with the Python of the clients: the file of the entities, as a JSON list.
"""

import json
import sys
from pathlib import Path
from typing import Any

from followthemoney import model


def dropped(data: dict[str, Any]) -> list[str]:
    schema = model.get(data["schema"])
    assert schema is not None, data["schema"]
    found = []
    for name, values in data["properties"].items():
        prop = schema.get(name)
        if prop is None:
            found.append(f"{data['id']}: {schema.name} has no {name}")
            continue
        for value in values:
            if isinstance(value, dict):
                found += dropped(value)
            elif prop.type.clean(value) is None:
                found.append(f"{data['id']}: {name} {value!r}")
    return found


if __name__ == "__main__":
    entities = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    json.dump([line for one in entities for line in dropped(one)], sys.stdout)

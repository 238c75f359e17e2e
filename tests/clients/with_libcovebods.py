"""Judge files of BODS with the checker of Open Ownership, and print what it finds.

Run with the Python of the clients: a folder of files, each a JSON list of statements. The list of
schemes of org-id.guide is that of the schemes we write: the network is not asked.
"""

import json
import sys
from pathlib import Path

try:
    import libcove2.common

    libcove2.common.get_orgids_prefixes = lambda *_: ["GB-COH", "XI-LEI"]
    from libcovebods.config import LibCoveBODSConfig
    from libcovebods.data_reader import DataReader
    from libcovebods.jsonschemavalidate import JSONSchemaValidator
    from libcovebods.run_tasks import process_additional_checks
    from libcovebods.schema import SchemaBODS
except ImportError as error:
    json.dump({"missing": str(error)}, sys.stdout)
    sys.exit()


def judge(path: Path) -> list[str]:
    reader, config = DataReader(str(path)), LibCoveBODSConfig()
    schema = SchemaBODS(reader, config)
    found = [
        f"{path.name}: {one.json()['message']}"
        for one in JSONSchemaValidator(schema).validate(reader)
    ]
    more = process_additional_checks(reader, config, schema)["additional_checks"]
    return found + [f"{path.name}: {one['type']}" for one in more]


paths = sorted(Path(sys.argv[1]).glob("*.json"))
found = [line for path in paths for line in judge(path)]
json.dump({"files": len(paths), "found": found}, sys.stdout)

"""A search for digits in a text that also holds hashes, ids and paths of folders."""

import json
import re
from pathlib import Path
from urllib.parse import quote

HERE = str(Path(__file__).parents[1])
# The folder of this clone, whatever its name: as it is, in JSON, and in an address.
HERE_WRITTEN = (HERE, json.dumps(HERE)[1:-1], quote(HERE))


def has_word(text: str, word: str) -> bool:
    """Return whether the word is in the text as a whole, and not as a part of a hash or a name.

    A part of a date is a word: 1968 is in `03/1968` and `1968-03`, and not in `c1968f` or in the
    folder `pytest-1968`, nor in the name of the folder that this clone is in.
    """
    for here in HERE_WRITTEN:
        text = text.replace(here, "")
    return bool(re.search(rf"(?<![0-9A-Za-z])(?<![A-Za-z]-){re.escape(word)}(?![0-9A-Za-z])", text))

"""Whether a workbook has too many rows, found without laying it out: that takes long, and much."""

import re
import zipfile
from pathlib import Path
from typing import IO

from duediligence.formats.ods import CONTENT

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
# ECMA-376 and OpenDocument; writers choose their own prefixes.
_ROW = re.compile(rb"<(?:\w+:)?(?:table-)?row[ >]")
_ENDS_OF_VALUES = (b"v>", b"is>", b"p>")
_CHUNK = 1 << 20
# The shortest row with a value.
_ROW_BYTES = 30


def has_too_many_rows(path: Path, most: int) -> bool:
    """Return whether each sheet of an XLSX, or the first of an ODS, has over `most` rows with a
    value. Raises what zipfile raises.
    """
    with zipfile.ZipFile(path) as package:
        listed = package.infolist()
        sheets = [one for one in listed if _SHEET.fullmatch(one.filename)]
        sheets = sheets or [one for one in listed if one.filename == CONTENT]
        for one in sheets:
            if one.file_size < most * _ROW_BYTES:
                return False
            with package.open(one) as file:
                if not _has_over(file, most):
                    return False
        return bool(sheets)


def _has_over(file: IO[bytes], most: int) -> bool:
    rest, count = b"", 0
    while (block := file.read(_CHUNK)) and len(rest) < 4 * _CHUNK:
        parts = _ROW.split(rest + block)
        rest = parts.pop()
        count += sum(any(end in row for end in _ENDS_OF_VALUES) for row in parts)
        if count > most:
            return True
    return False

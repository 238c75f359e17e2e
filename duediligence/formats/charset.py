"""Which encoding a text file is in, decided over the whole file and never by chance."""

import codecs
from pathlib import Path

from duediligence.errors import UsageError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 20
_HINT = "Open the file in a spreadsheet and save it as an Excel workbook (.xlsx) or as CSV UTF-8."


def charset(path: Path) -> str:
    """`utf-8`, another Unicode encoding that its mark names, or else `cp1252`.

    Every byte is decoded once, so reading with the answer cannot fail on an encoding. Raises
    UsageError for a file that is in none of these.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    marked = next((encoding for mark, encoding in _MARKS if head.startswith(mark)), "")
    # Text has no NUL bytes to speak of; a stray one is for the reader of the row to judge.
    if not marked and head.count(0) * 20 > len(head):
        raise UsageError(f"{path.name}: is not a text file or a spreadsheet", hint=_HINT)
    for encoding in (marked,) if marked else ("utf-8", "cp1252"):
        if _decodes(path, encoding):
            return encoding
    raise UsageError(
        f"{path.name}: is not {marked.removesuffix('-sig') or 'utf-8 or Windows-1252'} text",
        hint=_HINT,
    )


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeError:
            return False
    return True

"""A JSON array of records, one at a time, however long it is."""

import json
from codecs import getincrementaldecoder
from collections.abc import Iterator
from typing import Any

from duediligence.errors import UnreadableFile
from duediligence.registers.archive import Bytes

_CHUNK = 1 << 18
_MOST = 10_000_000
_CUT = "The file may be cut short: fetch it again. What was loaded before stays in use."


def objects(data: Bytes, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (where, record) for each record of the array.

    Raises UnreadableFile where the file is no array of records, one is over ten million
    characters, or the array does not end.
    """
    decoder = getincrementaldecoder("utf-8-sig")()
    scan = json.JSONDecoder().raw_decode
    buffer, place, count, ended = "", 0, 0, False

    def more() -> bool:
        nonlocal buffer, place, ended
        chunk = data.read(_CHUNK)
        try:
            buffer = buffer[place:] + decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            raise UnreadableFile(f"{name}: after record {count}: not UTF-8 text") from error
        place = 0
        ended = not chunk
        return not ended

    def next_mark() -> str:
        nonlocal place
        while True:
            while place < len(buffer) and buffer[place].isspace():
                place += 1
            if place < len(buffer):
                return buffer[place]
            if not more():
                return ""

    if next_mark() != "[":
        page = buffer[place : place + 15].lower().startswith(("<!doctype html", "<html"))
        raise UnreadableFile(f"{name}: is {'a web page, not' if page else 'not'} a list of records")
    place += 1
    while (mark := next_mark()) != "]":
        if mark == "," and count:
            place += 1
            mark = next_mark()
        where = f"{name}: record {count + 1}"
        while True:
            try:
                found, end = scan(buffer, place)
                break
            except RecursionError as error:
                raise UnreadableFile(f"{where} is nested too deep") from error
            except ValueError as error:
                if len(buffer) - place > _MOST:
                    raise UnreadableFile(f"{where} is over {_MOST:,} characters") from error
                if not more() and not buffer[place:].strip():
                    raise UnreadableFile(f"{where}: the list does not end", hint=_CUT) from error
                if ended:
                    raise UnreadableFile(f"{where}: is not JSON ({error})", hint=_CUT) from error
        if not isinstance(found, dict):
            raise UnreadableFile(f"{where} is no record")
        place = end
        count += 1
        yield where, found
    place += 1
    if next_mark():
        raise UnreadableFile(f"{name}: goes on after its list has ended")

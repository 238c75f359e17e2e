"""A tagged PDF as a screen reader has it: its elements in order, each with its text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf


@dataclass(frozen=True)
class Element:
    """An element of the structure tree: its kind (`H1`), how deep it is, its attributes, and the
    text that it holds itself.
    """

    kind: str
    depth: int
    node: Any
    text: str


def elements(pdf: pikepdf.Pdf) -> Iterator[Element]:
    """All elements, in the order in which they are read."""
    marked = {page.obj.objgen: _marked(page) for page in pdf.pages}

    def walk(node: Any, depth: int, page: Any) -> Iterator[Element]:
        page = node.get("/Pg", page)
        kids = node.get("/K", [])
        kids = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
        own = "".join(marked[page.objgen].get(int(k), "") for k in kids if _is_number(k))
        yield Element(str(node.get("/S", "")).lstrip("/"), depth, node, own)
        for kid in kids:
            if _is_number(kid):
                continue
            if kid.get("/Type") == "/MCR":
                where = kid.get("/Pg", page)
                yield Element(
                    "MCR", depth + 1, kid, marked[where.objgen].get(int(kid["/MCID"]), "")
                )
            elif kid.get("/Type") != "/OBJR":
                yield from walk(kid, depth + 1, page)

    yield from walk(pdf.Root.StructTreeRoot, 0, None)


def text_of(page: pikepdf.Page) -> str:
    """All that is on a page, in the order in which it is drawn."""
    return "\n".join(_marked(page).values())


def _is_number(kid: Any) -> bool:
    return isinstance(kid, int) or (hasattr(kid, "is_integer") and bool(kid.is_integer))


def _marked(page: pikepdf.Page) -> dict[int | None, str]:
    """The text of a page by its mark; None is what is not in the structure."""
    found: dict[int | None, str] = {}
    fonts = {name: _Font(font) for name, font in page.resources.get("/Font", {}).items()}
    font: _Font | None = None
    marks: list[int | None] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC":
                properties = operands[1]
                inside = isinstance(properties, pikepdf.Dictionary) and "/MCID" in properties
                marks.append(int(properties["/MCID"]) if inside else marks[-1] if marks else None)
            case "BMC":
                marks.append(marks[-1] if marks else None)
            case "EMC":
                marks.pop()
            case "Tf":
                font = fonts[str(operands[0])]
            case "Tj" | "TJ" | "'" | '"':
                shown = operands[-1]
                strings = shown if isinstance(shown, pikepdf.Array) else [shown]
                assert font is not None
                said = "".join(
                    font.read(bytes(s)) for s in strings if isinstance(s, pikepdf.String)
                )
                mark = next((one for one in reversed(marks) if one is not None), None)
                found[mark] = found.get(mark, "") + said
            case "ET":
                mark = next((one for one in reversed(marks) if one is not None), None)
                if mark is None and mark in found:
                    found[mark] += "\n"
    return found


class _Font:
    """What the codes of a font say, by its own table (ToUnicode)."""

    def __init__(self, font: Any) -> None:
        table = font["/ToUnicode"].read_bytes().decode("latin-1")
        space = re.search(r"begincodespacerange\s*<([0-9a-fA-F]+)>", table)
        self.width = len(space[1]) // 2 if space else 1
        self.said: dict[int, str] = {}
        for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.S):
            for code, text in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", block):
                self.said[int(code, 16)] = _utf16(text)
        for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.S):
            lines = r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*(?:<([0-9a-fA-F]+)>|\[(.*?)\])"
            for first, last, start, several in re.findall(lines, block, re.S):
                codes = range(int(first, 16), int(last, 16) + 1)
                if start:
                    head, end = _utf16(start)[:-1], ord(_utf16(start)[-1])
                    self.said |= {c: head + chr(end + n) for n, c in enumerate(codes)}
                else:
                    texts = re.findall(r"<([0-9a-fA-F]+)>", several)
                    self.said |= dict(zip(codes, map(_utf16, texts), strict=True))

    def read(self, codes: bytes) -> str:
        wide = range(0, len(codes), self.width)
        return "".join(
            self.said.get(int.from_bytes(codes[at : at + self.width], "big"), "\ufffd")
            for at in wide
        )


def _utf16(text: str) -> str:
    return bytes.fromhex(text).decode("utf-16-be")

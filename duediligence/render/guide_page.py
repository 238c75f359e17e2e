"""How a person downloads the files of the lists, as a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from duediligence.render.html_page import web_address
from duediligence.render.templating import fill_page, resource


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideFile:
    """One file: the name to save it under, and its address where opening that gives the file.

    `weighs` is about how many bytes it has, 0 where that is not known; `weighed_on` the day of the
    file here that had as many, None where it is as the publisher's usually is.
    """

    save_as: str
    address: str = ""
    weighs: int = 0
    weighed_on: date | None = None

    @property
    def weight(self) -> str:
        """Return `about 19 MB`; empty where it is not known."""
        return f"about {in_bytes(self.weighs)}" if self.weighs else ""

    @property
    def least(self) -> str:
        """Of a file that is far smaller than usual, an end is missing: half of what is usual."""
        return in_bytes(self.weighs // 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideList:
    """One list: where its files are, what to select there, and how old they may be.

    `bring` says what to select on the page, `pages` that it comes in pages which only a program
    can follow. `published` is the publisher's date of what is here, `too_old_on` the day from which
    that is too old; both are None where nothing is here or its age is not known. `named` is the
    setting that must name its parts first. `others` are the names of other files it is read from.
    """

    id: str
    title: str
    publisher: str
    page: str
    folder: str
    files: tuple[GuideFile, ...]
    others: tuple[str, ...] = ()
    bring: str = ""
    pages: bool = False
    by_hand: bool = False
    own: bool = False
    needs_parts: bool = False
    most_days: int
    entries: tuple[int, int]
    state: str
    published: date | None = None
    too_old_on: date | None = None


def in_bytes(size: int) -> str:
    """Return `19 MB`, `240 kB` or `800 bytes`: to two figures, as file managers show it."""
    for unit, name in ((1_000_000, "MB"), (1_000, "kB")):
        if size >= unit:
            amount = size / unit
            return f"{amount:.1f} {name}" if amount < 10 else f"{amount:,.0f} {name}"
    return f"{size} bytes"


def render_guide_page(
    lists: Sequence[GuideList], made_at: datetime, *, commands: bool = False
) -> str:
    """Return the page, without a script, to print or to open on another machine. Text is escaped,
    and only http and https addresses become links. With `commands`, it says what to type where the
    files are loaded.
    """
    css = resource("guide.css")
    return fill_page(
        "guide.html.jinja",
        css,
        lists=lists,
        made_at=made_at,
        commands=commands,
        web_address=web_address,
    )

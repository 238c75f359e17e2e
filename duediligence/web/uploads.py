"""A file that somebody sent, between its preview and their word that it is to be used."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from secrets import token_hex

import msgspec
from starlette.datastructures import UploadFile
from starlette.responses import Response

from duediligence.casework.supplier_information import StatedForms
from duediligence.errors import Forbidden, Invalid, NotFound, SourceError, UsageError
from duediligence.screening.access import action_of, permit
from duediligence.typed_data import T, decode_json
from duediligence.web.files import safe_name
from duediligence.web.form_fields import describe_file_error, problem_with_hint
from duediligence.web.guards import MOST_UPLOAD
from duediligence.web.visits import Pages, Visit
from duediligence.writing import make_folder, storing, unlink, write_bytes

_FOLDER = ("console", "uploads")
# What was read of the file, and its source, in the same folder: no file is sent under such names.
_READING, _SOURCE = ".reading", ".source"
_LONGEST_SECONDS = 86_400
# Bytes of all files of one person that wait.
MOST_WAITING = 200_000_000
# Fields of a form, and what is wrong with each.
Problems = Sequence[tuple[str, str]]


class UploadSource(msgspec.Struct, frozen=True):
    """Where bytes come from: the address asked, empty for a file sent; who did that, and when."""

    address: str
    who: str
    at: datetime
    sha256: str


def store_upload(
    home: Path, account: str, sent: UploadFile, door: str = "", *, asked: str = ""
) -> tuple[str, Path]:
    """Keep the file with its source for a day; the key that brings it back for that account at
    that door, the address of a page, and its path. `asked` is the address that answered with it.

    Raises Invalid for one that is too large, alone or with others of the person, StorageError.
    """
    folder = home.joinpath(*_FOLDER)
    _remove_old_uploads(folder, older_than=_LONGEST_SECONDS)
    body = sent.file.read(MOST_UPLOAD + 1)
    if len(body) > MOST_UPLOAD:
        raise Invalid(f"{sent.filename}: is too large", field="file")
    key = token_hex(16)
    path = folder / _name_upload_folder(account, door, key) / safe_name(sent.filename or "", "file")
    with storing(path.parent):
        others = {*_list_waiting(folder, account)} - {*_list_waiting(folder, account, door)}
        size = sum(one.stat().st_size for other in others for one in other.iterdir())
        if size + len(body) > MOST_WAITING:
            raise Invalid(
                f"{sent.filename}: with your files that wait, it is over {MOST_WAITING:,} bytes",
                field="file",
                hint="Confirm or cancel one of those, or send a smaller one in its place.",
            )
        make_folder(path.parent, private=True)
    source = UploadSource(asked, account, datetime.now(UTC), sha256(body).hexdigest())
    write_bytes(path.with_name(_SOURCE), msgspec.json.encode(source))
    write_bytes(path, body)
    return key, path


@contextmanager
def while_read(home: Path, account: str, sent: UploadFile) -> Iterator[Path]:
    """Provide the path of the file for as long as it is read; it is removed then. Raises as
    `store_upload`.
    """
    _, path = store_upload(home, account, sent)
    try:
        yield path
    finally:
        remove_upload(path)


def hold_upload(
    visit: Visit, sent: UploadFile, check: Callable[[Path], T], *, asked: str = ""
) -> tuple[str, T]:
    """Keep the file if `check` accepts it, and does not return the answer itself, in the place of
    one that waits at the same door; its key, and what that returned. Raises as the two.
    """
    account, door = visit.viewer.account, visit.request.url.path
    key, path = store_upload(visit.ws.home, account, sent, door, asked=asked)
    waits = False
    try:
        answer = check(path)
        waits = not isinstance(answer, Response)
    finally:
        if not waits:
            remove_upload(path)
    with storing(path.parent):
        for one in _list_waiting(path.parent.parent, account, door):
            if waits and one != path.parent:
                _remove_folder(one)
    return key, answer


def hold_fetched(visit: Visit, fetched: StatedForms) -> str:
    """Keep what was fetched, as `hold_upload`, with what was read of it; its key."""
    sent = UploadFile(BytesIO(fetched.body), filename="answer.json")
    read = partial(read_once, kind=StatedForms, read=lambda: fetched)
    return hold_upload(visit, sent, read, asked=fetched.file)[0]


def find_upload(visit: Visit) -> Path:
    """Return the path of the file that the visitor kept under the key in the address, at that
    door.

    Raises NotFound, also for bytes that its source does not name, StorageError.
    """
    key = visit.path("key")
    door = visit.request.url.path.rpartition(f"/{key}")[0]
    folder = visit.ws.home.joinpath(*_FOLDER, _name_upload_folder(visit.viewer.account, door, key))
    with storing(folder):
        there = {one.name: one for one in folder.iterdir()} if folder.is_dir() else {}
        if source := there.pop(_SOURCE, None):
            there.pop(_READING, None)
            kept = decode_json(source.read_bytes(), UploadSource)
            for path in there.values():
                if sha256(path.read_bytes()).hexdigest() == kept.sha256:
                    return path
    raise NotFound("The file is no longer here", hint="Choose it again.")


def read_once(path: Path, kind: type[T], read: Callable[[], T]) -> T:
    """Return what `read` returns of a file that was kept: it is read for the first caller alone,
    and that stays with the file until it is removed.
    """
    kept = path.with_name(_READING)
    with storing(kept):
        if kept.exists():
            return decode_json(kept.read_bytes(), kind)
    found = read()
    write_bytes(kept, msgspec.json.encode(found))
    return found


def remove_upload(path: Path) -> None:
    """Remove a file that was kept, and what was read of it. Raises StorageError."""
    with storing(path):
        _remove_folder(path.parent)


def forget_all(home: Path) -> None:
    """Remove what an earlier server kept. Raises StorageError."""
    _remove_old_uploads(home.joinpath(*_FOLDER), older_than=0)


def _remove_old_uploads(folder: Path, *, older_than: float) -> None:
    with storing(folder):
        for one in folder.iterdir() if folder.is_dir() else ():
            if time.time() - one.stat().st_mtime >= older_than:
                _remove_folder(one)


def _list_waiting(folder: Path, *whose: str) -> Iterator[Path]:
    """Yield the folders of what a person keeps, at a door where that is given."""
    return folder.glob(f"{_name_upload_folder(*whose)}-*")


def _remove_folder(folder: Path) -> None:
    for path in folder.iterdir():
        unlink(path)
    folder.rmdir()


def _name_upload_folder(*parts: str) -> str:
    """Return the name of the folder of an account, door and key, or how those of less begin."""
    return "-".join(sha256(one.encode()).hexdigest()[:32] for one in parts)


@dataclass(frozen=True, kw_only=True)
class UploadReview:
    """A file that is chosen on one page, and waits while the next one shows what it would do until
    it is used or removed.

    `way` is the address of the first page, which needs the right to the use case that it `sends`;
    `template` extends upload.html.jinja, the template of the next page upload_preview.html.jinja.
    Where the field `instead` is filled in, `fetch` returns what it asked for. `check` raises
    UsageError for a file that cannot be used, and returns the answer if the file does not have to
    wait. `show` renders what the file would do, below errors (fields, and what is wrong with each)
    and with their status. `use` does it, removes the file and returns the next page; its errors go
    to `show`.
    """

    way: str
    sends: Callable[..., object]
    template: str
    title: str
    check: Callable[[Visit, Path], object]
    show: Callable[[Visit, Path, Problems, int], Response]
    use: Callable[[Visit, Path], Response]
    instead: str = ""
    fetch: Callable[[Visit, str], StatedForms] | None = None

    def build_pages(self) -> Pages:
        """Return the two pages and what their forms do."""
        pages = Pages()
        pages.get(self.way, sends=self.sends)(self._render_form)
        pages.post(self.way)(self._receive)
        pages.get(f"{self.way}/{{key}}")(self._show)
        pages.post(f"{self.way}/{{key}}")(self._use)
        pages.post(f"{self.way}/{{key}}/discard")(self._discard)
        return pages

    def _render_form(self, visit: Visit, errors: Problems = (), status: int = 0) -> Response:
        typed = visit.text(self.instead)
        return visit.page(
            self.template,
            title=self.title,
            errors=errors,
            status=status,
            typed=typed,
            place=self._place,
        )

    @property
    def _place(self) -> str:
        return self.way.rpartition("/")[0]

    def _receive(self, visit: Visit) -> Response:
        """Keep the file for its preview, where it can be read at all."""
        permit(visit.ws, action_of(self.sends))
        typed, answer = visit.text(self.instead), None
        try:
            if typed and self.fetch:
                key = hold_fetched(visit, self.fetch(visit, typed))
            elif sent := visit.upload("file"):
                key, answer = hold_upload(visit, sent, lambda path: self.check(visit, path))
            else:
                return self._render_form(visit, [("file", "Choose a file.")])
        except Forbidden:
            raise
        except (UsageError, SourceError) as error:
            problem = (self.instead if typed else "file", describe_file_error(error))
            return self._render_form(visit, [problem], error.http_status)
        if isinstance(answer, Response):
            return answer
        return visit.go(f"{self.way}/{key}")

    def _show(self, visit: Visit) -> Response:
        """Show what the file would do; nothing is written."""
        permit(visit.ws, action_of(self.sends))
        return self.show(visit, find_upload(visit), (), 0)

    def _use(self, visit: Visit) -> Response:
        permit(visit.ws, action_of(self.sends))
        path = find_upload(visit)
        try:
            return self.use(visit, path)
        except Forbidden:
            raise
        except UsageError as error:
            problem = problem_with_hint(error, [getattr(error, "field", "")])
            return self.show(visit, path, [problem], error.http_status)

    def _discard(self, visit: Visit) -> Response:
        remove_upload(find_upload(visit))
        return visit.go(self._place, "The file was removed. Nothing was kept of it.")

"""The texts that letters are made from: the council's own, else what comes with the tool."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from duediligence.errors import Conflict, Invalid, UsageError
from duediligence.model.audit import AuditEvent
from duediligence.model.letters import LETTER_KINDS, TEMPLATES, LetterKind
from duediligence.reading import read_whole_file
from duediligence.render.letter_page import (
    LARGEST_TEMPLATE,
    SUFFIX,
    SampleBlock,
    build_commented_template,
    list_sample_blocks,
    parse_letter_template,
    read_letter_template,
)
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.writing import make_folder, storing, write_text


def load_letter_template(workspace: Workspace, kind: LetterKind) -> tuple[str, str]:
    """Return the council's own template where there is one, else the one that comes with the tool,
    and what to call it.
    """
    path = workspace.settings.home / TEMPLATES / (kind + SUFFIX)
    if not path.exists():
        return read_letter_template(kind), kind
    try:
        return read_whole_file(path, LARGEST_TEMPLATE).decode("utf-8-sig"), str(path)
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: is not text in UTF-8", hint="Save it as UTF-8.") from error


@dataclass(frozen=True, slots=True)
class LetterTemplate:
    """The text of a kind of letter, and whether it is the council's own."""

    kind: LetterKind
    text: str
    own: bool

    @property
    def key(self) -> str:
        """Return what names this state of the text: what is changed is what was seen."""
        return sha256(self.text.encode()).hexdigest()[:16]


@use_case("read")
def letter_template(workspace: Workspace, kind: LetterKind) -> LetterTemplate:
    """Return the text that letters of a kind are made from. Raises UsageError for a file
    that is not text, StorageError.
    """
    text, name = load_letter_template(workspace, kind)
    return LetterTemplate(kind, text, own=name != kind)


@use_case("read")
def list_own_templates(workspace: Workspace) -> list[LetterKind]:
    """Return the kinds of letters of which the council has a text of its own."""
    folder = workspace.settings.home / TEMPLATES
    return [kind for kind in LETTER_KINDS if (folder / (kind + SUFFIX)).exists()]


@use_case("change settings", event="letter templates")
def change_letter_template(
    workspace: Workspace, kind: LetterKind, text: str, *, seen: str = "", dry_run: bool = False
) -> Sequence[SampleBlock]:
    """Make a text the council's own for a kind of letter; an empty one restores the text that comes
    with the tool. Returns its blocks for a preview; with `dry_run` nothing is written.

    `seen` is the key of the text that was shown, empty for whichever there is. Raises Invalid for a
    text with an unknown place, without a title or too long, Conflict where the text in use is
    another by now, StorageError.
    """
    text = "\n".join(text.splitlines()).strip()
    if len(text.encode("utf-8", "replace")) > LARGEST_TEMPLATE:
        raise Invalid(f"it has over {LARGEST_TEMPLATE:,} bytes", field="text", given="")
    try:
        blocks = parse_letter_template(text or read_letter_template(kind), kind, name="The text")
    except UsageError as error:
        raise Invalid(error.message, field="text", hint=error.hint) from error
    if not dry_run:
        if seen and seen != _name_text_in_use(workspace, kind):
            raise Conflict(
                "Somebody else changed this text since it was shown to you",
                hint="Save yours again to put it in the place of theirs.",
            )
        folder = workspace.home / TEMPLATES
        with storing(folder):
            make_folder(folder)
            if text:
                write_text(folder / (kind + SUFFIX), f"{text}\n")
            else:
                (folder / (kind + SUFFIX)).unlink(missing_ok=True)
        what = {"written" if text else "removed": (kind,)}
        workspace.audit.add(AuditEvent("letter templates", workspace.now(), workspace.who, what))
    return list_sample_blocks(blocks, kind)


def _name_text_in_use(workspace: Workspace, kind: LetterKind) -> str:
    """Return the key of the text in use; of one that cannot be read, that of the one that comes
    with the tool, as it is shown in its place.
    """
    try:
        return letter_template(workspace, kind).key
    except UsageError:
        return LetterTemplate(kind, read_letter_template(kind), own=True).key


@use_case("change settings", event="letter templates")
def write_templates(workspace: Workspace) -> tuple[list[Path], list[Path]]:
    """Write the templates that come with the tool to the home; those written, and those left as
    they are because the council has its own. Raises StorageError.
    """
    folder = workspace.home / TEMPLATES
    with storing(folder):
        make_folder(folder)
    paths = {kind: folder / (kind + SUFFIX) for kind in LETTER_KINDS}
    kept = [path for path in paths.values() if path.exists()]
    written = [path for path in paths.values() if path not in kept]
    for kind, path in paths.items():
        if path in written:
            write_text(path, build_commented_template(kind))
    what = {"written": tuple(path.stem for path in written)}
    workspace.audit.add(AuditEvent("letter templates", workspace.now(), workspace.who, what))
    return written, kept

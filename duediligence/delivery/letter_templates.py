"""The texts that letters are made from: the council's own, else what comes with the tool."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from duediligence.casework.setting_changes import refuse_changed
from duediligence.errors import Invalid, UsageError
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
    workspace: Workspace,
    kind: LetterKind,
    text: str,
    *,
    seen: str | None = None,
    dry_run: bool = False,
) -> Sequence[SampleBlock]:
    """Make a text the council's own for a kind of letter; an empty one restores the text that comes
    with the tool. Returns its blocks for a preview; with `dry_run` nothing is written.

    `seen` names the text that a form showed, None: none did. Raises Invalid for a text with an
    unknown place, without a title or too long, Unconfirmed where the text in use is another by now,
    StorageError.
    """
    text = "\n".join(text.splitlines()).strip()
    if len(text.encode("utf-8", "replace")) > LARGEST_TEMPLATE:
        raise Invalid(f"it has over {LARGEST_TEMPLATE:,} bytes", field="text", given="")
    try:
        blocks = parse_letter_template(text or read_letter_template(kind), kind, name="The text")
    except UsageError as error:
        raise Invalid(error.message, field="text", hint=error.hint) from error
    if not dry_run:
        folder = workspace.home / TEMPLATES
        with workspace.casework.transaction(), storing(folder):
            stored = {"text": find_usable_template(workspace, kind).text}
            new = {"text": text or read_letter_template(kind)}
            refuse_changed(workspace, seen, stored, new, "letter templates")
            make_folder(folder)
            if text:
                write_text(folder / (kind + SUFFIX), f"{text}\n")
            else:
                (folder / (kind + SUFFIX)).unlink(missing_ok=True)
            what = {"written" if text else "removed": (kind,)}
            workspace.record("letter templates", what)
    return list_sample_blocks(blocks, kind)


def find_usable_template(workspace: Workspace, kind: LetterKind) -> LetterTemplate:
    """Return the text in use; for one that cannot be read, the one that comes with the tool."""
    try:
        return letter_template(workspace, kind)
    except UsageError:
        return LetterTemplate(kind, read_letter_template(kind), own=True)


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
    workspace.record("letter templates", what)
    return written, kept

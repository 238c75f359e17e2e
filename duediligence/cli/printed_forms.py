"""`suppliers confirm-form`: what was read of a printed form, and keeping what a person confirms."""

from pathlib import Path
from typing import Annotated

import typer

from duediligence.cli.asking import YesOption, confirm
from duediligence.cli.globals import note, say, warn, workspace
from duediligence.errors import Invalid


def confirm_form(
    file: Annotated[Path, typer.Argument(help="The PDF, or the ZIP of the PDF and attachments.")],
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="FIELD=VALUE",
            help='What a field should hold, such as `--set parties.0.name="Jo Ashdown"`. '
            "Repeatable.",
        ),
    ] = None,
    form: Annotated[int, typer.Option(help="Which form of the file, from 1.")] = 1,
    ref: Annotated[
        str, typer.Option(help="The supplier's reference, if its numbers do not find it.")
    ] = "",
    yes: YesOption = False,
) -> None:
    """Confirm what a printed form says, and keep it.

    It is the form of the Central Digital Platform, as PDF or ZIP. Every field is shown; what is not
    certain is not filled in, and why is said below it.
    Compare each with the PDF, correct it with --set, and confirm. Nothing else is kept. The files
    are kept with the supplier.

    Examples:

        duediligence suppliers confirm-form Bcdf6789.pdf

        duediligence suppliers confirm-form Bcdf6789.zip --set exclusions.0.question=tax_offences
    """
    from duediligence.casework.import_words import NEVER_TRIED, information_lines
    from duediligence.casework.printed_forms import (
        describe_source,
        find_printed,
        import_printed,
        read_printed,
    )
    from duediligence.render.wording import visible
    from duediligence.suppliers.stated_fields import find_field, is_field, list_field_blocks

    given = dict[str, str]()
    for one in set_ or ():
        path, equals, text = one.partition("=")
        if not (equals and is_field(path)):
            raise Invalid(
                f"--set {one[:80]!r}: enter a field and a value, FIELD=VALUE", field="set"
            )
        given[path] = text
    with workspace() as ws:
        upload = read_printed(ws, file)
        found = find_printed(upload, form)
        texts = {**found.texts, **given}
        warn(NEVER_TRIED)
        if upload.remark:
            warn(upload.remark)
        for title, paths in list_field_blocks(texts, found.unsure):
            shown = [one for one in paths if one in texts or one in found.unsure]
            for at, path in enumerate(shown):
                if title and at == 0:
                    say(title)
                source = "As you set it." if path in given else ""
                source = source or (describe_source(found, path) if path in found.unsure else "")
                about, text = find_field(path), texts.get(path, "")
                words = dict(zip(about.choices, about.choice_words, strict=False)).get(text, text)
                say("  " + visible(f"{about.label} [{path}]: {words}"))
                note("      " + visible(source)) if source else None
        confirm("Keep it as it is shown here?", yes=yes, nothing="Nothing was kept")
        try:
            kept = import_printed(ws, file, found, texts, ref=ref)
        except Invalid as error:
            path = error.field
            if not is_field(path):
                raise
            values = "|".join(filter(None, find_field(path).choices)) or "VALUE"
            hint = f"Add --set {path}={values}"
            raise Invalid(error.message, field="set", hint=hint) from error
    for line in information_lines(kept):
        say(visible(line))
    if form < len(upload.forms):
        note(f"The file has {len(upload.forms)} forms. The next: --form {form + 1}")


def list_files(
    ref: Annotated[str, typer.Argument(help="The supplier's reference.")],
    number: Annotated[
        int | None, typer.Option(help="The file to save.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to save it.", show_default=False)
    ] = None,
) -> None:
    """List the files that a supplier handed in, or save one.

    Examples:

        duediligence suppliers files S00001

        duediligence suppliers files S00001 --number 3 --out accounts.pdf
    """
    from duediligence.casework.printed_forms import list_attached_files, read_attached_file
    from duediligence.cli.globals import table
    from duediligence.render.wording import day
    from duediligence.writing import write_bytes

    if (number is None) != (out is None):
        raise Invalid("--number and --out belong together", field="number")
    with workspace() as ws:
        if number is not None and out is not None:
            _, body = read_attached_file(ws, ref, number)
            write_bytes(out, body)
            note(f"Saved: {out}")
            return
        found = list_attached_files(ws, ref)
    if not found:
        note(f"No file of {ref} is kept, or you may not see it.")
        return
    rows = [[str(one.position), one.name, f"{one.size:,}", day(one.kept_at)] for one in found]
    table(["number", "file", "bytes", "kept on"], rows)

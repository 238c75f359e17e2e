"""`report`."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from duediligence.cli.disclosing import PeopleOption
from duediligence.cli.globals import (
    JsonOption,
    note,
    print_line,
    progress,
    say,
    say_json,
    warn,
    workspace,
)
from duediligence.errors import Incomplete, Invalid, UsageError

_MAKE = "make"
_PRINTS = " It prints on A4, or to PDF: open it in a browser, and select Print, then Save as PDF."


class _MakesByDefault(TyperGroup):
    """`report SUPPLIER` is `report make SUPPLIER`: what the noun is for needs no verb."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        own = {*self.commands, *ctx.help_option_names}
        if args and args[0] not in own:
            args = [_MAKE, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_MakesByDefault,
    help="Reports and evidence packs: make one, or verify a pack. `report SUPPLIER --out FILE` "
    "makes one: .zip, .html or .pdf.",
    no_args_is_help=True,
)


@app.command(_MAKE)
def make(
    out: Annotated[
        Path,
        typer.Option(metavar="FILE", help="The file to write: a pack (.zip), or .html or .pdf."),
    ],
    supplier: Annotated[
        str, typer.Argument(metavar="[SUPPLIER]", help="The supplier's reference.")
    ] = "",
    run: Annotated[
        str, typer.Option(metavar="ID", help="Run to use. Default: the supplier's newest.")
    ] = "",
    contract: Annotated[
        str,
        typer.Option(metavar="REF", help="All suppliers of this contract, and what they share."),
    ] = "",
    form: Annotated[
        str,
        typer.Option(
            "--format", metavar="zip|html|pdf", help="Default: what the file's name ends in."
        ),
    ] = "",
    include_people: PeopleOption = False,
) -> None:
    """Make a report or an evidence pack; `make` can be left out.

    It says what was screened, the lists and the findings. A .zip is an evidence pack, which can be
    verified; .html and .pdf are the page in it alone. Its first sheet is a summary. A PDF needs the
    extra: pip install 'duediligence[pdf]'.

    It says for each list where nothing was found. People are left out unless --include-people is
    given, and restricted findings always are. What is made is recorded.

    Exits 3 when the setting timestamp_url names an authority and no time-stamp came: the pack is
    then made without one.

    Examples:

        duediligence report S00001 --out pack.zip

        duediligence report S00001 --out report.pdf

        duediligence report --contract "RFQ 12" --out bidders.zip --include-people
    """
    from duediligence.delivery.flag_files import check_folder
    from duediligence.delivery.pack.making import PackRequest, PackResult
    from duediligence.delivery.pack.making import make as make_pack
    from duediligence.delivery.report_file import make as make_report
    from duediligence.render.wording import visible

    if bool(supplier) == bool(contract):
        raise UsageError(
            "a report covers one supplier, or one contract",
            hint="duediligence report SUPPLIER --out FILE, or report --contract REF --out FILE",
        )
    if contract and run:
        raise Invalid(
            "--run works with a supplier only: each bidder has its own newest run", field="run"
        )
    chosen = _choose_report_format(form, out)
    check_folder(out)
    with workspace() as ws:
        asked = PackRequest(supplier=supplier, run=run, contract=contract, people=include_people)
        made = make_pack(ws, asked, out) if chosen == "zip" else make_report(ws, asked, out, chosen)
    what = "pack" if chosen == "zip" else "report"
    for ref in made.not_screened:
        warn(f"NOT SCREENED: {ref}. The {what} says so.")
    for ref, line in made.incomplete.items():
        warn(visible(f"{ref}: {line}. The {what} says so."))
    if not isinstance(made, PackResult):
        note(f"Wrote {out}.{_PRINTS if chosen == 'html' else ''}")
        say(f"sha256 {made.sha256}")
        return
    for line in made.notes:
        warn(f"Cannot be derived again: {line}")
    note(f"Wrote {out}. Its report.html prints on A4.")
    say(f"sha256 {made.sha256}")
    if made.not_stamped:
        warn(visible(f"NOT TIME-STAMPED: {made.not_stamped} The pack was made without."))
        raise typer.Exit(Incomplete.exit_code)


def _choose_report_format(form: str, out: Path) -> Literal["zip", "html", "pdf"]:
    """Return what to make: as asked, else as the file is called."""
    ending = out.suffix.lower().removeprefix(".")
    for known in ("zip", "html", "pdf"):
        if known == (form.lower() or ending):
            if ending in ("zip", "html", "pdf") and ending != known:
                raise Invalid(
                    f"{out}: --format is {known}, and the name ends in .{ending}",
                    field="format",
                    hint="Leave --format out, or name the file to match.",
                )
            return known
    if form:
        raise Invalid(f"Unknown format {form!r}", field="format", hint="Valid: zip, html, pdf.")
    raise Invalid(
        f"{out}: the name must end in .zip (a pack), .html or .pdf",
        field="out",
        hint="Or name the format: --format zip, --format html or --format pdf.",
    )


@app.command()
def verify(
    pack: Annotated[Path, typer.Argument(help="The pack.")],
    key: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Public keys of its maker (`audit key export`), which you trust. Repeatable.",
        ),
    ] = None,
    timestamp_roots: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Root certificates (PEM) of the time-stamp authorities that you trust.",
        ),
    ] = None,
    chain: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The audit chain of its maker (`audit export`): it must say that this was made.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Verify a pack from the pack alone.

    Every hash is compared and every file derived again. Only with --key can it be authentic: signed
    by a key that you trust, in use on its day. Only with --timestamp-roots is it said when it was
    time-stamped, and by which authority.

    Exits 0 when all is the same, 1 when something is different, 2 when it is not a pack,
    3 when something was not derived again (such as of another version), 4 when it is damaged,
    and 5 when --key is given and none of those keys signed it, or --timestamp-roots and no
    time-stamp verifies to them. Without --key, the origin is not asked for: 0 then means the same
    but of unknown origin.

    Examples:

        duediligence report verify pack.zip --key council-keys.pem
    """
    from duediligence.delivery.pack.verifying import (
        build_verification_document,
        format_verification_lines,
        verify_pack,
    )
    from duediligence.signing import read_public_keys

    trusted = [one for path in key or () for one in read_public_keys(path)]
    roots = None
    if timestamp_roots is not None:
        from duediligence.timestamps import read_roots

        roots = read_roots(timestamp_roots)
    verified = verify_pack(pack, trusted, roots, chain=chain, progress=progress())
    if as_json:
        say_json(build_verification_document(verified))
    else:
        for line in format_verification_lines(verified):
            print_line(line)
    raise typer.Exit(verified.exit_code)

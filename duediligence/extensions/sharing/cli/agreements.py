"""`sharing agreement`: what two bodies may share; and `sharing explain`, a page to sign."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import JsonOption, note, say, say_json, table, warn, workspace
from duediligence.errors import Invalid

if TYPE_CHECKING:
    from duediligence.extensions.sharing.agreements_shown import AgreementShown
    from duediligence.screening.workspace import Workspace

_FROM_MEMORY = {"memory": "from memory: read it before you rely on it"}
_app = typer.Typer(
    help="Information sharing agreements. Nothing is shared without one in force.",
    no_args_is_help=True,
)
ReferenceArgument = Annotated[
    str, typer.Argument(metavar="REFERENCE", help="Reference of the agreement.")
]
ContactOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar='"ROLE: REACH"',
        help="A role at your side, and its shared mailbox or telephone. May be repeated.",
    ),
]


def add_agreement_commands(app: typer.Typer) -> None:
    """Add these commands to those of `sharing`."""
    app.add_typer(_app, name="agreement")
    app.command()(explain)


@_app.command()
def new(
    ours: Annotated[str, typer.Option("--as", metavar="NAME", help="Your own body, as signed.")],
    partner_kind: Annotated[
        str,
        typer.Option(metavar="CODE", help="Kind of body that the partner is, such as police."),
    ],
    reference: Annotated[
        str,
        typer.Argument(metavar="[REFERENCE]", help="Reference that both parties use: capitals."),
    ] = "",
    from_: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="Take terms and key from the partner's file."),
    ] = None,
    partner: Annotated[
        str, typer.Option("--with", metavar="NAME", help="The partner, as signed.")
    ] = "",
    purpose: Annotated[str, typer.Option(help="What it is for, in a line.")] = "",
    basis: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="Basis in law; see `bases`. May be repeated."),
    ] = None,
    share: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WHAT",
            help='What may be shared, such as "blind-matching: organisations". May be repeated.',
        ),
    ] = None,
    retention_days: Annotated[
        int, typer.Option(help="For how long either keeps what it received.")
    ] = 90,
    starts: Annotated[str, typer.Option(metavar="DATE", help="First day. Default: today.")] = "",
    review: Annotated[
        str, typer.Option(metavar="DATE", help="Last day, unless it is reviewed and made again.")
    ] = "",
    most_rows: Annotated[
        int, typer.Option(help="Most rows of a list in one blind matching.")
    ] = 256,
    most_hits: Annotated[
        int, typer.Option(help="Most hits of one blind matching. Of more, none is shown.")
    ] = 64,
    most_held: Annotated[
        int, typer.Option(help="Most suppliers and people behind them that one is answered for.")
    ] = 20_000,
    auditor: Annotated[
        str,
        typer.Option(metavar="KEY", help="Public key of an auditor, who can check what was asked."),
    ] = "",
    no_auditor: Annotated[
        bool,
        typer.Option("--no-auditor", help="Both agreed that what was asked cannot be checked."),
    ] = False,
    most_exchanges: Annotated[int, typer.Option(help="Most blind matchings within 365 days.")] = 2,
    most_new_percent: Annotated[
        int, typer.Option(help="Percent of new rows of a list above which both are warned.")
    ] = 25,
    contact: ContactOption = None,
) -> None:
    """Keep an agreement that both parties have signed.

    Give its terms, or the partner's file. Both homes must hold the same terms: one of you enters
    them, the other takes them from the file that `sharing agreement show REFERENCE --out FILE`
    writes.

    Examples:

        duediligence sharing agreement new --from FILE --as "Example Police" --partner-kind other

        duediligence sharing agreement new ISA-1 --as "Example Council" --with "Example Police" …

    docs/officer/sharing.md has the second one in full.
    """
    from duediligence.extensions.sharing.agreement_files import read_agreement_file
    from duediligence.extensions.sharing.agreement_terms import contact_of
    from duediligence.extensions.sharing.agreements import accept

    contacts = [contact_of(one, ours) for one in contact or ()]
    if from_ is not None:
        if reference or partner or purpose or basis or share or starts or review:
            raise Invalid(
                "The partner's file has the terms already",
                field="from",
                hint="Leave out all but --as, --partner-kind, --no-auditor and --contact.",
            )
        with workspace() as ws:
            kept = accept(
                ws,
                read_agreement_file(from_),
                ours=ours,
                partner_kind=partner_kind,
                contacts=contacts,
                without_auditor=no_auditor,
            )
            shown = _load_agreement(ws, kept.terms.reference)
        _print_agreement(shown)
        _next_file(shown)
        return
    from duediligence.casework.choices import date_of
    from duediligence.extensions.sharing.agreement_terms import shares_of
    from duediligence.extensions.sharing.agreements import make
    from duediligence.extensions.sharing.model.agreements import Terms

    starts_on, review_on = date_of("starts", starts), date_of("review", review)
    if review_on is None:
        raise Invalid("Give the day of review", field="review", hint="--review 2027-10-31")
    with workspace() as ws:
        terms = Terms(
            reference=reference,
            parties=(ours, partner),
            purpose=purpose,
            bases=tuple(basis or ()),
            shares=shares_of(share or ()),
            retention_days=retention_days,
            starts_on=starts_on or ws.now().date(),
            review_on=review_on,
            most_items=most_rows,
            most_hits=most_hits,
            most_held=most_held,
            auditor=auditor,
            most_exchanges=most_exchanges,
            most_new_percent=most_new_percent,
        )
        make(
            ws,
            terms,
            ours=ours,
            partner_kind=partner_kind,
            contacts=contacts,
            without_auditor=no_auditor,
        )
        shown = _load_agreement(ws, reference)
    _print_agreement(shown)
    _next_file(shown)


@_app.command()
def show(
    reference: Annotated[
        str, typer.Argument(metavar="[REFERENCE]", help="One agreement. Default: all, in a list.")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the file for the partner, .json. Recorded."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the agreements, or show one in full.

    Also writes the file that the partner takes.

    Examples:

        duediligence sharing agreement show

        duediligence sharing agreement show ISA-2026-01 --out agreement.json
    """
    from duediligence.extensions.sharing.agreements_shown import agreements

    if out is not None:
        _write_for_partner(reference, out)
        return
    with workspace() as ws:
        found = [_load_agreement(ws, reference)] if reference else agreements(ws)
    if as_json:
        say_json([_as_json(one) for one in found])
    elif reference:
        _say_whole(found[0])
    elif found:
        table(
            ["agreement", "with", "state", "until", "see to"],
            [
                [
                    one.reference,
                    one.agreement.partner,
                    one.state_words,
                    f"{one.agreement.last_day:%d %b %Y}",
                    " ".join(one.notices),
                ]
                for one in found
            ],
        )
    else:
        note("There are no agreements.")


@_app.command()
def key(
    reference: ReferenceArgument,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="The partner's file of the agreement.")
    ] = None,
    drop: Annotated[
        bool, typer.Option("--drop", help="Refuse all files of the partner until it has a new key.")
    ] = False,
) -> None:
    """Take the partner's key from its file, or drop it.

    A new key replaces the one before. Read the words of both keys to each other by telephone, on a
    number that you knew before, and record it with `sharing agreement compare`.

    Examples:

        duediligence sharing agreement key ISA-2026-01 from-the-police.json

        duediligence sharing agreement key ISA-2026-01 --drop
    """
    from duediligence.extensions.sharing.agreement_files import read_agreement_file
    from duediligence.extensions.sharing.agreements import drop_partner_keys, take_partner_key

    if drop == (file is not None):
        raise Invalid("Name the partner's file, or --drop", field="file")
    with workspace() as ws:
        if file is None:
            drop_partner_keys(ws, reference)
        else:
            take_partner_key(ws, reference, read_agreement_file(file))
        _print_agreement(_load_agreement(ws, reference))


@_app.command()
def compare(
    reference: ReferenceArgument,
    words: Annotated[
        str, typer.Option(metavar="WORDS", help="The twenty words, as the partner read them.")
    ],
) -> None:
    """Record that you compared the words of the partner's key.

    Compare them with the partner, by telephone. Blind matching is refused before. The record has
    your name. Have them read to you from the partner's own screen: those on yours are of the key
    that came in the file.

    Examples:

        duediligence sharing agreement compare ISA-2026-01 --words "Tango Kilo Delta Xray …"
    """
    from duediligence.extensions.sharing.agreements import compare_key

    with workspace() as ws:
        compared = compare_key(ws, reference, words).compared
    assert compared
    say(f"Recorded: {compared.by} compared the words of the partner's key.")


@_app.command()
def contacts(reference: ReferenceArgument, contact: ContactOption = None) -> None:
    """Replace the contacts at your side of an agreement. Give the partner the file again.

    Examples:

        duediligence sharing agreement contacts ISA-2026-01 --contact "duty desk: 0000 000000"
    """
    from duediligence.extensions.sharing.agreement_terms import contact_of
    from duediligence.extensions.sharing.agreements import change_contacts

    with workspace() as ws:
        changed = change_contacts(ws, reference, [contact_of(one, "") for one in contact or ()])
    own = sum(one.party == changed.ours for one in changed.contacts)
    say(f"Agreement {reference} has {own} of your contacts.")


@_app.command()
def end(
    reference: ReferenceArgument,
    on: Annotated[
        str,
        typer.Option(metavar="DATE", help="First day on which it is over. Default: today."),
    ] = "",
) -> None:
    """End an agreement.

    It says by when what was received under it must be gone. Recorded.

    Examples:

        duediligence sharing agreement end ISA-2026-01 --on 2027-01-31
    """
    from duediligence.casework.choices import date_of
    from duediligence.extensions.sharing.agreements import end as end_agreement

    with workspace() as ws:
        end_agreement(ws, reference, date_of("on", on))
        say(_load_agreement(ws, reference).line)


@_app.command()
def bases(as_json: JsonOption = False) -> None:
    """List the bases in law that an agreement can name.

    Also says what each permits.

    Examples:

        duediligence sharing agreement bases
    """
    from duediligence.extensions.sharing.sharing_bases import PARTS, sharing_bases

    found = list(sharing_bases().values())
    if as_json:
        say_json(found)
        return
    table(
        ["code", "what", "law", "permits", "only if", "note"],
        [
            [
                one.code,
                PARTS[one.part],
                one.law,
                one.permits,
                one.only_if,
                _FROM_MEMORY.get(one.sure, ""),
            ]
            for one in found
        ],
    )


def explain(
    reference: ReferenceArgument,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The page to write, .html.")],
) -> None:
    """Write a page that explains an agreement to its signatories.

    Recorded. It prints on one sheet of A4.

    Examples:

        duediligence sharing explain ISA-2026-01 --out page.html
    """
    from duediligence.delivery.flag_files import check_folder
    from duediligence.extensions.sharing.agreements_shown import explain as explain_agreement
    from duediligence.writing import write_text

    check_folder(out)
    with workspace() as ws:
        write_text(out, explain_agreement(ws, reference, file=out.name))
    say(str(out))


def _load_agreement(ws: "Workspace", reference: str) -> "AgreementShown":
    from duediligence.extensions.sharing.agreements_shown import agreement

    return agreement(ws, reference)


def _write_for_partner(reference: str, out: Path) -> None:
    from duediligence.delivery.flag_files import check_folder
    from duediligence.extensions.sharing.agreements import export
    from duediligence.writing import write_text

    if not reference:
        raise Invalid("Name the agreement to write", field="reference")
    check_folder(out)
    with workspace() as ws:
        write_text(out, export(ws, reference, file=out.name))
        say(str(out))
        shown = _load_agreement(ws, reference)
    _print_agreement(shown)
    if not shown.agreement.partner_keys:
        note(f"Once you have its file: duediligence sharing agreement key {reference} FILE")


def _print_agreement(shown: "AgreementShown") -> None:
    """Where it stands, what to compare by telephone, and what is still to be done."""
    say(f"Agreement {shown.reference} with {shown.agreement.partner}. {shown.line}")
    for name, lines in shown.facts:
        if name.startswith("Words of") or name == "Limits":
            say(f"{name}: {lines[0]}")
            for line in lines[1:]:
                say(f"    {line}")
    note(
        "Read these words to your partner by telephone, on a number that you knew before. Of a key "
        "that `audit key rotate` made they need not be read: the key before has signed it."
    )
    if shown.agreement.partner_keys and not shown.agreement.is_key_compared:
        note(f"Then: duediligence sharing agreement compare {shown.reference} --words WORDS")
    for notice in shown.notices:
        warn(notice)


def _next_file(shown: "AgreementShown") -> None:
    note(
        f"The file for {shown.agreement.partner}: duediligence sharing agreement show "
        f"{shown.reference} --out FILE"
    )


def _say_whole(shown: "AgreementShown") -> None:
    say(f"Agreement {shown.reference} with {shown.agreement.partner}. {shown.line}")
    for name, lines in shown.facts:
        say(f"{name}:")
        for line in lines:
            say(f"    {line}")
    for notice in shown.notices:
        warn(notice)


def _as_json(one: "AgreementShown") -> dict[str, object]:
    return {
        "agreement": one.agreement,
        "state": one.state,
        "line": one.line,
        "last_day": one.agreement.last_day,
        "gone_by": one.agreement.gone_by,
        "facts": [{"what": name, "lines": lines} for name, lines in one.facts],
        "notices": one.notices,
    }

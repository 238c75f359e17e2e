"""`suppliers disclosure`: what is held about a supplier, sorted for a request for information."""

from pathlib import Path
from typing import Annotated

import typer

from duediligence.cli.disclosing import PeopleOption
from duediligence.cli.globals import note, say, warn, workspace


def sort_for_disclosure(
    supplier: Annotated[str, typer.Argument(help="The supplier's reference.")],
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="Workbook to write, to decide in: .xlsx.")
    ],
    include_people: PeopleOption = False,
) -> None:
    """Sort what is held about a supplier, for a request.

    Each record has its day, its source, and which exemptions of the Freedom of Information Act 2000
    or exceptions of the Environmental Information Regulations 2004 could be engaged, and why. A
    person decides, in an empty column. Restricted records are only counted. Recorded.

    Examples:

        duediligence suppliers disclosure S00042 --out disclosure.xlsx
    """
    from duediligence.delivery.disclosure_file import write_disclosure
    from duediligence.delivery.flag_files import check_folder
    from duediligence.text.wording import count

    check_folder(out)
    with workspace() as ws:
        made = write_disclosure(ws, supplier, out, people=include_people)
    for one in made.remarks:
        (warn if one.warns else note)(f"{one.title}: {one.says} ({one.source})")
    say(f"{made.sha256}  {out.name}: {count(made.records, 'record')}")

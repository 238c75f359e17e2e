"""Options that several commands take."""

from typing import Annotated

import typer

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
RunJsonOption = Annotated[bool, typer.Option("--json", help="Print the run as JSON.")]
SeverityOption = Annotated[
    str, typer.Option(metavar="LEVEL", help="Least severity: low, medium, high or critical.")
]
NamesakesOption = Annotated[
    bool,
    typer.Option(
        "--namesakes", help="List the people who were left out because their birth dates differ."
    ),
]
ThresholdOption = Annotated[
    float | None, typer.Option(help="Lowest score, 0 to 1, that shows a possible match.")
]

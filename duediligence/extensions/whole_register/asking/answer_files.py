"""Write an answer of the whole register to a file, with its audit event."""

from pathlib import Path
from typing import Any

from duediligence.delivery.flag_files import check_folder
from duediligence.errors import Invalid
from duediligence.extensions.whole_register.asking.answer_words import answer_file
from duediligence.extensions.whole_register.asking.answers import RegisterAnswer
from duediligence.model.audit import AuditEvent
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace

FORMATS = (".csv", ".json")


def check_answer_file(path: Path) -> None:
    """Refuse, before any work, a file that cannot be written at the end. Raises Invalid."""
    if path.suffix.lower() not in FORMATS:
        raise Invalid(
            f"{path}: the file name sets the format, and must end in {' or '.join(FORMATS)}",
            field="out",
        )
    check_folder(path)


@use_case("export", event="export")
def write_answer(
    workspace: Workspace, answer: RegisterAnswer[Any], path: Path, *, people: bool = False
) -> None:
    """Write the answer to `path`, as CSV or JSON by its ending. Raises Invalid, StorageError.

    Unless `people`, each person is a number. The record is made first; one that cannot be made
    stops it.
    """
    check_answer_file(path)
    workspace.audit.add(
        AuditEvent(
            "export",
            workspace.now(),
            workspace.who,
            {
                "file": path.name,
                "question": answer.question,
                "rows": len(answer.rows),
                "people": "included" if people else "numbered",
            },
            subject="register answer",
        )
    )
    answer_file(answer, path, people=people)

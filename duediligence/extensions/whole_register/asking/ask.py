"""Ask the register one question, and record that it was asked: never about whom."""

from collections.abc import Callable
from typing import Any

from duediligence.errors import Invalid
from duediligence.extensions.whole_register.asking.answers import Purpose, RegisterAnswer
from duediligence.extensions.whole_register.asking.asked import AskedRegister, open_to_ask
from duediligence.model.audit import AuditEvent
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace

# Finds so many rows of an answer.
RegisterQuestion = Callable[[AskedRegister, int], RegisterAnswer[Any]]
LIMIT = 100
MOST_ROWS = 100_000


@use_case("read", event="register asked")
def ask(
    workspace: Workspace,
    question: RegisterQuestion,
    *,
    limit: int = LIMIT,
    purpose: Purpose = "screening",
) -> RegisterAnswer[Any]:
    """Return the first `limit` rows of an answer, the strongest first; the question is recorded.

    Raises UsageError where DuckDB is not installed, NotFound for what the register does not hold,
    Invalid for a bound out of range, Incomplete where a table is needed that is not loaded, and
    StorageError, also where the record cannot be made.
    """
    if not 1 <= limit <= MOST_ROWS:
        raise Invalid(f"limit must be from 1 to {MOST_ROWS:,}", field="limit")
    with open_to_ask(workspace) as asked:
        answer = question(asked, limit)
    workspace.audit.add(
        AuditEvent(
            "register asked",
            workspace.now(),
            workspace.who,
            {
                "question": answer.question,
                "purpose": purpose,
                "version": answer.scope.version,
                "rows": len(answer.rows),
                "found": answer.found,
                "not_loaded": answer.scope.missing,
            },
            subject=answer.question,
        )
    )
    return answer

"""How each use case of the whole register that is more than reading is called."""

from collections.abc import Callable
from pathlib import Path

from duediligence.extensions.whole_register.asking import shown_answers
from duediligence.extensions.whole_register.asking.answers import (
    AnswerScope,
    CircleRow,
    RegisterAnswer,
)
from duediligence.extensions.whole_register.loading import load
from duediligence.extensions.whole_register.lookup.screening import screen_register
from duediligence.extensions.whole_register.lookup.workers import in_processes
from duediligence.screening.workspace import Workspace

DEMO = Path(__file__).parents[3] / "duediligence" / "demo"
COMPANIES = sorted((DEMO / "companies_bulk").glob("*.csv"))
AN_ANSWER: RegisterAnswer[CircleRow] = RegisterAnswer(
    question="circles", scope=AnswerScope("2026-11-01", {}), rows=(), found=0
)

CALLS: dict[str, Callable[[Workspace, Path], object]] = {
    "extensions.whole_register.loading.load": lambda ws, _: load(ws, COMPANIES),
    "extensions.whole_register.lookup.screening.screen_register": lambda ws, _: (
        load(ws, COMPANIES),
        screen_register(ws, do=in_processes(1)),
    ),
    "extensions.whole_register.asking.shown_answers.write_answer": lambda ws, to: (
        shown_answers.write_answer(ws, AN_ANSWER, to / "answer.csv")
    ),
}

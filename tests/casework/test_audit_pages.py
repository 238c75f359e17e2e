"""Pages of the audit chain: found by position, so that none is shown twice or left out."""

from collections.abc import Callable

import pytest

from duediligence.casework.verifying import MOST_ON_A_PAGE, log_page
from duediligence.errors import Invalid
from duediligence.model.audit import AuditEvent, AuditKind
from duediligence.screening.workspace import Workspace

Open = Callable[..., Workspace]
SUBJECTS = ("un", "eu", "un", "eu", "un")


def add(workspace: Workspace, kind: AuditKind, subject: str) -> None:
    workspace.audit.add(AuditEvent(kind, workspace.now(), "ada", subject=subject))


@pytest.fixture
def recorded(open_workspace: Open) -> Workspace:
    """Five lists dropped, then one added."""
    workspace = open_workspace()
    for subject in SUBJECTS:
        add(workspace, "list dropped", subject)
    add(workspace, "list added", "un")
    return workspace


def walk(workspace: Workspace, **asked: object) -> list[list[int]]:
    """The positions on each page, from the newest to the oldest."""
    pages, before = [], None
    while True:
        page = log_page(workspace, before=before, **asked)  # type: ignore[arg-type]
        pages.append([one.position for one in page.records])
        if page.older is None:
            return pages
        before = page.older


def test_pages_go_back_to_the_first_record_and_end_there(recorded: Workspace) -> None:
    assert walk(recorded, limit=4) == [[6, 5, 4, 3], [2, 1]]
    assert walk(recorded, limit=3) == [[6, 5, 4], [3, 2, 1]], "no empty page at the end"
    assert walk(recorded, limit=6) == [[6, 5, 4, 3, 2, 1]]


def test_what_is_recorded_meanwhile_moves_nothing(recorded: Workspace) -> None:
    first = log_page(recorded, limit=2)
    add(recorded, "list added", "eu")
    assert [one.position for one in log_page(recorded, limit=2, before=first.older).records] == [
        4,
        3,
    ]


def test_records_of_a_kind_and_about_a_subject_fill_their_pages(recorded: Workspace) -> None:
    assert walk(recorded, limit=2, kind="list dropped") == [[5, 4], [3, 2], [1]]
    assert walk(recorded, limit=2, subject="un") == [[6, 5], [3, 1]]
    assert walk(recorded, limit=2, kind="list dropped", subject="un") == [[5, 3], [1]]
    assert walk(recorded, kind="letter") == [[]]


def test_an_empty_chain_has_one_empty_page(open_workspace: Open) -> None:
    assert walk(open_workspace()) == [[]]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("limit", 0),
        ("limit", MOST_ON_A_PAGE + 1),
        ("before", 0),
        ("before", 2**63),
        ("kind", "no such kind"),
    ],
)
def test_what_is_no_page_is_refused(recorded: Workspace, field: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        log_page(recorded, **{field: value})  # type: ignore[arg-type]
    assert refused.value.field == field

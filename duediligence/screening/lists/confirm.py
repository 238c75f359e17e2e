"""A person confirms that a list which is kept by hand is as its page."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from duediligence.contracts import Watchlist
from duediligence.errors import Conflict, Hint, Step
from duediligence.model import ListVersion
from duediligence.screening import trail
from duediligence.screening.access import use_case
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.workspace import Workspace


@use_case("refresh lists", event="list confirmed")
def confirm(workspace: Workspace, list_id: str) -> ListVersion:
    """Record that a person compared the list with its page now, and that it is the same.

    Where nothing was loaded, that says that the page names nobody: the empty list is loaded.
    Raises UsageError for a list that is fetched, and for one whose file could not be read.
    """
    watchlist = workspace.watchlist(list_id)
    if watchlist.by_hand is None:
        by_hand = ", ".join(one.id for one in workspace.watchlists.values() if one.by_hand)
        raise Conflict(
            f"{list_id} is not kept by hand", hint=f"Lists that can be confirmed: {by_hand}."
        )
    if failure := workspace.lists.failures().get(list_id):
        raise Conflict(
            f"{list_id}: its file could not be loaded: {failure.reason}",
            hint=Hint(
                "Correct the file and load it (",
                Step("bring-list-files", list=list_id),
                "), then confirm the list.",
            ),
        )
    loaded = workspace.lists.current().get(list_id)
    version = loaded.version if loaded else _load_empty(workspace, watchlist)
    version = replace(version, stated_at=workspace.now())
    workspace.lists.amend(version)
    workspace.audit.add(trail.list_confirmed(workspace, version))
    return version


def _load_empty(workspace: Workspace, watchlist: Watchlist) -> ListVersion:
    assert watchlist.by_hand
    with TemporaryDirectory() as folder:
        text = watchlist.by_hand.empty(workspace.now().date())
        Path(folder, watchlist.feeds[0].filename).write_text(text, encoding="utf-8", newline="")
        (ended,) = refresh(workspace, [watchlist.id], folder=Path(folder))
    if ended.error:
        raise ended.error
    assert ended.version
    return ended.version

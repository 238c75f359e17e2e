"""Comments that people write about an alert."""

from duediligence.casework.deciding import find
from duediligence.casework.queue import rules_of, shown_to
from duediligence.errors import Invalid
from duediligence.model.alerts import Alert, Comment
from duediligence.render.wording import fold
from duediligence.screening.access import permit, use_case
from duediligence.screening.workspace import Workspace

LONGEST_COMMENT = 2_000


@use_case("decide", event="alert commented")
def add_comment(workspace: Workspace, id_: str, text: str) -> Comment:
    """Record a comment on an alert, by its ID or the beginning of it. It decides nothing, and
    cannot be changed or taken back.

    Raises Invalid for an empty or too long text, and where the ID is not one alert's; NotFound;
    Forbidden where the alert is based on a restricted record that this person may not see.
    """
    text = fold(text)
    if not text:
        raise Invalid("the comment is empty", field="comment")
    if len(text) > LONGEST_COMMENT:
        raise Invalid(
            f"the comment has {len(text):,} characters; the maximum is {LONGEST_COMMENT:,}",
            field="comment",
        )
    alert = find(workspace, id_)
    if alert.restricted:
        permit(workspace, alert.right)
    return workspace.casework.comments.add(alert.id, text, workspace.now())


def list_comments(workspace: Workspace, alert: Alert) -> tuple[Comment, ...]:
    """Return the comments on an alert that this person may read, the oldest first; also those made
    under an earlier id, or on the same alert of a supplier that was merged into this one.

    While a blind second decision is awaited, what its first person wrote since they first decided
    is left out for everybody else, as their decisions are: it may say these. Raises StorageError.
    """
    ids = {
        alert.id,
        *workspace.casework.alerts.earlier_ids(alert.id),
        *(id_ for line in alert.joined if line.merged for id_ in line.ids),
    }
    found = workspace.casework.comments.of(ids)
    shown = shown_to(alert, workspace.who, rules_of(workspace))
    hidden = alert.history[len(shown.history) :]
    if not hidden:
        return found
    first, same = hidden[0], workspace.identities.same
    return tuple(one for one in found if one.at < first.at or not same(one.by, first.by))

"""Who answers for which alert: each change appended, none ever overwritten."""

from collections.abc import Collection, Iterable
from datetime import datetime

from duediligence.model.audit import AuditEvent
from duediligence.store.casework.audit import append
from duediligence.store.casework.seals import add_row
from duediligence.store.database import Repository, writing

# The owner by the id that an alert has now, whichever it had when it was assigned.
OWNERS = """SELECT coalesce(n.alert_id, s.alert_id) AS of_alert, s.owner, max(s.position)
            FROM assignments AS s LEFT JOIN alert_aliases AS n ON n.old_id = s.alert_id
            GROUP BY of_alert"""


class AssignmentStore(Repository):
    """The repository of assignments. Raises StorageError from every method."""

    def assign(self, alert_ids: Iterable[str], owner: str, at: datetime) -> None:
        """Record that `owner` answers for these alerts; an empty one: nobody. One event."""
        with writing(self._db) as db:
            sealed = [
                add_row(db, "assignments", one, owner, self._who, at.isoformat())[1]
                for one in alert_ids
            ]
            event = AuditEvent(
                "alerts assigned", at, self._who, {"owner": owner, "alerts": len(sealed)}
            )
            append(db, event, sealed)

    def owners(self, alert_ids: Collection[str]) -> dict[str, str]:
        """Return who answers for these alerts, by their ids of now; those of nobody are left
        out.
        """
        rows = self._fetch_all(OWNERS)
        return {id_: owner for id_, owner, _ in rows if owner and id_ in alert_ids}

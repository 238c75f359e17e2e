"""Who answers for which alert: each change appended, none ever overwritten."""

from collections.abc import Collection, Iterable
from datetime import datetime

from duediligence.model.audit import AuditEvent
from duediligence.store.casework.audit import append
from duediligence.store.casework.seals import seal
from duediligence.store.database import Repository, plain_errors, writing

# The owner by the id that an alert has now, whichever it had when it was assigned.
OWNERS = """SELECT coalesce(n.alert_id, s.alert_id) AS of_alert, s.owner, max(s.position)
            FROM assignments AS s LEFT JOIN alert_aliases AS n ON n.old_id = s.alert_id
            GROUP BY of_alert"""


class AssignmentStore(Repository):
    """The repository of assignments. Raises StorageError from every method."""

    def assign(self, alert_ids: Iterable[str], owner: str, at: datetime) -> None:
        """Record that `owner` answers for these alerts; an empty one: nobody. One event."""
        with writing(self._db) as db:
            rows = []
            for one in alert_ids:
                row = (one, owner, self._who, at.isoformat())
                position = db.conn.execute(
                    "INSERT INTO assignments (alert_id, owner, made_by, made_at) "
                    "VALUES (?, ?, ?, ?)",
                    row,
                ).lastrowid
                rows.append((position, *row))
            event = AuditEvent(
                "alerts assigned", at, self._who, {"owner": owner, "alerts": len(rows)}
            )
            append(db, event, [seal("assignments", row) for row in rows])

    def owners(self, alert_ids: Collection[str]) -> dict[str, str]:
        """Return who answers for these alerts, by their ids of now; those of nobody are left
        out.
        """
        with plain_errors(self.path):
            rows = self._db.conn.execute(OWNERS).fetchall()
        return {id_: owner for id_, owner, _ in rows if owner and id_ in alert_ids}

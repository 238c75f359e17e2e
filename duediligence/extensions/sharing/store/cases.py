"""Partnership cases, what each gathers, and its actions: each row as it is now.

Their history is the audit chain, which has numbers, references, codes and days of them; titles,
notes and what an action is are free text, and in the rows alone.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar

from sqlite_utils import Database

from duediligence.extensions.sharing.model.cases import CaseAction, CaseItem, PartnershipCase
from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.store.casework.audit import append
from duediligence.store.casework.seals import seal
from duediligence.store.database import Repository, writing
from duediligence.store.records import decode, encode
from duediligence.store.seals import Seal, gone

# What stands in the place of free text that went with a supplier.
NO_TEXT = "The text was removed with a supplier of the case."


Held = TypeVar("Held", CaseItem, CaseAction)


class CaseStore(Repository):
    """The repository of cases. Raises StorageError from every method."""

    def open(self, case: PartnershipCase, at: datetime) -> PartnershipCase:
        """Store a new case: returns it with its number."""
        with writing(self._db) as db:
            row = ("", encode(case))
            number = db.conn.execute(
                "INSERT INTO cases (closed_on, body) VALUES (?, ?)", row
            ).lastrowid
            assert number is not None
            what: dict[str, AuditValue] = {
                "act": "opened",
                "review": _format_case_day(case.review_on),
            }
            self._record(db, number, what, at, [seal("cases", (number, *row))])
        return replace(case, number=number)

    def change(self, case: PartnershipCase, what: Mapping[str, AuditValue], at: datetime) -> None:
        """Store a case as it is now; `what` says what was done to it, without free text."""
        row = (
            case.number,
            _format_case_day(case.closed.on if case.closed else None) or "",
            encode(case),
        )
        with writing(self._db) as db:
            db.conn.execute(
                "UPDATE cases SET closed_on = ?2, body = ?3 WHERE number = ?1",
                row,
            )
            self._record(db, case.number, what, at, [seal("cases", row)])

    def add_items(self, items: Sequence[CaseItem], at: datetime) -> tuple[CaseItem, ...]:
        """Put items of one case into it: returns them in their places."""
        added, sealed = [], []
        with writing(self._db) as db:
            for item in items:
                row = (item.case, item.supplier_ref, item.other_ref, encode(item))
                position = db.conn.execute(
                    "INSERT INTO case_items (case_number, supplier_ref, other_ref, body) "
                    "VALUES (?, ?, ?, ?)",
                    row,
                ).lastrowid
                assert position is not None
                added.append(replace(item, position=position))
                sealed.append(seal("case_items", (position, *row)))
            what: dict[str, AuditValue] = {
                "act": "items added",
                "items": tuple(f"{one.position} {one.kind}" for one in added),
            }
            self._record(db, items[0].case, what, at, sealed)
        return tuple(added)

    def remove_item(self, item: CaseItem, at: datetime) -> None:
        """Take an item out of its case."""
        with writing(self._db) as db:
            db.conn.execute("DELETE FROM case_items WHERE position = ?", (item.position,))
            what: dict[str, AuditValue] = {
                "act": "items removed",
                "items": (f"{item.position} {item.kind}",),
            }
            self._record(db, item.case, what, at, [gone("case_items", item.position)])

    def add_action(self, action: CaseAction, at: datetime) -> CaseAction:
        """Store a new action of a case: returns it in its place."""
        with writing(self._db) as db:
            row = (action.case, action.supplier_ref, encode(action))
            position = db.conn.execute(
                "INSERT INTO case_actions (case_number, supplier_ref, body) VALUES (?, ?, ?)", row
            ).lastrowid
            assert position is not None
            what: dict[str, AuditValue] = {
                "act": "action added",
                "action": position,
                "agency": action.agency,
                "power": action.power,
                "due": _format_case_day(action.due),
            }
            self._record(db, action.case, what, at, [seal("case_actions", (position, *row))])
        return replace(action, position=position)

    def change_action(
        self, action: CaseAction, what: Mapping[str, AuditValue], at: datetime
    ) -> None:
        """Store an action as it is now; `what` says what was done to it, without free text."""
        row = (action.position, action.case, action.supplier_ref, encode(action))
        with writing(self._db) as db:
            db.conn.execute(
                "UPDATE case_actions SET case_number = ?2, supplier_ref = ?3, body = ?4 "
                "WHERE position = ?1",
                row,
            )
            told = {**what, "action": action.position}
            self._record(db, action.case, told, at, [seal("case_actions", row)])

    def get(self, number: int) -> PartnershipCase | None:
        """Return the case of that number, or None."""
        return next(iter(self._read("WHERE number = ?", number)), None)

    def all(self) -> list[PartnershipCase]:
        """Return every case, by its number."""
        return self._read("ORDER BY number")

    def _read(self, where: str, *values: int) -> list[PartnershipCase]:
        rows = self._fetch_all(f"SELECT number, body FROM cases {where}", values)  # noqa: S608
        return [replace(decode(PartnershipCase, body), number=number) for number, body in rows]

    def items(self, number: int = 0) -> list[CaseItem]:
        """Return what a case holds, or without a number what all do, in the order it was added."""
        return self._read_held(CaseItem, "case_items", number)

    def actions(self, number: int = 0) -> list[CaseAction]:
        """Return the actions of a case, or without a number those of all, in the order of
        adding.
        """
        return self._read_held(CaseAction, "case_actions", number)

    def _read_held(self, kind: type[Held], table: str, number: int) -> list[Held]:
        rows = self._fetch_all(
            f"SELECT position, body FROM {table} WHERE ?1 IN (0, case_number) "  # noqa: S608
            "ORDER BY position",
            (number,),
        )
        return [replace(decode(kind, body), position=place) for place, body in rows]

    def open_about(self, refs: Collection[str]) -> list[int]:
        """Return the numbers of the open cases that hold anything about these suppliers."""
        rows = self._fetch_all(
            "SELECT number, supplier_ref, other_ref FROM cases "
            "JOIN case_items ON case_number = number WHERE closed_on = '' ORDER BY number"
        )
        return list(
            dict.fromkeys(number for number, *about in rows if not set(refs).isdisjoint(about))
        )

    def _record(
        self,
        db: Database,
        number: int,
        what: Mapping[str, AuditValue],
        at: datetime,
        sealed: list[Seal],
    ) -> None:
        append(db, AuditEvent("case", at, self._who, what, subject=str(number)), sealed)


def remove_cases(db: Database, before: date) -> tuple[tuple[str, ...], list[Seal]]:
    """Remove the cases that were closed before that day, with all that they hold, within
    `writing(db)`. Returns their numbers, and the seals of what is gone.
    """
    numbers = [
        number
        for (number,) in db.conn.execute(
            "SELECT number FROM cases WHERE closed_on != '' AND closed_on < ? ORDER BY number",
            (before.isoformat(),),
        )
    ]
    sealed = [gone("cases", number) for number in numbers]
    for table in ("case_items", "case_actions"):
        for number in numbers:
            rows = db.conn.execute(
                f"DELETE FROM {table} WHERE case_number = ? RETURNING position",  # noqa: S608
                (number,),
            ).fetchall()
            sealed += [gone(table, position) for (position,) in rows]
    db.conn.executemany("DELETE FROM cases WHERE number = ?", ((one,) for one in numbers))
    return tuple(map(str, numbers)), sealed


def without_text(db: Database, refs: Collection[str]) -> list[Seal]:
    """Remove the free text of each case that holds one of these suppliers, and of its actions that
    are about no other, within `writing(db)`: it may say anything of them. Returns the new seals.
    """
    rows = db.conn.execute("SELECT case_number, supplier_ref, other_ref FROM case_items").fetchall()
    rows += db.conn.execute("SELECT case_number, supplier_ref, '' FROM case_actions").fetchall()
    sealed = []
    for number in sorted({number for number, *about in rows if not set(refs).isdisjoint(about)}):
        (body,) = db.conn.execute("SELECT body FROM cases WHERE number = ?", (number,)).fetchone()
        case = decode(PartnershipCase, body)
        closed = replace(case.closed, note="") if case.closed else None
        bare = encode(replace(case, title=NO_TEXT, notes="", closed=closed))
        row = db.conn.execute(
            "UPDATE cases SET body = ? WHERE number = ? RETURNING *", (bare, number)
        ).fetchone()
        sealed.append(seal("cases", row))
        actions = db.conn.execute(
            "SELECT position, body FROM case_actions WHERE case_number = ? AND supplier_ref = ''",
            (number,),
        ).fetchall()
        for position, body in actions:
            action = decode(CaseAction, body)
            outcome = replace(action.outcome, line="") if action.outcome else None
            row = db.conn.execute(
                "UPDATE case_actions SET body = ? WHERE position = ? RETURNING *",
                (encode(replace(action, what=NO_TEXT, outcome=outcome)), position),
            ).fetchone()
            sealed.append(seal("case_actions", row))
    return sealed


def _format_case_day(on: date | None) -> str | None:
    return on.isoformat() if on else None

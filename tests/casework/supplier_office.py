"""An office with suppliers, a clock on its wall, and screenings against an invented list."""

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import timedelta
from itertools import count
from pathlib import Path

from duediligence.casework import queue
from duediligence.casework.deciding import Choice, decide
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.model import (
    Finding,
    ListEntry,
    ListStatus,
    ListVersion,
    Name,
    Run,
    Severity,
    Supplier,
)
from duediligence.model.alerts import Alert, Decided
from duediligence.model.entries import SUPPLIER
from duediligence.screening.alerts import projection
from duediligence.screening.alerts.identity import party_key
from duediligence.screening.lookup.parties import parties
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings

LIST = "invented"
# Whom each entry of the list is like.
ENTRIES = {"E1": ("Ada Ferrow",), "E2": ("Quill Ltd", "Quill Limited"), "E3": ("Bo Marlpit",)}


class Office:
    """A home, the clock on its wall, and screenings against a list of three entries."""

    def __init__(self, home: Path) -> None:
        self.home, self.day, self.numbers = home, 0, count(1)
        self.second: tuple[Severity, ...] = ()
        # What the list has; what it says of an entry by now; whose names are one officer's.
        self.entries: dict[str, tuple[str, ...]] = dict(ENTRIES)
        self.remarks: dict[str, str] = {}
        self.severities: dict[str, Severity] = {}
        self.officers: dict[str, str] = {}
        self.workspace = self.opened()

    def opened(self, who: str = "Ada") -> Workspace:
        made = Settings(
            home=self.home, local_registers=self.home / "registers", second_decision=self.second
        )
        return Workspace(made, now=lambda: NOW + timedelta(days=self.day), who=who)

    def again(self, who: str) -> None:
        self.workspace.__exit__()
        self.workspace = self.opened(who)

    def imported(self, *suppliers: Supplier) -> None:
        self.workspace.suppliers.save(suppliers, file="invented.csv", at=self.workspace.now())

    def get(self, ref: str) -> Supplier:
        found = self.workspace.suppliers.get(ref)
        assert found
        return found

    def screened(self, *refs: str) -> Run:
        """Screen the active suppliers, or those of these references."""
        workspace, at = self.workspace, self.workspace.now()
        suppliers = [
            one for one in workspace.suppliers.active(at.date()) if not refs or one.ref in refs
        ]
        entries = {
            (LIST, id_): ListEntry(
                id=id_,
                list_id=LIST,
                kind="unknown",
                names=(Name(names[0]),),
                remarks=self.remarks.get(id_, ""),
            )
            for id_, names in self.entries.items()
        }
        id_, findings, about = f"R{next(self.numbers):03}", [], []
        for supplier in suppliers:
            for party in parties(supplier):
                for entry, names in self.entries.items():
                    if found := next((n.text for n in party.names if n.text in names), ""):
                        findings.append(
                            Finding(
                                run_id=id_,
                                supplier_ref=supplier.ref,
                                supplier_name=supplier.name,
                                company_number="",
                                check_id="SAN-01",
                                check_title="Possible asset freeze",
                                topic="sanctions",
                                outcome="review",
                                severity=self.severities.get(entry, "critical"),
                                subject_name=found,
                                subject_role=str(party.role),
                                party_role=party.role,
                                about="supplier" if party.role == SUPPLIER else "party",
                                list_id=LIST,
                                entry_id=entry,
                                entry_name=names[0],
                                score=0.9,
                                why="Invented.",
                                first_seen=at,
                            )
                        )
                        officer = self.officers.get(found, "")
                        about.append(party_key(party, {party: officer} if officer else {}))
        version = ListVersion(
            list_id=LIST,
            version="1",
            entries=3,
            names=3,
            published=None,
            retrieved_at=at,
            checked_at=at,
            sha256="",
            origin="",
        )
        run = Run(
            id=id_,
            started_at=at,
            finished_at=at,
            as_of=at.date(),
            supplier_file="",
            supplier_file_sha256="",
            suppliers=len(suppliers),
            parties=0,
            lists=(ListStatus(list_id=LIST, title="Invented", state="current", version=version),),
            threshold=0.8,
            matcher_version="1",
            policy_sha256="",
            findings=tuple(findings),
        )
        with workspace.casework.transaction():
            hashes = workspace.runs.save(run, suppliers, entries, about=tuple(about))
            by_ref = {one.ref: one for one in suppliers}
            projection.run_stored(workspace, run, tuple(about), by_ref, entries, hashes)
        return run

    def alerts(self, ref: str = "") -> list[Alert]:
        return queue.alerts(self.workspace, queue.Filters(supplier=ref))

    def alert(self, ref: str, entry: str) -> Alert:
        (found,) = (one for one in self.alerts(ref) if one.first.entry_id == entry)
        return found

    def decided(
        self, ref: str, entry: str, as_: Decided = "not the same", who: str = "Ada"
    ) -> None:
        self.again(who)
        reason = {"same": "SUPPLIER-SAYS"}.get(as_, "OTHER")
        alert = self.alert(ref, entry)
        choice = Choice(decided=as_, reason=reason, note="Invented.")
        decide(self.workspace, alert, choice, after=alert.last_decision)

    def state(self) -> list[tuple[object, ...]]:
        """All that undoing must bring back."""
        with closing(sqlite3.connect(self.workspace.casework.path)) as db:
            rows = db.execute("SELECT ref, sha256, imported FROM suppliers ORDER BY ref").fetchall()
            ties = db.execute("SELECT * FROM supplier_ties").fetchall()
        return [*rows, *ties]

    def is_sound(self) -> None:
        """What is kept step by step is what is derived at once, and the chain covers it."""
        found = self.alerts()
        assert projection.find_differing_alerts(self.workspace) == []
        assert queue.count_alerts(self.workspace) == Counter(one.state for one in found)
        for state in {one.state for one in found} & {"supplier ended", "not sure"}:
            some = queue.alerts(self.workspace, queue.Filters(states=(state,)))
            assert some == [one for one in found if one.state == state]

"""Suppliers, what they declared, and the register entries they are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from duediligence.model import Declaration, Identifier, Supplier
from duediligence.model.audit import AuditEvent, AuditKind, AuditValue
from duediligence.store.casework.audit import append
from duediligence.store.casework.seals import seal
from duediligence.store.database import Repository, plain_errors, writing
from duediligence.store.records import decode, encode, identity, identity_of, same
from duediligence.store.seals import Seal


@dataclass(frozen=True, slots=True)
class ImportCount:
    """How many suppliers were new, changed or already there just so."""

    added: int
    changed: int
    unchanged: int


class SupplierStore(Repository):
    """The repository of suppliers. Raises StorageError from every method."""

    def save(
        self,
        suppliers: Iterable[Supplier],
        *,
        file: str,
        at: datetime,
        file_sha256: str = "",
        ended: Sequence[Supplier] | None = None,
        sealed: Iterable[Seal] = (),
    ) -> ImportCount:
        """Keep these suppliers, in one transaction; one that is already there just so stays.

        `file` names where they come from, `file_sha256` its bytes. `ended` are those that the
        file, which names all there are, does not have: the event names them. `sealed` are the
        seals of what else is stored with them.
        """
        added = changed = unchanged = 0
        seals = list(sealed)
        with writing(self._db) as db:
            known = dict(db.conn.execute("SELECT ref, sha256 FROM suppliers").fetchall())
            gone = {one.ref for one in ended or ()}
            for supplier in (*suppliers, *(ended or ())):
                digest = identity(supplier)
                if _holds(db, supplier, known.get(supplier.ref), digest):
                    unchanged += 1
                    continue
                if supplier.ref not in known:
                    added += 1
                elif supplier.ref not in gone:
                    changed += 1
                row = (
                    supplier.ref,
                    supplier.name,
                    digest,
                    at.isoformat(),
                    file,
                    encode(supplier),
                )
                db.conn.execute("INSERT OR REPLACE INTO suppliers VALUES (?, ?, ?, ?, ?, ?)", row)
                seals.append(seal("suppliers", row))
            what: dict[str, AuditValue] = {
                "file": file,
                "file_sha256": file_sha256,
                "added": added,
                "changed": changed,
                "unchanged": unchanged,
            }
            kind: AuditKind = "suppliers imported"
            if ended is not None:
                kind = "suppliers replaced"
                what |= {"ended": len(ended), "ended_refs": tuple(sorted(gone))}
            append(db, AuditEvent(kind, at, self._who, what), seals)
        return ImportCount(added, changed, unchanged)

    def all(self) -> list[Supplier]:
        """Every supplier, by ref."""
        with plain_errors(self.path):
            rows = self._db.conn.execute("SELECT body FROM suppliers ORDER BY ref").fetchall()
        return [decode(Supplier, body) for (body,) in rows]

    def as_imported(self) -> list[Supplier]:
        """Every supplier as a file last had it, by ref."""
        return self.all()

    def get(self, ref: str) -> Supplier | None:
        """The supplier of that ref, or of that one of the buyer's; or None."""
        with plain_errors(self.path):
            row = self._db.conn.execute(
                """SELECT body FROM suppliers WHERE ref = ?1 OR ref = (
                       SELECT supplier_ref FROM supplier_refs WHERE own_ref = ?1)
                   ORDER BY ref = ?1 DESC""",
                (ref,),
            ).fetchone()
        return decode(Supplier, row[0]) if row else None


def _holds(db: Database, supplier: Supplier, known: str | None, digest: str) -> bool:
    """Whether the supplier is there just so, as this or an earlier version stored it."""
    if known is None or known == digest:
        return known is not None
    row = db.conn.execute("SELECT body FROM suppliers WHERE ref = ?", (supplier.ref,)).fetchone()
    return same(supplier, known, row[0])


@dataclass(frozen=True, slots=True)
class DeclarationCount:
    """How many answers were new, and how many there already just so."""

    added: int
    unchanged: int


class DeclarationStore(Repository):
    """The repository of declarations. Raises StorageError from every method."""

    def save(
        self, declarations: Iterable[Declaration], *, file: str, file_sha256: str, at: datetime
    ) -> DeclarationCount:
        """Keep these answers, in one transaction; one that is there already just so stays."""
        added = unchanged = 0
        known: dict[str, set[str]] = {}
        sealed = []
        with writing(self._db) as db:
            for one in declarations:
                if one.supplier_ref not in known:
                    rows = db.conn.execute(
                        "SELECT sha256, body FROM declarations WHERE supplier_ref = ?",
                        (one.supplier_ref,),
                    )
                    known[one.supplier_ref] = {identity_of(Declaration, *row) for row in rows}
                digest = identity(one)
                if digest in known[one.supplier_ref]:
                    unchanged += 1
                    continue
                added += 1
                known[one.supplier_ref].add(digest)
                row = (
                    one.supplier_ref,
                    digest,
                    one.declared_on.isoformat(),
                    at.isoformat(),
                    file_sha256,
                    encode(one),
                )
                position = db.conn.execute(
                    "INSERT INTO declarations (supplier_ref, sha256, declared_on, imported_at, "
                    "file_sha256, body) VALUES (?, ?, ?, ?, ?, ?)",
                    row,
                ).lastrowid
                sealed.append(seal("declarations", (position, *row)))
            append(
                db,
                AuditEvent(
                    "declaration imported",
                    at,
                    self._who,
                    {
                        "file": file,
                        "file_sha256": file_sha256,
                        "suppliers": len(known),
                        "added": added,
                        "unchanged": unchanged,
                    },
                ),
                sealed,
            )
        return DeclarationCount(added, unchanged)

    def history(self, supplier_ref: str) -> list[Declaration]:
        """Every answer of a supplier, in the order of import."""
        return self._read("WHERE supplier_ref = ? ORDER BY position", supplier_ref)

    def standing(self) -> Mapping[str, tuple[Declaration, ...]]:
        """The answers that count, by the supplier's reference; empty where none was imported.

        Of several to one question about the same party the one declared last; of those of one day
        the one imported last. An old form that is imported late changes nothing.
        """
        newest: dict[tuple[str, str, str], Declaration] = {}
        for one in self._read("ORDER BY declared_on, position"):
            newest[one.supplier_ref, one.question, one.applies_to] = one
        found: dict[str, tuple[Declaration, ...]] = {}
        for (ref, _, _), one in sorted(newest.items()):
            found[ref] = (*found.get(ref, ()), one)
        return found

    def _read(self, where: str, *values: str) -> list[Declaration]:
        with plain_errors(self.path):
            rows = self._db.conn.execute(
                f"SELECT body FROM declarations {where}",  # noqa: S608
                values,
            ).fetchall()
        return [decode(Declaration, body) for (body,) in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One such word. Without an identifier it says that the supplier is on no register.

    `by` is the person's name, `at` the time (UTC), `note` their reason, often empty.
    """

    supplier_ref: str
    identifier: Identifier | None
    by: str
    at: datetime
    note: str = ""


class LinkStore(Repository):
    """The repository of links. Raises StorageError from every method.

    `who` is the account that the audit chain names; `Link.by` is what the person says.
    """

    def add(self, link: Link) -> None:
        """Keep a link; those of before stay in the history."""
        scheme, number = (
            (link.identifier.scheme, link.identifier.id) if link.identifier else (None, None)
        )
        with writing(self._db) as db:
            row = (link.supplier_ref, scheme, number, link.by, link.at.isoformat(), link.note)
            position = db.conn.execute(
                "INSERT INTO links (supplier_ref, scheme, number, made_by, made_at, note) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                row,
            ).lastrowid
            append(
                db,
                AuditEvent(
                    "link",
                    link.at,
                    self._who,
                    {"identifier": str(link.identifier or "none"), "by": link.by},
                    subject=link.supplier_ref,
                ),
                [seal("links", (position, *row))],
            )

    def history(self, supplier_ref: str) -> list[Link]:
        """Every link of a supplier, the oldest first."""
        return self._read("WHERE supplier_ref = ? ORDER BY position", supplier_ref)

    def newest(self) -> Mapping[str, Link]:
        """The link that counts of each supplier that has one, by ref."""
        newest = "WHERE position IN (SELECT max(position) FROM links GROUP BY supplier_ref)"
        return {link.supplier_ref: link for link in self._read(newest)}

    def _read(self, where: str, *values: str) -> list[Link]:
        with plain_errors(self.path):
            rows = self._db.conn.execute(
                f"SELECT supplier_ref, scheme, number, made_by, made_at, note FROM links {where}",  # noqa: S608
                values,
            ).fetchall()
        return [
            Link(
                supplier_ref=ref,
                identifier=Identifier(scheme, number) if scheme else None,
                by=by,
                at=datetime.fromisoformat(at),
                note=note,
            )
            for ref, scheme, number, by, at, note in rows
        ]

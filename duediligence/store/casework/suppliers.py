"""Suppliers, what they declared, and the register entries they are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType
from typing import NamedTuple

from msgspec import Raw, json
from sqlite_utils import Database

from duediligence.model import ContactKey, Declaration, Identifier, Supplier
from duediligence.model.audit import AuditEvent, AuditKind, AuditValue
from duediligence.model.supplier_changes import (
    SupplierTie,
    apply_supplier_changes,
    combine_suppliers,
    extract_person_proof,
)
from duediligence.store.casework.audit import append, next_position
from duediligence.store.casework.seals import add_row, seal
from duediligence.store.database import Repository, all_rows, plain_errors, writing
from duediligence.store.records import decode, encode, identity, identity_of
from duediligence.store.seals import Row, Seal
from duediligence.text.folding import fold
from duediligence.typed_data import decode_json

# What the records of imports are called.
OF_IMPORTS: tuple[AuditKind, ...] = (
    "suppliers imported",
    "suppliers replaced",
    "contracts imported",
)


@dataclass(frozen=True, slots=True)
class ImportCount:
    """How many suppliers were new, changed or already there just so.

    `merged` are the references that stand for another supplier by now: what their rows add was
    added to that one, which counts as changed where it was anything.
    """

    added: int
    changed: int
    unchanged: int
    merged: tuple[str, ...] = ()


class SupplierRow(NamedTuple):
    """A stored supplier, what a file last said of it, that file, and when it was imported."""

    supplier: Supplier
    imported: Supplier
    file: str
    at: str


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
        more: Mapping[str, AuditValue] = MappingProxyType({}),
    ) -> ImportCount:
        """Keep these suppliers, in one transaction; one that is already there just so stays.

        What a file says otherwise than it did before is taken over; what was changed by hand and
        the file has nothing new to say of stays (see `carry`). `file` names where they come from,
        `file_sha256` its bytes. `ended` are those that the file, which names all there are, does
        not have: the event names them, and a later file that has one reopens it. `sealed` are the
        seals of what else is stored with them, `more` is what else the event says.
        """
        suppliers = tuple(suppliers)
        with writing(self._db) as db:
            rows, count = _merge_imported_suppliers(
                db, suppliers, file=file, at=at, ended=ended or ()
            )
            before, into = copy_rows(db, rows), holders(ties(db))
            seals = [
                store_supplier(db, row.supplier, imported=row.imported, file=row.file, at=row.at)
                for row in rows.values()
            ]
            what: dict[str, AuditValue] = {
                "file": file,
                "file_sha256": file_sha256,
                "added": count.added,
                "changed": count.changed,
                "unchanged": count.unchanged,
                **more,
            }
            kind: AuditKind = "suppliers imported"
            if ended is not None:
                kind = "suppliers replaced"
                gone = sorted({one.ref for one in ended})
                what |= {"ended": len(ended), "ended_refs": tuple(gone)}
            same = {into.get(one.ref, one.ref) for one in suppliers} - rows.keys()
            append_import(
                db, AuditEvent(kind, at, self._who, what), before, same, [*sealed, *seals]
            )
        return count

    def kept(
        self, suppliers: Iterable[Supplier], *, file: str, at: datetime
    ) -> tuple[Mapping[str, SupplierRow], ImportCount]:
        """Return what `save` would write, by ref, and count. Nothing is written."""
        with plain_errors(self.path):
            return _merge_imported_suppliers(self._db, suppliers, file=file, at=at)

    def all(self) -> list[Supplier]:
        """Return every supplier that was not merged into another, by ref."""
        with plain_errors(self.path):
            rows = self._db.conn.execute(
                "SELECT body, imported, file FROM suppliers ORDER BY ref"
            ).fetchall()
            proof = _Proof(self._db)
            return [proof.read(*row) for row in rows]

    def names(self) -> Mapping[str, str]:
        """Return the name of each supplier that was not merged into another, by ref."""
        with plain_errors(self.path):
            return dict(all_rows(self._db, 2, "SELECT ref, name FROM suppliers"))

    def matching(self, text: str) -> list[str]:
        """Return the references, in order, of the suppliers of which a name, a reference, one of
        the buyer's or a number has the text in it, whatever its case and accents; of all for no
        text.
        """
        with plain_errors(self.path):
            if not text.strip():
                refs = "SELECT ref FROM suppliers ORDER BY ref"
                return [ref for (ref,) in all_rows(self._db, 1, refs)]
            rows = all_rows(
                self._db,
                5,
                """SELECT ref, name, json_extract(CAST(body AS TEXT), '$.trading_names'),
                          json_extract(CAST(body AS TEXT), '$.former_names'),
                          json_extract(CAST(body AS TEXT), '$.identifiers')
                   FROM suppliers ORDER BY ref""",
            )
            own = all_rows(self._db, 2, "SELECT supplier_ref, own_ref FROM supplier_refs")
        of = dict[str, list[str]]()
        for ref, own_ref in own:
            of.setdefault(ref, []).append(own_ref)
        name, number = fold(text), _fold_number_text(text)
        found = []
        for ref, first, trading, former, numbers in rows:
            names = (first, *_parse_text_list(trading), *_parse_text_list(former))
            exact = [ref, *of.get(ref, ())]
            exact += [f"{one['scheme']}-{one['id']}" for one in _parse_object_list(numbers)]
            if any(number in _fold_number_text(one) for one in exact) or (
                name and any(name in fold(one) for one in names)
            ):
                found.append(ref)
        return found

    def below(self, ref: str) -> list[Supplier]:
        """Return the suppliers that work under this one, by ref."""
        rows = self._fetch_all(
            """SELECT body FROM suppliers WHERE instr(CAST(body AS TEXT), '"part_of"')
               AND EXISTS (SELECT 1 FROM json_each(CAST(body AS TEXT), '$.part_of')
                           WHERE json_extract(value, '$.supplier_ref') = ?) ORDER BY ref""",
            (ref,),
        )
        return [decode(Supplier, body) for (body,) in rows]

    def sharing(self, supplier: Supplier) -> Mapping[ContactKey, int]:
        """Return how many other suppliers have each contact of this one, in its order."""
        found = dict.fromkeys(supplier.contact_keys, 0)
        for one in found:
            found[one] = self._fetch_one(
                """SELECT count(*) FROM suppliers WHERE ref != ?
                   AND instr(CAST(body AS TEXT), ?)
                   AND EXISTS (SELECT 1 FROM json_each(CAST(body AS TEXT), '$.contact_keys')
                               WHERE json_extract(value, '$.kind') = ?
                               AND json_extract(value, '$.key') = ?)""",
                (supplier.ref, one.key, one.kind, one.key),
            )[0]
        return found

    def version(self) -> str:
        """Return what differs whenever a stored supplier does."""
        digest = sha256()
        # Contacts are no part of the identity that is stored beside the supplier.
        rows = self._fetch_all(
            "SELECT ref, sha256, json_extract(CAST(body AS TEXT), '$.contact_keys') "
            "FROM suppliers ORDER BY ref"
        )
        for row in rows:
            digest.update(repr(row).encode(errors="surrogatepass"))
        return digest.hexdigest()

    def active(self, on: date) -> list[Supplier]:
        """Return every supplier from which something is bought that day, by ref."""
        return [one for one in self.all() if one.ended is None or one.ended > on]

    def ended(self, on: date) -> frozenset[str]:
        """Return the references of the suppliers from which nothing is bought any more that day."""
        with plain_errors(self.path):
            rows = all_rows(
                self._db,
                1,
                "SELECT ref FROM suppliers "
                "WHERE json_extract(CAST(body AS TEXT), '$.ended') IS NOT NULL "
                "AND json_extract(CAST(body AS TEXT), '$.ended') <= ?",
                (on.isoformat(),),
            )
            return frozenset(ref for (ref,) in rows)

    def get(self, ref: str) -> Supplier | None:
        """Return the supplier of that ref, or of that one of the buyer's; or None."""
        row = self.row(ref)
        return row.supplier if row else None

    def row(self, ref: str) -> SupplierRow | None:
        """Return the supplier of that ref, or of that one of the buyer's, with where it comes
        from.
        """
        with plain_errors(self.path):
            if found := row_of(self._db, ref):
                return found
            own = self._db.conn.execute(
                "SELECT supplier_ref FROM supplier_refs WHERE own_ref = ?", (ref,)
            ).fetchone()
            return row_of(self._db, own[0]) if own else None

    def merged(self) -> Mapping[str, str]:
        """Return the supplier that holds each one that was merged away, by their references."""
        with plain_errors(self.path):
            return holders(ties(self._db))

    def as_imported(self) -> list[Supplier]:
        """Return every supplier as a file last had it, by ref."""
        rows = self._fetch_all("SELECT coalesce(imported, body) FROM suppliers ORDER BY ref")
        return [decode(Supplier, body) for (body,) in rows]


def _parse_text_list(document: str | None) -> list[str]:
    return decode_json(document, list[str]) if document else []


def _parse_object_list(document: str | None) -> list[dict[str, str]]:
    return decode_json(document, list[dict[str, str]]) if document else []


def _fold_number_text(text: str) -> str:
    return "".join(text.split()).casefold()


def _merge_imported_suppliers(
    db: Database,
    suppliers: Iterable[Supplier],
    *,
    file: str,
    at: datetime,
    ended: Sequence[Supplier] = (),
) -> tuple[dict[str, SupplierRow], ImportCount]:
    """Return the rows that differ from what is stored once these suppliers are kept, by ref, and
    how many are new, changed and as they were.
    """
    added = changed = unchanged = 0
    rows, merged = dict[str, SupplierRow](), []
    gone, into = {one.ref for one in ended}, holders(ties(db))
    for supplier in (*suppliers, *ended):
        if supplier.ref in into:
            merged.append(supplier.ref)
        ref = into.get(supplier.ref, supplier.ref)
        held = rows.get(ref) or row_of(db, ref)
        if held is None:
            now, said = supplier, supplier
            added += 1
        elif supplier.ref in gone:
            now, said = supplier, replace(held.imported, ended=supplier.ended)
        elif supplier.ref in into:
            now, said = combine_suppliers(held.supplier, supplier), held.imported
        else:
            now, said = apply_supplier_changes(held.supplier, held.imported, supplier), supplier
        if held and (now, said) == (held.supplier, held.imported) and _read_alike(held, now, said):
            unchanged += 1
            continue
        if held and supplier.ref not in gone:
            same = now == held.supplier
            changed, unchanged = changed + (not same), unchanged + same
        # One that the file does not have keeps the file that it came from.
        of = (held.file, held.at) if held and supplier.ref in gone else (file, at.isoformat())
        rows[now.ref] = SupplierRow(now, said, *of)
    return rows, ImportCount(added, changed, unchanged, tuple(merged))


def _read_alike(held: SupplierRow, now: Supplier, said: Supplier) -> bool:
    """Return whether people are read as before: proven or not, out of the same cells."""
    pairs = ((held.supplier, now), (held.imported, said))
    return all(
        [*map(extract_person_proof, one.people)] == [*map(extract_person_proof, other.people)]
        for one, other in pairs
    )


class _Proof:
    """Tells which people are proven whose document is from before that was kept.

    What a file said of somebody an earlier version read. Whoever was added by hand is proven; of
    suppliers that were merged or split nobody knows who was.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    @cached_property
    def _by_hand(self) -> frozenset[str]:
        """Return the references of the suppliers that were added by hand, and not merged."""
        rows = self._db.conn.execute(
            "SELECT json_extract(refs, '$[0]') FROM supplier_changes WHERE kind = 'added'"
        )
        return frozenset(ref for (ref,) in rows) - self._merged

    @cached_property
    def _merged(self) -> frozenset[str]:
        return frozenset(holders(ties(self._db)).values())

    def read(self, body: bytes, imported: bytes | None, file: str) -> Supplier:
        """Return the supplier of a row."""
        supplier = decode(Supplier, body)
        if all(one.unproven is not None for one in supplier.people):
            return supplier
        said = decode(Supplier, imported) if imported else supplier
        in_file = set(supplier.people if supplier.ref in self._merged else said.people)
        if not file and supplier.ref in self._by_hand:
            in_file.clear()
        people = (
            replace(one, unproven=one in in_file) if one.unproven is None else one
            for one in supplier.people
        )
        return replace(supplier, people=tuple(people))


def row_of(db: Database, ref: str) -> SupplierRow | None:
    """Return the stored supplier of that ref, or None. Within `plain_errors` or `writing`."""
    found = db.conn.execute(
        "SELECT body, imported, file, imported_at FROM suppliers WHERE ref = ?", (ref,)
    ).fetchone()
    if found is None:
        return None
    body, imported, file, at = found
    supplier = _Proof(db).read(body, imported, file)
    return SupplierRow(supplier, decode(Supplier, imported) if imported else supplier, file, at)


def store_supplier(
    db: Database, supplier: Supplier, *, imported: Supplier, file: str, at: str
) -> Seal:
    """Store a supplier, in place of what is there, within `writing(db)`; returns its seal."""
    said = None if imported == supplier else encode(imported)
    row = (supplier.ref, supplier.name, identity(supplier), at, file, encode(supplier), said)
    db.conn.execute("INSERT OR REPLACE INTO suppliers VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    return seal("suppliers", row)


def copy_rows(db: Database, refs: Iterable[str]) -> list[Row]:
    """Return the stored rows of these suppliers."""
    stored = "SELECT * FROM suppliers WHERE ref IN (SELECT value FROM json_each(?))"
    return db.conn.execute(stored, (json.encode(list(refs)).decode(),)).fetchall()


def _reduce(body: bytes, other: bytes) -> bytes:
    """Return the fields of a document that differ from another's, null for those it has not."""
    was, now = (decode_json(one, dict[str, Raw]) for one in (body, other))
    return json.encode(
        {name: was.get(name) for name in now | was if was.get(name) != now.get(name)}
    )


def restore_document(reduced: bytes, other: bytes) -> bytes:
    """Return the document of which `_reduce` gave what differs from the other."""
    fields = decode_json(other, dict[str, Raw]) | decode_json(reduced, dict[str, Raw])
    return json.encode({name: one for name, one in fields.items() if bytes(one) != b"null"})


def append_import(
    db: Database,
    event: AuditEvent,
    before: Iterable[Row],
    same: Iterable[str],
    sealed: Iterable[Seal],
) -> None:
    """Append the event of an import within `writing(db)`, and keep what it can be taken back by:
    the rows of suppliers as they were, and the references of those that it had just so.
    """
    position, sealed = next_position(db), list(sealed)
    was = {row[0]: row for row in before}
    rows = [
        (position, ref, at, file, _reduce(body, now), said and _reduce(said, body))
        for ref, *_, now, _ in copy_rows(db, was)
        for at, file, body, said in [was[ref][3:]]
    ]
    db.conn.executemany("INSERT INTO supplier_imports VALUES (?, ?, ?, ?, ?, ?)", rows)
    sealed += [seal("supplier_imports", row) for row in rows]
    refs = sorted(same)
    last = db.conn.execute(
        "SELECT json_extract(what, '$.file_sha256') FROM audit WHERE kind IN (?, ?, ?) "
        "ORDER BY position DESC",
        OF_IMPORTS,
    ).fetchone()
    # The same file again confirms nothing more.
    if refs and (rows or last != (event.what["file_sha256"],)):
        named = (position, json.encode(refs).decode())
        db.conn.execute("INSERT INTO import_refs VALUES (?, ?)", named)
        sealed.append(seal("import_refs", named))
    append(db, event, sealed)


def ties(db: Database) -> list[SupplierTie]:
    """Return whose decisions count for whom, in the order of their references."""
    rows = db.conn.execute(
        "SELECT ref, kind, other_ref, run_id, decision FROM supplier_ties ORDER BY 1, 2"
    )
    return [SupplierTie(*row) for row in rows]


def holders(every: Iterable[SupplierTie]) -> dict[str, str]:
    """Return the supplier that each merged one is part of by now, however often it was merged
    on.
    """
    into = {one.ref: one.other_ref for one in every if one.kind == "merged"}
    found = {}
    for ref in into:
        now = into[ref]
        while now in into:
            now = into[now]
        found[ref] = now
    return found


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
                _, new = add_row(
                    db,
                    "declarations",
                    one.supplier_ref,
                    digest,
                    one.declared_on.isoformat(),
                    at.isoformat(),
                    file_sha256,
                    encode(one),
                )
                sealed.append(new)
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
        """Return every answer of a supplier, in the order of import: of those merged into it,
        too.
        """
        into = self._holders()
        every = self._read("ORDER BY position")
        return [
            one for one in every if into.get(one.supplier_ref, one.supplier_ref) == supplier_ref
        ]

    def standing(self, ref: str = "") -> Mapping[str, tuple[Declaration, ...]]:
        """Return the answers that count, by the supplier's reference; empty where none was
        imported. Of one supplier alone, if its reference is given.

        Of several to one question about the same party the one declared last; of those of one day
        the one imported last. An old form that is imported late changes nothing. What a supplier
        declared that was merged into another counts for that one.
        """
        newest: dict[tuple[str, str, str], Declaration] = {}
        into = self._holders()
        refs = [ref, *(one for one, holder in into.items() if holder == ref)] if ref else []
        where = f"WHERE supplier_ref IN ({', '.join('?' for _ in refs)}) " if refs else ""
        for one in self._read(f"{where}ORDER BY declared_on, position", *refs):
            holder = into.get(one.supplier_ref, one.supplier_ref)
            newest[holder, one.question, one.applies_to] = replace(one, supplier_ref=holder)
        found: dict[str, tuple[Declaration, ...]] = {}
        for (holder, _, _), one in sorted(newest.items()):
            found[holder] = (*found.get(holder, ()), one)
        return found

    def _holders(self) -> Mapping[str, str]:
        with plain_errors(self.path):
            return holders(ties(self._db))

    def _read(self, where: str, *values: str) -> list[Declaration]:
        rows = self._fetch_all(
            f"SELECT body FROM declarations {where}",  # noqa: S608
            values,
        )
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
            _, sealed = add_row(db, "links", *row)
            append(
                db,
                AuditEvent(
                    "link",
                    link.at,
                    self._who,
                    {"identifier": str(link.identifier or "none"), "by": link.by},
                    subject=link.supplier_ref,
                ),
                [sealed],
            )

    def history(self, supplier_ref: str) -> list[Link]:
        """Return every link of a supplier, the oldest first."""
        return self._read("WHERE supplier_ref = ? ORDER BY position", supplier_ref)

    def newest(self) -> Mapping[str, Link]:
        """Return the link that counts of each supplier that has one, by ref.

        One without a link of its own has the newest of those that were merged into it.
        """
        newest = "WHERE position IN (SELECT max(position) FROM links GROUP BY supplier_ref)"
        links = self._read(f"{newest} ORDER BY position")
        found = {link.supplier_ref: link for link in links}
        with plain_errors(self.path):
            into = holders(ties(self._db))
        of_merged = {
            into[link.supplier_ref]: replace(link, supplier_ref=into[link.supplier_ref])
            for link in links
            if link.supplier_ref in into
        }
        return {**of_merged, **found}

    def _read(self, where: str, *values: str) -> list[Link]:
        rows = self._fetch_all(
            f"SELECT supplier_ref, scheme, number, made_by, made_at, note FROM links {where}",  # noqa: S608
            values,
        )
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


class SupplierRefStore(Repository):
    """The repository of references beside the one a supplier is stored under.

    Raises StorageError from every method.
    """

    def own_refs(self) -> Mapping[str, str]:
        """Return the buyer's references of suppliers that came without one first, each with the
        stored.
        """
        rows = self._fetch_all("SELECT own_ref, supplier_ref FROM supplier_refs")
        return dict(rows)

    def add_own_refs(self, refs: Mapping[str, str]) -> list[Seal]:
        """Keep references; the seals of the rows, for the event of the import that brings them."""
        sealed = []
        with writing(self._db) as db:
            for row in refs.items():
                db.conn.execute("INSERT OR REPLACE INTO supplier_refs VALUES (?, ?)", row)
                sealed.append(seal("supplier_refs", row))
        return sealed

    def not_duplicates(self) -> frozenset[tuple[str, str]]:
        """Return pairs of references, each in order, of suppliers that a person said are two."""
        rows = self._fetch_all("SELECT ref, other_ref FROM not_duplicates")
        return frozenset((one, other) for one, other in rows)

    def add_not_duplicates(self, one: str, other: str, at: datetime) -> bool:
        """Keep that two suppliers are not the same; whether that was news."""
        first, second = sorted((one, other))
        with writing(self._db) as db:
            added = db.conn.execute(
                "INSERT OR IGNORE INTO not_duplicates VALUES (?, ?)", (first, second)
            ).rowcount
            if added:
                event = AuditEvent(
                    "suppliers kept apart", at, self._who, {"other": second}, subject=first
                )
                append(db, event, [seal("not_duplicates", (first, second))])
        return bool(added)

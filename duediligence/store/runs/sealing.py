"""How the audit chain seals a run: by the hash of all that is stored of it."""

from hashlib import sha256

import msgspec
from sqlite_utils import Database

from duediligence.model import Run
from duediligence.model.casework.audit import AuditEvent


def stored(run: Run, who: str, digest: str) -> AuditEvent:
    """The event that a run was stored, by whom, with its hash as `digest_of` has it."""
    lists = (
        f"{one.list_id} {one.version.version if one.version else 'none'}, {one.state}"
        for one in run.lists
    )
    return AuditEvent(
        "run stored",
        run.finished_at,
        who,
        {
            "sha256": digest,
            "complete": run.complete,
            "suppliers": run.suppliers,
            "parties": run.parties,
            "findings": len(run.findings),
            "supplier_file": run.supplier_file,
            "supplier_file_sha256": run.supplier_file_sha256,
            "lists": tuple(lists),
            "threshold": f"{run.threshold:g}",
            "matcher_version": run.matcher_version,
            "policy_sha256": run.policy_sha256,
        },
        subject=run.id,
    )


def digest_of(db: Database, run_id: str) -> str:
    """The hash of the rows of a run as stored; what was compared stands in them by its own hash."""
    digest = sha256()
    for rows in (
        "body FROM runs WHERE id = ?",
        "ref, sha256 FROM run_suppliers WHERE run_id = ? ORDER BY ref",
        "ref, sha256 FROM run_dossiers WHERE run_id = ? ORDER BY ref",
        "key, supplier_ref, entry_sha256, body FROM findings WHERE run_id = ? ORDER BY position",
    ):
        for row in db.conn.execute(f"SELECT {rows}", (run_id,)):
            digest.update(msgspec.json.encode(row) + b"\n")
        digest.update(b"\n")
    about = db.conn.execute(
        "SELECT position, party FROM findings WHERE run_id = ? AND party IS NOT NULL "
        "ORDER BY position",
        (run_id,),
    ).fetchall()
    if about:
        digest.update(msgspec.json.encode(["party", about]) + b"\n")
    # Runs from before these were kept have the digest that they had.
    for table in ("run_entries", "run_premises", "run_declarations"):
        kept = db.conn.execute(
            f"SELECT ref, sha256 FROM {table} WHERE run_id = ? ORDER BY ref, sha256",  # noqa: S608
            (run_id,),
        ).fetchall()
        if kept:
            digest.update(msgspec.json.encode([table, kept]) + b"\n")
    return digest.hexdigest()

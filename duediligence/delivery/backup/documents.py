"""Backups for programs: one that was made, one that was verified, one that was restored."""

from duediligence.delivery.backup.making import BackupMade, BackupManifest
from duediligence.delivery.backup.restoring import BackupVerified, Restored


def made_document(made: BackupMade) -> dict[str, object]:
    """Return what is in a backup that was made, and the hash and bytes of its file."""
    return {**_build_manifest_document(made.manifest), "sha256": made.sha256, "bytes": made.size}


def verified_document(found: BackupVerified) -> dict[str, object]:
    """Return what is in a backup, and whether the audit chain in it is sound."""
    return {
        **_build_manifest_document(found.manifest),
        "sha256": found.sha256,
        "bytes": found.size,
        "sound": found.problem is None,
        "problem": found.problem,
    }


def restored_document(restored: Restored) -> dict[str, object]:
    """Return what was restored, where, and the folders of the files that a person brought."""
    return {
        **_build_manifest_document(restored.backup.manifest),
        "home": str(restored.home),
        "restoration": restored.id,
        "brought": {one: str(folder) for one, folder in restored.brought.items()},
    }


def _build_manifest_document(manifest: BackupManifest) -> dict[str, object]:
    return {
        "made_at": manifest.made_at,
        "version": manifest.version,
        "head": manifest.head,
        "records": manifest.records,
        "suppliers": manifest.suppliers,
        "runs": manifest.runs,
        "decisions": manifest.decisions,
        "with_key": manifest.with_key,
        "files": len(manifest.files),
        "secrets_left_out": manifest.secrets,
    }

"""The version in use of the whole register: as `registers status` shows it, and as recorded."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from duediligence.errors import StorageError
from duediligence.extensions.whole_register.products import READERS
from duediligence.extensions.whole_register.versions import (
    IN_USE,
    MANIFEST,
    MANIFESTS,
    TableFiles,
    Version,
    current,
    folder_of,
)
from duediligence.model.audit import ComparedFiles
from duediligence.progress import Progress
from duediligence.render.output import Line
from duediligence.screening.access import use_case
from duediligence.screening.registers import ExtensionRegister
from duediligence.screening.workspace import Workspace
from duediligence.text.wording import count, listed


@use_case("read")
def show_whole_register(workspace: Workspace) -> ExtensionRegister:
    """Return the version in use: which files it holds, of which days. Raises StorageError."""
    version = current(workspace.settings.home)
    document = build_register_status(version)
    if version is None:
        return ExtensionRegister(name="whole_register", document=document)
    manifest = version.manifest
    return ExtensionRegister(
        name="whole_register",
        title="The whole register",
        document=document,
        header=("product", "rows", "snapshot", "loaded", "parts"),
        rows=[
            (
                READERS[product].title,
                f"{sum(loaded.rows(name) for name in READERS[product].tables):,}",
                str(loaded.published or "not known"),
                f"{loaded.loaded_at:%Y-%m-%d %H:%M}",
                str(len(loaded.parts)),
            )
            for product, loaded in manifest.products.items()
        ],
        lines=describe_loaded_tables(manifest),
    )


def describe_loaded_tables(manifest: TableFiles) -> list[Line]:
    """Return how much of each kind a question can be asked about, and which files it misses."""
    kinds = [
        ("companies", "company", "companies"),
        ("owners", "record of an owner", "records of owners"),
        ("officers", "record of an officer", "records of officers"),
    ]
    counts = [count(manifest.rows[name], *words) for name, *words in kinds if name in manifest.rows]
    # A link is kept in both directions.
    links = count(manifest.rows.get("edges", 0) // 2, "link")
    held = f"{listed(counts)}, with {links} between them"
    lines = [Line(f"In use: version {manifest.version}, {held}")]
    lacking = [one.title for name, one in READERS.items() if name not in manifest.products]
    if lacking:
        lost = f"Not loaded: {listed(lacking)}. What needs it is said to be incomplete."
        lines.append(Line(lost, "note"))
    return lines


def build_register_status(version: Version | None) -> dict[str, Any]:
    """Return the version in use, its tables and its files; `version` is null where nothing was
    loaded.
    """
    if version is None:
        return {"version": None}
    manifest = version.manifest
    return {
        "version": manifest.version,
        "made_at": manifest.made_at.isoformat(),
        "rows": dict(manifest.rows),
        "products": {
            product: {
                "published": loaded.published.isoformat() if loaded.published else None,
                "loaded_at": loaded.loaded_at.isoformat(),
                "files": [
                    {
                        "name": part.name,
                        "sha256": part.sha256,
                        "rows": dict(part.rows),
                        "drift": [item.words(people=False) for item in part.drift],
                    }
                    for part in loaded.parts
                ],
            }
            for product, loaded in manifest.products.items()
        },
    }


def compare_register_files(
    workspace: Workspace,
    find_seal: Callable[[str, str], tuple[bytes | None, int | None]],
    progress: Progress,
) -> ComparedFiles:
    """Compare the Parquet files of the version in use, each as a whole, with what was recorded."""
    recorded, position = find_seal(MANIFESTS, IN_USE)
    place, what = folder_of(workspace.settings.home), "whole register"
    if recorded is None or not place.is_dir():
        why = "it is not here" if recorded else "an earlier version loaded it"
        return ComparedFiles(what, why_not=why if recorded or place.is_dir() else "")
    with progress.task("Verifying the whole register"):
        version = None
        with suppress(StorageError):
            version = current(workspace.settings.home)
        if version is None or version.sha256 != recorded.hex():
            lost = (place.name, MANIFEST, "is not what was loaded", position)
            return ComparedFiles(what, differing=(lost,))
        exchanged = version.exchanged(*version.manifest.files, whole=True)
    return ComparedFiles(
        what,
        right=len(version.manifest.hashes),
        differing=tuple(
            (place.name, name, "is not the file that was loaded", position) for name in exchanged
        ),
    )

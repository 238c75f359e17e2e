"""What of the whole register is loaded."""

from typing import Any

from duediligence.bulk_register.versions import Version, current
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace


@use_case("read")
def find_register_version(workspace: Workspace) -> Version | None:
    """Return the version in use; None where the whole register was never loaded. Raises
    StorageError.
    """
    return current(workspace.settings.home)


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

"""What of the whole register is loaded, as a document for programs."""

from typing import Any

from duediligence.bulk_register.versions import Version


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

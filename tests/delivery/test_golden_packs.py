"""Whatever would make a pack look otherwise counts up its renderer version."""

import json
from hashlib import sha256
from pathlib import Path

from duediligence.delivery.pack.about import read_pack_manifest
from duediligence.delivery.pack.container import open_pack
from duediligence.delivery.pack.contents import AUDIT, contents_of
from duediligence.delivery.pack.page import with_pages
from duediligence.render import RENDERER_VERSION

GOLDEN = Path(__file__).with_name("golden")


def rendered() -> dict[str, str]:
    """The hash of every file that the tool makes of the contents of each pack kept here."""
    found = {}
    for path in sorted(GOLDEN.glob("*.pack")):
        pack = open_pack(path)
        assert not pack.damaged
        about = read_pack_manifest(pack.manifest, path.name)
        contents = contents_of(pack.files, len(about.suppliers))
        files = with_pages(contents, about, {AUDIT: pack.files[AUDIT]})
        for name, body in sorted(files.items()):
            found[f"{path.name}/{name}"] = sha256(body).hexdigest()
    return found


def test_what_packs_show_has_the_version_that_it_is_shown_by() -> None:
    files = rendered()
    written = {"renderer": RENDERER_VERSION, "files": files}
    kept = GOLDEN / "rendered.json"
    expected = json.loads(kept.read_text(encoding="utf-8"))
    changed = sorted(
        name
        for name in {**files, **expected["files"]}
        if files.get(name) != expected["files"].get(name)
    )
    if written["renderer"] != expected["renderer"]:
        kept.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
        raise AssertionError(f"{kept.name} was written for renderer {RENDERER_VERSION}: commit it")
    assert not changed, (
        "packs are shown or written otherwise: raise RENDERER_VERSION (duediligence/render), and "
        "run this test again, which writes the hashes"
    )

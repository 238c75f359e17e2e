"""An evidence pack of anybody, verified from the pack alone."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.datastructures import UploadFile
from starlette.responses import Response

from duediligence.casework.signing_keys import list_own_keys
from duediligence.delivery.pack import verifying
from duediligence.delivery.pack.verifying import Answer, verify_bytes
from duediligence.errors import StorageError, UnreadableFile, UsageError
from duediligence.signing import PublicKey, read_public_keys
from duediligence.web.form_fields import describe_file_error
from duediligence.web.visits import Pages, Visit
from duediligence.writing import write_bytes

pages = Pages()
ANSWERS: Mapping[Answer, str] = {
    "authentic and same": "green",
    "same but of unknown origin": "yellow",
    "whole, not derived again": "yellow",
    "different": "red",
    "damaged": "red",
}


@pages.get("/packs/verify")
def _render_pack_form(
    visit: Visit, errors: Sequence[tuple[str, str]] = (), status: int = 0
) -> Response:
    return visit.page("pack_verify.html.jinja", title="Verify a pack", errors=errors, status=status)


@pages.post("/packs/verify")
def verify(visit: Visit) -> Response:
    """What is true of the pack. Nothing of it is kept."""
    sent, with_keys = visit.upload("pack"), visit.upload("keys")
    if sent is None:
        return _render_pack_form(visit, [("pack", "Choose a pack.")])
    field = "keys"
    try:
        keys = _read_uploaded_keys(visit, with_keys) if with_keys else ()
        field = "pack"
        own = list_own_keys(visit.ws)
        verified = verify_bytes(sent.file.read(), sent.filename or "pack", keys, own=own)
    except (UsageError, UnreadableFile, StorageError) as error:
        return _render_pack_form(visit, [(field, describe_file_error(error))])
    return visit.page(
        "pack_verified.html.jinja",
        title="Verification of a pack",
        name=sent.filename,
        answer=verified.answer,
        colour=ANSWERS[verified.answer],
        is_maker_known=bool(keys) or verified.origin.own,
        lines=[str(line.text) for line in verifying.format_verification_lines(verified)],
    )


def _read_uploaded_keys(visit: Visit, sent: UploadFile) -> Sequence[PublicKey]:
    with TemporaryDirectory(dir=visit.ws.home, prefix="keys-") as folder:
        path = Path(folder, "keys.pem")
        write_bytes(path, sent.file.read())
        return read_public_keys(path)

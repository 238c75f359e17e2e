"""The network around a supplier or a contract, as a file that leaves the screen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal, get_args

import msgspec

from duediligence.casework.networks_shown import DEFAULT_STEPS, NetworkView, for_a_file, network_for
from duediligence.errors import Invalid
from duediligence.model.audit import AuditValue
from duediligence.render.network_drawing import network_svg
from duediligence.render.network_formats import network_document, network_graphml
from duediligence.render.network_graph import Neighbourhood
from duediligence.render.output import encode_envelope
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.writing import write_bytes

NetworkForm = Literal["svg", "graphml", "txt", "json"]
FORMS: tuple[NetworkForm, ...] = get_args(NetworkForm)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkFile:
    """What was written: the hash of the file, and what is not in it and why, empty for nothing."""

    sha256: str
    not_shown: str


def form_of(path: Path) -> NetworkForm:
    """Return what a file is to be, by how its name ends. Raises Invalid."""
    for form in FORMS:
        if path.suffix.lower() == f".{form}":
            return form
    raise Invalid(
        f"{path}: the file name sets the format, and must end in .svg, .graphml, .txt or .json",
        field="out",
    )


@use_case("export", event="export")
def write_network(
    workspace: Workspace,
    asked: str,
    path: Path,
    *,
    steps: int = DEFAULT_STEPS,
    people: bool = False,
) -> NetworkFile:
    """Write the network in the format that the file's ending names, whole or not at all, and record
    it. Restricted marks are left out; unless `people`, each person is a number.

    Raises Invalid for another ending, and as `network_for`.
    """
    form = form_of(path)
    body, view = _build_network_file(workspace, asked, form, steps=steps, people=people)
    # First: there is no file without its record.
    digest = _record_network_export(workspace, view, form, body, people=people)
    write_bytes(path, body)
    return NetworkFile(sha256=digest, not_shown=" ".join([*view.absent, view.not_shown]).strip())


@use_case("export", event="export")
def network_as_json(
    workspace: Workspace, asked: str, *, steps: int = DEFAULT_STEPS, people: bool = False
) -> str:
    """Return the network as `write_network` would write it as JSON, recorded in the same way."""
    body, view = _build_network_file(workspace, asked, "json", steps=steps, people=people)
    _record_network_export(workspace, view, "json", body, people=people)
    return body.decode()


def _build_network_file(
    workspace: Workspace, asked: str, form: NetworkForm, *, steps: int, people: bool
) -> tuple[bytes, NetworkView]:
    view = network_for(workspace, asked, steps=steps, people=people)
    # Where people are left out, everything is numbered already.
    whole = for_a_file(view.around) if people else view.around
    write: Mapping[NetworkForm, Callable[[], str]] = {
        "svg": lambda: network_svg(whole),
        "graphml": lambda: network_graphml(whole.network),
        "txt": lambda: "\n".join(view.lines()) + "\n",
        "json": lambda: _format_network_json(view, whole),
    }
    return write[form]().encode(), view


def _format_network_json(view: NetworkView, whole: Neighbourhood) -> str:
    document = {
        "title": view.title,
        "suppliers": [one.ref for one in view.suppliers],
        "steps": view.steps,
        **network_document(whole),
        "absent": list(view.absent),
        "not_shown": view.not_shown,
    }
    return msgspec.json.format(encode_envelope(document), indent=2).decode()


def _record_network_export(
    workspace: Workspace, view: NetworkView, form: NetworkForm, body: bytes, *, people: bool
) -> str:
    digest = sha256(body).hexdigest()
    what: dict[str, AuditValue] = {
        "sha256": digest,
        "form": form,
        "people": "included" if people else "left out",
        "suppliers": tuple(one.ref for one in view.suppliers),
        "nodes": len(view.around.network.nodes),
        "steps": view.steps,
    }
    workspace.record("export", what, subject="network")
    return digest

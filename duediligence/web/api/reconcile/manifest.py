"""The manifest: what a service can do, and at which addresses."""

import msgspec

from duediligence.version import __version__
from duediligence.web.api.reconcile.answers import format_gap_titles
from duediligence.web.api.reconcile.queries import BATCH
from duediligence.web.api.reconcile.service import Reconciler

VERSION = "0.2"
# Pixels of the frame in which a client shows an entity.
PREVIEW_WIDTH, PREVIEW_HEIGHT = 430, 200


class ManifestType(msgspec.Struct):
    """A type that a row may be of."""

    id: str
    name: str


class ViewAddress(msgspec.Struct):
    """Where the console shows an entity, `{{id}}` in the place of its id."""

    url: str


class PreviewAddress(msgspec.Struct):
    """Where a small page about an entity is, and of what size its frame is to be."""

    url: str
    width: int
    height: int


class PartAddress(msgspec.Struct):
    """Where a part of the service is: the path follows the URL."""

    service_url: str
    service_path: str


class SuggestAddresses(msgspec.Struct):
    """Where somebody who types is helped."""

    entity: PartAddress
    type: PartAddress
    property: PartAddress


class PropertySetting(msgspec.Struct):
    """What can be set of a property that is to be added."""

    name: str
    label: str
    type: str
    default: int
    help_text: str


class ExtendAddresses(msgspec.Struct):
    """Where the properties are that can be added to rows."""

    propose_properties: PartAddress
    property_settings: list[PropertySetting]


class Manifest(msgspec.Struct):
    """What a service can do. Its name says what is not checked now: clients show the name."""

    versions: list[str]
    name: str
    identifierSpace: str  # noqa: N815
    schemaSpace: str  # noqa: N815
    serviceVersion: str  # noqa: N815
    defaultTypes: list[ManifestType]  # noqa: N815
    batchSize: int  # noqa: N815
    view: ViewAddress
    preview: PreviewAddress
    suggest: SuggestAddresses
    extend: ExtendAddresses


_LIMIT = PropertySetting(
    name="limit",
    label="Most values",
    type="number",
    default=10,
    help_text="How many values of this property to add for one row, at most.",
)


def build_service_manifest(service: Reconciler, site: str, key: str, council: str) -> Manifest:
    """Return the manifest of a service at `site` (`https://console.example`) for who has the
    key.
    """
    here = f"{site}/reconcile/{key}/{service.path}"
    name = f"{service.title}, {council}" if council else service.title
    if gaps := service.not_checked():
        name += f" (NOT CHECKED: {format_gap_titles(gaps)})"
    return Manifest(
        versions=[VERSION],
        name=name,
        identifierSpace=site + service.space,
        schemaSpace=f"{site}/reconcile/properties/{service.path}",
        serviceVersion=__version__,
        defaultTypes=[ManifestType(one.id, one.name) for one in service.types],
        batchSize=BATCH,
        view=ViewAddress(site + service.view),
        preview=PreviewAddress(f"{here}/preview?id={{{{id}}}}", PREVIEW_WIDTH, PREVIEW_HEIGHT),
        suggest=SuggestAddresses(
            entity=PartAddress(here, "/suggest/entity"),
            type=PartAddress(here, "/suggest/type"),
            property=PartAddress(here, "/suggest/property"),
        ),
        extend=ExtendAddresses(PartAddress(here, "/propose_properties"), [_LIMIT]),
    )

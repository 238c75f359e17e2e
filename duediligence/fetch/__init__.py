"""Bytes from outside, politely and provably: from the publisher's server or from a folder."""

from duediligence.fetch.client import Client
from duediligence.fetch.failures import NotThere
from duediligence.fetch.folder import fetch_folder
from duediligence.fetch.manifest import Snapshot, SnapshotFile
from duediligence.fetch.online import fetch_online
from duediligence.fetch.snapshots import Snapshots

__all__ = [
    "Client",
    "NotThere",
    "Snapshot",
    "SnapshotFile",
    "Snapshots",
    "fetch_folder",
    "fetch_online",
]

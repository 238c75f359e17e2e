"""Bytes from outside, politely and provably: from the publisher's server or from a folder."""

from duediligence.fetch.client import Client
from duediligence.fetch.failures import NotThere
from duediligence.fetch.feeds.folder import fetch_folder
from duediligence.fetch.feeds.names import addressed
from duediligence.fetch.feeds.online import fetch_online
from duediligence.fetch.feeds.visits import Visits
from duediligence.fetch.manifest import Snapshot, SnapshotFile
from duediligence.fetch.snapshots import Snapshots

__all__ = [
    "Client",
    "NotThere",
    "Snapshot",
    "SnapshotFile",
    "Snapshots",
    "Visits",
    "addressed",
    "fetch_folder",
    "fetch_online",
]

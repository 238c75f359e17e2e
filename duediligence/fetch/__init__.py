"""Bytes from outside, politely and provably: from the publisher's server or from a folder."""

from duediligence.fetch.client import Client
from duediligence.fetch.feeds import fetch_folder, fetch_online, resolve_feeds
from duediligence.fetch.http import NotThere
from duediligence.fetch.snapshots import Snapshot, SnapshotFile, Snapshots
from duediligence.fetch.visits import Visits

__all__ = [
    "Client",
    "NotThere",
    "Snapshot",
    "SnapshotFile",
    "Snapshots",
    "Visits",
    "fetch_folder",
    "fetch_online",
    "resolve_feeds",
]

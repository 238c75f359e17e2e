"""The service over the invented council of the demonstration."""

import time
from dataclasses import fields
from datetime import timedelta

from duediligence.demo.office import BACKOFF_SECONDS, DEMO_TIME
from duediligence.screening.workspace import Workspace
from duediligence.settings import EffectiveSettings
from duediligence.web.service import Service


def create_demo_service(workspace: Workspace) -> Service:
    """Create the service. Its clock goes on from the day of the invented lists, which would be
    stale on any other.
    """
    begun = time.monotonic()
    origins = {each.name: "the demonstration" for each in fields(workspace.settings)}
    return Service(
        EffectiveSettings(workspace.settings, origins),
        now=lambda: DEMO_TIME + timedelta(seconds=time.monotonic() - begun),
        backoff=BACKOFF_SECONDS,
        demo=True,
    )

"""Time-stamps of what leaves the house, by the authority that the settings name."""

from duediligence.screening.workspace import Workspace, user_agent


def fetch_time_stamp(workspace: Workspace, body: bytes) -> bytes:
    """Return a time-stamp of `body` (DER), empty where the settings name no authority.

    Verified where they name its roots. Raises TimeStampFailed, saying why there is none; and
    UsageError where the roots cannot be read or the extra `timestamp` is not installed.
    """
    settings = workspace.settings
    if not settings.timestamp_url:
        return b""
    # Imported lazily: requests is slow to import.
    from duediligence.fetch.timestamps import request_time_stamp
    from duediligence.timestamps import read_roots

    return request_time_stamp(
        body,
        url=settings.timestamp_url,
        user_agent=user_agent(settings),
        roots=read_roots(settings.timestamp_roots) if settings.timestamp_roots else (),
        verify=str(settings.ca_file) if settings.ca_file else True,
    )

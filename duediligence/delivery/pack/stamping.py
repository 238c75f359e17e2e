"""The time-stamp of a pack: of the bytes of its signature, by an authority outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from duediligence.delivery.pack.container import MANIFEST, STAMP, Opened
from duediligence.errors import TimeStampFailed, UsageError
from duediligence.timestamps import check_bytes
from duediligence.timestamps import verify_time_stamp as verify_stamp

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

# A pack is stamped as it is made. Clocks differ by less.
MOST_APART = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StampOutcome:
    """What the time-stamp of a pack shows, in one line; empty where there is none to speak of.

    `verified` says that a root which the verifier named vouches for it, `needs_roots` that
    none was named. `differences` are lines for what is not as a pack is made.
    """

    line: str = ""
    verified: bool = False
    needs_roots: bool = False
    differences: tuple[str, ...] = ()


NO_STAMP = StampOutcome()


def compared_stamp(
    pack: Opened, made_at: datetime, roots: Sequence["Certificate"] | None
) -> StampOutcome:
    """Compare the stamp with the signature, and its time with when the pack says it was made.

    `roots` are those that the verifier trusts, None where none were named: nobody can then say
    who gave the stamp, and it is never called verified. Raises UsageError where roots are named
    and the extra `timestamp` is not installed.
    """
    if not pack.stamp:
        return StampOutcome("has no time-stamp" if roots is not None else "")
    try:
        check_bytes(pack.stamp, pack.signature)
    except TimeStampFailed as error:
        return StampOutcome(differences=(f"{STAMP}: {error.said}",))
    except UsageError:
        if roots is not None:
            raise
    if roots is None:
        return StampOutcome(
            "has a time-stamp that was not verified: name the authority's roots", needs_roots=True
        )
    try:
        stamp = verify_stamp(pack.stamp, pack.signature, tuple(roots))
    except TimeStampFailed as error:
        return StampOutcome(f"has a time-stamp that was not verified: {error.said}")
    at = f"{stamp.at:%Y-%m-%d %H:%M:%S} UTC"
    return StampOutcome(
        f"is time-stamped at {at} by {stamp.authority}",
        verified=True,
        # Who seals a pack again later has a later stamp, whatever day the pack states.
        differences=(
            f"{MANIFEST}: made_at is {made_at.isoformat()}, but the time-stamp is of {at}",
        )
        if abs(stamp.at - made_at) > MOST_APART
        else (),
    )

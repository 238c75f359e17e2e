"""The two ports: `@watchlist` over a parser, `@check` over a rule."""

from duediligence.contracts.checks import Check, CheckContext, check
from duediligence.contracts.files import Drift, Files
from duediligence.contracts.watchlists import (
    NO_DESCRIPTION,
    Expect,
    Feed,
    KeptByHand,
    StatusMeaning,
    Watchlist,
    by_part,
    watchlist,
)

__all__ = [
    "NO_DESCRIPTION",
    "Check",
    "CheckContext",
    "Drift",
    "Expect",
    "Feed",
    "Files",
    "KeptByHand",
    "StatusMeaning",
    "Watchlist",
    "by_part",
    "check",
    "watchlist",
]

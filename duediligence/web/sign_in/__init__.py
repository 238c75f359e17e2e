"""How people sign in: one file a way. All begin a session (`sessions.py`), kept in a cookie."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from duediligence.web.people import Viewer


class SignIn(Protocol):
    """One way to sign in.

    `secure` says that browsers come by https alone, `hosts` under which names (with the port,
    where it is not that of https). `idle` is after how long without a request one signs in again.
    `alone` says that one person works there alone, who may do everything unless `users` names
    people; else whoever has no role is refused.
    """

    @property
    def alone(self) -> bool: ...

    @property
    def idle(self) -> timedelta: ...

    @property
    def hosts(self) -> frozenset[str]: ...

    @property
    def secure(self) -> bool: ...

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """Return the pages by which somebody signs in; open to everybody."""

    def viewer(self, request: Request, session: Viewer | None) -> Viewer | None:
        """Return who asks: `session` is who signed in before; None where nobody did."""

    def ask(self, request: Request) -> Response:
        """Return what somebody gets who must sign in first. The address asked for may be taken
        along.
        """

    def signed_out(self, request: Request) -> Response:
        """Return what somebody gets who signed out."""

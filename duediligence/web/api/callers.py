"""Which program asks: it shows a token that a person made for it. A cookie never counts here."""

import asyncio
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from typing import Final

from starlette.requests import Request

from duediligence.casework.tokens import token_for
from duediligence.errors import Forbidden
from duediligence.screening.access import permit
from duediligence.store.console import Scope, TokenRecord, hash_secret
from duediligence.web.api.problems import TooManyRequests, Unauthorised
from duediligence.web.people import Viewer
from duediligence.web.rates import Rate
from duediligence.web.service_home import ServiceHome

# Requests to look something up, of one token; as many may come at once.
MOST_PER_SECOND: Final = 50
# How long an ended token may still work at the most.
_KNOWN_SECONDS = 1.0
_MOST_KNOWN = 1_000
_SCHEMES = ("bearer", "apikey")


@dataclass(frozen=True, slots=True)
class Caller:
    """A program with a token, in whose maker's name it works."""

    token: TokenRecord

    @property
    def viewer(self) -> Viewer:
        """Return the person for whom the token works."""
        token = self.token
        return Viewer(account=token.account, name=token.name, role=token.role, by_program=True)


def secret_of(request: Request) -> str:
    """Return the token that a request shows; empty where it shows none."""
    shown = request.headers.get("authorization")
    if shown is None:
        return request.headers.get("x-api-key", "").strip()
    scheme, _, secret = shown.partition(" ")
    return secret.strip() if scheme.lower() in _SCHEMES else ""


class Callers:
    """The tokens that were shown a moment ago, and how often each was."""

    def __init__(self, service: ServiceHome) -> None:
        self._service = service
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="tokens")
        self._known: OrderedDict[str, tuple[float, TokenRecord | None]] = OrderedDict()
        self._rate = Rate(MOST_PER_SECOND, MOST_PER_SECOND)

    async def of(self, secret: str, scope: Scope) -> Caller:
        """Return who shows that secret, where its account has a role now. See `caller`."""
        if not secret:
            raise Unauthorised(
                "This needs a token",
                hint="Send it in the header Authorization: Bearer TOKEN.",
            )
        token = await self._token(secret)
        if token is None:
            raise Unauthorised(
                "The token is unknown, has expired or was ended",
                hint="Ask whoever made it for another.",
            )
        if scope not in token.scopes:
            raise Forbidden(
                f"The token {token.name!r} has no scope {scope}",
                hint="Make another with that scope.",
            )
        found = Caller(token)
        await self._check_role(found)
        return found

    def take(self, caller: Caller) -> None:
        """Count a request to look something up. Raises TooManyRequests."""
        key, now = caller.token.id, self._service.clock()
        if not self._rate.allow(key, now):
            raise TooManyRequests(
                f"The token {caller.token.name!r} asks more than {MOST_PER_SECOND} times a second",
                after=self._rate.retry_after(key, now),
                hint="Send several queries in a request: they count as one.",
            )

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown()

    async def _token(self, secret: str) -> TokenRecord | None:
        key, now = hash_secret(secret), monotonic()
        if (known := self._known.get(key)) and known[0] > now:
            return known[1]
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._thread, self._look_up, secret)
        self._known[key] = (now + _KNOWN_SECONDS, found)
        self._known.move_to_end(key)
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        return found

    def _look_up(self, secret: str) -> TokenRecord | None:
        with self._service.console() as store:
            return token_for(store, secret, self._service.now())

    async def _check_role(self, caller: Caller) -> None:
        """Raise Forbidden unless the account may read now. No file is read where it has a role."""
        with self._service.workspace(caller.viewer) as ws:
            if ws.needs_role and ws.role is None:
                loop = asyncio.get_running_loop()
                await loop.run_in_executor(self._thread, self._permit, caller)

    def _permit(self, caller: Caller) -> None:
        with self._service.workspace(caller.viewer) as ws:
            permit(ws, "read")

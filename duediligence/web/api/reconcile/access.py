"""Who may ask which service: the key in the address is a token, for clients send no headers."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from starlette.requests import Request

from duediligence.screening.lookup.own_suppliers import own_suppliers
from duediligence.store.console import Scope
from duediligence.web.api.callers import Caller
from duediligence.web.api.reconcile.lists import Lists
from duediligence.web.api.reconcile.service import Reconciler
from duediligence.web.api.reconcile.suppliers import Suppliers
from duediligence.web.service import Service

# A service as long as it is asked something. Raises StorageError, NotReady.
Open = Callable[[Service, Caller], AbstractContextManager[Reconciler]]


async def caller_of(request: Request, *scopes: Scope) -> Caller:
    """Return whose key is in the address, which has all of the scopes; counts as one request of
    theirs.

    Raises Unauthorised, Forbidden, TooManyRequests.
    """
    service: Service = request.app.state.service
    for scope in scopes:
        caller = await service.callers.of(request.path_params["key"], scope)
    service.callers.take(caller)
    return caller


@contextmanager
def public_lists(service: Service, caller: Caller) -> Iterator[Reconciler]:  # noqa: ARG001
    """Provide the service over the public lists, which everybody with a token may ask."""
    yield Lists(service.lookups, service.list_names, threshold=service.settings.threshold)


@contextmanager
def stored_suppliers(service: Service, caller: Caller) -> Iterator[Reconciler]:
    """Provide the service over the buyer's own suppliers."""
    with service.workspace(caller.viewer) as ws:
        index = own_suppliers(ws, service.supplier_indexes)
    yield Suppliers(index)

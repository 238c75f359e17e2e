"""What is kept of an exchange goes when it can no longer be opened, or its agreement has ended."""

from dataclasses import replace

from duediligence.extensions.sharing.exchanges import asked_before, pending
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.extensions.sharing.store.exchanges import ExchangeStore
from duediligence.screening.clock import clock_doubt
from duediligence.screening.workspace import Workspace


def remove_expired(workspace: Workspace) -> int:
    """Remove what is kept of exchanges that can be opened no more, and what was asked under ended
    agreements.

    Each such exchange is recorded. Returns how many there were; none goes while a wrong clock may
    make it look old. Raises StorageError.
    """
    if clock_doubt(workspace):
        return 0
    # What another process asks at this moment has a file before its row can be seen.
    with workspace.casework.transaction():
        return _remove_expired(workspace)


def _remove_expired(workspace: Workspace) -> int:
    now, store = workspace.now(), workspace.casework.repository(ExchangeStore)
    today, agreements = now.date(), workspace.casework.repository(AgreementStore).all()
    over = {one.terms.reference for one in agreements if one.last_day < today}
    expired = [
        one
        for one in store.all()
        if one.state == "asked" and (one.expires_at <= now or one.agreement in over)
    ]
    for one in expired:
        store.keep(replace(one, state="expired", ended_at=now), {"kept": "removed"}, now)
    open_ = {one.id for one in store.all() if one.state == "asked"}
    for exchange_id in pending.list_pending_ids(workspace.home):
        if exchange_id not in open_:
            pending.remove_pending(workspace.home, exchange_id)
    asked_before.forget_ended(
        workspace.home, (one.terms for one in agreements if not one.why_not_in_force(today))
    )
    return len(expired)

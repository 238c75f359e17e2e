"""A copy that is brought back gives a partner nothing that was taken from it since."""

from duediligence.delivery.backup.bringing_back import bring_back
from duediligence.extensions.sharing import agreements
from duediligence.store.copies import make_copy

from ..conftest import NOW
from .two_homes import Two, terms
from .two_homes import two as two


def test_agreements_stay_ended_and_keys_dropped(two: Two) -> None:
    for reference in ("ended", "dropped", "same"):
        two.council.agree(two.police, terms(reference=reference))
    with two.council.on() as ws:
        copy = make_copy(ws.home, "daily", NOW)
        agreements.end(ws, "ended")
        agreements.drop_partner_keys(ws, "dropped")
        agreements.change_contacts(ws, "same", [])
    two.council.opened.close()
    with two.council.on(1) as ws:
        assert "end, drop them again" not in bring_back(ws, copy.name).said
        assert agreements.find(ws, "ended").ended_on == NOW.date()
        assert agreements.find(ws, "ended").partner_keys
        assert agreements.find(ws, "dropped").partner_keys == ()
        assert agreements.find(ws, "dropped").ended_on is None
        assert agreements.find(ws, "same").partner_keys
        acts = [one.event.what["act"] for one in ws.audit.records(kind="agreement")]
        assert acts == [*["made"] * 4, "narrowed", "narrowed"]

"""A form that shares the alerts of a case with another body."""

from dataclasses import replace

from duediligence.errors import Conflict
from duediligence.extensions.sharing import referral
from duediligence.extensions.sharing.cases_shown import case_for
from duediligence.extensions.sharing.referral import ReferralRequest
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace


@use_case("export", event="export")
def refer(workspace: Workspace, wanted: ReferralRequest, *, file: str) -> str:
    """Return the form as HTML, of the alerts of the case that are not restricted and were not
    decided as not the same; recorded with the number of the case. Raises Conflict where there is
    none, and as `referral.make`.
    """
    view = case_for(workspace, wanted.case, for_file=True)
    alerts = [one.view.id for one in view.alerts if one.view and one.view.state != "not the same"]
    if not alerts:
        raise Conflict(
            f"Case {wanted.case} has no alert that can be referred",
            hint="A restricted one is referred by itself, where that is lawful.",
        )
    return referral.make(workspace, replace(wanted, alerts=alerts), file=file)

"""What `doctor` says of agreements."""

from collections.abc import Iterator

from duediligence.casework.readiness import ReadinessLine, State
from duediligence.extensions.sharing.render.agreement_words import state_line
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.screening.workspace import Workspace


def check_agreement_reviews(workspace: Workspace) -> Iterator[ReadinessLine]:
    """Yield agreements with partners that both must look at again. No run is incomplete for one."""
    today = workspace.now().date()
    for one in workspace.casework.repository(AgreementStore).all():
        state = one.state(today)
        if state in ("review soon", "review missed"):
            in_use: State = "ok" if state == "review soon" else "not in use"
            what = f"agreement {one.terms.reference}"
            yield ReadinessLine(what, in_use, state_line(one, today))

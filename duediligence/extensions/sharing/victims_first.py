"""What is to be done first where people may be victims, as every view of a case shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from duediligence.law.victims import (
    CHECK_BEFORE_USE,
    VICTIM_SIGNS,
    Helpline,
    HelpStep,
    VictimSign,
    help_for_victims,
)
from duediligence.render.wording import day
from duediligence.screening.workspace import Workspace
from duediligence.text.wording import listed


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpFirst:
    """The steps for people who may be victims, in order: those about the contract come last.

    `because` says which sign stands where, a line each. `front_door` is where the council takes
    safeguarding referrals, by the settings; empty where they do not say. `not_reviewed` says that
    the steps should have been looked at again by now; empty where they were.
    """

    headline: str
    because: tuple[str, ...]
    steps: tuple[HelpStep, ...]
    helplines: tuple[Helpline, ...]
    first_responders: tuple[str, ...]
    front_door: str
    caution: str
    not_reviewed: str

    @property
    def front_door_words(self) -> str:
        """Return where to refer, in a sentence."""
        if self.front_door:
            return f"Safeguarding referrals of this council go to: {self.front_door}."
        return (
            "Where safeguarding referrals go is not set (safeguarding_contact): ask the "
            "safeguarding lead."
        )

    @property
    def responder_words(self) -> str:
        """Return who may refer, in a sentence."""
        return (
            "Who may refer to the National Referral Mechanism (first responders): "
            f"{listed(self.first_responders)}."
        )


def help_first(workspace: Workspace, signs: Mapping[VictimSign, Sequence[str]]) -> HelpFirst | None:
    """Return the steps for these signs, each with where it stands; None where there is none."""
    shown = [one for one in VICTIM_SIGNS if signs.get(one)]
    if not shown:
        return None
    help_ = help_for_victims()
    return HelpFirst(
        headline="Help first: people may be victims. Do this before anything about the supplier or "
        "its contract.",
        because=tuple(
            f"Signs of {VICTIM_SIGNS[one]}: {listed(list(signs[one]))}. A sign is a question, and "
            "no proof."
            for one in shown
        ),
        steps=help_.steps(shown),
        helplines=help_.helpline,
        first_responders=help_.first_responders,
        front_door=workspace.settings.safeguarding_contact,
        caution=f"{CHECK_BEFORE_USE} Last looked at on {day(help_.reviewed_on)}.",
        not_reviewed=help_.not_reviewed(workspace.now().date()),
    )

"""The steps of setting up: who may take them, what is done, and what comes next."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from duediligence.casework.copies import list_kept_copies
from duediligence.casework.setting_changes import change_settings
from duediligence.delivery.digest import digest_view
from duediligence.delivery.letter_templates import list_own_templates
from duediligence.errors import UsageError
from duediligence.scheduling.jobs import path_of
from duediligence.screening.lists.shown import list_views
from duediligence.screening.registers import register_views
from duediligence.settings import Settings
from duediligence.text.wording import count
from duediligence.web.visits import Pages, Visit

pages = Pages()
_FOR_LETTERS = {
    "council_name": "the name",
    "council_contact": "where answers go",
    "privacy_contact": "where questions about data go",
}


def admit(visit: Visit) -> Settings:
    """Return the settings as they are stored. Raises Forbidden unless the person may change them.
    Nothing is recorded otherwise.
    """
    return change_settings(visit.ws, {}, dry_run=True).settings


def save_settings(visit: Visit, changes: Mapping[str, Any], **more: Any) -> None:
    """Change settings that a form showed, from the next request on. Raises as `change_settings`."""
    saved = change_settings(
        visit.ws, changes, seen=visit.seen, confirmed=visit.text("confirmed"), **more
    )
    visit.service.take_over(saved)


@dataclass(frozen=True, slots=True)
class SetUpStep:
    """A step: its page, what it is for, how far it is in words, and whether it is done. If it
    is `optional`, it holds nothing up.
    """

    address: str
    title: str
    purpose: str
    how_far: str
    is_done: bool
    optional: bool = False

    @property
    def tag(self) -> tuple[str, str]:
        """Return the word of its state, and the colour."""
        if self.is_done:
            return "Done", "green"
        return ("Optional", "grey") if self.optional else ("To do", "blue")


@pages.get("/set-up")
def overview(visit: Visit) -> Response:
    admit(visit)
    steps = list(_list_steps(visit))
    waiting = [one for one in steps if not (one.is_done or one.optional)]
    return visit.page(
        "set_up.html.jinja",
        title="Set up",
        steps=steps,
        following=waiting[0] if waiting else None,
        left=len(waiting),
    )


def list_missing_for_letters(settings: Settings) -> list[str]:
    """Return what letters still need, in words."""
    return [words for name, words in _FOR_LETTERS.items() if not getattr(settings, name)]


def _list_steps(visit: Visit) -> Iterator[SetUpStep]:
    settings = visit.service.settings
    missing = list_missing_for_letters(settings)
    yield SetUpStep(
        "/set-up/council",
        "Your council",
        "Its name, and the contacts that letters give.",
        f"Letters need: {', '.join(missing)}." if missing else str(settings.council_name),
        not missing,
    )
    lists = list_views(visit.ws).lists
    used = [one for one in lists if one.in_use]
    current = [one for one in used if not one.status.blocks_complete_run]
    yield SetUpStep(
        "/set-up/lists",
        "Lists",
        "The published lists that every supplier is compared with.",
        f"{len(current)} of {count(len(used), 'list')} current.",
        len(current) == len(used),
    )
    own = [one for one in lists if visit.ws.watchlist(one.status.list_id).reading]
    yield SetUpStep(
        "/set-up/own-registers",
        "Registers of your own",
        "Notices, licences and other records that the council keeps.",
        f"{count(len(own), 'register')}." if own else "None yet.",
        bool(own),
        optional=True,
    )
    loaded = [one for one in register_views(visit.ws).registers if one.status.version]
    yield SetUpStep(
        "/set-up/companies",
        "Companies and charities",
        "Directors, owners and filings of your suppliers.",
        f"{count(len(loaded), 'register')} loaded; {_describe_key(settings)}.",
        bool(loaded) or _describe_key(settings) == "a key is kept",
        optional=True,
    )
    scheduled = path_of(settings).exists()
    yield SetUpStep(
        "/set-up/schedule",
        "Schedule",
        "Fetching lists and screening, by itself.",
        "Jobs are set." if scheduled else "Nothing runs by itself.",
        scheduled,
    )
    try:
        problem = digest_view(visit.ws).problem
    except UsageError:
        problem = "It is set up by half."
    yield SetUpStep(
        "/set-up/digest",
        "Digest by e-mail",
        "A message about what changed.",
        "None is sent yet." if problem else "It is sent.",
        not problem,
        optional=True,
    )
    yield SetUpStep(
        "/set-up/people",
        "People and roles",
        "Who may decide, and the second person for critical alerts.",
        f"{count(len(settings.users), 'account')} with a role."
        if settings.users
        else "One person works alone.",
        len(settings.users) > 1 or not visit.service.sign_in.alone,
    )
    own_texts = list_own_templates(visit.ws)
    yield SetUpStep(
        "/set-up/letters",
        "Texts of letters",
        "What letters to suppliers say, in your own words.",
        f"{count(len(own_texts), 'text')} of your own." if own_texts else "As they come.",
        bool(own_texts),
        optional=True,
    )
    yield SetUpStep(
        "/set-up/rules",
        "Threshold and rules",
        "How strong a match is shown, and which decisions need two people.",
        "As measured and recommended." if settings.threshold is None else "Changed by you.",
        settings.threshold is not None,
        optional=True,
    )

    kept = list_kept_copies(visit.ws)
    yield SetUpStep(
        "/set-up/copies",
        "Copies",
        "Copies of the databases by themselves, and backups elsewhere.",
        f"{count(len(kept.copies), 'copy', 'copies')} in the home; "
        f"{count(len(kept.backups), 'backup')} on record.",
        bool(kept.backups),
        optional=True,
    )


def _describe_key(settings: Settings) -> str:
    try:
        return "a key is kept" if settings.key_of_companies_house() else "no key"
    except UsageError:
        return "the key cannot be read"

"""Settings by form: the council's own details, and the rules of screening and deciding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from starlette.responses import Response

from duediligence.casework.setting_changes import find_other_place
from duediligence.errors import Conflict, Invalid
from duediligence.model import SEVERITIES
from duediligence.settings import ABOUT
from duediligence.web.form_fields import problem
from duediligence.web.navigation import plain_hint
from duediligence.web.pages.set_up.admission import admit, save_settings
from duediligence.web.pages.set_up.start import list_missing_for_letters
from duediligence.web.queue_address import YES
from duediligence.web.visits import Pages, Visit

pages = Pages()


@dataclass(frozen=True, slots=True)
class SettingField:
    """A setting as a field of a form; its hint is what the table of settings says of it."""

    name: str
    label: str
    kind: Literal["text", "area", "number", "yes", "ticks"] = "text"
    options: Sequence[tuple[str, str]] = ()

    @property
    def hint(self) -> str:
        """Return what the setting is for."""
        words = ABOUT[self.name].help.removeprefix("List: ").removeprefix("Whether ")
        return words[:1].upper() + words[1:]


COUNCIL = (
    SettingField("council_name", "Name of the council or public body"),
    SettingField("council_address", "Its address", "area"),
    SettingField("council_contact", "Where answers go"),
    SettingField("privacy_contact", "Where questions about personal data go"),
    SettingField("safeguarding_contact", "Where safeguarding referrals go (optional)", "area"),
    SettingField("reply_days", "Days for an answer", "number"),
)
RULES = (
    SettingField("threshold", "Threshold (empty: as measured)", "number"),
    SettingField(
        "second_decision",
        "Two people must agree on alerts that are",
        "ticks",
        [(one, one.capitalize()) for one in reversed(SEVERITIES)],
    ),
    SettingField("blind_second", "Hide the first decision from the second person", "yes"),
    SettingField("decision_months", "Months that a decision lasts", "number"),
    SettingField("review_months", "Months between screenings of a supplier", "number"),
    SettingField("store_restricted", "Keep records that are marked restricted", "yes"),
)
_TITLES = {"council": "Your council", "rules": "Threshold and rules"}
_FIELDS: Mapping[str, Sequence[SettingField]] = {"council": COUNCIL, "rules": RULES}


@pages.get("/set-up/council")
def council(visit: Visit) -> Response:
    admit(visit)
    return _render_settings_form(visit, "council")


@pages.post("/set-up/council")
def save_council(visit: Visit) -> Response:
    return _save_settings_form(visit, "council")


@pages.get("/set-up/rules")
def rules(visit: Visit) -> Response:
    admit(visit)
    return _render_settings_form(visit, "rules")


@pages.post("/set-up/rules")
def save_rules(visit: Visit) -> Response:
    return _save_settings_form(visit, "rules")


def _save_settings_form(visit: Visit, form: str) -> Response:
    fields = [one for one in _FIELDS[form] if not _is_fixed(visit, one)]
    try:
        save_settings(visit, {one.name: _read_field(visit, one) for one in fields})
    except (Invalid, Conflict) as error:
        field, message = problem(error, [one.name for one in fields])
        return _render_settings_form(
            visit, form, (field, f"{message} {plain_hint(error.hint)}".strip())
        )
    return visit.go("/set-up", f"Saved: {_TITLES[form].lower()}.")


def _is_fixed(visit: Visit, field: SettingField) -> bool:
    """Return whether a setting is decided elsewhere, and so cannot be changed here."""
    return bool(find_other_place(visit.service.resolved, field.name))


def _read_field(visit: Visit, field: SettingField) -> Any:
    if field.kind == "yes":
        return visit.text(field.name) == YES
    if field.kind == "ticks":
        return visit.texts(field.name)
    return visit.text(field.name).replace("\r\n", "\n") or None


def _render_settings_form(visit: Visit, form: str, *errors: tuple[str, str]) -> Response:
    settings, fields = visit.service.settings, _FIELDS[form]
    kept = {one.name: getattr(settings, one.name) for one in fields}
    fixed = [one.name for one in fields if _is_fixed(visit, one)]
    typed = dict(kept)
    if errors:
        typed |= {one.name: _read_field(visit, one) for one in fields if one.name not in fixed}
    return visit.page(
        "set_up_form.html.jinja",
        title=_TITLES[form],
        errors=errors,
        fields=fields,
        fixed=fixed,
        values={name: "" if value is None else value for name, value in typed.items()},
        missing=list_missing_for_letters(settings) if form == "council" else (),
        rules=form == "rules",
        yes=YES,
    )

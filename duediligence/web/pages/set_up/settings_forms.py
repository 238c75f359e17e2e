"""Settings by form: the council's own details, rules, the digest, and keys that are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from starlette.responses import Response

from duediligence.casework.setting_changes import (
    RulesPreview,
    change_settings,
    describe_settings,
    preview_rules,
)
from duediligence.errors import Conflict, Invalid, UsageError
from duediligence.model import SEVERITIES
from duediligence.notifications.mail import Mail
from duediligence.render.wording import sentence
from duediligence.settings import ABOUT, Settings
from duediligence.suppliers.facts import CONTRACT_FIELDS
from duediligence.text.wording import count
from duediligence.web.form_fields import problem, problem_with_hint
from duediligence.web.navigation import plain_hint
from duediligence.web.pages.lists import read_sent_files
from duediligence.web.pages.set_up.start import admit, list_missing_for_letters, save_settings
from duediligence.web.queue_address import YES
from duediligence.web.upkeep_jobs import REGISTER_FILES, load_register_files, send_test
from duediligence.web.visits import Pages, Visit

pages = Pages()


@dataclass(frozen=True, slots=True)
class SettingField:
    """A setting as a field of a form; its hint is what the table of settings says of it."""

    name: str
    label: str
    kind: Literal["text", "area", "number", "yes", "ticks", "choose", "secret"] = "text"
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
    SettingField("buyer_kind", "Who buys", "choose", CONTRACT_FIELDS["buyer"].options),
    SettingField("buyer_nation", "Nation", "choose", CONTRACT_FIELDS["nation"].options),
    SettingField(
        "contract_regime", "Law of most contracts", "choose", CONTRACT_FIELDS["regime"].options
    ),
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
DIGEST = (
    SettingField("notify_mail_to", "Send it to"),
    SettingField("notify_mail_from", "It comes from"),
    SettingField("smtp_host", "Mail server"),
    SettingField("smtp_security", "Security", "choose", [("starttls", "STARTTLS"), ("tls", "TLS")]),
    SettingField("smtp_port", "Port", "number"),
    SettingField("smtp_user", "User name (if it asks for one)"),
    SettingField("smtp_password", "Password", "secret"),
    SettingField("digest_people", "Name people in it", "yes"),
)
COMPANIES = (
    SettingField("companies_house_key", "Key of Companies House", "secret"),
    SettingField("companies_house_stream_key", "Key of the Companies House stream", "secret"),
    SettingField("cqc_key", "Key of the Care Quality Commission", "secret"),
    SettingField("cdp_key", "Key of the Central Digital Platform", "secret"),
)
_FORMS: Mapping[str, tuple[str, Sequence[SettingField]]] = {
    "council": ("Your council", COUNCIL),
    "rules": ("Threshold and rules", RULES),
    "digest": ("Digest by e-mail", DIGEST),
    "companies": ("Companies and charities", COMPANIES),
}


def _show_form(visit: Visit) -> Response:
    admit(visit)
    return _render_settings_form(visit, _name_form(visit))


def _name_form(visit: Visit) -> str:
    return visit.request.url.path.rpartition("/")[2]


def _save_form(visit: Visit) -> Response:
    form = _name_form(visit)
    title, every = _FORMS[form]
    fields = [one for one in every if not _is_fixed(visit, one)]
    secrets = [one.name for one in fields if one.kind == "secret"]
    visit.labels = {one.name: one.label for one in fields}
    try:
        before = admit(visit)
        if form == "digest":
            _check_mail(visit)
        values = {one.name: _read_field(visit, one) for one in fields if one.name not in secrets}
        then = change_settings(visit.ws, values, dry_run=True).settings
        if form == "rules" and visit.text("then") == "preview":
            return _render_settings_form(visit, form, preview=preview_rules(visit.ws, values))
        if form == "digest" and then.notify_mail_to:
            # The password that is typed is not kept yet.
            Mail.of(replace(then, smtp_user="") if visit.text("smtp_password") else then)
        # What is kept is never shown, so an empty field says nothing.
        typed = {
            one: visit.text(one) or ("" if visit.text(f"remove-{one}") == YES else None)
            for one in secrets
        }
        was_kept = [one for one in secrets if _is_kept(before, one) and typed[one] is None]
        save_settings(visit, values, secrets=typed)
    except (Invalid, Conflict) as error:
        wrong = problem_with_hint(error, [one.name for one in fields])
        return _render_settings_form(visit, form, wrong)
    if visit.text("then") == "test":
        return visit.go(f"/jobs/{send_test(visit.service, visit.viewer)}")
    dropped = [one for one in was_kept if not _is_kept(visit.service.settings, one)]
    more = f" Enter again, for it was kept for another address: {', '.join(dropped)}." * bool(
        dropped
    )
    return visit.go("/set-up", f"Saved: {title.lower()}.{more}")


@pages.post("/set-up/companies/files")
def bring_register(visit: Visit) -> Response:
    admit(visit)
    what = visit.text("what")
    if what not in REGISTER_FILES:
        error = ("what", "Select what the files are.")
        return _render_settings_form(visit, "companies", error)
    try:
        brought = read_sent_files(visit, "Choose the files of the register")
    except Invalid as error:
        return _render_settings_form(visit, "companies", problem(error, ("files",)))
    return visit.go(f"/jobs/{load_register_files(visit.service, visit.viewer, what, brought)}")


for _form in _FORMS:
    pages.get(f"/set-up/{_form}")(_show_form)
    pages.post(f"/set-up/{_form}")(_save_form)


def _list_rule_changes(found: RulesPreview) -> list[str]:
    """Return in sentences what other rules would do to alerts to decide; none for nothing."""
    return [
        f"{count(number, 'alert')} to decide {what}"
        for number, what in (
            (found.below, "below the threshold, to be set aside by the next screening."),
            (found.by_two, "by two people, and by one now."),
            (found.by_one, "by one person, and by two now."),
        )
        if number
    ]


def _is_kept(settings: Settings, name: str) -> bool:
    try:
        return bool(settings.secret(name))
    except UsageError:
        return False


def _describe_kept(settings: Settings, name: str) -> str:
    """Return what a form says of a secret that may be kept."""
    try:
        kept = settings.secret(name)
    except Invalid as error:
        return sentence(f"{error.message}. {plain_hint(error.hint)}")
    except UsageError:
        kept = ""
    return "One is kept. Leave this empty to keep it." if kept else "None is kept yet."


def _is_fixed(visit: Visit, field: SettingField) -> bool:
    """Return whether a setting is decided elsewhere, and so cannot be changed here."""
    return bool(visit.service.resolved.find_other_place(field.name))


def _check_mail(visit: Visit) -> None:
    """Raise Invalid for mail that is set up by half, at the first field that is missing."""
    wanted = DIGEST[:3]
    missing = [one for one in wanted if not visit.text(one.name)]
    if missing and len(missing) < len(wanted):
        words = f"Enter this too: {missing[0].label[0].lower()}{missing[0].label[1:]}"
        raise Invalid(words, field=missing[0].name)


def _read_field(visit: Visit, field: SettingField) -> Any:
    if field.kind == "yes":
        return visit.text(field.name) == YES
    if field.kind == "ticks":
        return visit.texts(field.name)
    return visit.text(field.name).replace("\r\n", "\n") or None


def _render_settings_form(
    visit: Visit, form: str, *errors: tuple[str, str], preview: RulesPreview | None = None
) -> Response:
    settings, (title, fields) = admit(visit), _FORMS[form]
    kept = {one.name: getattr(settings, one.name) for one in fields}
    fixed = [one.name for one in fields if _is_fixed(visit, one)]
    typed = dict(kept)
    if errors or preview:
        typed |= {one.name: _read_field(visit, one) for one in fields if one.name not in fixed}
    return visit.page(
        "set_up_form.html.jinja",
        title=title,
        form=form,
        errors=errors,
        preview=preview,
        changes=_list_rule_changes(preview) if preview else (),
        fields=fields,
        fixed=fixed,
        values={name: "" if value is None else value for name, value in typed.items()},
        missing=list_missing_for_letters(settings) if form == "council" else (),
        secrets={one.name: _is_kept(settings, one.name) for one in fields if one.kind == "secret"},
        said={
            one.name: _describe_kept(settings, one.name) for one in fields if one.kind == "secret"
        },
        stored_state=describe_settings(
            visit.ws, [one.name for one in fields if one.name not in fixed]
        ),
        yes=YES,
        registers=[(name, words) for name, (words, _) in REGISTER_FILES.items()],
        what=visit.text("what"),
    )

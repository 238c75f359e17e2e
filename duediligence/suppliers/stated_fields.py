"""The fields of what a supplier stated, as a person sees and types them: texts by their path.

A path is that of `SupplierInformation`, with the place in a list as a number: `parties.0.name`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from duediligence.errors import Invalid
from duediligence.law.declarations import load_questions
from duediligence.model.supplier_information import SupplierInformation
from duediligence.request_fields import RequestField
from duediligence.text.dates import parse_day
from duediligence.typed_data import convert_to

# The words of the platform's printed form for each value of its enumerations [verified]
# (cabinetoffice/GCGS-Central-Digital-Platform, `PdfGenerator_` in StaticTextResource.resx).
SCHEMES = {
    "GB-COH": "Companies House number",
    "GB-CHC": "Charity Commission (England and Wales)",
    "GB-SC": "Scottish Charity Register",
    "GB-NIC": "Charity Commission for Northern Ireland",
    "GB-MPR": "Mutuals Public Register",
    "GG-RCE": "Guernsey Registry",
    "JE-FSC": "Jersey Financial Services Commission Registry",
    "IM-CR": "Isle of Man Companies Registry",
    "GB-NHS": "NHS Organisation Data Service",
    "GB-UKPRN": "UK Register of Learning Provider (UKPRN number)",
    "GB-PPON": "Public procurement organisation number (PPON)",
    "VAT": "VAT number",
    "Other": "Other / None",
}
KINDS = {"person": "Individual", "organisation": "Organisation", "trust": "Trust or trustee"}
_ROLES = {
    "PersonWithSignificantControlFor": "Person with significant control",
    "DirectorOrIndividualWithTheSameResponsibilitiesFor": "Director or individual with same "
    "responsibilities",
    "AnyOtherIndividualWithSignificantInfluenceOrControlFor": "Other individual with significant "
    "influence or control",
}
RELATIONSHIPS = {
    "person": {f"{key}Individual": words for key, words in _ROLES.items()},
    "trust": {f"{key}Trust": words for key, words in _ROLES.items()},
    "organisation": {
        "RegisteredCompany": "Registered company",
        "DirectorOrTheSameResponsibilities": "Director or individual with the same "
        "responsibilities",
        "ParentOrSubsidiaryCompany": "Parent or subsidiary company",
        "ACompanyYourOrganisationHasTakenOver": "A company your organisation has taken over",
        "AnyOtherOrganisationWithSignificantInfluenceOrControl": "Any other organisation with "
        "significant influence or control",
    },
}
CONTROLS = {
    "OwnsShares": "Owns shares",
    "HasVotingRights": "Has voting rights",
    "CanAppointOrRemoveDirectors": "Can appoint or remove directors",
    "HasOtherSignificantInfluenceOrControl": "Has other significant influence or control",
    "None": "None",
}
YES_OR_NO = {"yes": "Yes", "no": "No"}


def _choice(label: str, words: Mapping[str, str], hint: str = "") -> RequestField:
    return RequestField(
        label,
        kind="choice",
        choices=("", *words),
        choice_words=("Not stated", *words.values()),
        hint=hint,
    )


def _date(label: str) -> RequestField:
    return RequestField(label, width=20, hint="For example, 31 March 2026.")


_ADDRESS = {
    "text": RequestField("Address"),
    "postcode": RequestField("Postcode", width=10),
    "country": RequestField("Country", width=20),
}
# What is asked for, by its path without numbers.
FIELDS: Mapping[str, RequestField] = {
    "name": RequestField("Name"),
    "share_code": RequestField("Share code", width=10),
    "submitted_on": _date("Handed in on"),
    "legal_form": RequestField("Legal form"),
    "registered_on": _date("Registered on"),
    "scale": _choice("Size", {"small": "Small or medium-sized", "large": "Larger"}),
    "consortium": _choice("Is it a consortium?", YES_OR_NO),
    "exclusions_asked": _choice(
        "Does the form have a section on exclusions?",
        YES_OR_NO,
        "If yes, each ground that is not named below was denied.",
    ),
    "identifiers.scheme": _choice("Register", SCHEMES),
    "identifiers.id": RequestField("Number", width=20),
    **{f"addresses.{name}": about for name, about in _ADDRESS.items()},
    "members.name": RequestField("Name"),
    "members.share_code": RequestField("Share code", width=10),
    "parties.kind": _choice("What it is", KINDS),
    "parties.name": RequestField("Name"),
    "parties.relationship": _choice(
        "Connected as",
        {
            value: f"{words} ({KINDS[kind].lower()})"
            for kind, known in RELATIONSHIPS.items()
            for value, words in known.items()
        },
    ),
    "parties.control": RequestField(
        "Control", hint="As the form has it, with commas between: Owns shares, Has voting rights."
    ),
    "parties.birth_date.year": RequestField("Year of birth", width=5),
    "parties.birth_date.month": RequestField("Month of birth", width=5, hint="As a number."),
    "parties.nationality": RequestField("Nationality", width=20),
    "parties.country": RequestField("Country of residence", width=20),
    "parties.company_number": RequestField("Companies House number", width=10),
    "parties.legal_form": RequestField("Legal form"),
    "parties.law": RequestField("Law under which it is registered"),
    "parties.registered_on": _date("Registered on"),
    **{f"parties.addresses.{name}": about for name, about in _ADDRESS.items()},
    "exclusions.question": _choice(
        "Ground", {one.code: one.title for one in load_questions()}
    ),
    "exclusions.about": RequestField(
        "About", hint="A name from above. Leave it blank if it is the supplier itself."
    ),
    "exclusions.in_uk": _choice("Did it happen in the UK?", YES_OR_NO),
    "exclusions.details": RequestField("In its words", kind="lines", longest=20_000),
    "exclusions.managed": RequestField("How it is managed", kind="lines", longest=20_000),
    "exclusions.decision_url": RequestField("Where the decision is recorded"),
    "exclusions.ended_on": _date("Ended on"),
}
LISTS = ("identifiers", "addresses", "members", "parties", "exclusions")
_NUMBER = re.compile(r"\.\d+")
_REQUIRED = {
    "identifiers": ("scheme", "id"),
    "addresses": ("text",),
    "members": ("name",),
    "parties": ("kind", "name"),
    "exclusions": ("question",),
}


def find_field(path: str) -> RequestField:
    """Return how the field of that path is asked for. Raises KeyError."""
    return FIELDS[_NUMBER.sub("", path)]


def build_stated_information(texts: Mapping[str, str], **known: Any) -> SupplierInformation:
    """Return what a person confirmed, from the texts of its fields by path.

    `known` is what nobody types, such as the origin. Raises Invalid, naming the path, for a text
    that its field cannot hold, and where a name or the ground of an exclusion is missing.
    """
    values: dict[str, Any] = {}
    for path, text in texts.items():
        if text:
            _put(values, path.split("."), _parse_stated_text(path, text))
    if "name" not in values:
        raise Invalid("Enter the name of the supplier.", field="name")
    for name in LISTS:
        values[name] = list(_list_blocks(name, values.get(name, {})))
    for number, one in enumerate(values["parties"]):
        one.setdefault("id", f"printed {number + 1}")
        one["addresses"] = list(one.get("addresses", {}).values())
    named = {one["name"].casefold(): one["id"] for one in values["parties"]}
    for number, one in enumerate(values["members"]):
        one["id"] = f"printed member {number + 1}"
    for number, one in enumerate(values["exclusions"]):
        about = one.pop("about", "")
        if about and about.casefold() not in named:
            raise Invalid(
                "Enter a name as it is written above, or leave it blank.",
                field=f"exclusions.{number}.about",
            )
        one["party_id"] = named.get(about.casefold(), "")
    return convert_to(SupplierInformation, {**values, **known}, strict=False)


def _put(values: dict[str, Any], way: list[str], value: object) -> None:
    *before, last = way
    for key in before:
        values = values.setdefault(key, {})
    values[last] = value


def _list_blocks(name: str, blocks: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for number, one in blocks.items():
        for needed in _REQUIRED[name]:
            if needed not in one:
                path = f"{name}.{number}.{needed}"
                raise Invalid(f"{find_field(path).label}: enter it, or clear the rest.", field=path)
        yield one


def _parse_stated_text(path: str, text: str) -> object:
    about = find_field(path)
    about.check(path, text)
    label = about.label
    if about.kind == "choice":
        if text not in about.choices:
            raise Invalid(f"{label}: select one.", field=path)
        return text == "yes" if about.choices[1:] == tuple(YES_OR_NO) else text
    if path.endswith("_on"):
        if day := parse_day(text):
            return day.isoformat()
        raise Invalid(f"{label}: enter a real date, such as 31 March 2026.", field=path)
    if path.endswith((".year", ".month")):
        least, most = (1900, 2100) if path.endswith("year") else (1, 12)
        if text.isascii() and text.isdecimal() and least <= int(text) <= most:
            return int(text)
        raise Invalid(f"{label}: enter a number from {least} to {most}.", field=path)
    if path.endswith(".control"):
        return list_controls(text) or _refuse_control(path)
    return text


def _refuse_control(path: str) -> object:
    words = ", ".join(CONTROLS.values())
    raise Invalid(f"Control: enter one or more of {words}.", field=path)


def list_controls(text: str) -> list[str] | None:
    """Return the values of conditions of control in words, with commas; None for another text."""
    known = {words.casefold(): value for value, words in CONTROLS.items()}
    found = [known.get(part.strip().casefold(), "") for part in text.split(",")]
    return found if all(found) else None

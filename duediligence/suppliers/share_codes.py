"""What a supplier stated on the Central Digital Platform, out of the JSON of a share code.

Members and enumerations follow the platform's data sharing service
(cabinetoffice/GCGS-Central-Digital-Platform). Never tried on a real answer.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from duediligence.errors import UnreadableFile
from duediligence.formats.cells import LETTERS_VERSION, TURNED, clean, is_turned, why_unreadable
from duediligence.formats.json import text as read_scalar
from duediligence.law.declarations import find_stated_grounds, load_questions
from duediligence.model import Address, Declaration, Identifier, PartialDate, UnreadCell
from duediligence.model.declarations import AppliesTo
from duediligence.model.entries import PROCUREMENT
from duediligence.model.supplier_information import (
    MAY_NAME,
    UNKNOWN_GROUND,
    UNKNOWN_PARTY,
    UNREAD_EXCLUSION,
    Origin,
    StatedExclusion,
    StatedKind,
    StatedMember,
    StatedParty,
    StatedValue,
    SupplierInformation,
)
from duediligence.suppliers.declarations import LONGEST_DETAILS
from duediligence.suppliers.facts import LONGEST_NAME
from duediligence.suppliers.identity import firm_name
from duediligence.suppliers.numbers import read_number
from duediligence.suppliers.rows import mask_digits
from duediligence.text.dates import long_date

# Members that no other form of declarations has.
_OWN = frozenset(("supplierInformationData", "associatedPersons", "additionalEntities"))
_RELATIONSHIPS = frozenset(
    f"{one}For{whom}"
    for one in (
        "PersonWithSignificantControl",
        "DirectorOrIndividualWithTheSameResponsibilities",
        "AnyOtherIndividualWithSignificantInfluenceOrControl",
    )
    for whom in ("Individual", "Trust")
)
_CATEGORIES = frozenset(
    "RegisteredCompany DirectorOrTheSameResponsibilities ParentOrSubsidiaryCompany "
    "ACompanyYourOrganisationHasTakenOver "
    "AnyOtherOrganisationWithSignificantInfluenceOrControl".split()
)
_CONTROL = frozenset(
    "None OwnsShares HasVotingRights CanAppointOrRemoveDirectors "
    "HasOtherSignificantInfluenceOrControl".split()
)
_ROLES = frozenset(
    "buyer procuringEntity supplier tenderer funder enquirer payer payee reviewBody "
    "interestedParty".split()
)
_KINDS: Mapping[str, StatedKind] = {
    "Individual": "person",
    "TrustOrTrustee": "trust",
    "Organisation": "organisation",
}
# Registers whose numbers are read, by the field of a supplier file that has them; others are kept
# as they are.
_NUMBERS: Mapping[str, str] = {
    "GB-COH": "company_number",
    "GB-CHC": "charity_number",
    "GB-SC": "charity_number",
    "GB-NIC": "charity_number",
    "GB-MPR": "mutual_number",
}
_OTHER_SCHEMES = frozenset("GB-UKPRN GB-NHS GB-PPON GG-RCE JE-FSC IM-CR VAT Other".split())
_CONSORTIUM = "informalConsortium"
_QUESTION = "_Exclusion"
_WELSH = re.compile("Welsh ?exclusions|_WelshExclusions[0-9]{2}", re.IGNORECASE)
# Who an exclusion is about, by the word of the platform: the supplier, or a connected party.
_ABOUT_ITSELF = ("self", "organisation")
_ABOUT_PARTIES = ("associated-persons", "additional-entities", "connected-entity")
# How to reach people, which is not kept: the e-mail address of an exclusion, and who signed.
_LEFT_OUT = ("_Exclusion06", "_ShareMyInformation")
# The answers of an exclusion that are read, by the end of their question.
_USED = "02 04 05 07 08 09 10".split()
_ANSWERS = (
    "boolValue numericValue startValue endValue dateValue textValue optionValue jsonValue "
    "documentUri"
)
_OTHER_NAMES = re.compile(
    "alias(es)?|aka|(also)?knownas|(other|former|previous|trading)names?", re.IGNORECASE
)
# Texts that name no party: without letters, a day, a code, an address of the web or of e-mail.
_NO_NAME = re.compile(r"[\W\d_]*|\S*[\d:/@]\S*")
_PLATFORM_QUESTION = re.compile("_[A-Za-z]+[0-9]{2}")
_MOST_KEPT = 2_000
_MOST_ITEMS = 5_000
# The platform writes a day as midnight in the UK, at times in UTC: an hour before, in summer.
_SUMMER = timedelta(hours=1)
_FIRST_BIRTH_YEAR = 1890


def is_share_code_answer(document: object) -> bool:
    """Return whether a document is an answer of the platform, or a list with one."""
    forms = document if isinstance(document, list) else [document]
    return any(isinstance(one, dict) and _OWN & one.keys() for one in forms)


def read_share_codes(
    document: object, file: str, *, origin: Origin, today: date
) -> tuple[SupplierInformation, ...]:
    """Return what each answer of a document states: it is one, or a list of them.

    `file` names the document in errors. An unknown member is kept as it is; a value
    that is not one of its enumeration, or no date, counts as not read and is kept with the reason.
    Raises UnreadableFile, naming file and place, for a value of another type, an answer without the
    name of the supplier, a draft, or a form handed in after `today`.
    """
    forms = document if isinstance(document, list) else [document]
    if not forms or len(forms) > _MOST_ITEMS:
        raise UnreadableFile(f"{file}: holds {len(forms):,} forms of suppliers")
    try:
        return tuple(
            _read_form(
                _FormPart(one, "", file, f"form {number}" if len(forms) > 1 else ""), origin, today
            )
            for number, one in enumerate(forms, 1)
        )
    except RecursionError as error:
        raise UnreadableFile(f"{file}: is nested deeper than any form of a supplier") from error


class _FormPart:
    """An object of a form, and where it is; its unread members are kept (see `leave`).

    Parts of one form share `kept`. Each method raises UnreadableFile for a value of another type.
    """

    def __init__(
        self,
        value: object,
        place: str,
        file: str,
        form: str,
        every: "list[_FormPart] | None" = None,
    ) -> None:
        self.place, self._file, self._form = place, file, form
        self.kept: list[StatedValue] = every[0].kept if every else []
        self._every = every if every is not None else []
        self._every.append(self)
        self._known: set[str] = set()
        if value is not None and not isinstance(value, dict):
            raise self.build_fault("", "is not an object")
        self._value: Mapping[str, Any] = value or {}

    def get(self, member: str) -> Any:
        """Return the value of a member, None for none."""
        self._known.add(member)
        return self._value.get(member)

    def leave(self, members: str) -> None:
        """Keep nothing of members that are known and not needed, if they are single values."""
        for one in members.split():
            if not isinstance(self._value.get(one), (dict, list)):
                self._known.add(one)

    def read_part(self, member: str, value: object = None) -> "_FormPart":
        """Return the object in a member; or of the list there the object that is given."""
        place = member if "[" in member else self._place(member)
        held = value if "[" in member else self.get(member)
        return _FormPart(held, place, self._file, self._form, self._every)

    def list_parts(self, member: str) -> "list[_FormPart]":
        return [self.read_part(place, one) for place, one in self._list_items(member)]

    def read_text(self, member: str, words: Iterable[str] = ()) -> str:
        """Return a text, empty where there is none or it is not one of the `words` there are."""
        return self._read_value(self.get(member), self._place(member), words)

    def read_words(self, member: str, words: Iterable[str] = ()) -> tuple[str, ...]:
        items = self._list_items(member)
        return tuple(filter(None, (self._read_value(one, at, words) for at, one in items)))

    def read_name(self, *members: str) -> str:
        name = " ".join(filter(None, map(self.read_text, members)))
        if not any(map(str.isalnum, name)):
            raise self.build_fault("", "has no name")
        if len(name) > LONGEST_NAME:
            raise self.build_fault("", f"has a name of {len(name):,} characters")
        return name

    def read_other_names(self) -> tuple[str, ...]:
        """Return the texts of members that hold aliases, former and trading names."""
        found = list[str]()
        for member, value in self._value.items():
            texts = value if isinstance(value, list) else [value]
            if _OTHER_NAMES.fullmatch(member.replace("_", "")) and all(
                isinstance(one, str) for one in texts
            ):
                self._known.add(member)
                found += (self._read_value(one, self._place(member), ()) for one in texts)
        return tuple(one for one in found if any(map(str.isalnum, one)))

    def read_flag(self, member: str) -> bool | None:
        value = self.get(member)
        if value is not None and not isinstance(value, bool):
            raise self.build_fault(member, "is not true or false")
        return value

    def read_moment(self, member: str) -> datetime | None:
        """Return the moment (UTC if no zone is said) that a day with a time names, else None."""
        text = self.read_text(member)
        try:
            read = datetime.fromisoformat(text)
        except ValueError:
            return None
        has_time = len(text) > len("2026-06-30")
        return (read if read.tzinfo else read.replace(tzinfo=UTC)) if has_time else None

    def read_day(self, member: str, *, quote: bool = True) -> date | None:
        """Return the day that a date or a time names in the UK; None for none, or not read."""
        text = self.read_text(member)
        if not text:
            return None
        try:
            read = datetime.fromisoformat(text)
            summer = read.hour == 23 and not read.utcoffset()
            return (read + _SUMMER if summer else read).date()
        except (ValueError, OverflowError):
            self.keep_value(member, text if quote else "", "it is not a date")
            return None

    def keep_value(self, member: str, text: str, reason: str) -> None:
        """Keep a text as it is, with the reason why it was not read."""
        self.kept.append(StatedValue(self._place(member), text, reason))

    def keep_unknown(self) -> None:
        """Keep each unread member of every part of the form."""
        for part in self._every:
            for member, value in part._value.items():
                if member not in part._known and value not in (None, "", [], {}):
                    reason = MAY_NAME if " " in member or may_hold_name(value) else ""
                    part.keep_value(clean(format_value(member)), format_value(value), reason)
        if len(self.kept) > _MOST_KEPT:
            raise self.build_fault("", f"has more than {_MOST_KEPT:,} values that are not known")

    def build_fault(self, member: str, what: str) -> UnreadableFile:
        where = ", ".join(filter(None, (self._form, self._place(member)))) or "the form"
        return UnreadableFile(
            f"{self._file}: {where} {what}",
            hint="Nothing was imported. Ask for the file again, or type the answers into a "
            "spreadsheet.",
        )

    def _place(self, member: str) -> str:
        return ".".join(filter(None, (self.place, member)))

    def _list_items(self, member: str) -> list[tuple[str, Any]]:
        value = self.get(member)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.build_fault(member, "is not a list")
        if len(value) > _MOST_ITEMS:
            raise self.build_fault(member, f"has {len(value):,} items; at most {_MOST_ITEMS:,}")
        return [(f"{self._place(member)}[{number}]", one) for number, one in enumerate(value, 1)]

    def _read_value(self, value: object, place: str, words: Iterable[str]) -> str:
        where = f"{self._file}: {', '.join(filter(None, (self._form, place)))}"
        if isinstance(value, (bool, int, float)):
            raise UnreadableFile(f"{where} is not a text")
        text = read_scalar(value, where)
        if is_turned(text):
            raise UnreadableFile(f"{where} {TURNED}")
        text = clean(text)
        if text and words and text not in words:
            self.kept.append(StatedValue(place, text, "it is not a known value"))
            return ""
        return text


def _read_form(top: _FormPart, origin: Origin, today: date) -> SupplierInformation:
    data = top.read_part("supplierInformationData")
    about = data.read_part("form")
    if about.read_text("submissionState", ("Draft", "Submitted")) == "Draft":
        raise top.build_fault("", "is a draft: the supplier has not handed it in")
    submitted = about.read_day("submittedAt")
    if submitted and submitted > today:
        raise top.build_fault("", f"was handed in on {long_date(submitted)}: that is in the future")
    about.leave("name organisationId formId isRequired")
    top.leave("id")
    top.read_part("contactPoint").leave("name email telephone url")
    details = top.read_part("details")
    legal = details.read_part("legalForm")
    legal.leave("lawRegistered")
    exclusions, asked = _read_exclusions(data)
    registered = [top.read_part("identifier"), *top.list_parts("additionalIdentifiers")]
    name = top.read_name("name")
    names = (*(one.read_text("legalName") for one in registered), *top.read_other_names())
    parties = (
        *(_read_party(one, persons=True) for one in top.list_parts("associatedPersons")),
        *(_read_party(one, persons=False) for one in top.list_parts("additionalEntities")),
    )
    ids = [one.id for one in parties if one.id]
    if len(set(ids)) < len(ids):
        twice = next(one for one in ids if ids.count(one) > 1)
        raise top.build_fault(
            "", f"names two parties by the id {twice}: which one an exclusion is about is not known"
        )
    addresses = _read_addresses(top)
    found = SupplierInformation(
        origin=origin,
        name=name,
        other_names=tuple(
            dict.fromkeys(one for one in names if firm_name(one) not in ("", firm_name(name)))
        ),
        consortium=top.read_text("type", ("organisation", _CONSORTIUM)) == _CONSORTIUM,
        identifiers=tuple(_read_registrations(registered)),
        addresses=tuple(one for _, one in addresses),
        is_postal_only=bool(addresses) and addresses[0][0],
        legal_form=legal.read_text("registeredLegalForm"),
        registered_on=legal.read_day("registrationDate"),
        scale=details.read_text("scale"),
        roles=top.read_words("roles", _ROLES),
        parties=parties,
        members=tuple(map(_read_member, top.list_parts("additionalParties"))),
        exclusions=exclusions,
        exclusions_asked=asked,
        share_code=about.read_text("shareCode"),
        form_version=about.read_text("formVersionId"),
        submitted_on=submitted,
        submitted_at=about.read_moment("submittedAt"),
    )
    top.keep_unknown()
    return replace(found, kept=tuple(top.kept))


def _read_registrations(registered: Iterable[_FormPart]) -> Iterator[Identifier]:
    for one in registered:
        scheme, number = one.read_text("scheme"), one.read_text("id")
        one.leave("uri")
        if not number:
            continue
        read = read_number(_NUMBERS[scheme], number) if scheme in _NUMBERS else None
        if read and read.identifier:
            yield read.identifier
        elif scheme in _OTHER_SCHEMES:
            yield Identifier(scheme, number, label="" if scheme == PROCUREMENT else scheme)
        else:
            one.keep_value(
                "", f"{scheme} {number}", read.remark if read else "it is no known register"
            )


def _read_addresses(of: _FormPart) -> list[tuple[bool, Address]]:
    """Return the addresses of a supplier, each with if it is postal, the registered one first."""
    found: dict[Address, bool] = {}
    more = [*of.list_parts("additionalAddresses"), *of.list_parts("addresses")]
    for one in (of.read_part("address"), *more):
        street = map(one.read_text, ("streetAddress", "locality", "region"))
        code, country = one.read_text("country"), one.read_text("countryName")
        postcode = one.read_text("postalCode")
        address = Address(", ".join(filter(None, street)), postcode, country or code)
        postal = one.read_text("type", ("Registered", "Postal")) == "Postal"
        if address.text or address.postcode:
            found[address] = found.get(address, True) and postal
    return sorted(((postal, one) for one, postal in found.items()), key=lambda one: one[0])


def _read_party(one: _FormPart, *, persons: bool) -> StatedParty:
    period = one.read_part("period")
    relationship = (
        one.read_text("relationship", _RELATIONSHIPS)
        if persons
        else one.read_text("category", _CATEGORIES)
    )
    usual: StatedKind = "trust" if relationship.endswith("ForTrust") else "person"
    entity = one.read_text("entityType", _KINDS)
    number = one.read_text("companyHouseNumber")
    company = read_number("company_number", number)
    if number and not company.identifier:
        one.keep_value("companyHouseNumber", number, company.remark)
    one.leave("hasCompanyHouseNumber nationality residentCountry")
    _read_addresses(one)
    return StatedParty(
        id=one.read_text("id"),
        kind=_KINDS.get(entity, usual) if persons else "organisation",
        name=one.read_name(*(("firstName", "lastName") if persons else ("name",))),
        relationship=relationship,
        # `None` says that there is no condition.
        control=tuple(
            each for each in one.read_words("controlCondition", _CONTROL) if each != "None"
        ),
        birth_date=_read_birth_date(one) if persons else None,
        company_number=company.identifier.id if company.identifier else "",
        overseas_number=one.read_text("overseasCompanyNumber"),
        registered_with=one.read_text("registrationAuthority"),
        legal_form=one.read_text("registeredLegalForm"),
        law=one.read_text("lawRegistered"),
        registered_on=one.read_day("registeredDate"),
        insolvent_on=one.read_day("insolvencyDate"),
        ended_on=period.read_day("endDate"),
        other_names=one.read_other_names(),
    )


def _read_birth_date(one: _FormPart) -> PartialDate | None:
    """Return year and month of birth, which is all that is kept of it."""
    born = one.read_day("dateOfBirth", quote=False)
    if born and born.year < _FIRST_BIRTH_YEAR:
        one.keep_value("dateOfBirth", "", "it is not the year of birth of a living person")
        return None
    return PartialDate(born.year, born.month) if born else None


def _read_member(one: _FormPart) -> StatedMember:
    code = one.read_part("shareCode")
    one.leave("uri")
    code.leave("submittedAt")
    return StatedMember(
        id=one.read_text("id"),
        name=one.read_name("name"),
        roles=one.read_words("roles", _ROLES),
        share_code=code.read_text("value"),
    )


def _read_exclusions(data: _FormPart) -> tuple[tuple[StatedExclusion, ...], bool]:
    """Return each exclusion, and whether the form asks for them."""
    found: list[StatedExclusion] = []
    asked = False
    for one in data.list_parts("questions"):
        asked |= _is_about_exclusion(one, "name")
        one.leave("type title text isRequired sortOrder organisationId")
        for option in one.list_parts("options"):
            option.leave("id value")
    for one in data.list_parts("answerSets"):
        one.leave("id organisationId")
        answers = one.list_parts("answers")
        if _is_about_exclusion(one, "") or any(
            _is_about_exclusion(each, "questionName") for each in answers
        ):
            asked = True
            exclusion = _read_exclusion(one, answers) if answers else None
            found += [exclusion] if exclusion else []
        else:
            section = one.read_text("sectionName")
            _keep_answers(section, answers)
            if _may_be_exclusion(section, answers):
                one.keep_value("", section or "no section", UNREAD_EXCLUSION)
    return tuple(found), asked


def _may_be_exclusion(section: str, answers: Iterable[_FormPart]) -> bool:
    """Return whether answers of another section may state an exclusion, by its name or by a ground
    that is answered; the Welsh questions about blacklisting are known, and do not.
    """
    names = [section, *(one.read_text("questionName") for one in answers)]
    named = any("exclusion" in _WELSH.sub("", one).casefold() for one in names)
    grounds = {one.code.casefold() for one in load_questions()}
    chosen = (one.get("optionValue") for one in answers)
    return named or any(
        str(each).casefold() in grounds
        for one in chosen
        for each in (one if isinstance(one, list) else [one])
    )


def _is_about_exclusion(one: _FormPart, question: str) -> bool:
    section = one.read_text("sectionName").casefold()
    named = bool(question) and one.read_text(question).startswith(_QUESTION)
    return named or section in ("exclusions", "exclusion")


def _read_exclusion(part: _FormPart, answers: Sequence[_FormPart]) -> StatedExclusion | None:
    """Return the exclusion of a set of answers; None where it is not known which, or whose."""
    names = [one.read_text("questionName") for one in answers]
    if len({*names}) < len(names):
        _keep_answers("Exclusions", answers)
        part.keep_value("", "answers one question twice", UNREAD_EXCLUSION)
        return None
    by_question = {one.read_text("questionName").removeprefix(_QUESTION): one for one in answers}
    absent = part.read_part(f"{part.place}.answers[0]")
    used = {number: by_question.pop(number, absent) for number in _USED}
    _keep_answers("Exclusions", by_question.values())
    for one in used.values():
        one.leave(_ANSWERS)
    codes = {one.code.casefold(): one.code for one in load_questions()}
    stated = used["08"].read_words("optionValue")
    question = codes.get(stated[0].casefold(), "") if len(stated) == 1 else ""
    party = used["09"].read_part("jsonValue")
    about, id_ = party.read_text("type"), party.read_text("id")
    if not question:
        used["08"].keep_value("optionValue", ", ".join(stated) or "no answer", UNKNOWN_GROUND)
    known = about in ("", *_ABOUT_ITSELF, *_ABOUT_PARTIES)
    if not known:
        party.keep_value("", f"{question}: {about} {id_}", UNKNOWN_PARTY)
    if not question or not known:
        return None
    url = used["10"]
    return StatedExclusion(
        question=question,
        party_id=id_ if about in _ABOUT_PARTIES else "",
        in_uk=used["07"].read_flag("boolValue"),
        details=used["05"].read_text("textValue"),
        managed=used["04"].read_text("textValue"),
        decision_url=url.read_text("textValue") or url.read_text("documentUri"),
        ended_on=used["02"].read_day("dateValue"),
    )


def _keep_answers(section: str, answers: Iterable[_FormPart]) -> None:
    """Keep answers as text: of other sections, and to unknown questions."""
    for one in answers:
        question = one.read_text("questionName")
        values = [value for value in map(one.get, _ANSWERS.split()) if value not in (None, "", [])]
        if values and not question.startswith(_LEFT_OUT):
            text = "; ".join(map(format_value, values))
            known = _PLATFORM_QUESTION.fullmatch(question)
            named = may_hold_name(one.get("jsonValue") if known else values)
            one.kept.append(StatedValue(f"{section}/{question}", text, MAY_NAME if named else ""))


def may_hold_name(value: object) -> bool:
    """Return whether a value holds a text that may name a party."""
    if isinstance(value, dict):
        return any(" " in member or may_hold_name(one) for member, one in value.items())
    if isinstance(value, list):
        return any(map(may_hold_name, value))
    return isinstance(value, str) and not _NO_NAME.fullmatch(value.strip())


def list_unread_cells(information: SupplierInformation) -> tuple[UnreadCell, ...]:
    """Return what may name a party and was not read, as cells of the supplier."""
    cells = (
        UnreadCell(f"form: {one.path}", mask_digits(one.text), "text", one.reason)
        for one in information.kept
        if one.reason == MAY_NAME
    )
    people = (name for one in information.parties for name in (one.name, *one.other_names))
    names = (information.name, *information.other_names, *people)
    return (*cells, *find_unreadable("form: name", names))


def find_unreadable(at: str, names: Iterable[str]) -> Iterator[UnreadCell]:
    """Yield as cells of the supplier the names, stated `at` a place, that cannot be read."""
    for name in dict.fromkeys(names):
        if reason := why_unreadable(name):
            yield UnreadCell(at, name, "name", reason, LETTERS_VERSION)


def format_value(value: object) -> str:
    """Return a value as one line of text: what is no text as JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return " ".join(text.encode(errors="replace").decode().replace("\0", "").split())[
        :LONGEST_DETAILS
    ]


def list_stated_answers(information: SupplierInformation, ref: str) -> tuple[Declaration, ...]:
    """Return what a form whose day is known declares about exclusion grounds, as answers of that
    supplier.

    Each exclusion is a yes, of the supplier or of a connected person: every question is asked about
    both (Procurement Regulations 2024 reg.12). What is not stated of one of them is a no, where the
    form asks for exclusions and each was read; otherwise nothing is declared.
    """
    assert information.submitted_on is not None
    texts: dict[tuple[str, AppliesTo], list[str]] = {}
    grounds: dict[tuple[str, AppliesTo], dict[str, None]] = {}
    for one in information.exclusions:
        applies: AppliesTo = "connected person" if one.party_id else "supplier"
        key = (one.question, applies)
        some = dict.fromkeys(find_stated_grounds(one.question, in_uk=one.in_uk))
        grounds[key] = grounds.get(key, {}) | some
        texts.setdefault(key, []).append(_join_details(one))
    disclosed = {(each, of) for (_, of), some in grounds.items() for each in some}
    found = []
    for question in load_questions():
        about = Declaration(
            supplier_ref=ref,
            question=question.code,
            title=question.title,
            grounds=question.grounds,
            answer="no",
            declared_on=information.submitted_on,
        )
        for applies in ("supplier", "connected person"):
            about = replace(about, applies_to=applies)
            if (key := (question.code, applies)) in grounds:
                details = "; ".join(filter(None, texts[key]))[:LONGEST_DETAILS]
                stated = replace(about, answer="yes", grounds=tuple(grounds[key]))
                found.append(replace(stated, details=details))
            elif information.is_rest_denied and (question.grounds[0], applies) not in disclosed:
                found.append(about)
    return tuple(found)


def _join_details(one: StatedExclusion) -> str:
    where = "Outside the UK." if one.in_uk is False else ""
    ended = f"Ended on {long_date(one.ended_on)}." if one.ended_on else ""
    managed = f"How it is managed: {one.managed}" if one.managed else ""
    return " ".join(filter(None, (where, one.details, managed, ended, one.decision_url)))

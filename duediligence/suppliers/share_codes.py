"""What a supplier stated on the Central Digital Platform, out of the JSON of a share code.

The members and enumerations are those of the platform's data sharing service
(cabinetoffice/GCGS-Central-Digital-Platform). Never tried on a real answer.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from duediligence.errors import UnreadableFile
from duediligence.formats.cells import TURNED, clean, is_turned
from duediligence.formats.json import text as read_scalar
from duediligence.law.declarations import load_questions
from duediligence.model import Address, Declaration, Identifier, PartialDate
from duediligence.model.declarations import AppliesTo
from duediligence.model.entries import PROCUREMENT
from duediligence.model.supplier_information import (
    UNKNOWN_GROUND,
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
from duediligence.suppliers.numbers import read_number
from duediligence.text.dates import long_date

Node = Mapping[str, Any]
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
_EXCLUSIONS = "exclusions"
_QUESTION = "_Exclusion"
# Who an exclusion is about, by the word of the platform: the supplier, or a connected party.
_ABOUT_ITSELF = ("self", "organisation")
_ABOUT_PARTIES = ("associated-persons", "additional-entities", "connected-entity")
# How to reach people, which is not kept: the e-mail address of an exclusion, and who signed.
_LEFT_OUT = ("_Exclusion06", "_ShareMyInformation")
_ANSWERS = (
    "boolValue numericValue startValue endValue dateValue textValue optionValue jsonValue "
    "documentUri"
)
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

    `file` names the document in errors. A member that nobody here knows is kept as it is; a value
    that is not one of its enumeration, or no date, counts as not read and is kept with the reason.
    Raises UnreadableFile, naming file and place, for a value of another type, an answer without the
    name of the supplier, one that was not handed in, or handed in after `today`.
    """
    forms = document if isinstance(document, list) else [document]
    if not forms or len(forms) > _MOST_ITEMS:
        raise UnreadableFile(f"{file}: holds {len(forms):,} forms of suppliers")
    try:
        return tuple(
            _FormReader(file, f"form {number}" if len(forms) > 1 else "").read_form(
                one, origin, today
            )
            for number, one in enumerate(forms, 1)
        )
    except RecursionError as error:
        raise UnreadableFile(f"{file}: is nested deeper than any form of a supplier") from error


class _FormReader:
    """Reads one answer, and collects what was kept of it as it stood."""

    def __init__(self, file: str, place: str) -> None:
        self._file, self._place = file, place
        self._kept: list[StatedValue] = []

    def read_form(self, form: object, origin: Origin, today: date) -> SupplierInformation:
        top = self._read_object(form, "")
        data = self._read_object(top.get("supplierInformationData"), "supplierInformationData")
        about = self._read_object(data.get("form"), "form")
        if self._read_text(about, "submissionState", "form", ("Draft", "Submitted")) == "Draft":
            raise self._build_fault(
                "form.submissionState", "is a draft: the supplier has not handed it in"
            )
        submitted = self._read_day(about, "submittedAt", "form")
        if submitted and submitted > today:
            raise self._build_fault("form.submittedAt", f"{submitted} is in the future")
        name = self._read_name(top, ("name",))
        details = self._read_object(top.get("details"), "details")
        legal = self._read_object(details.get("legalForm"), "details.legalForm")
        exclusions, asked = self._read_exclusions(data)
        parties = (
            *self._read_parties(top, "associatedPersons"),
            *self._read_parties(top, "additionalEntities"),
        )
        ids = [one.id for one in parties if one.id]
        if len(set(ids)) < len(ids):
            place = next(f"id {one}" for one in ids if ids.count(one) > 1)
            raise self._build_fault(
                place, "is of two parties: it is not known which one an exclusion is about"
            )
        found = SupplierInformation(
            origin=origin,
            name=name,
            consortium=self._read_text(top, "type", "", ("organisation", "informalConsortium"))
            == "informalConsortium",
            identifiers=tuple(self._read_identifiers(top)),
            addresses=tuple(self._read_addresses(top)),
            legal_form=self._read_text(legal, "registeredLegalForm", "details.legalForm"),
            registered_on=self._read_day(legal, "registrationDate", "details.legalForm"),
            scale=self._read_text(details, "scale", "details"),
            roles=self._read_words(top, "roles", "", _ROLES),
            parties=parties,
            members=tuple(self._read_members(top)),
            exclusions=exclusions,
            exclusions_asked=asked,
            share_code=self._read_text(about, "shareCode", "form"),
            form_version=self._read_text(about, "formVersionId", "form"),
            submitted_on=submitted,
        )
        self._keep_unknown(
            top,
            "",
            "id type name associatedPersons additionalEntities additionalParties identifier "
            "additionalIdentifiers address additionalAddresses contactPoint roles details "
            "supplierInformationData",
        )
        self._keep_unknown(data, "supplierInformationData", "form answerSets questions")
        self._keep_unknown(
            about,
            "form",
            "name submissionState submittedAt organisationId formId formVersionId isRequired "
            "shareCode",
        )
        contact = self._read_object(top.get("contactPoint"), "contactPoint")
        self._keep_unknown(contact, "contactPoint", "name email telephone url")
        self._keep_unknown(details, "details", "legalForm scale")
        self._keep_unknown(legal, "details.legalForm", "registeredLegalForm registrationDate")
        if len(self._kept) > _MOST_KEPT:
            raise self._build_fault("", f"more than {_MOST_KEPT:,} values that are not known")
        return replace(found, kept=tuple(self._kept))

    def _read_identifiers(self, top: Node) -> Iterator[Identifier]:
        every = [("identifier", top.get("identifier"))]
        every += self._list_items(top, "additionalIdentifiers")
        for place, value in every:
            one = self._read_object(value, place)
            scheme, number = (
                self._read_text(one, "scheme", place),
                self._read_text(one, "id", place),
            )
            self._keep_unknown(one, place, "scheme id legalName uri")
            if not number:
                continue
            read = read_number(_NUMBERS[scheme], number) if scheme in _NUMBERS else None
            if read and read.identifier:
                yield read.identifier
            elif scheme in _OTHER_SCHEMES:
                yield Identifier(scheme, number, label="" if scheme == PROCUREMENT else scheme)
            else:
                reason = read.remark if read else "it is not a known register"
                self._keep_value(place, f"{scheme} {number}", reason)

    def _read_addresses(self, node: Node, place: str = "") -> Iterator[Address]:
        """Yield the addresses of a supplier or of a party, the registered one first."""
        every = [(_join(place, "address"), node["address"])] if node.get("address") else []
        for member in ("additionalAddresses", "addresses"):
            every += self._list_items(node, member, place)
        found = []
        for where, value in every:
            one = self._read_object(value, where)
            kind = self._read_text(one, "type", where, ("Registered", "Postal"))
            street = [
                self._read_text(one, part, where)
                for part in ("streetAddress", "locality", "region")
            ]
            country = self._read_text(one, "countryName", where) or self._read_text(
                one, "country", where
            )
            address = Address(
                ", ".join(filter(None, street)), self._read_text(one, "postalCode", where), country
            )
            self._keep_unknown(
                one, where, "streetAddress locality region postalCode countryName country type"
            )
            if address.text or address.postcode:
                found.append((kind == "Postal", address))
        yield from dict.fromkeys(address for _, address in sorted(found, key=lambda one: one[0]))

    def _read_parties(self, top: Node, member: str) -> Iterator[StatedParty]:
        persons = member == "associatedPersons"
        for place, value in self._list_items(top, member):
            one = self._read_object(value, place)
            period = self._read_object(one.get("period"), f"{place}.period")
            name = self._read_name(one, ("firstName", "lastName") if persons else ("name",), place)
            said = "relationship" if persons else "category"
            relationship = self._read_text(
                one, said, place, _RELATIONSHIPS if persons else _CATEGORIES
            )
            entity = self._read_text(one, "entityType", place, tuple(_KINDS))
            usual: StatedKind = "trust" if relationship.endswith("ForTrust") else "person"
            kind = _KINDS.get(entity, usual) if persons else "organisation"
            number = self._read_text(one, "companyHouseNumber", place)
            company = read_number("company_number", number)
            if number and not company.identifier:
                self._keep_value(f"{place}.companyHouseNumber", number, company.remark)
            control = self._read_words(one, "controlCondition", place, _CONTROL)
            yield StatedParty(
                id=self._read_text(one, "id", place),
                kind=kind,
                name=name,
                relationship=relationship,
                # None is said beside no other: it is that there is no condition.
                control=tuple(each for each in control if each != "None"),
                birth_date=self._read_birth_date(one, place) if persons else None,
                nationality=self._read_text(one, "nationality", place),
                country=self._read_text(one, "residentCountry", place),
                company_number=company.identifier.id if company.identifier else "",
                overseas_number=self._read_text(one, "overseasCompanyNumber", place),
                registered_with=self._read_text(one, "registrationAuthority", place),
                legal_form=self._read_text(one, "registeredLegalForm", place),
                law=self._read_text(one, "lawRegistered", place),
                registered_on=self._read_day(one, "registeredDate", place),
                insolvent_on=self._read_day(one, "insolvencyDate", place),
                ended_on=self._read_day(period, "endDate", f"{place}.period"),
                addresses=tuple(self._read_addresses(one, place)),
            )
            known = (
                "dateOfBirth nationality residentCountry firstName lastName relationship"
                if persons
                else "name category insolvencyDate registeredLegalForm lawRegistered"
            )
            self._keep_unknown(
                one,
                place,
                f"{known} id entityType controlCondition addresses registrationAuthority "
                "registeredDate hasCompanyHouseNumber companyHouseNumber overseasCompanyNumber "
                "period",
            )
            self._keep_unknown(period, f"{place}.period", "endDate")

    def _read_birth_date(self, one: Node, place: str) -> PartialDate | None:
        """Return year and month of birth, which is all that is kept of it."""
        born = self._read_day(one, "dateOfBirth", place, quote=False)
        if born and born.year < _FIRST_BIRTH_YEAR:
            self._keep_value(
                f"{place}.dateOfBirth", "", "it is not the year of birth of a living person"
            )
            return None
        return PartialDate(born.year, born.month) if born else None

    def _read_members(self, top: Node) -> Iterator[StatedMember]:
        for place, value in self._list_items(top, "additionalParties"):
            one = self._read_object(value, place)
            code = self._read_object(one.get("shareCode"), f"{place}.shareCode")
            yield StatedMember(
                id=self._read_text(one, "id", place),
                name=self._read_name(one, ("name",), place),
                roles=self._read_words(one, "roles", place, _ROLES),
                share_code=self._read_text(code, "value", f"{place}.shareCode"),
            )
            self._keep_unknown(one, place, "id name roles uri shareCode")
            self._keep_unknown(code, f"{place}.shareCode", "value submittedAt")

    def _read_exclusions(self, data: Node) -> tuple[tuple[StatedExclusion, ...], bool]:
        """Return each exclusion, and whether the form asks for them."""
        found: list[StatedExclusion] = []
        asked = False
        for place, value in self._list_items(data, "questions", "supplierInformationData"):
            one = self._read_object(value, place)
            asked |= self._is_about_exclusion(one, "name", place)
            self._keep_unknown(
                one,
                place,
                "type name title text isRequired sectionName options sortOrder organisationId",
            )
            for where, option in self._list_items(one, "options", place):
                self._keep_unknown(self._read_object(option, where), where, "id value")
        for place, value in self._list_items(data, "answerSets", "supplierInformationData"):
            one = self._read_object(value, place)
            answers = [
                (where, self._read_object(answer, where))
                for where, answer in self._list_items(one, "answers", place)
            ]
            self._keep_unknown(one, place, "id sectionName answers organisationId")
            if not (
                self._is_about_exclusion(one, "", place)
                or any(
                    self._is_about_exclusion(answer, "questionName", at) for at, answer in answers
                )
            ):
                self._keep_answers(self._read_text(one, "sectionName", place), answers)
                continue
            asked = True
            if answers:
                exclusion = self._read_exclusion(place, answers)
                found += [exclusion] if exclusion else []
        return tuple(found), asked

    def _is_about_exclusion(self, one: Node, question: str, place: str) -> bool:
        named = question and self._read_text(one, question, place).startswith(_QUESTION)
        section = self._read_text(one, "sectionName", place).casefold()
        return bool(named) or section in (_EXCLUSIONS, _EXCLUSIONS.removesuffix("s"))

    def _read_exclusion(
        self, place: str, answers: Iterable[tuple[str, Node]]
    ) -> StatedExclusion | None:
        """Return the exclusion of a set of answers; None where its ground was not read."""
        by_question = {
            self._read_text(one, "questionName", where).removeprefix(_QUESTION): (where, one)
            for where, one in answers
        }
        codes = {one.code.casefold(): one.code for one in load_questions()}
        where, answer = by_question.pop("08", (place, {}))
        stated = self._read_words(answer, "optionValue", where)
        question = codes.get(stated[0].casefold(), "") if len(stated) == 1 else ""
        if not question:
            text = ", ".join(stated) or "no answer"
            self._keep_value(f"{where}.optionValue", text, UNKNOWN_GROUND)
        where, answer = by_question.pop("09", (place, {}))
        party = self._read_object(answer.get("jsonValue"), f"{where}.jsonValue")
        whom, id_ = (self._read_text(party, one, f"{where}.jsonValue") for one in ("type", "id"))
        self._keep_unknown(party, f"{where}.jsonValue", "type id")
        of_party = whom in _ABOUT_PARTIES
        if whom and not of_party and whom not in _ABOUT_ITSELF:
            self._keep_value(
                f"{where}.jsonValue", f"{whom} {id_}", "it does not say who it is about"
            )
        rest = {number: by_question.pop(number, (place, {})) for number in "02 04 05 07 10".split()}
        for number, (at, one) in by_question.items():
            if not f"{_QUESTION}{number}".startswith(_LEFT_OUT):
                self._keep_answers(_EXCLUSIONS, [(at, one)])
        url_at, url = rest["10"]
        return (
            question
            and StatedExclusion(
                question=question,
                party_id=id_ if of_party else "",
                in_uk=self._read_flag(rest["07"][1], "boolValue", rest["07"][0]),
                details=self._read_text(rest["05"][1], "textValue", rest["05"][0]),
                managed=self._read_text(rest["04"][1], "textValue", rest["04"][0]),
                decision_url=self._read_text(url, "textValue", url_at)
                or self._read_text(url, "documentUri", url_at),
                ended_on=self._read_day(rest["02"][1], "dateValue", rest["02"][0]),
            )
        ) or None

    def _keep_answers(self, section: str, answers: Iterable[tuple[str, Node]]) -> None:
        """Keep answers as they stand: of other sections, and to questions not known here."""
        for where, one in answers:
            question = self._read_text(one, "questionName", where)
            values = [one[name] for name in _ANSWERS.split() if one.get(name) not in (None, "", [])]
            if values and not question.startswith(_LEFT_OUT):
                self._keep_value(f"{section}/{question}", "; ".join(map(_format_value, values)), "")
            self._keep_unknown(one, where, f"questionName {_ANSWERS}")

    # Values

    def _read_object(self, value: object, place: str) -> Node:
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self._build_fault(place, "is not an object")
        return value

    def _list_items(self, node: Node, member: str, place: str = "") -> list[tuple[str, Any]]:
        value, where = node.get(member), _join(place, member)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self._build_fault(where, "is not a list")
        if len(value) > _MOST_ITEMS:
            raise self._build_fault(
                where, f"has {len(value):,} items; the maximum is {_MOST_ITEMS:,}"
            )
        return [(f"{where}[{number}]", one) for number, one in enumerate(value, 1)]

    def _read_text(
        self, node: Node, member: str, place: str = "", words: Iterable[str] = ()
    ) -> str:
        """Return a text, empty where there is none or it is not one of the `words` there are."""
        value, where = node.get(member), _join(place, member)
        if isinstance(value, (bool, int, float)):
            raise self._build_fault(where, "is not a text")
        text = read_scalar(value, f"{self._file}: {_join(self._place, where, ', ')}")
        if is_turned(text):
            raise self._build_fault(where, TURNED)
        text = clean(text)
        if text and words and text not in words:
            self._keep_value(where, text, "it is not a known value")
            return ""
        return text

    def _read_name(self, node: Node, members: Iterable[str], place: str = "") -> str:
        name = " ".join(filter(None, (self._read_text(node, one, place) for one in members)))
        if not any(map(str.isalnum, name)):
            raise self._build_fault(place, "has no name")
        if len(name) > LONGEST_NAME:
            raise self._build_fault(place, f"has a name of {len(name):,} characters")
        return name

    def _read_words(
        self, node: Node, member: str, place: str = "", words: Iterable[str] = ()
    ) -> tuple[str, ...]:
        each = (
            self._read_text({where: one}, where, "", words)
            for where, one in self._list_items(node, member, place)
        )
        return tuple(filter(None, each))

    def _read_flag(self, node: Node, member: str, place: str) -> bool | None:
        value = node.get(member)
        if value is not None and not isinstance(value, bool):
            raise self._build_fault(_join(place, member), "is not true or false")
        return value

    def _read_day(self, node: Node, member: str, place: str, *, quote: bool = True) -> date | None:
        """Return the day that a date or a time names in the UK; None for none, or not read."""
        text = self._read_text(node, member, place)
        if not text:
            return None
        try:
            read = datetime.fromisoformat(text)
            return (
                (read + _SUMMER).date() if read.hour == 23 and not read.utcoffset() else read.date()
            )
        except (ValueError, OverflowError):
            kept = text if quote else ""
            self._keep_value(_join(place, member), kept, "it is not a date")
            return None

    def _keep_value(self, path: str, text: str, reason: str) -> None:
        self._kept.append(StatedValue(path, text, reason))

    def _keep_unknown(self, node: Node, place: str, known: str) -> None:
        """Keep each member that nobody here knows, whatever it holds."""
        names = frozenset(known.split())
        for member, value in node.items():
            if member not in names and value not in (None, "", [], {}):
                path = read_scalar(_join(place, member), f"{self._file}: {place}")
                self._keep_value(path, _format_value(value), "")

    def _build_fault(self, place: str, what: str) -> UnreadableFile:
        where = ", ".join(filter(None, (self._place, place)))
        return UnreadableFile(
            f"{self._file}: {where or 'the form'} {what}",
            hint="Nothing was imported. Ask for the file again, or type the answers in: "
            "docs/officer/declarations.md.",
        )


def _join(place: str, member: str, between: str = ".") -> str:
    return f"{place}{between}{member}" if place else member


def _format_value(value: object) -> str:
    """Return a value as one line of text: what is no text as JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return " ".join(text.encode(errors="replace").decode().replace("\0", "").split())[
        :LONGEST_DETAILS
    ]


def list_stated_answers(
    information: SupplierInformation, ref: str, *, on: date
) -> tuple[Declaration, ...]:
    """Return what the form declares about exclusion grounds, as answers of that supplier on a day.

    Each exclusion is a yes, of the supplier or of a connected person. A question about which the
    supplier states none of itself is a no, where the form asks for exclusions and each was read;
    otherwise nothing is declared.
    """
    texts: dict[tuple[str, AppliesTo], list[str]] = {}
    for one in information.exclusions:
        applies: AppliesTo = "connected person" if one.party_id else "supplier"
        texts.setdefault((one.question, applies), []).append(_join_details(one))
    found = []
    for question in load_questions():
        about = Declaration(
            supplier_ref=ref,
            question=question.code,
            title=question.title,
            grounds=question.grounds,
            answer="no",
            declared_on=information.submitted_on or on,
        )
        for applies in ("supplier", "connected person"):
            stated = texts.get((question.code, applies))
            if stated is not None:
                details = "; ".join(filter(None, stated))[:LONGEST_DETAILS]
                found.append(replace(about, answer="yes", applies_to=applies, details=details))
            elif information.is_rest_denied and applies == "supplier":
                found.append(about)
    return tuple(found)


def _join_details(one: StatedExclusion) -> str:
    ended = f"Ended on {long_date(one.ended_on)}." if one.ended_on else ""
    managed = f"How it is managed: {one.managed}" if one.managed else ""
    return " ".join(filter(None, (one.details, managed, ended, one.decision_url)))

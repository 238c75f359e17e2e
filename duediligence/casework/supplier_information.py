"""What suppliers stated for a tender, kept: it fills suppliers, their people and declarations."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from duediligence.casework.supplier_editing import make_supplier_change
from duediligence.errors import (
    Conflict,
    Invalid,
    NotFound,
    UnreadableFile,
    UsageError,
)
from duediligence.fetch.api import Api, explain_key_refusal
from duediligence.fetch.evidence import Evidence
from duediligence.fetch.limiter import Limiter
from duediligence.formats import json
from duediligence.matching.compare import name_similarity
from duediligence.model import (
    Address,
    Declaration,
    Identifier,
    PartOf,
    PartRole,
    Person,
    Supplier,
    UnreadCell,
)
from duediligence.model.supplier_changes import combine_suppliers
from duediligence.model.supplier_information import (
    StatedParty,
    SupplierInformation,
)
from duediligence.screening.access import hide_birth_dates, require_action, use_case
from duediligence.screening.lookup.parties import find_former_limit
from duediligence.screening.workspace import Workspace, user_agent
from duediligence.suppliers.declarations import MOST_BYTES
from duediligence.suppliers.identity import SIMILAR, firm_name, list_legal_forms
from duediligence.suppliers.rows import made_ref
from duediligence.suppliers.share_codes import (
    is_share_code_answer,
    list_stated_answers,
    list_unread_cells,
    read_share_codes,
)
from duediligence.text.dates import long_date
from duediligence.text.legal_forms import ends_in_legal_form
from duediligence.text.names import same_person
from duediligence.text.wording import listed

# What an answer of the platform is called in errors: the share code stays unsaid.
ANSWER = "answer of the platform"
KEY_HEADER = "CDP-Api-Key"
_CODE = re.compile(r"[0-9A-Za-z]{8}")
Outcome = Literal["new", "filled", "same", "older"]
_ENDED_OR_NOT = "the newest form leaves them out: if they never were connected, remove the person"
# Only these say which supplier it is; what else the platform numbers is kept with the form.
_REGISTERS = frozenset(("GB-COH", "GB-CHC", "GB-SC", "GB-NIC", "GB-MPR", "GB-PPON"))
# What a connected party is to the supplier; a firm is looked up among its people as well, as one
# that a file of suppliers names there.
_ROLES = {
    "PersonWithSignificantControl": "person with significant control",
    "DirectorOrIndividualWithTheSameResponsibilities": "director",
    "DirectorOrTheSameResponsibilities": "director",
    "ParentOrSubsidiaryCompany": "parent or subsidiary",
    "ACompanyYourOrganisationHasTakenOver": "company taken over",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedSupplier:
    """What became of one form: of a new supplier, a filled one, or nothing, for the `same`
    form or a newer one is here.

    `before` is the supplier as it was, None for a new one; `members` are others of the same bid, as
    they are now, `new_members` the references of those that are new. `answers` are what the form
    declares. `notes` are for the officer to read.
    """

    information: SupplierInformation
    outcome: Outcome
    before: Supplier | None
    after: Supplier
    members: tuple[Supplier, ...] = ()
    new_members: tuple[str, ...] = ()
    answers: tuple[Declaration, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        return self.after.ref


@dataclass(frozen=True, slots=True)
class StatedForms:
    """What the forms of a file or of an answer state, and its bytes. `file` is the name of the
    file, or the address that answered: no name of a file has a slash.
    """

    forms: tuple[SupplierInformation, ...]
    file: str
    body: bytes

    @property
    def file_sha256(self) -> str:
        return sha256(self.body).hexdigest()


@use_case("read")
def read_information(workspace: Workspace, path: Path) -> StatedForms | None:
    """Return what the answers of the platform in a file state; None for a file of another kind.
    Raises UnreadableFile.
    """
    if path.suffix.lower() != ".json" or not path.is_file():
        return None
    document = json.load(path, MOST_BYTES, unique=True)
    if not is_share_code_answer(document):
        return None
    today = workspace.now().date()
    found = read_share_codes(document, path.name, origin="file", today=today)
    return StatedForms(found, path.name, path.read_bytes())


@use_case("read")
def fetch_information(workspace: Workspace, share_code: str) -> StatedForms:
    """Ask the platform for the form of a share code, and return what it states. Of its answer
    nothing else is kept.

    Raises Invalid for a text that is no share code, UsageError where there is no key, NotFound
    where the platform does not know the code, FetchFailed, UnreadableFile (also for the form of
    another code).
    """
    require_action(workspace, "import declarations")
    if not _CODE.fullmatch(share_code):
        what = "is not a share code: it has 8 letters and digits"
        raise Invalid(what, field="share_code", given="")
    settings = workspace.settings
    key, address = settings.secret("cdp_key"), settings.address_of_key("cdp_url")
    if not key:
        raise UsageError(
            "There is no key for the Central Digital Platform, so that it cannot be asked",
            hint="Import the file that the supplier or your tendering system sent. To ask by share "
            "code, your organisation needs a key of the platform: an administrator enters it "
            "under Set up.",
        )
    with (
        TemporaryDirectory() as folder,
        Api(
            address,
            key=key,
            key_header=KEY_HEADER,
            # With the code others could ask for the form.
            secret_paths=True,
            evidence=Path(folder),
            limiter=Limiter.for_key(Path(folder), key),
            user_agent=user_agent(settings),
            verify=str(settings.ca_file) if settings.ca_file else True,
            private_hosts=(*settings.private_hosts, *settings.key_hosts),
            now=workspace.now,
            backoff=workspace.backoff,
            explain=explain_key_refusal,
        ) as api,
    ):
        answer = api.get(f"/share/data/{share_code}")
        kept = Evidence(Path(folder)).latest(answer.source_address) if answer else None
    if kept is None:
        raise NotFound(
            "The Central Digital Platform does not know this share code, or not for your key",
            hint="Capitals count in it. Ask the supplier for the code again, or for the file.",
        )
    today = workspace.now().date()
    body = kept.body.encode()
    document = json.parse_json(body, ANSWER, unique=True)
    found = read_share_codes(document, ANSWER, origin="service", today=today)
    if any(one.share_code not in ("", share_code) for one in found):
        raise UnreadableFile(
            "The Central Digital Platform answered with the form of another share code",
            hint="Nothing was kept. Ask again, or ask the supplier for the file.",
        )
    return StatedForms(found, f"{address.rstrip('/')}/share/data", body)


@use_case("read")
def preview_supplier_information(
    workspace: Workspace, forms: StatedForms, *, ref: str = "", submitted_on: date | None = None
) -> tuple[StatedSupplier, ...]:
    """Say what `import_supplier_information` would do. Nothing is kept. Raises as that does."""
    require_action(workspace, "import declarations")
    with workspace.casework.passing():
        return hide_birth_dates(workspace, _keep_forms(workspace, forms, ref, submitted_on))


@use_case("import declarations", event="supplier information read")
def import_supplier_information(
    workspace: Workspace, forms: StatedForms, *, ref: str = "", submitted_on: date | None = None
) -> tuple[StatedSupplier, ...]:
    """Keep what suppliers stated, all of it or nothing: each form fills the supplier that has its
    number or its share code, else one of its name and legal form at its postcode, else a new one.

    `ref` says which supplier a single form is of, `submitted_on` the day of those that do not say
    it. A form that is here fills again what was taken back of it and changes nothing else; one
    handed in before it changes nothing. Raises Invalid for the reference of none, and without the
    day of a form, on which each answer is declared; Conflict where a number is that of another
    supplier here, or which of two forms came last is not known; StorageError.
    """
    with workspace.casework.transaction():
        return hide_birth_dates(workspace, _keep_forms(workspace, forms, ref, submitted_on))


def _add_day(
    workspace: Workspace, forms: Sequence[SupplierInformation], day: date | None
) -> list[SupplierInformation]:
    """Return the forms, with that day where they do not say when they were handed in."""
    dated = [replace(one, submitted_on=one.submitted_on or day) for one in forms]
    for one in dated:
        if one.submitted_on is None or one.submitted_on > workspace.now().date():
            raise Invalid(
                f"the form of {one.name} does not say when it was handed in: enter the day, today "
                "at the latest. The supplier knows it",
                field="submitted_on",
                given="",
            )
    if day and dated == list(forms):
        raise Invalid("the form says the day itself", field="submitted_on", given="")
    return dated


def _keep_forms(
    workspace: Workspace, forms: StatedForms, ref: str, day: date | None
) -> tuple[StatedSupplier, ...]:
    if ref and len(forms.forms) != 1:
        raise Invalid("a reference is of one form, and the file holds several", field="ref")
    file, digest = forms.file, forms.file_sha256
    dated = _add_day(workspace, forms.forms, day)
    return tuple(_keep_form(workspace, one, file, digest, ref.strip()) for one in dated)


def _keep_form(
    workspace: Workspace, form: SupplierInformation, file: str, file_sha256: str, ref: str
) -> StatedSupplier:
    now, stored = workspace.now(), workspace.suppliers.all()
    before = _find_supplier(workspace, form, stored, ref)
    held = workspace.supplier_information.current(before.ref) if before else None
    since = find_former_limit(workspace)
    after = _fill_supplier(form, before, held, now.date(), since)
    if before and held:
        same = workspace.supplier_information.has(before.ref, form)
        # What was taken back of the newest form is filled again.
        newest = replace(held, origin=form.origin, read_at=form.read_at) == form
        after = replace(after, ended=before.ended) if same else after
        if not (newest and after != before) if same else _is_older(form, held, now.date()):
            of = f", of {long_date(held.submitted_on)}" if held.submitted_on else ""
            notes = () if same else (f"A newer form of it is here{of}",)
            outcome: Outcome = "same" if same else "older"
            return StatedSupplier(
                information=form, outcome=outcome, before=before, after=before, notes=notes
            )
    remarks = list(_list_remarks(form, before, stored, now.date()))
    assert form.submitted_on is not None
    note = f"Form of {long_date(form.submitted_on)}"
    if before is None:
        after = _give_free_ref(workspace, after)
        make_supplier_change(workspace, "added", (after.ref,), after=(after,), note=note)
    elif after != before:
        make_supplier_change(
            workspace, "edited", (after.ref,), before=(before,), after=(after,), note=note
        )
    answers = list_stated_answers(form, after.ref)
    workspace.supplier_information.save(after.ref, form, at=now, file=file, file_sha256=file_sha256)
    if answers:
        workspace.declarations.save(answers, file=file, file_sha256=file_sha256, at=now)
    members, new, of_members = _keep_members(workspace, form, after)
    return StatedSupplier(
        information=form,
        outcome="filled" if before else "new",
        before=before,
        after=after,
        members=tuple(members),
        new_members=tuple(new),
        answers=answers,
        notes=(*remarks, *of_members),
    )


def _is_older(form: SupplierInformation, held: SupplierInformation, today: date) -> bool:
    """Return whether a form was handed in before another that is here, by day and time.

    A form that was kept without its day, by an earlier version, counts from the day on which it
    came. Raises Conflict where the order is not known and the form does not state all that the
    other does.
    """
    read_on = held.read_at.date() if held.read_at else today
    days = form.submitted_on or today, held.submitted_on or read_on
    if days[0] != days[1] or not held.submitted_on:
        return days[0] < days[1]
    if form.submitted_at and held.submitted_at:
        return form.submitted_at < held.submitted_at
    stated, known = (
        {(one.question, bool(one.party_id)) for one in each.exclusions} for each in (form, held)
    )
    if known - stated:
        raise Conflict(
            f"Another form of {form.name} of the same day is here and states more, and which was "
            "handed in last is not known",
            hint="Nothing was imported. Ask the supplier for a share code of today.",
        )
    return False


def _find_supplier(
    workspace: Workspace, form: SupplierInformation, stored: Sequence[Supplier], ref: str
) -> Supplier | None:
    """Return the supplier that the form is of, None for a new one. Raises Conflict, Invalid.

    A name is never enough: two sole traders may have one, and so may a company and an LLP.
    """
    numbers = _list_numbers(_list_identifiers(form))
    having = [one for one in stored if numbers & _list_numbers(one.identifiers)]
    if ref:
        named = workspace.suppliers.get(ref)
        if named is None:
            raise Invalid("no supplier here has this reference", field="ref", given=ref)
        if others := [one for one in having if one.ref != named.ref]:
            names = listed(f"{one.ref} {one.name}" for one in others)
            raise Conflict(
                f"You gave {ref}, and the number in the form of {form.name} is that of {names}",
                hint="Nothing was imported. Leave the reference blank if they are one.",
            )
        having = [named]
    elif len(having) > 1 or (having and not _has_such_name(form.name, having[0])):
        names = listed(f"{one.ref} {one.name}" for one in having)
        raise Conflict(
            f"The form is of {form.name}, and its number is here that of {names}",
            hint="Nothing was imported. If they are one, give the reference with the form. If not, "
            "correct the number here first.",
        )
    for one in having:
        if _has_other_number(numbers, one):
            of_form, here = (
                listed(map(str, some)) for some in (_list_identifiers(form), one.identifiers)
            )
            raise Conflict(
                f"{one.ref} {one.name} has the number {here} here, the form of {form.name} has "
                f"{of_form}",
                hint="Nothing was imported. Check both numbers, and correct the wrong one first.",
            )
        return one
    fitting = [
        one
        for one in stored
        if _is_called(one, form.name)
        and not _has_other_number(numbers, one)
        and (
            _is_at_postcode(form, one)
            or _has_share_code(workspace, one, form.share_code)
            or workspace.supplier_information.has(one.ref, form)
        )
    ]
    return fitting[0] if len(fitting) == 1 else None


def _has_other_number(numbers: frozenset[tuple[str, str]], supplier: Supplier) -> bool:
    """Return whether a supplier has a number of one of these registers, and not this one."""
    theirs = _list_numbers(supplier.identifiers)
    agreed = {scheme for scheme, _ in numbers & theirs}
    return not {scheme for scheme, _ in numbers}.isdisjoint(
        scheme for scheme, _ in theirs if scheme not in agreed
    )


def _has_share_code(workspace: Workspace, supplier: Supplier, code: str) -> bool:
    """Return whether a supplier gave a form with the share code, or is placed under another whose
    form names it with the code.
    """
    history = workspace.supplier_information.history
    codes = {one.share_code for one in history(supplier.ref)}
    codes |= {
        member.share_code
        for part in supplier.part_of
        for one in history(part.supplier_ref)
        for member in one.members
        if _is_called(supplier, member.name)
    }
    return code in codes - {""}


def _is_at_postcode(form: SupplierInformation, supplier: Supplier) -> bool:
    """Return whether a supplier that has the name of a body is at its postcode."""
    places = {_fold_place(one) for one in form.addresses} - {""}
    return ends_in_legal_form(form.name) and _fold_place(supplier.address) in places


def _list_names(supplier: Supplier) -> tuple[str, ...]:
    return (supplier.name, *supplier.trading_names, *supplier.former_names)


def _has_such_name(name: str, supplier: Supplier) -> bool:
    return any(
        firm_name(name) == firm_name(one) or name_similarity(name, one, "unknown") >= SIMILAR
        for one in _list_names(supplier)
    )


def _is_called(supplier: Supplier, name: str) -> bool:
    """Return whether a supplier has that name, legal form and all."""
    return any(_fold_whole_name(one) == _fold_whole_name(name) for one in _list_names(supplier))


@lru_cache(maxsize=32_768)
def _fold_whole_name(name: str) -> tuple[str, frozenset[str]]:
    return firm_name(name), list_legal_forms(name)


def _list_namesakes(name: str, stored: Iterable[Supplier]) -> list[Supplier]:
    return [one for one in stored if firm_name(one.name) == firm_name(name)]


def _list_identifiers(form: SupplierInformation) -> list[Identifier]:
    return [one for one in form.identifiers if one.scheme in _REGISTERS]


def _list_numbers(identifiers: Iterable[Identifier]) -> frozenset[tuple[str, str]]:
    return frozenset((one.scheme, one.id.casefold()) for one in identifiers)


def _fold_place(address: Address | None) -> str:
    return "".join(address.postcode.split()).upper() if address else ""


def _list_remarks(
    form: SupplierInformation, before: Supplier | None, stored: Iterable[Supplier], today: date
) -> Iterator[str]:
    """Yield what the officer should know of how the supplier was found, and who is not screened."""
    if before is None and (same := _list_namesakes(form.name, stored)):
        yield f"{_describe_namesakes(form.name, same)}, or give its reference with the form"
    numbers = _list_numbers(_list_identifiers(form))
    if before and not numbers & _list_numbers(before.identifiers):
        yield f"No number says that it is {before.ref} {before.name}: check that it is"
    if before and before.ended and before.ended <= today:
        yield f"{before.ref} had ended, and is active again"
    forms = [list_legal_forms(one.name) for one in (form, before or form)]
    if before and (not _has_such_name(form.name, before) or (all(forms) and forms[0] != forms[1])):
        yield f"The form calls {before.ref} {before.name} by the name {form.name}"
    at, here = (form.addresses or (None,))[0], before and before.address
    if at and here and _fold_place(at) != _fold_place(here):
        place = ", ".join(filter(None, (at.text, at.postcode)))
        yield f"The address that is here stays; the form gives {place}"
    if ended := [one for one in form.parties if _is_former(one, today)]:
        yield f"No longer connected: {listed(one.name for one in ended)}"


def _describe_namesakes(name: str, same: Iterable[Supplier]) -> str:
    names = listed(f"{one.ref} {one.name}" for one in same)
    return (
        f"A name proves nothing, so {name} is kept apart from {names}: if they are one, merge them"
    )


def _is_former(party: StatedParty, today: date) -> bool:
    return party.ended_on is not None and party.ended_on <= today


def _give_free_ref(workspace: Workspace, supplier: Supplier) -> Supplier:
    """Return a new supplier under a reference that none has or had."""
    taken = {one.ref for one in workspace.suppliers.all()} | {*workspace.suppliers.merged()}
    number, ref = 1, made_ref(supplier)
    while ref in taken:
        number += 1
        ref = made_ref(replace(supplier, former_names=(f"{number}",)), whole=True)
    return replace(supplier, ref=ref)


def _fill_supplier(
    form: SupplierInformation,
    before: Supplier | None,
    last: SupplierInformation | None,
    today: date,
    since: date,
) -> Supplier:
    """Return the supplier with names, numbers, address and people of the form, and what was not
    read of it instead of what was read of the `last` one; a new one has no reference yet.

    A connection that ended since then makes a former person. So does an older form alone, until an
    officer says if that ended or never was.
    """
    people = dict[tuple[str, object, str], Person]()
    for party in sorted(form.parties, key=lambda one: _is_former(one, today)):
        ended = party.ended_on if _is_former(party, today) else None
        for role in () if ended and ended < since else _list_roles(party):
            for name in (party.name, *party.other_names):
                person = Person(
                    name,
                    party.birth_date,
                    role,
                    stated=not ended,
                    only_stated=True,
                    ended=ended,
                )
                people.setdefault((name.casefold(), person.birth_date, role), person)
    gone = list(_list_gone(form, before, since)) if before else []
    held = [one for one in (before.people if before else ()) if not one.only_stated]
    come = [
        one
        for one in people.values()
        if not _is_known_person(one, (each for each in held if each.role == one.role))
    ]
    known = tuple(
        one
        if one.only_stated
        else replace(
            one,
            stated=any(each.stated and _is_known_person(each, (one,)) for each in people.values()),
        )
        for one in (before.people if before else ())
        if not one.only_stated or one in come
    )
    stated = Supplier(
        ref="",
        name=form.name,
        identifiers=tuple(_list_identifiers(form)),
        address=form.addresses[0] if form.addresses else None,
        people=(*come, *gone),
        trading_names=form.other_names,
        unread=list_unread_cells(form),
    )
    if before is None:
        return stated
    numbers = _list_numbers(before.identifiers)
    stated = replace(
        stated,
        name=before.name if firm_name(form.name) == firm_name(before.name) else form.name,
        identifiers=tuple(
            one for one in stated.identifiers if not _list_numbers((one,)) <= numbers
        ),
    )
    ended = before.ended if before.ended and before.ended > today else None
    old = list_unread_cells(last) if last else ()
    unread = tuple(one for one in before.unread if one not in old)
    asked = {one for one in before.people if one.ended}
    unread += tuple(
        UnreadCell("form: people", one.name, "person", _ENDED_OR_NOT)
        for one in gone
        if one not in asked
    )
    before = replace(before, people=known, unread=unread)
    return replace(combine_suppliers(before, stated), ended=ended)


def _list_gone(form: SupplierInformation, before: Supplier, since: date) -> Iterator[Person]:
    """Yield as former the people of older forms alone, unless that ended too long ago."""
    for one in before.people:
        ended = one.ended or form.submitted_on or since
        is_named = any(
            same_person(one.name, name) and one.birth_date in (None, each.birth_date)
            for each in form.parties
            for name in (each.name, *each.other_names)
        )
        if one.only_stated and ended >= since and not is_named:
            yield replace(one, stated=False, ended=ended)


def _list_roles(party: StatedParty) -> Sequence[str]:
    """Return what a connected party is to the supplier: with shares or votes an owner, and still a
    director or trustee.
    """
    role = next((r for start, r in _ROLES.items() if party.relationship.startswith(start)), "")
    role = "trustee" if party.kind == "trust" else role or "connected person"
    if not {"OwnsShares", "HasVotingRights"} & {*party.control}:
        return (role,)
    return ("owner", role) if role in ("director", "trustee") else ("owner",)


def _is_known_person(person: Person, known: Iterable[Person]) -> bool:
    """Return whether a person is among these, with all that the form says of them."""
    return any(
        same_person(one.name, person.name)
        and (person.birth_date is None or one.birth_date == person.birth_date)
        for one in known
    )


def _keep_members(
    workspace: Workspace, form: SupplierInformation, above: Supplier
) -> tuple[list[Supplier], list[str], list[str]]:
    """Place the others of the same bid under the supplier: those that are here, by their name and
    share code or since an earlier form, and new ones. Returns them, the references of the new, and
    remarks.
    """
    role: PartRole = "consortium member" if form.consortium else "firm of the bid"
    part = PartOf(above.ref, role)
    codes = {one.share_code: ref for ref, one in workspace.supplier_information.all().items()}
    found: list[Supplier] = []
    new: list[str] = []
    remarks: list[str] = []
    if form.members:
        remarks.append("Each other organisation of the bid needs a form of its own")
    if form.members and not form.consortium:
        remarks.append(
            "The form does not say what they do in it. Ask whether each is relied on, which makes "
            "it an associated person (Procurement Act 2023 s.26(4)), or is a sub-contractor (s.28)"
        )
    for member in form.members:
        stored = workspace.suppliers.all()
        known = (
            one
            for one in stored
            if _is_called(one, member.name)
            and (
                any(each.supplier_ref == above.ref for each in one.part_of)
                or _has_share_code(workspace, one, member.share_code)
            )
        )
        before = next(known, above if _is_called(above, member.name) else None)
        if before is None:
            if same := _list_namesakes(member.name, stored):
                remarks.append(_describe_namesakes(member.name, same))
            if member.share_code and (other := codes.get(member.share_code)):
                remarks.append(
                    f"The form gives {member.name} the share code of {other}, which has another "
                    "name here: they are kept apart"
                )
            made = _give_free_ref(workspace, Supplier(ref="", name=member.name, part_of=(part,)))
            make_supplier_change(workspace, "added", (made.ref,), after=(made,))
            new.append(made.ref)
            found.append(made)
        elif before.ref == above.ref or any(p.supplier_ref == before.ref for p in above.part_of):
            remarks.append(f"{member.name} is not placed under it: it would work under itself")
        elif any(one.supplier_ref == above.ref for one in before.part_of):  # a person chose as what
            found.append(before)
        else:
            now = replace(before, part_of=(*before.part_of, part))
            make_supplier_change(workspace, "edited", (now.ref,), before=(before,), after=(now,))
            found.append(now)
    return found, new, remarks

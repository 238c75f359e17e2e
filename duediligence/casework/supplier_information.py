"""What suppliers stated for a tender, kept: it fills suppliers, their people and declarations."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import msgspec

from duediligence.casework.supplier_editing import free_ref, make_supplier_change
from duediligence.errors import Conflict, Hint, Invalid, NotFound, Step, UsageError
from duediligence.fetch.api import Api, explain_key_refusal
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
)
from duediligence.model.supplier_changes import combine_suppliers
from duediligence.model.supplier_information import (
    Origin,
    StatedParty,
    SupplierInformation,
)
from duediligence.model.suppliers import STATED_ROLE
from duediligence.screening.access import require_action, use_case
from duediligence.screening.workspace import Workspace, user_agent
from duediligence.suppliers.declarations import MOST_BYTES
from duediligence.suppliers.identity import SIMILAR, firm_name, numbers_differ
from duediligence.suppliers.rows import made_ref
from duediligence.suppliers.share_codes import (
    is_share_code_answer,
    list_stated_answers,
    read_share_codes,
)
from duediligence.text.dates import long_date
from duediligence.text.names import same_person
from duediligence.text.wording import listed

# What an answer of the platform is called where a file has its name: the share code stays unsaid.
ANSWER = "answer-of-the-platform.json"
KEY_HEADER = "CDP-Api-Key"
_CODE = re.compile(r"[0-9A-Za-z]{8}")
Outcome = Literal["new", "filled", "same", "older"]
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
    """What the forms of a file or of an answer state, its name, and its bytes."""

    forms: tuple[SupplierInformation, ...]
    file: str
    body: bytes

    @property
    def file_sha256(self) -> str:
        return sha256(self.body).hexdigest()


@use_case("read")
def read_information(
    workspace: Workspace, path: Path, *, origin: Origin = "file"
) -> StatedForms | None:
    """Return what the answers of the platform in a file state; None for a file of another kind.
    Raises UnreadableFile.
    """
    if path.suffix.lower() != ".json" or not path.is_file():
        return None
    document = json.load(path, MOST_BYTES)
    if not is_share_code_answer(document):
        return None
    today = workspace.now().date()
    found = read_share_codes(document, path.name, origin=origin, today=today)
    return StatedForms(found, path.name, path.read_bytes())


@use_case("read")
def fetch_information(workspace: Workspace, share_code: str) -> StatedForms:
    """Ask the platform for the form of a share code, and return what it states. Of its answer
    nothing else is kept.

    Raises Invalid for a text that is no share code, UsageError where there is no key, NotFound
    where the platform does not know the code, FetchFailed, UnreadableFile.
    """
    require_action(workspace, "import declarations")
    if not _CODE.fullmatch(share_code):
        what = "is not a share code: it has 8 letters and digits"
        raise Invalid(what, field="share_code", given="")
    settings = workspace.settings
    key, address = settings.secret("cdp_key"), settings.address_of_platform()
    if not key:
        raise UsageError(
            "There is no key for the Central Digital Platform, so that it cannot be asked",
            hint=Hint(
                "Import the file that the supplier or your tendering system sent. To ask by share "
                "code, your organisation needs a key of the platform: ",
                Step("show-settings"),
            ),
        )
    with (
        TemporaryDirectory() as folder,
        Api(
            address,
            key=key,
            key_header=KEY_HEADER,
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
    if answer is None:
        raise NotFound(
            "The Central Digital Platform does not know this share code, or not for your key",
            hint="Capitals count in it. Ask the supplier for the code again, or for the file.",
        )
    today = workspace.now().date()
    found = read_share_codes(answer.data, ANSWER, origin="service", today=today)
    return StatedForms(found, ANSWER, msgspec.json.encode(answer.data))


@use_case("read")
def preview_supplier_information(
    workspace: Workspace,
    forms: Sequence[SupplierInformation],
    *,
    file: str,
    file_sha256: str,
    ref: str = "",
) -> tuple[StatedSupplier, ...]:
    """Say what `import_supplier_information` would do. Nothing is kept. Raises as that does."""
    require_action(workspace, "import declarations")
    with workspace.casework.passing():
        return _keep_forms(workspace, forms, file, file_sha256, ref)


@use_case("import declarations", event="supplier information read")
def import_supplier_information(
    workspace: Workspace,
    forms: Sequence[SupplierInformation],
    *,
    file: str,
    file_sha256: str,
    ref: str = "",
) -> tuple[StatedSupplier, ...]:
    """Keep what suppliers stated, all of it or nothing: each form fills the supplier that has its
    number, else one of its name at its postcode, else a new one.

    `ref` says which supplier a single form is of, or what a new one is called. A form that is here
    changes nothing, nor does one handed in before it. Raises Invalid, NotFound, and Conflict where
    a number is that of another supplier here; StorageError.
    """
    with workspace.casework.transaction():
        return _keep_forms(workspace, forms, file, file_sha256, ref)


def _keep_forms(
    workspace: Workspace,
    forms: Sequence[SupplierInformation],
    file: str,
    file_sha256: str,
    ref: str,
) -> tuple[StatedSupplier, ...]:
    if ref and len(forms) != 1:
        raise Invalid("a reference is of one form, and the file holds several", field="ref")
    return tuple(_keep_form(workspace, one, file, file_sha256, ref.strip()) for one in forms)


def _keep_form(
    workspace: Workspace, form: SupplierInformation, file: str, file_sha256: str, ref: str
) -> StatedSupplier:
    now, stored = workspace.now(), workspace.suppliers.all()
    before = _find_supplier(workspace, form, stored, ref)
    held = workspace.supplier_information.current(before.ref) if before else None
    if before and held:
        same = replace(held, origin=form.origin, read_at=form.read_at) == form
        kept_on, stated_on = (one.submitted_on or now.date() for one in (held, form))
        if same or stated_on < kept_on:
            notes = () if same else (f"A newer form of it is here, of {long_date(kept_on)}",)
            outcome: Outcome = "same" if same else "older"
            return StatedSupplier(
                information=form, outcome=outcome, before=before, after=before, notes=notes
            )
    remarks = list(_list_remarks(form, before, stored, now.date()))
    after = _fill_supplier(form, before, ref, now.date())
    if before is None:
        free_ref(workspace, after.ref)
        make_supplier_change(workspace, "added", (after.ref,), after=(after,))
    elif after != before:
        make_supplier_change(workspace, "edited", (after.ref,), before=(before,), after=(after,))
    answers = list_stated_answers(form, after.ref, on=now.date())
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


def _find_supplier(
    workspace: Workspace, form: SupplierInformation, stored: Sequence[Supplier], ref: str
) -> Supplier | None:
    """Return the supplier that the form is of, None for a new one. Raises Conflict."""
    numbers = _list_register_numbers(form)
    having = [one for one in stored if numbers & _list_supplier_numbers(one)]
    if ref:
        named = workspace.suppliers.get(ref)
        having = [one for one in having if named is None or one.ref != named.ref]
        if having:
            raise _describe_conflict(form, having)
        if named and numbers_differ(_list_identifiers(form), named.identifiers):
            raise Conflict(
                f"{named.ref} {named.name} has another number here than the form of {form.name}",
                hint="Nothing was imported. Check both numbers, and correct the wrong one first.",
            )
        return named
    if len(having) > 1 or (having and not _has_such_name(form.name, having[0])):
        raise _describe_conflict(form, having)
    if having:
        return having[0]
    postcodes = {_fold_place(one) for one in form.addresses} - {""}
    fitting = [
        one
        for one in _list_namesakes(form, stored)
        if not numbers_differ(_list_identifiers(form), one.identifiers)
        and (_fold_place(one.address) in postcodes or not (one.identifiers or one.address))
    ]
    return fitting[0] if len(fitting) == 1 else None


def _describe_conflict(form: SupplierInformation, having: Sequence[Supplier]) -> Conflict:
    names = listed(f"{one.ref} {one.name}" for one in having)
    return Conflict(
        f"The form is of {form.name}, and its number is here that of {names}",
        hint=Hint(
            "Nothing was imported. If they are one, give the reference with the form. If not, "
            "correct the number first: ",
            Step("show-supplier", supplier=having[0].ref),
        ),
    )


def _has_such_name(name: str, supplier: Supplier) -> bool:
    known = (supplier.name, *supplier.trading_names, *supplier.former_names)
    return any(
        firm_name(name) == firm_name(one) or name_similarity(name, one, "unknown") >= SIMILAR
        for one in known
    )


def _list_namesakes(form: SupplierInformation, stored: Iterable[Supplier]) -> list[Supplier]:
    return [one for one in stored if firm_name(one.name) == firm_name(form.name)]


def _list_identifiers(form: SupplierInformation) -> list[Identifier]:
    return [one for one in form.identifiers if one.scheme in _REGISTERS]


def _list_register_numbers(form: SupplierInformation) -> frozenset[tuple[str, str]]:
    return frozenset((one.scheme, one.id.casefold()) for one in _list_identifiers(form))


def _list_supplier_numbers(supplier: Supplier) -> frozenset[tuple[str, str]]:
    return frozenset((one.scheme, one.id.casefold()) for one in supplier.identifiers)


def _fold_place(address: Address | None) -> str:
    return "".join(address.postcode.split()).upper() if address else ""


def _list_remarks(
    form: SupplierInformation, before: Supplier | None, stored: Iterable[Supplier], today: date
) -> Iterator[str]:
    """Yield what the officer should know of how the supplier was found, and who is not screened."""
    if before is None and (same := _list_namesakes(form, stored)):
        names = listed(f"{one.ref} {one.name}" for one in same)
        yield f"{names} has the same name and is kept apart: merge them if they are one"
    if before and before.ended and before.ended <= today:
        yield f"{before.ref} had ended, and is active again"
    if before and not _has_such_name(form.name, before):
        yield f"The form calls {before.ref} {before.name} by the name {form.name}"
    if ended := [one for one in form.parties if _is_former(one, today)]:
        yield f"No longer connected, kept with the form: {listed(one.name for one in ended)}"


def _is_former(party: StatedParty, today: date) -> bool:
    return party.ended_on is not None and party.ended_on <= today


def _fill_supplier(
    form: SupplierInformation, before: Supplier | None, ref: str, today: date
) -> Supplier:
    """Return the supplier with the name, numbers, address and people of the form."""
    people = dict[tuple[str, object], Person]()
    for party in form.parties:
        if _is_former(party, today):
            continue
        role = next((r for start, r in _ROLES.items() if party.relationship.startswith(start)), "")
        role = "trustee" if party.kind == "trust" else role or "connected person"
        role = "owner" if {"OwnsShares", "HasVotingRights"} & {*party.control} else role
        person = Person(party.name, party.birth_date, role + STATED_ROLE)
        people.setdefault((person.name.casefold(), person.birth_date), person)
    known = before.people if before else ()
    stated = Supplier(
        ref=ref,
        name=form.name,
        identifiers=tuple(_list_identifiers(form)),
        address=form.addresses[0] if form.addresses else None,
        people=tuple(one for one in people.values() if not _is_known_person(one, known)),
    )
    if before is None:
        return stated if ref else replace(stated, ref=made_ref(stated))
    held = _list_supplier_numbers(before)
    stated = replace(
        stated,
        name=before.name if firm_name(form.name) == firm_name(before.name) else form.name,
        identifiers=tuple(
            one for one in stated.identifiers if (one.scheme, one.id.casefold()) not in held
        ),
    )
    ended = before.ended if before.ended and before.ended > today else None
    return replace(combine_suppliers(before, stated), ended=ended)


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
    """Place the others of the same bid under the supplier: those that are here, by their share code
    or else their name, and new ones. Returns them, the references of the new, and remarks.
    """
    role: PartRole = "consortium member" if form.consortium else "sub-contractor"
    codes = {one.share_code: ref for ref, one in workspace.supplier_information.all().items()}
    found: list[Supplier] = []
    new: list[str] = []
    remarks: list[str] = []
    for member in form.members:
        stored = {one.ref: one for one in workspace.suppliers.all()}
        named = [one for one in stored.values() if firm_name(one.name) == firm_name(member.name)]
        by_code = stored.get(codes.get(member.share_code, "")) if member.share_code else None
        if by_code is None and len(named) > 1:
            remarks.append(f"Several suppliers are called {member.name}: none was placed under it")
            continue
        before = by_code or (named[0] if named else None)
        part = PartOf(above.ref, role)
        if before is None:
            made = Supplier(ref="", name=member.name, part_of=(part,))
            made = replace(made, ref=made_ref(made))
            make_supplier_change(workspace, "added", (made.ref,), after=(made,))
            new.append(made.ref)
            found.append(made)
        elif before.ref == above.ref or any(p.supplier_ref == before.ref for p in above.part_of):
            remarks.append(f"{member.name} is not placed under it: it would work under itself")
        elif part in before.part_of:
            found.append(before)
        else:
            now = replace(before, part_of=(*before.part_of, part))
            make_supplier_change(workspace, "edited", (now.ref,), before=(before,), after=(now,))
            found.append(now)
    return found, new, remarks

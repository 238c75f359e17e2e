"""Information sharing agreements: nothing is shared without one that is in force."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from hashlib import sha256

from duediligence.casework.setting_changes import refuse_changed
from duediligence.casework.signing_keys import known_keys, list_successions, signing_key
from duediligence.errors import Conflict, Forbidden, Hint, Invalid, NotFound, Step
from duediligence.extensions.sharing.agreement_files import AgreementFile, format_agreement_file
from duediligence.extensions.sharing.agreement_terms import (
    check_budgets,
    checked_contacts,
    checked_terms,
    partner_kind_of,
    party_of,
    sound_day,
)
from duediligence.extensions.sharing.fingerprints import same_words, spoken_key
from duediligence.extensions.sharing.model.agreements import (
    MATCHED,
    Agreement,
    Contact,
    KeyComparison,
    Shared,
    Terms,
)
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.model.audit import AuditEvent
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.signing import stored_key


def find(workspace: Workspace, reference: str) -> Agreement:
    """Return the agreement of that reference. Raises NotFound and StorageError."""
    found = workspace.casework.repository(AgreementStore).get(reference)
    if found is None:
        raise NotFound(
            f"Unknown agreement {reference!r}",
            hint=Hint("See those there are: ", Step("list-agreements")),
        )
    return found


def in_force(workspace: Workspace, reference: str, *shares: Shared) -> Agreement:
    """Return the agreement, which is in force today and allows all of `shares`.

    Raises NotFound; Conflict for one that has not started, was to be reviewed before today or was
    ended; Forbidden where it does not allow something; StorageError.
    """
    agreement = find(workspace, reference)
    if why := agreement.why_not_in_force(workspace.now().date()):
        raise Conflict(
            f"Agreement {reference} is not in force: it {why}",
            hint="Both parties must sign a new one before anything is shared.",
        )
    if missing := [one for one in shares if one not in agreement.terms.shares]:
        raise Forbidden(
            f"Agreement {reference} does not allow: {', '.join(missing)}",
            hint="What may be shared is what both parties signed. Make a new agreement to add it.",
        )
    return agreement


def find_last_restore(workspace: Workspace) -> datetime | None:
    """Return when this home was restored from a backup last (UTC), None for never. Raises
    StorageError.
    """
    return next((one.event.at for one in workspace.audit.records(kind="restored", last=1)), None)


def is_key_confirmed(workspace: Workspace, agreement: Agreement) -> bool:
    """Return whether the words of the partner's key were compared since this home was restored
    last: it may have forgotten an agreement that ended, or a key that was dropped. Raises
    StorageError.
    """
    restored, compared = find_last_restore(workspace), agreement.compared
    forgotten = restored and compared and compared.at <= restored
    return agreement.is_key_compared and not forgotten


@use_case("make agreements", event="agreement")
def make(
    workspace: Workspace,
    terms: Terms,
    *,
    ours: str,
    partner_kind: str,
    contacts: Sequence[Contact] = (),
    without_auditor: bool = False,
) -> Agreement:
    """Keep an agreement that both parties have signed. Files of the partner are refused until its
    key is added.

    `ours` is which of the two parties this home is, `partner_kind` a code of RECEIVERS for the
    other, `contacts` are this party's own. `without_auditor` says that both agreed that what was
    asked cannot be proven.

    Raises Invalid, naming the field, for terms that cannot be kept; Conflict where there is one of
    that reference; StorageError.
    """
    terms = checked_terms(terms)
    if MATCHED.intersection(terms.shares):
        check_budgets(terms)
        _check_auditor(terms, without=without_auditor)
    ours = party_of(terms, ours)
    agreement = Agreement(
        terms=terms,
        ours=ours,
        partner_kind=partner_kind_of(partner_kind),
        contacts=checked_contacts([replace(one, party=ours) for one in contacts]),
    )
    return _kept_first(workspace, agreement)


@use_case("make agreements", event="agreement")
def accept(
    workspace: Workspace,
    theirs: AgreementFile,
    *,
    ours: str,
    partner_kind: str,
    contacts: Sequence[Contact] = (),
    without_auditor: bool = False,
) -> Agreement:
    """Keep the agreement of a partner's file, with the partner's key; `without_auditor` as in
    `make`.

    Raises Invalid where `ours` is not the party that the file came to; Conflict where there is one
    of that reference, and for a key of this home; StorageError.
    """
    party = party_of(theirs.terms, ours)
    if party == theirs.sender:
        raise Invalid(
            f"The file was made by {party}",
            field="ours",
            hint="Name the other party as yours, or take the file that the partner made.",
        )
    if theirs.terms.has_budgets and MATCHED.intersection(theirs.terms.shares):
        _check_auditor(theirs.terms, without=without_auditor)
    _refuse_own_key(workspace, theirs)
    own = [replace(one, party=party) for one in contacts]
    agreement = Agreement(
        terms=theirs.terms,
        ours=party,
        partner_kind=partner_kind_of(partner_kind),
        partner_keys=(theirs.key.text,),
        contacts=checked_contacts([*own, *theirs.contacts]),
    )
    return _kept_first(workspace, agreement)


@use_case("make agreements", event="agreement")
def take_partner_key(
    workspace: Workspace, reference: str, theirs: AgreementFile, *, seen: str | None = None
) -> Agreement:
    """Take the key and the contacts of the partner's file in place of those before.

    `seen` names what a form showed of the agreement (`state_of`); Unconfirmed is raised where that
    has changed, here and where an agreement ends.

    The words of another key must be compared before lists are matched blindly again, unless the
    one that was compared signed it.

    Raises NotFound; Conflict for a file of other terms, naming what differs, for one that this
    party made itself or with a key of this home, and for an agreement that has ended; StorageError.
    """

    def taken(agreement: Agreement) -> Agreement:
        _refuse_ended(workspace, agreement)
        if differing := _list_differing_terms(agreement.terms, theirs.terms):
            raise Conflict(
                f"The file has other terms than agreement {reference}: {', '.join(differing)}",
                hint="Compare both copies with what was signed, and make one of them again.",
            )
        if theirs.sender != agreement.partner:
            raise Conflict(f"The file was made by {theirs.sender}, not by {agreement.partner}")
        _refuse_own_key(workspace, theirs)
        own = [one for one in agreement.contacts if one.party != agreement.partner]
        compared = agreement.compared
        if compared and theirs.follows(compared.known_key) and theirs.key.text != compared.key:
            compared = replace(compared, successor=theirs.key.text)
        return replace(
            agreement,
            compared=compared,
            partner_keys=(theirs.key.text,),
            contacts=checked_contacts([*own, *theirs.contacts]),
        )

    return _change_agreement(workspace, reference, "partner key taken", taken, seen)


@use_case("make agreements", event="agreement")
def drop_partner_keys(workspace: Workspace, reference: str) -> Agreement:
    """Refuse files of the partner from now on, until a key is taken again: one was lost or stolen.

    Raises NotFound, StorageError.
    """
    return _change_agreement(
        workspace,
        reference,
        "partner keys dropped",
        lambda one: replace(one, partner_keys=(), compared=None),
    )


@use_case("make agreements", event="agreement")
def compare_key(workspace: Workspace, reference: str, words: str) -> Agreement:
    """Record that whoever works here compared the partner's key, by the words that the partner read
    by telephone. Blind matching is refused until then.

    Raises NotFound; Conflict where no key was taken or the agreement has ended; Invalid where the
    words are not those of the key; StorageError.
    """

    def compared(agreement: Agreement) -> Agreement:
        _refuse_ended(workspace, agreement)
        if not agreement.partner_keys:
            raise Conflict(
                f"No key of {agreement.partner} is known", hint="Take it from its file first."
            )
        key = stored_key(agreement.partner_keys[0])
        if not (key.is_sound and same_words(words, spoken_key(key))):
            raise Invalid(
                f"These are not the words of the key that came in the file of {agreement.partner}",
                field="words",
                hint="Enter all twenty as the partner reads them from its own screen. Where one "
                "differs, the file was changed on its way: share nothing, and get another.",
            )
        record = KeyComparison(key=key.text, by=workspace.who, at=workspace.now())
        return replace(agreement, compared=record)

    return _change_agreement(workspace, reference, "partner key compared", compared)


@use_case("make agreements", event="agreement")
def change_contacts(workspace: Workspace, reference: str, contacts: Sequence[Contact]) -> Agreement:
    """Put these in place of this party's own contacts. Raises NotFound, Invalid, StorageError."""

    def changed(agreement: Agreement) -> Agreement:
        theirs = [one for one in agreement.contacts if one.party == agreement.partner]
        own = [replace(one, party=agreement.ours) for one in contacts]
        return replace(agreement, contacts=checked_contacts([*own, *theirs]))

    return _change_agreement(workspace, reference, "contacts changed", changed)


@use_case("make agreements", event="agreement")
def end(
    workspace: Workspace, reference: str, on: date | None = None, *, seen: str | None = None
) -> Agreement:
    """End an agreement on that day (None: today), on which nothing is shared any more.

    Its record says by when what was received must be gone. Raises NotFound; Conflict for one that
    has ended; Invalid for a day after its review; StorageError.
    """
    day = on or workspace.now().date()
    sound_day(day, "on")

    def ended(agreement: Agreement) -> Agreement:
        _refuse_ended(workspace, agreement)
        if day > agreement.terms.review_on:
            raise Invalid(
                f"{day} is after the day of review, {agreement.terms.review_on}",
                field="on",
                hint="After its review it is not in force without this.",
            )
        return replace(agreement, ended_on=day)

    return _change_agreement(workspace, reference, "ended", ended, seen)


@use_case("export", event="export")
def export(workspace: Workspace, reference: str, *, file: str) -> str:
    """Return the file for the partner: terms, this party's public key and contacts; recorded as
    made for `file` (its name). Raises NotFound, StorageError.
    """
    key = signing_key(workspace).public
    text = format_agreement_file(find(workspace, reference), key, list_successions(workspace))
    record_export(workspace, reference, text, file, "agreement")
    return text


def record_export(workspace: Workspace, reference: str, text: str, file: str, subject: str) -> None:
    """Record, before it leaves, a file about an agreement. Raises StorageError."""
    what = {"file": file, "agreement": reference, "sha256": sha256(text.encode()).hexdigest()}
    workspace.audit.add(AuditEvent("export", workspace.now(), workspace.who, what, subject=subject))


def _kept_first(workspace: Workspace, agreement: Agreement) -> Agreement:
    reference = agreement.terms.reference
    with workspace.casework.transaction():
        if workspace.casework.repository(AgreementStore).get(reference):
            raise Conflict(
                f"There is an agreement {reference} already",
                hint="What was signed is not changed: end it, and make a new one under another "
                "reference.",
            )
        workspace.casework.repository(AgreementStore).keep(agreement, "made", workspace.now())
    return agreement


def state_of(agreement: Agreement) -> Mapping[str, object]:
    """Return what forms change of an agreement."""
    return {"partner keys": agreement.partner_keys, "ended on": agreement.ended_on}


def _change_agreement(
    workspace: Workspace,
    reference: str,
    act: str,
    change: Callable[[Agreement], Agreement],
    seen: str | None = None,
) -> Agreement:
    """Return what `change` makes of the agreement as it is now, kept and recorded in one
    transaction.
    """
    with workspace.casework.transaction():
        before = find(workspace, reference)
        changed = change(before)
        refuse_changed(workspace, seen, state_of(before), state_of(changed), "agreement", reference)
        workspace.casework.repository(AgreementStore).keep(changed, act, workspace.now())
    return changed


def _refuse_ended(workspace: Workspace, agreement: Agreement) -> None:
    if agreement.state(workspace.now().date()) == "ended":
        raise Conflict(
            f"Agreement {agreement.terms.reference} ended on {agreement.ended_on}",
            hint="Make a new one under another reference.",
        )


def _check_auditor(terms: Terms, *, without: bool) -> None:
    """Raise Invalid where the terms have no auditor without a word, or one in spite of it."""
    if bool(terms.auditor) == without:
        raise Invalid(
            "These terms have an auditor"
            if terms.auditor
            else "Give the public key of an auditor, or say that there is none",
            field="auditor",
            hint="An auditor that both trust can check later what was asked. Without one it "
            "cannot be proven: where the partner's file names none, say that both agreed so.",
        )


def _refuse_own_key(workspace: Workspace, theirs: AgreementFile) -> None:
    if any(one.raw == theirs.key.raw for one in known_keys(workspace)):
        raise Conflict(
            "The key in this file is of this home, not of the partner",
            hint="Take the file that the partner made.",
        )


def _list_differing_terms(ours: Terms, theirs: Terms) -> tuple[str, ...]:
    """Return which terms are not the same in both, in words."""

    def same(name: str) -> bool:
        one, other = getattr(ours, name), getattr(theirs, name)
        return sorted(one) == sorted(other) if isinstance(one, tuple) else bool(one == other)

    return tuple(one.name.replace("_", " ") for one in fields(Terms) if not same(one.name))

"""The forms in which things are stored: a contract with every home and pack made before.

A field that is not named here is not stored. To store a new optional field, name it: where it has
its default it is left out, so that nothing stored before counts as changed. Anything else (another
name, type, meaning or default; a field without a default) is a new version of every form that holds
the class, each with a step that upgrades a document of the version before.
docs/reference/stored-forms.md is made from this: a change to it is a change of the contract.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from duediligence.model import (
    AccountsFigures,
    Address,
    AnnualReturn,
    Appointment,
    Charge,
    Charity,
    CharityEvent,
    CharityFigures,
    Clause,
    Company,
    ContactKey,
    Contract,
    ContractNotice,
    Declaration,
    Disqualification,
    Dossier,
    DriftItem,
    Event,
    Feature,
    Filing,
    Finding,
    FormerName,
    Identifier,
    Insolvency,
    LegalEntity,
    ListDoubt,
    ListEntry,
    ListStatus,
    ListVersion,
    Name,
    NotReadRow,
    Officer,
    Owner,
    Parent,
    PartialDate,
    PartOf,
    Party,
    PartyRole,
    PeopleCell,
    Person,
    Procurement,
    Reading,
    Record,
    RegisteredAt,
    RegisteredService,
    RegisterFile,
    RegisterInUse,
    RegisterVersion,
    Repair,
    Resolution,
    Run,
    Scope,
    SetAside,
    Source,
    StaleReason,
    Statement,
    Supplier,
    UnreadCell,
    Verification,
    Weakening,
)
from duediligence.model.alerts import Compared, Considered, Decision
from duediligence.model.facts import Value, wrap_recorded_text
from duediligence.model.judgements import GroundBasis, JudgementChange
from duediligence.model.matcher_effects import MatchChange, MatcherEffect, NewMatcher, NotMatched
from duediligence.model.messages import DigestItem
from duediligence.model.runs import Basis
from duediligence.model.supplier_changes import SupplierChange
from duediligence.model.supplier_information import (
    StatedExclusion,
    StatedMember,
    StatedParty,
    StatedValue,
    SupplierInformation,
)
from duediligence.model.suppliers import BuyerFacts

Document = dict[str, Any]
Step = Callable[[Document], Document]


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a class that are stored, and those that are not, by their names.

    `not_identity` names stored fields that may differ between two of the same content. `later` are
    those that documents from before them lack: read as None there, whatever a new object has.
    """

    stored: str
    not_stored: str = ""
    not_identity: str = ""
    later: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A class of which each object is a document of its own.

    `upgrades` make of a document of version 1 one of version 2, of that one of version 3, and so
    on.
    """

    upgrades: tuple[Step, ...] = ()

    @property
    def version(self) -> int:
        """Return the version that is written. A document that has none is of version 1."""
        return len(self.upgrades) + 1


def apply_to_field(name: str, step: Step) -> Step:
    """Return a step for the form that holds, in the field `name`, documents that the other step is
    for.
    """

    def within(document: Document) -> Document:
        held = document.get(name)
        if isinstance(held, list):
            return {**document, name: [step(one) for one in held]}
        return {**document, name: step(held)} if held else document

    return within


def _upgrade_role(document: Document) -> Document:
    """Read a role that was stored as words: known again where every supplier shares them, else
    kept.
    """
    return {**document, "role": msgspec.to_builtins(PartyRole.recorded(document["role"]))}


def _upgrade_drift(document: Document) -> Document:
    """Read what was not understood, then a line of text each: kept whole, as nothing is parsed."""
    lines = document.get("drift", ())
    items = [{"kind": "recorded text", "what": "", "name": line} for line in lines]
    return {**document, "drift": items}


def _upgrade_reason(document: Document) -> Document:
    """Return the reason for which a list was not current was a sentence."""
    document = dict(document)
    if said := document.pop("reason", ""):
        document["reasons"] = [{"kind": "recorded text", "said": said}]
    return document


# What the subject is, by the role that the first form of a finding has; of any other it is a party.
_ABOUT = {"supplier": "supplier", "list": "list", "register": "register", "supplier file": "row"}


def _upgrade_finding(document: Document) -> Document:
    """Return what a finding says was sentences: each is one fact, personal as a whole, never
    parsed.
    """

    def kept(text: str) -> Any:
        return msgspec.to_builtins(wrap_recorded_text(text))

    said = {name: kept(document.get(name, "")) for name in ("why", "happened", "next_step")}
    features = [
        {name: value for name, value in one.items() if name != "sentence"}
        | {"said": kept(one.get("sentence", ""))}
        for one in document.get("features", ())
    ]
    about = _ABOUT.get(document.get("subject_role", ""), "party")
    return {**document, **said, "features": features, "about": about}


def _upgrade_gaps(document: Document) -> Document:
    """Before there were figures of accounts nobody looked at them, and no gap said so."""
    if not document.get("dossier"):
        return document
    return {**document, "gaps": [*document.get("gaps", ()), "accounts-not-loaded"]}


FORMS: dict[type[Any], Form] = {
    Supplier: Form(),
    SupplierChange: Form(),
    Party: Form(upgrades=(_upgrade_role,)),
    ListEntry: Form(),
    Dossier: Form(),
    Declaration: Form(),
    SupplierInformation: Form(),
    Finding: Form(upgrades=(_upgrade_finding,)),
    Run: Form(
        upgrades=(
            apply_to_field(
                "lists", lambda one: _upgrade_reason(apply_to_field("version", _upgrade_drift)(one))
            ),
        )
    ),
    SetAside: Form(),
    Compared: Form(upgrades=(apply_to_field("parties", _upgrade_role),)),
    Decision: Form(),
    DigestItem: Form(upgrades=(_upgrade_gaps,)),
    ListVersion: Form(upgrades=(_upgrade_drift,)),
    NotReadRow: Form(),
    RegisterVersion: Form(upgrades=(_upgrade_drift,)),
}

FIELDS: dict[type[Any], Fields] = {
    # What is bought from, and looked up
    Supplier: Fields(
        "ref name trading_names former_names identifiers address people contract repairs unread "
        "contracts ended part_of contact_keys",
        # They link suppliers; nothing is looked up by them, and no decision rests on them.
        not_identity="contact_keys",
    ),
    # Its position is that of its row.
    SupplierChange: Fields(
        "kind refs before after imported note undoes by at", not_stored="position"
    ),
    # Nothing is looked up by how it was bought or described: decisions stay when that is known.
    Contract: Fields(
        "title category cpv yearly_value start end owner procurement description notices",
        not_identity="procurement description notices",
    ),
    ContractNotice: Fields(
        "number process award kind published buyer regime event on said value currency"
    ),
    Procurement: Fields(
        "begun procedure framework framework_begun framework_regime buyer nation subject value "
        "funding regime"
    ),
    PartOf: Fields("supplier_ref role"),
    ContactKey: Fields("kind key"),
    Person: Fields(
        "name birth_date role stated only_stated unproven cell ended",
        not_identity="only_stated unproven cell",
        later="unproven",
    ),
    PeopleCell: Fields("column text"),
    Repair: Fields("column found used reason"),
    UnreadCell: Fields("column text looks_like reason reader", not_identity="reader"),
    # Whether its birth date is proven follows from the supplier.
    Party: Fields(
        "names kind role birth_date countries identifiers addresses connected",
        not_stored="unproven",
    ),
    PartyRole: Fields("kind of former steps source name_type text"),
    Name: Fields("text type strength language"),
    PartialDate: Fields("year month day until circa"),
    Address: Fields("text postcode country"),
    Identifier: Fields("scheme id country label"),
    Declaration: Fields(
        "supplier_ref question title grounds answer declared_on applies_to details"
    ),
    SupplierInformation: Fields(
        "origin name consortium identifiers addresses is_postal_only legal_form registered_on "
        "scale roles parties members exclusions exclusions_asked share_code form_version "
        "submitted_on tender kept read_at submitted_at other_names"
    ),
    StatedParty: Fields(
        "id kind name relationship control birth_date company_number overseas_number "
        "registered_with legal_form law registered_on insolvent_on ended_on other_names"
    ),
    StatedExclusion: Fields("question party_id in_uk details managed decision_url ended_on"),
    StatedMember: Fields("id name roles share_code"),
    StatedValue: Fields("path text reason"),
    # Lists
    ListEntry: Fields(
        "id list_id kind names birth_dates birth_places gender countries identifiers addresses "
        "positions related regimes measures grounds status source listed_on updated_on ends_on "
        "reason remarks references url record service"
    ),
    RegisteredService: Fields(
        "number nation kinds place owner owner_number area capacity standing registered_on grade "
        "graded_on grades conditions withheld"
    ),
    Record: Fields(
        "type power authority reference act_section event event_date decision_date known_date "
        "expires status outcome penalty_gbp crime_types handling source_date low ended stage"
    ),
    ListVersion: Fields(
        "list_id version entries names published retrieved_at checked_at sha256 origin drift "
        "doubts accepted accepted_loss stated_at page_changed_at asked_at not_read"
    ),
    ListDoubt: Fields("kind what count"),
    NotReadRow: Fields("file row column reason cells handling"),
    DriftItem: Fields("kind what name count"),
    # Registers
    RegisterVersion: Fields("register files published rows loaded_at drift"),
    RegisterFile: Fields("name sha256"),
    Dossier: Fields(
        "supplier taken_at resolution company charity officers owners statements psc_exempt "
        "filings charges insolvencies appointments disqualifications parents same_address figures "
        "sources cut_short legal_entity",
        # When and from where it was taken says nothing of the supplier.
        not_identity="taken_at sources",
    ),
    Resolution: Fields("how name_score reason"),
    Source: Fields("part address retrieved_at sha256"),
    Company: Fields(
        "number name status type status_detail subtype jurisdiction created_on ceased_on address "
        "sic_codes former_names accounts_type accounts_made_up_to accounts_due_on accounts_overdue "
        "confirmation_due_on confirmation_overdue has_charges has_insolvency_history "
        "office_in_dispute office_undeliverable annotations has_super_secure_owners partial"
    ),
    FormerName: Fields("name from_ until"),
    Officer: Fields(
        "name role surname birth_date appointed_on appointed_before resigned_on nationality "
        "country_of_residence occupation address former_names officer_id registered_at verification"
    ),
    RegisteredAt: Fields("number place country legal_form legal_authority"),
    Verification: Fields("started_on ended_on due_on agent supervisors identity_checked_on"),
    Owner: Fields(
        "kind name birth_date natures notified_on ceased_on nationality country_of_residence "
        "address registered_at sanctioned verification"
    ),
    Statement: Fields("code notified_on ceased_on"),
    Filing: Fields("category type description filed_on action_on values"),
    Charge: Fields("status created_on satisfied_on persons_entitled floating_covers_all"),
    Insolvency: Fields("type number dates"),
    Appointment: Fields(
        "officer_id officer_name company_number company_name company_status role appointed_on "
        "resigned_on"
    ),
    Disqualification: Fields(
        "name birth_date type from_ until reason company_names permissions officer_id address"
    ),
    Parent: Fields("child owner depth company owners officers circular why_not legal_entity"),
    LegalEntity: Fields(
        "lei name other_names status registration authority number country address no_parent as_of",
        # A newer copy of the same, or a LEI that is due, says nothing of who owns the supplier.
        not_identity="registration as_of",
    ),
    Charity: Fields(
        "identifier name status type other_names company_number registered_on removed_on "
        "removal_reason insolvent in_administration accounts_late inquiry address income trustees "
        "events returns figures"
    ),
    CharityEvent: Fields("type on reason"),
    AnnualReturn: Fields("year_end due_on received_on accounts_qualified"),
    CharityFigures: Fields(
        "year_end government_contracts government_grants trustees_paid high_salaries reserves "
        "net_assets"
    ),
    AccountsFigures: Fields(
        "number ended started net_assets total_assets current_assets creditors_within_one_year "
        "cash turnover profit employees dormant regime audit comparative document"
    ),
    # Runs. The findings of one and what it set aside are documents of their own: it is stored with
    # none.
    Run: Fields(
        "id started_at finished_at as_of supplier_file supplier_file_sha256 suppliers parties "
        "lists threshold matcher_version policy_sha256 findings readings basis namesakes scope "
        "new_matcher by_matcher weakenings judgement_version by_judgement grounds_under "
        "ended_suppliers",
        not_stored="set_aside",
    ),
    JudgementChange: Fields(
        "alert_id check_id check_title before now grounds state handling person"
    ),
    GroundBasis: Fields("regime certainty suppliers"),
    Weakening: Fields("kind what title now usual count refs"),
    SetAside: Fields(
        "supplier_ref supplier_name subject_name subject_role list_id entry_id entry_sha256 "
        "entry_name handling features look_up until"
    ),
    NewMatcher: Fields("before other_settings"),
    MatcherEffect: Fields("changes not_matched"),
    MatchChange: Fields(
        "alert_id news severity check_id check_title list_id entry_id before now changed state "
        "reopened handling person"
    ),
    NotMatched: Fields("run_id position"),
    ListStatus: Fields("list_id title state reasons optional version age_days age_source untried"),
    StaleReason: Fields("kind on changed_on days most_days count what page code said at clock"),
    Basis: Fields("tool kind limit schedule_7_years policy topics premises buyer"),
    BuyerFacts: Fields("kind nation regime"),
    Scope: Fields("registers gaps"),
    RegisterInUse: Fields("register online dated stale"),
    Reading: Fields("words why", not_stored="clusters not_checked"),
    Finding: Fields(
        "run_id supplier_ref supplier_name company_number check_id check_title topic outcome "
        "severity subject_name subject_role list_id list_version entry_id entry_name score why "
        "measures possible_grounds next_step entry_url retrieved_at first_seen certainty power "
        "crime_types happened happened_on look_back handling person features more_matches "
        "subject_born party_role about event signs"
    ),
    Event: Fields("kind party on numbers authority listed_as"),
    Feature: Fields(
        "name query listed contribution verdict personal detail of words said bits",
        # What weighs the same may be measured again.
        not_identity="bits",
    ),
    Clause: Fields("template values"),
    Value: Fields("kind text label number day until items personal"),
    # Casework. The entry that was compared is a document of its own.
    Compared: Fields("parties facts", not_stored="entry"),
    # Its position is that of its row.
    Decision: Fields(
        "alert_id decided reason note by at run_id party_sha256 entry_sha256 considered act "
        "withdraws salt",
        not_stored="position",
    ),
    Considered: Fields(
        "ground factors representations_invited representations_received notice_sent contract"
    ),
    DigestItem: Fields("key scope kind sha256 line severity list_id dossier gaps from_facts flag"),
}


def add_forms(forms: Mapping[type[Any], Form], fields: Mapping[type[Any], Fields]) -> None:
    """Add the forms of an extension, and the fields of every class that they hold."""
    FORMS.update(forms)
    FIELDS.update(fields)

"""The forms in which what is shared is stored: as much of a contract as the core's."""

from collections.abc import Mapping
from typing import Any

from duediligence.extensions.sharing.model.agreements import Agreement, KeyComparison, Terms
from duediligence.extensions.sharing.model.agreements import Contact as AgreementContact
from duediligence.extensions.sharing.model.cases import (
    ActionOutcome,
    CaseAction,
    CaseItem,
    Closing,
    PartnershipCase,
)
from duediligence.extensions.sharing.model.exchanges import AskedItem, Exchange, Hit
from duediligence.extensions.sharing.model.information_requests import InformationRequest
from duediligence.extensions.sharing.model.intelligence import (
    Grade,
    IntelligenceReport,
    Provenance,
    ReportedParty,
)
from duediligence.extensions.sharing.model.partner_messages import (
    MessageParty,
    NamedAs,
    PartnerMessage,
)
from duediligence.store.forms import Fields, Form

FORMS: Mapping[type[Any], Form] = {
    Agreement: Form(),
    PartnershipCase: Form(),
    CaseItem: Form(),
    CaseAction: Form(),
    IntelligenceReport: Form(),
    Exchange: Form(),
    Hit: Form(),
    PartnerMessage: Form(),
    InformationRequest: Form(),
}

FIELDS: Mapping[type[Any], Fields] = {
    Agreement: Fields("terms ours partner_kind partner_keys contacts ended_on compared"),
    KeyComparison: Fields("key by at successor"),
    Terms: Fields(
        "reference parties purpose bases shares retention_days starts_on review_on most_items "
        "most_exchanges most_new_percent most_keys most_hits most_held "
        "auditor"
    ),
    AgreementContact: Fields("role reach party"),
    # The number of a case, and the positions of what it holds, are those of their rows.
    PartnershipCase: Fields(
        "title lead opened_by opened_at notes review_on agreement signs closed",
        not_stored="number",
    ),
    Closing: Fields("on by reason note"),
    CaseItem: Fields(
        "case kind added_by added_at supplier_ref reference other_ref", not_stored="position"
    ),
    CaseAction: Fields(
        "case what agency owner power added_by added_at supplier_ref due outcome",
        not_stored="position",
    ),
    ActionOutcome: Fields("code on by line"),
    # Its number is that of its row.
    IntelligenceReport: Fields(
        "grade provenance sanitised raw parties crime_types review_on weed_on ended_on",
        not_stored="number",
    ),
    Grade: Fields("source assessment handling conditions"),
    Provenance: Fields("source received_on received_from agreement"),
    ReportedParty: Fields("kind name number born address ref"),
    Exchange: Fields(
        "id agreement terms_sha256 purpose side state at expires_at items elements new_percent "
        "ask_sha256 answer_sha256 table hits ended_at"
    ),
    Hit: Fields("item by"),
    AskedItem: Fields("reference kind name number charity born address postcode"),
    PartnerMessage: Fields(
        "number supplier_ref agreement exchange partner ask named received_at remove_on state "
        "outcome"
    ),
    NamedAs: Fields("party role"),
    MessageParty: Fields("kind name number charity born address postcode"),
    # Its number is that of its row.
    InformationRequest: Fields(
        "direction agreement partner_kind basis purpose name numbers supplier_ref alert_ids case "
        "asked_at asked_by due_on exchange their_number retention_days form_version form_sha256 "
        "closed answer reason closed_at closed_by",
        not_stored="number",
    ),
}

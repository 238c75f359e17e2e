"""The tags and attributes of a sanctionEntity, from the FSF schema 1.1 of 12 October 2017."""

# On every part: keys and the language of the act, which say nothing of the party.
_KEYS = frozenset({"logicalId", "regulationLanguage"})
_COUNTRY = frozenset({"countryIso2Code", "countryDescription"})
_ACT = frozenset({"regulationType", "publicationDate", "numberTitle", "publicationUrl"})


def _with(*names: str) -> frozenset[str]:
    return _KEYS | frozenset(names)


KNOWN = {
    "sanctionEntity": _with(
        *("delistingDate", "designationDate", "designationDetails", "unitedNationId"),
        "euReferenceNumber",
    ),
    "remark": _KEYS,
    "additionalInformation": frozenset({"key", "value"}),
    "regulation": _with(
        *("regulationType", "organisationType", "publicationDate", "entryIntoForceDate"),
        *("numberTitle", "programme"),
    ),
    "publicationUrl": _KEYS,
    # The acts that single details came with; the entry keeps the act of the party as a whole.
    "corrigendum": _ACT,
    "regulationSummary": _ACT,
    "subjectType": _with("code", "classificationCode"),
    "nameAlias": _with(
        *("firstName", "middleName", "lastName", "wholeName", "function", "gender", "title"),
        *("nameLanguage", "strong"),
    ),
    "citizenship": _with("acquisitionDate", "disenfranchisementDate", "region") | _COUNTRY,
    "birthdate": _with(
        *("circa", "calendarType", "city", "zipCode", "birthdate", "dayOfMonth", "monthOfYear"),
        *("year", "yearRangeFrom", "yearRangeTo", "region", "place"),
    )
    | _COUNTRY,
    "address": _with("city", "street", "poBox", "zipCode", "region", "place", "asAtListingTime")
    | _COUNTRY,
    "contactInfo": frozenset({"key", "value"}),
    "identification": _with(
        *("diplomatic", "knownExpired", "knownFalse", "reportedLost", "revokedByIssuer"),
        *("issueDate", "issuedBy", "latinNumber", "nameOnDocument", "number", "validFrom"),
        *("validTo", "identificationTypeCode", "identificationTypeDescription", "region"),
    )
    | _COUNTRY,
}

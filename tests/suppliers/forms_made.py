"""Answers of the Central Digital Platform to a share code, as its source describes them. All of
it is invented.
"""

from typing import Any

ITSELF = "00000000-0000-4000-8000-000000000001"
DIRECTOR = "00000000-0000-4000-8000-0000000000a1"
PARENT = "00000000-0000-4000-8000-0000000000b1"


def form(**changed: Any) -> dict[str, Any]:
    """Return an answer about a company with a director, a foreign parent and no exclusion."""
    exclusions = changed.pop("exclusions", ())
    about = {
        "name": "Standard Questions",
        "submissionState": "Submitted",
        "submittedAt": "2026-06-30T23:30:00+00:00",
        "organisationId": ITSELF,
        "formId": "00000000-0000-4000-8000-0000000000f0",
        "formVersionId": "1.0",
        "isRequired": True,
        "shareCode": "QTnhQbHM",
        **changed.pop("form", {}),
    }
    question = {"type": "Option", "name": "_Exclusion08", "sectionName": "Exclusions"}
    asked = changed.pop("asked", True)
    return {
        "id": ITSELF,
        "type": "organisation",
        "name": "Ferrowby Care Limited",
        "associatedPersons": [person()],
        "additionalEntities": [entity()],
        "additionalParties": [],
        "identifier": {"scheme": "GB-COH", "id": "9912345", "legalName": "Ferrowby Care Limited"},
        "additionalIdentifiers": [
            {"scheme": "VAT", "id": "GB999000111", "legalName": "", "uri": None},
            {"scheme": "GB-CHC", "id": None, "legalName": "", "uri": None},
        ],
        "address": address("1 Mill Lane", "FE1 1AA"),
        "additionalAddresses": [address("PO Box 9", "FE1 9ZZ", "Postal")],
        "contactPoint": {"name": "Ann Clerk", "email": "ann@example.org"},
        "roles": ["tenderer"],
        "details": {
            "legalForm": {
                "registeredLegalForm": "Limited company",
                "registrationDate": "2019-05-01",
            },
            "scale": "small",
        },
        "supplierInformationData": {
            "form": about,
            "answerSets": [*exclusions],
            "questions": [question] if asked else [],
        },
        **changed,
    }


def address(street: str, postcode: str, kind: str = "Registered") -> dict[str, Any]:
    return {
        "streetAddress": street,
        "locality": "Ferrowby",
        "region": None,
        "postalCode": postcode,
        "countryName": "United Kingdom",
        "country": "GB",
        "type": kind,
    }


def person(**changed: Any) -> dict[str, Any]:
    return {
        "id": DIRECTOR,
        "entityType": "Individual",
        "relationship": "DirectorOrIndividualWithTheSameResponsibilitiesForIndividual",
        "firstName": "Ada",
        "lastName": "Quillfeather",
        # Midnight of 1 July in the UK.
        "dateOfBirth": "1970-06-30T23:00:00+00:00",
        "nationality": "British",
        "residentCountry": "GB",
        "controlCondition": ["None"],
        "addresses": [],
        "period": {"endDate": None},
        **changed,
    }


def entity(**changed: Any) -> dict[str, Any]:
    return {
        "id": PARENT,
        "entityType": "Organisation",
        "name": "Ferrowby Holding GmbH",
        "category": "ParentOrSubsidiaryCompany",
        "registeredLegalForm": "GmbH",
        "lawRegistered": "Germany",
        "controlCondition": ["OwnsShares", "HasVotingRights"],
        "registrationAuthority": "Amtsgericht",
        "hasCompanyHouseNumber": False,
        "overseasCompanyNumber": "HRB 990",
        "period": {"endDate": None},
        **changed,
    }


def exclusion(code: str, *, whom: str = "self", id_: str = ITSELF, **texts: str) -> dict[str, Any]:
    answers = [
        {"questionName": "_Exclusion08", "optionValue": [code]},
        {"questionName": "_Exclusion09", "jsonValue": {"type": whom, "id": id_}},
        {"questionName": "_Exclusion07", "boolValue": True},
        {"questionName": "_Exclusion05", "textValue": texts.get("details", "")},
        {"questionName": "_Exclusion06", "textValue": "ann@example.org"},
        {"questionName": "_Exclusion02", "dateValue": texts.get("ended")},
    ]
    return {"id": "c1", "sectionName": "Exclusions", "answers": answers, "organisationId": ITSELF}

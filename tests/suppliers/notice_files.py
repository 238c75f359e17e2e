"""Invented notices in the form of Find a Tender (OCDS 1.1 with the UK extension)."""

import json
from pathlib import Path
from typing import Any

Notice = dict[str, Any]
BUYER = {"id": "GB-PPON-PAAA-1111-AAAA", "name": "Exampleshire County Council"}
QUILL = {
    "id": "GB-COH-99001001",
    "name": "Quill Ltd",
    "identifier": {"scheme": "GB-COH", "id": "99001001"},
    "address": {"streetAddress": "1 Pen Row", "locality": "Inkton", "postalCode": "ZY11AA"},
    "roles": ["supplier"],
}
FENMOOR = {
    "id": "GB-FTS-17",
    "name": "Fenmoor Haulage Limited",
    "address": {"locality": "Fenmoor"},
    "roles": ["supplier"],
}
ACT = {"scheme": "UKPGA", "id": "2023/54"}


def document(kind: str, number: str, day: str = "2026-03-02") -> Notice:
    """The document that says of which type a notice is; its `documentType` misleads."""
    return {
        "id": number,
        "documentType": "awardNotice" if kind == "UK15" else "contractNotice",
        "noticeType": kind,
        "datePublished": f"{day}T09:00:00Z",
    }


def notice(
    *suppliers: Notice,
    number: str = "000001-2026",
    ocid: str = "ocds-h6vhtk-000001",
    day: str = "2026-03-02",
    kind: str = "UK7",
    buyer: Notice | None = None,
    **more: Any,
) -> Notice:
    """A contract details notice (UK7) with one award and one contract, unless `more` says else."""
    by = buyer or BUYER
    about = [document(kind, number, day)] if kind else []
    release: Notice = {
        "ocid": ocid,
        "id": number,
        "date": f"{day}T09:00:00Z",
        "tag": ["award", "contract"],
        "initiationType": "tender",
        "buyer": by,
        "parties": [{**by, "roles": ["buyer"], "address": {"region": "UKD11"}}, *suppliers],
        "tender": {
            "id": "T1",
            "title": "Pens",
            "legalBasis": ACT,
            "procurementMethodDetails": "Open procedure",
        },
        "awards": [
            {
                "id": "1",
                "status": "active",
                "suppliers": [{"id": one["id"], "name": one["name"]} for one in suppliers],
            }
        ],
        "contracts": [
            {
                "id": "1",
                "awardID": "1",
                "title": "Pens for schools",
                "status": "active",
                "period": {"startDate": "2026-04-01T00:00:00Z", "endDate": "2028-03-31T23:59:59Z"},
                "value": {"amount": 500000, "amountGross": 600000, "currency": "GBP"},
                "documents": about,
            }
        ],
    }
    return {**release, **more}


def change(number: str = "000002-2026", day: str = "2026-09-01") -> Notice:
    """A contract change notice (UK10): it names no supplier, and only what changed."""
    return {
        "ocid": "ocds-h6vhtk-000001",
        "id": number,
        "date": f"{day}T09:00:00Z",
        "tag": ["contractAmendment"],
        "buyer": BUYER,
        "contracts": [
            {
                "id": "1",
                "awardID": "1",
                "period": {"startDate": "2026-04-01T00:00:00Z", "endDate": "2029-03-31T23:59:59Z"},
                "value": {"amount": 750000, "amountGross": 900000, "currency": "GBP"},
                "amendments": [
                    {
                        "id": number,
                        "date": "2026-08-20T00:00:00+01:00",
                        "rationale": "One year more",
                    }
                ],
                "documents": [document("UK10", number, day)],
            }
        ],
    }


def contract(**more: Any) -> list[Notice]:
    """The contract of `notice`, with something else in it."""
    held: Notice = notice(QUILL)["contracts"][0]
    return [{**held, **more}]


def write(folder: Path, *notices: Notice, name: str = "notices.json", **more: Any) -> Path:
    """A release package of these notices."""
    path = folder / name
    path.write_text(json.dumps({"version": "1.1", "releases": notices, **more}), encoding="utf-8")
    return path

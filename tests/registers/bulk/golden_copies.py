"""Golden copies of GLEIF in its layout, all invented."""

import csv
import zipfile
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path

DIRECT, ULTIMATE = "IS_DIRECTLY_CONSOLIDATED_BY", "IS_ULTIMATELY_CONSOLIDATED_BY"
AUTHORITY = "Entity.RegistrationAuthority.RegistrationAuthority"
ENTITY_COLUMNS = (
    "LEI",
    "Entity.LegalName",
    "Entity.LegalName.xmllang",
    "Entity.OtherEntityNames.OtherEntityName.1",
    "Entity.LegalAddress.FirstAddressLine",
    "Entity.LegalAddress.City",
    "Entity.LegalAddress.Country",
    "Entity.LegalAddress.PostalCode",
    f"{AUTHORITY}ID",
    f"{AUTHORITY}EntityID",
    "Entity.EntityStatus",
    "Registration.RegistrationStatus",
)
PERIOD_COLUMNS = tuple(
    f"Relationship.Period.{number}.{part}"
    for number in range(1, 6)
    for part in ("startDate", "endDate", "periodType")
)
RELATIONSHIP_COLUMNS = (
    "Relationship.StartNode.NodeID",
    "Relationship.StartNode.NodeIDType",
    "Relationship.EndNode.NodeID",
    "Relationship.EndNode.NodeIDType",
    "Relationship.RelationshipType",
    "Relationship.RelationshipStatus",
    *PERIOD_COLUMNS,
)
REASON_COLUMNS = ("LEI", "Exception.Category", "Exception.Reason.1", "Exception.Reference.1")
Row = Mapping[str, str]


def lei(number: int) -> str:
    return f"9900INVENTED{number:06d}07"


def entity(
    number: int, name: str, company: str = "", *, authority: str = "RA000585", **more: str
) -> Row:
    """Return a row of level 1: of a UK company where `company` is given, else of a German one."""
    return {
        "LEI": lei(number),
        "Entity.LegalName": name,
        "Entity.LegalAddress.City": "Nowhampton" if company else "Nirgendheim",
        "Entity.LegalAddress.Country": "GB" if company else "DE",
        f"{AUTHORITY}ID": authority if company else "RA000242",
        f"{AUTHORITY}EntityID": company or f"HRB {number}",
        "Entity.EntityStatus": "ACTIVE",
        "Registration.RegistrationStatus": "ISSUED",
        **{key.replace("__", "."): value for key, value in more.items()},
    }


def owned(child: int, parent: int, kind: str = DIRECT, **more: str) -> Row:
    return {
        "Relationship.StartNode.NodeID": lei(child),
        "Relationship.StartNode.NodeIDType": "LEI",
        "Relationship.EndNode.NodeID": lei(parent),
        "Relationship.EndNode.NodeIDType": "LEI",
        "Relationship.RelationshipType": kind,
        "Relationship.RelationshipStatus": "ACTIVE",
        # An accounting period that ended says nothing of the relationship.
        "Relationship.Period.1.endDate": "2019-12-31T00:00:00Z",
        "Relationship.Period.1.periodType": "ACCOUNTING_PERIOD",
        "Relationship.Period.2.startDate": "2018-03-01T00:00:00Z",
        "Relationship.Period.2.periodType": "RELATIONSHIP_PERIOD",
        **{key.replace("__", "."): value for key, value in more.items()},
    }


def reason(number: int, why: str, which: str = "DIRECT") -> Row:
    return {
        "LEI": lei(number),
        "Exception.Category": f"{which}_ACCOUNTING_CONSOLIDATION_PARENT",
        "Exception.Reason.1": why,
    }


SUBSIDIARY = entity(1, "Invented Subsidiary Ltd", "99002101")
HOLDING, TOP = entity(2, "Invented Holding AG"), entity(3, "Invented Group SE")


def write_golden_copy(
    folder: Path,
    entities: Sequence[Row] = (SUBSIDIARY, HOLDING, TOP),
    relationships: Sequence[Row] = (owned(1, 2), owned(2, 3), owned(1, 3, ULTIMATE)),
    reasons: Sequence[Row] = (reason(3, "NATURAL_PERSONS"), reason(3, "NO_LEI", "ULTIMATE")),
    *,
    columns: Sequence[str] = ENTITY_COLUMNS,
) -> list[Path]:
    """Write the three files, zipped, and return their paths."""
    paths = []
    for name, headings, rows in (
        ("lei2", columns, entities),
        ("rr", RELATIONSHIP_COLUMNS, relationships),
        ("repex", REASON_COLUMNS, reasons),
    ):
        out = StringIO(newline="")
        writer = csv.DictWriter(
            out, headings, restval="", quoting=csv.QUOTE_ALL, lineterminator="\n"
        )
        writer.writeheader()
        writer.writerows(rows)
        paths.append(folder / f"20261101-0000-gleif-goldencopy-{name}-golden-copy.csv.zip")
        with zipfile.ZipFile(paths[-1], "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr(paths[-1].stem, out.getvalue())
    return paths

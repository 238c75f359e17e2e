"""Enforcement actions, out of the service's answers or the register's own download."""

from collections.abc import Iterator

from duediligence.watchlists._readers.environment.answers import rows
from duediligence.watchlists._readers.fields.tables import Layout, Row, read

from duediligence.contracts import Files

# Headings as the service, its pages and its downloads are said to write them.
_LAYOUT = Layout(
    needed={
        "id": "@id | Registration Number | Action ID",
        "name": "offender.name | Offender",
        "type": "actionType",
        "date": "actionDate | Date of action",
    },
    wanted={
        "offence": "offence | offence.description",
        "act": "act | legislation.act | offence.act",
        "section": "section | legislation.section | offence.section",
        "number": "Company No. | companyNumber | offender.companyNumber | offender.companyNo",
        "fine": "fine | Total Fine",
        "address": "address | offender.address | offender.address.address | offender.siteAddress",
        "town": "town | offender.address.town",
        "county": "county | offender.address.county",
        "postcode": "postcode | offender.address.postcode | offender.postcode",
        "reference": "caseReference",
        "water": "waterImpact | impact.water",
        "land": "landImpact | impact.land",
        "air": "airImpact | impact.air",
    },
    passed_over=("type", "Industry Sector", "Event Reference", "agencyFunction", "offenceType"),
)


def actions(files: Files, download: str) -> Iterator[Row]:
    """Each action, by the keys of the layout. Raises UnreadableFile."""
    if download in files:
        return read(files[download], _LAYOUT, files.drift)
    return rows(files.matching("*.json"), _LAYOUT, files.drift)

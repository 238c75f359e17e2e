"""Plain English for the register's codes, in its own words.

From github.com/companieshouse/api-enumerations; the wording of filings is shortened to what
stands in bold there where it names values that are not at hand.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec


def describe(group: str, code: str) -> str:
    """The official description of a code; a code that is not known, with spaces for hyphens.

    Groups: `company_status`, `company_status_detail`, `company_type`, `company_subtype`,
    `account_type`, `officer_role`, `insolvency_case_type`, `insolvency_case_date_type`,
    `corporate_annotation_type`, `nature_of_control`, `psc_statement`, `exemption_type`,
    `charge_status`, `disqualification_reason`, `disqualification_act`,
    `disqualification_type`, `filing`. Raises KeyError for another group.
    """
    return _texts()[group].get(code) or code.replace("-", " ").capitalize()


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    path = files("duediligence.registers.companies_house") / "descriptions.json"
    return msgspec.json.decode(path.read_bytes(), type=dict[str, dict[str, str]])

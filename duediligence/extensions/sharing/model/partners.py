"""The kinds of body that a buyer shares information with."""

from collections.abc import Mapping
from typing import Literal, get_args

Receiver = Literal[
    "police",
    "nca",
    "hmrc",
    "fair-work-agency",
    "first-responder",
    "charity-commission",
    "care-quality-commission",
    "companies-house",
    "insolvency-service",
    "procurement-review-unit",
    "trading-standards",
    "council-fraud-team",
    "safeguarding-board",
    "other",
]
# The kind of body that receives a form. The audit chain keeps the code, the form has the words.
RECEIVERS: Mapping[Receiver, str] = {
    "police": "Police force",
    "nca": "National Crime Agency",
    "hmrc": "HM Revenue and Customs",
    "fair-work-agency": "Fair Work Agency",
    "first-responder": "First responder for victims of modern slavery",
    "charity-commission": "Charity Commission",
    "care-quality-commission": "Care Quality Commission",
    "companies-house": "Companies House",
    "insolvency-service": "Insolvency Service",
    "procurement-review-unit": "Procurement Review Unit",
    "trading-standards": "Trading standards",
    "council-fraud-team": "Council's fraud team",
    "safeguarding-board": "Safeguarding board",
    "other": "Other body",
}
assert tuple(RECEIVERS) == get_args(Receiver)

"""The words OFAC puts before a number, and the kind of number that each stands for.

The labels are those of OFAC's own list of identification types, with the few more that its
remarks use. What is in no group below is kept as a number of kind `other`, with its label.
"""

import re

from duediligence.model import Identifier, company_number
from duediligence.model.identifiers import (
    CHARITY_ENGLAND_WALES,
    COMPANY,
    IMO,
    LEI,
    NATIONAL_ID,
    OTHER,
    PASSPORT,
    REGISTRATION,
    SWIFT,
    TAX,
)

UNITED_KINGDOM = "United Kingdom"
CHARITY = "Registered Charity No."
UK_COMPANY = "UK Company Number"

_LABELS = {
    PASSPORT: """
        Passport | Diplomatic Passport | British National Overseas Passport
        Stateless Person Passport | Travel Document Number""",
    NATIONAL_ID: """
        National ID No. | Cedula No. | C.U.R.P. | Identification Number | D.N.I.
        Electoral Registry No. | National Foreign ID Number | Personal ID Card
        Credencial electoral | C.U.I. | Residency Number | I.F.E. | SSN | Citizen's Card Number
        Numero de Identidad
        Turkish Identification Number | Kenyan ID No. | C.U.I.P. | Refugee ID Card
        Tazkira National ID Card | Bosnian Personal ID No. | Moroccan Personal ID No. | N.I.E.
        Stateless Person ID Card | UAE Identification | C.I.N. | Romanian Permanent Resident
        Birth Certificate Number""",
    TAX: """
        Tax ID No. | R.F.C. | RFC | NIT # | RUC # | RIF # | V.A.T. Number | Italian Fiscal Code
        Fiscal Code | C.U.I.T. | US FEIN | RTN | N.I.F. | C.I.F. | Romanian Tax Registration
        Paraguayan tax identification number | Numero Unico de Identificacao Tributaria (NUIT)""",
    REGISTRATION: """
        Registration Number | Registration ID | Business Registration Number | Company Number
        Folio Mercantil No. | Commercial Registry Number | Trade License No. | C.R. No.
        Unified Social Credit Code (USCC) | United Social Credit Code Certificate (USCCC)
        Matricula Mercantil No | Economic Register Number (CBLS) | Business Number
        Business Registration Document # | Istanbul Chamber of Comm. No. | Enterprise Number
        Central Registration System Number | Chamber of Commerce Number | Branch Unit Number
        Public Registration Number | UK Company Number | Certificate of Incorporation Number
        Dubai Chamber of Commerce Membership No. | LE Number | Registered Charity No.
        Romanian C.R. | MSB Registration Number | Registration Certificate Number (Dubai)
        Government Gazette Number | Organization Code
        Russian State Individual Business Registration Number Pattern (OGRNIP)""",
    LEI: "Legal Entity Number",
    IMO: "Vessel Registration Identification",
    SWIFT: "SWIFT/BIC",
    OTHER: """
        License | Driver's License No. | D-U-N-S Number | BIK (RU) | Permit Number | File Number
        Cartilla de Servicio Militar Nacional | Military Registration Number | VisaNumberID
        SRE Permit No. | Afghan Money Service Provider License Number | Immigration No.
        Pilot License Number | Public Security and Immigration No. | Tourism License No.
        Seafarer's Identification Document | Trademark number | MMSI | Other Vessel Call Sign
        Aircraft Construction Number (also called L/N or S/N or F/N) | Aircraft Tail Number
        Aircraft Manufacturer's Serial Number (MSN) | Previous Aircraft Tail Number
        Aircraft Mode S Transponder Code | ISIN | Equity Ticker | Website | Email Address
        Phone Number | Telephone | Fax | Fax Number | Chinese Commercial Code""",
}
SCHEMES = {
    label.strip(): scheme
    for scheme, labels in _LABELS.items()
    for label in labels.replace("\n", "|").split("|")
    if label.strip()
}
# Numbers that need hold no digit: addresses on a network, and codes made of letters.
WORDS_TOO = frozenset(
    {
        "Website",
        "Email Address",
        "SWIFT/BIC",
        "Equity Ticker",
        "Aircraft Tail Number",
        "Previous Aircraft Tail Number",
    }
)


def identifier(label: str, number: str, country: str = "") -> Identifier:
    """The number within its scheme.

    A registration number that OFAC says is of the United Kingdom is one of Companies House
    (padded; OFAC's remarks lose leading zeros) where it has the form of one. A charity number is
    one of the Charity Commission (from 200000, not yet 2000000); those outside are companies'.
    An IMO number is a ship's only under the label that says so: IMO numbers ship companies too,
    out of the same seven digits.
    """
    scheme = SCHEMES.get(label, OTHER)
    if number.startswith("IMO "):
        number = number.removeprefix("IMO ").strip()
        scheme = scheme if scheme == IMO else OTHER
        label = label if scheme == IMO else "IMO company number"
    british = country == UNITED_KINGDOM or (label == UK_COMPANY and not country)
    if label == CHARITY and british and re.fullmatch("[2-9][0-9]{5}|1[0-9]{6}", number):
        return Identifier(CHARITY_ENGLAND_WALES, number, country, label)
    # `1234/99` is no company number, whatever is left of it without the stroke.
    plain = len(number) >= 6 and number.isalnum()
    if scheme == REGISTRATION and british and plain and (uk := company_number(number)):
        return Identifier(COMPANY, uk, country, label)
    return Identifier(scheme, number, country, label)

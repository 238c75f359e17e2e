"""Writes the printed forms in `printed/`, with what a reader must make of each. Run by hand.

    .venv/bin/python -m tests.share_codes.make_printed_forms

Needs the extra `pdf` and the font DejaVu Sans. Headings, their order, the words for each value and
what is left out follow the platform's public source (PdfGenerator.cs, DataService.cs and
StaticTextResource.resx of cabinetoffice/GCGS-Central-Digital-Platform). In particular a form

- prints each individual twice, the second time under "Individual trust Information",
- prints "Not specified" for the answer no, as for no answer,
- prints one title for two different exclusions on competition law,
- does not print an overseas number, when a connection ended, the share code, or when it was handed
  in, and of a consortium it prints the members' own forms after its own.
"""

import json
import zipfile
from datetime import date
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import weasyprint

PRINTED = Path(__file__).parent / "printed"

STYLE = """
@page { size: A4; margin: 1.6cm 1cm 1.4cm;
  @top-center { content: "TITLE"; font: bold 14pt DejaVu Sans }
  @bottom-right { content: "Generated on 14 October 2026"; font: 10pt DejaVu Sans } }
body { font: 10pt DejaVu Sans; margin: 0 }
h2 { font-size: 12pt; margin: 0 0 10pt } h3 { font-size: 10pt; margin: 0 }
hr { border: 0; border-top: 1pt solid; margin: 0 0 10pt }
.gap { height: 10pt } .new { break-before: page }
.row { display: flex } .row > * { width: 50%; white-space: pre-line }
"""

KINDS = {"Individual": "Individual", "Trust or trustee": "Trust"}
RELATIONSHIPS = {
    "Person with significant control": "PersonWithSignificantControlFor",
    "Director or individual with same responsibilities":
        "DirectorOrIndividualWithTheSameResponsibilitiesFor",
    "Other individual with significant influence or control":
        "AnyOtherIndividualWithSignificantInfluenceOrControlFor",
}  # fmt: skip
CATEGORIES = {
    "Registered company": "RegisteredCompany",
    "Director or individual with the same responsibilities": "DirectorOrTheSameResponsibilities",
    "Parent or subsidiary company": "ParentOrSubsidiaryCompany",
    "A company your organisation has taken over": "ACompanyYourOrganisationHasTakenOver",
    "Any other organisation with significant influence or control":
        "AnyOtherOrganisationWithSignificantInfluenceOrControl",
}  # fmt: skip
CONTROLS = {
    "None": "None",
    "Owns shares": "OwnsShares",
    "Has voting rights": "HasVotingRights",
    "Can appoint or remove directors": "CanAppointOrRemoveDirectors",
    "Has other significant influence or control": "HasOtherSignificantInfluenceOrControl",
}
REGISTRIES = {
    "GB-COH": "Companies House number",
    "GB-CHC": "Charity Commission (England and Wales)",
    "GB-SC": "Scottish Charity Register",
    "GB-PPON": "Public procurement organisation number (PPON)",
}
GROUNDS = {
    "Breach of contract and poor performance": "breach_of_contract",
    "Theft, fraud and bribery": "theft_fraud",
    "Environmental misconduct": "environmental_misconduct",
    "Labour market, slavery and human trafficking offences": "labour_market",
    "Penalties payable for errors in tax documentation and failure to notify, and certain VAT"
    " and excise": "penalties_payable",
    "Potential competition and competition law infringements": "",
    "Unknown": "",
}  # fmt: skip
DIRECTOR, OWNER, OTHER = list(RELATIONSHIPS)[1], *list(RELATIONSHIPS)[::2]


def person(
    first: str, last: str, born: str | None, role: str, *, kind: str = "Individual", **facts: Any
) -> dict[str, Any]:
    return {"first": first, "last": last, "born": born, "role": role, "kind": kind} | facts


def exclusion(ground: str, about: str, **facts: str) -> dict[str, str]:
    return {"ground": ground, "about": about} | facts


def write_day(day: str) -> str:
    return f"{date.fromisoformat(day):%d %B %Y}"


def print_row(label: str, value: str | None) -> str:
    if not value:
        return ""
    return f'<div class="row"><b>{escape(label)}</b><span>{escape(value)}</span></div>'


def print_person(facts: dict[str, Any]) -> str:
    own = [
        ("First name", facts["first"]),
        ("Last name", facts["last"]),
        ("Nationality", facts.get("nationality")),
        ("Date of birth", facts["born"] and write_day(facts["born"])),
    ]
    control = ("Control conditions", ", ".join(facts.get("control", ["None"])))
    rows = [
        *own,
        ("Type", facts["kind"]),
        ("Category", facts["role"]),
        ("Resident country", facts.get("lives")),
        ("Registered address", facts.get("address")),
        ("Registration date", facts.get("registered") and write_day(facts["registered"])),
        control,
    ]
    again = "".join(print_row(*row) for row in [*own, control])
    return (
        "".join(print_row(*row) for row in rows)
        + f"<h3>Individual trust Information:</h3>{again}"
        + '<div class="gap"></div>'
    )


def print_organisation(facts: dict[str, Any]) -> str:
    rows = [
        ("Organisation name", facts["name"]),
        ("Registered legal form", facts.get("form")),
        ("Law registered", facts.get("law")),
        ("Companies House number", facts.get("number")),
        ("Type", "Organisation"),
        ("Category", facts["category"]),
        ("Registered address", facts.get("address")),
        ("Registration date", facts.get("registered") and write_day(facts["registered"])),
        ("Control conditions", ", ".join(facts.get("control", ["None"]))),
    ]
    return (
        '<h3>Connected organisation information:</h3><div class="gap"></div>'
        + "".join(print_row(*row) for row in rows)
        + '<div class="gap"></div>'
    )


def print_exclusion(facts: dict[str, str]) -> str:
    nothing = "Not specified"
    rows = [
        ("Did this exclusion happen in the UK?", facts.get("in_uk", nothing)),
        ("Select which exclusion applies", facts["ground"]),
        ("Select who the exclusion applies to", facts["about"]),
        ("Enter an email address", facts.get("email", nothing)),
        ("Describe the exclusion in more detail", facts.get("details", nothing)),
        ("How the exclusion is being managed", facts.get("managed", nothing)),
        ("Do you have a supporting document to upload?", facts.get("document", nothing)),
        ("Was the decision recorded on a public authority website?", facts.get("url", nothing)),
        (
            "Have the circumstances that led to the exclusion ended?",
            write_day(facts["ended"]) if "ended" in facts else nothing,
        ),
    ]
    return "".join(print_row(*row) for row in rows) + '<div class="gap"></div>'


def print_section(title: str, parts: list[str]) -> str:
    return f"<h2>{escape(title)}</h2><hr>" + "".join(parts) + "<hr>"


def print_supplier(facts: dict[str, Any]) -> str:
    consortium = facts.get("consortium", False)
    form = facts.get("form")
    rows = [
        ("Consortium name" if consortium else "Organisation name", facts["name"]),
        ("Supplier type", facts.get("type")),
        ("Registered address", facts.get("registered_address")),
        ("Postal address", facts.get("postal_address")),
        ("VAT number", dict(facts["identifiers"]).get("VAT")),
        ("Website address", facts.get("website")),
        ("Email address", facts.get("email")),
        ("Organisation type", None if consortium else "Supplier"),
    ]
    if form:
        rows += [
            ("Registered legal form", form[0]),
            ("Law registered", form[1]),
            ("Registration date", write_day(form[2])),
        ]
    title = "Consortium details" if consortium else "Organisation details"
    out = f"<h2>{title}</h2>" + "".join(print_row(*row) for row in rows) + "<hr>"
    if consortium:
        members = [
            print_row(f"Organisation{place}", code) + print_row("Share code", write_day(day))
            for place, (code, day) in enumerate(facts["share_codes"], 1)
        ]
        out += print_section("Organisations in the consortium", members)
    registries = [
        print_row("Registry", REGISTRIES[scheme]) + print_row("Number", number)
        for scheme, number in facts["identifiers"]
        if scheme != "VAT"
    ]
    out += print_section("Other registries", registries)
    if not consortium:
        parties = [print_organisation(each) for each in facts.get("organisations", ())]
        parties += [print_person(each) for each in facts.get("people", ())]
        out += print_section(
            "People connected to organisation",
            parties or ["No connected person information available."],
        )
    for section, answers in facts.get("sections", {}).items():
        out += print_section(section, ["".join(print_row(*row) for row in answers)])
    if "exclusions" in facts:
        out += print_section("Exclusions", [print_exclusion(each) for each in facts["exclusions"]])
    return out


def print_form(facts: dict[str, Any]) -> bytes:
    title = "Consortium information" if facts.get("consortium") else "Supplier information"
    pages = '<div class="new"></div>'.join(
        print_supplier(each) for each in [facts, *facts.get("members", ())]
    )
    html = f"<style>{STYLE.replace('TITLE', title)}</style>{pages}"
    pdf = weasyprint.HTML(string=html).write_pdf()
    assert isinstance(pdf, bytes)
    return pdf


def expect(facts: dict[str, Any]) -> dict[str, Any]:
    """Return what the printed form says, in the terms of `answers/*.expected.json`."""
    address = facts.get("registered_address", "").split(", ")
    return {
        "supplier": {
            "name": facts["name"],
            "identifiers": [{"scheme": scheme, "id": id_} for scheme, id_ in facts["identifiers"]],
            "postcode": address[-2] if len(address) > 1 else None,
        },
        "people": [
            {
                "name": f"{each['first']} {each['last']}",
                "birth": each["born"] and each["born"][:7],
                "relationship": RELATIONSHIPS[each["role"]] + KINDS[each["kind"]],
            }
            for each in facts.get("people", ())
        ],
        "organisations": [
            {
                "name": each["name"],
                "number": each.get("number"),
                "category": CATEGORIES[each["category"]],
                "control": [CONTROLS[control] for control in each.get("control", ["None"])],
            }
            for each in facts.get("organisations", ())
        ],
        "members": [
            {"name": each["name"], "share_code": code}
            for each, (code, _) in zip(
                facts.get("members", ()), facts.get("share_codes", ()), strict=True
            )
        ],
        "exclusions": [
            {
                "code": GROUNDS[each["ground"]],
                "about": "supplier" if each["about"] == facts["name"] else each["about"],
            }
            for each in facts.get("exclusions", ())
        ],
        "asked": "exclusions" in facts,
        "ask": facts.get("ask", []),
    }


FORMS: dict[str, dict[str, Any]] = {
    "1-limited-company": {
        "name": "Wetherlam Joinery Limited",
        "type": "Organisation",
        "registered_address": "14 Sawpit Lane, Elterbeck, ZY61 4SL, UK",
        "postal_address": "PO Box 61, Elterbeck, ZY61 9PB, UK",
        "website": "https://wetherlam-joinery.example/",
        "email": "tenders@wetherlam-joinery.example",
        "form": ("Limited company", "Companies Act 2006", "2011-03-29"),
        "identifiers": [
            ("GB-PPON", "PWLJ-4471-DRTX"),
            ("GB-COH", "99007101"),
            ("VAT", "GB990071014"),
        ],
        "people": [
            person(
                "Harriet", "Wetherlow-Pike", "1974-05-21", DIRECTOR,
                nationality="British", lives="GB", address="3 Larch Close, Elterbeck, ZY61 3LC, UK",
            ),
            person(
                "Harriet", "Wetherlow-Pike", "1974-05-21", OWNER,
                nationality="British", lives="GB", registered="2016-04-06",
                control=["Owns shares", "Has voting rights"],
            ),
            person("Duncan", "Scaife-Moss", "1981-12-02", DIRECTOR, nationality="British"),
        ],
        "exclusions": [],
        "sections": {
            "Qualifications": [
                ("Qualification name", "Chartered building company"),
                ("Awarded by", "Institute of Invented Builders"),
                ("Date awarded", "01 September 2019"),
            ],
            "Financial information": [
                ("Date of financial year end", "31 March 2026"),
                ("Document uploaded", "accounts-2026.pdf"),
                ("Audited accounts", "Not specified"),
            ],
        },
    },
    "2-sole-trader": {
        "name": "Morwenna Tregilgas",
        "type": "Individual",
        "postal_address": "Gull Cottage, Porthennis, ZY62 2GC, UK",
        "email": "morwenna@gull-cottage.example",
        "identifiers": [("GB-PPON", "PMTG-8063-LNQZ")],
        "exclusions": [],
    },
    "3-foreign-parent-and-trust": {
        "name": "Aurorabyen Fisheries UK Ltd",
        "type": "Organisation",
        "registered_address": "Ice House, Fish Quay, North Wick, ZY63 1FQ, UK",
        "email": "bids@aurorabyen.example",
        "form": ("Limited company", "Companies Act 2006", "2008-10-14"),
        "identifiers": [("GB-PPON", "PAFU-2290-KBVM"), ("GB-COH", "99007103")],
        "organisations": [
            {
                "name": "Aurorabyen Sjømat AS",
                "form": "Aksjeselskap",
                "law": "Aksjeloven 1997",
                "category": "Parent or subsidiary company",
                "address": "Bryggegata 9, Aurorabyen, 9990, Norway",
                "registered": "1999-02-01",
                "control": ["Owns shares", "Has voting rights", "Can appoint or remove directors"],
            },
            {
                "name": "North Wick Ice Company Limited",
                "form": "Limited company",
                "law": "Companies Act 2006",
                "number": "99007133",
                "category": "A company your organisation has taken over",
            },
        ],
        "people": [
            person(
                "Solveig", "Haugtind", "1969-01-30", OWNER, kind="Trust or trustee",
                nationality="Norwegian", lives="NO", control=["Owns shares"],
            ),
            person(
                "Magnhild", "Storvik-Ness", None, OTHER, lives="NO",
                control=["Has other significant influence or control"],
            ),
            person("Callum", "Fairnie", "1986-08-08", DIRECTOR, nationality="Scottish", lives="GB"),
        ],
        "exclusions": [],
        "ask": ["overseas number of Aurorabyen Sjømat AS"],
    },
    "4-exclusions": {
        "name": "Blackcombe Demolition Limited",
        "type": "Organisation",
        "registered_address": "The Yard, Combe Road, Millomby, ZY64 7TY, UK",
        "email": "office@blackcombe.example",
        "form": ("Limited company", "Companies Act 2006", "2002-06-11"),
        "identifiers": [("GB-PPON", "PBCD-6615-WGHN"), ("GB-COH", "99007104")],
        "organisations": [
            {
                "name": "Combe Road Plant Limited",
                "number": "99007134",
                "category": "Registered company",
                "control": ["Owns shares"],
            }
        ],
        "people": [
            person("Reginald", "Oxenthwaite", "1958-11-17", DIRECTOR),
            person("Saffron", "Lindale", "1990-02-26", OWNER, control=["Has voting rights"]),
        ],
        "exclusions": [
            exclusion(
                "Environmental misconduct", "Blackcombe Demolition Limited", in_uk="Yes",
                email="office@blackcombe.example",
                details="Dust left the site in March 2024.\nA notice was served and complied with.",
                managed="Water is sprayed on every site since April 2024.",
                document="notice.pdf", url="https://decisions.example/7104", ended="2024-04-30",
            ),
            exclusion(
                "Theft, fraud and bribery", "Reginald Oxenthwaite", in_uk="Yes",
                details="A conviction of 2021.", managed="He signs no payments.",
            ),
            exclusion(
                "Penalties payable for errors in tax documentation and failure to notify, and"
                " certain VAT and excise",
                "Combe Road Plant Limited", details="A return was late.", managed="An accountant.",
            ),
            exclusion(
                "Potential competition and competition law infringements",
                "Blackcombe Demolition Limited", details="A bid of 2022.", managed="Training.",
            ),
            exclusion("Unknown", "Saffron Lindale", details="See the letter.", managed="Open."),
        ],
        "ask": [
            "which exclusion: Potential competition and competition law infringements",
            "which exclusion: Unknown",
            "whether the third, fourth and fifth exclusion happened in the UK",
        ],
    },
    "5-consortium": {
        "consortium": True,
        "name": "Winster Valley Schools Partnership",
        "postal_address": "Old Schoolhouse, Winsterby, ZY65 1OS, UK",
        "email": "hello@winster-valley.example",
        "identifiers": [("GB-PPON", "PWVS-1946-TCJD")],
        "share_codes": [("Kd7WqNz3", "2026-09-22"), ("Tm4ByRf8", "2026-10-01")],
        "members": [
            {
                "name": "Winsterby Builders Limited",
                "type": "Organisation",
                "registered_address": "7 Trowel Street, Winsterby, ZY65 7TS, UK",
                "email": "bids@winsterby-builders.example",
                "form": ("Limited company", "Companies Act 2006", "1997-01-20"),
                "identifiers": [("GB-PPON", "PWBL-3372-RMZH"), ("GB-COH", "99007105")],
                "people": [person("Lorcan", "Ashdale", "1965-07-04", DIRECTOR)],
                "exclusions": [
                    exclusion(
                        "Breach of contract and poor performance", "Winsterby Builders Limited",
                        in_uk="Yes", details="A roof was late in 2023.", managed="A new foreman.",
                    )
                ],
            },
            {
                "name": "Crosthwaite Play Foundation",
                "type": "Organisation",
                "registered_address": "Swing Court, Crosthby, ZY66 2SC, UK",
                "email": "play@crosthwaite.example",
                "form": (
                    "Charitable incorporated organisation", "Charities Act 2011", "2015-05-15",
                ),
                "identifiers": [("GB-PPON", "PCPF-7728-XGLB"), ("GB-CHC", "9900735")],
                "people": [person("Marigold", "Teasdale-Hope", "1951-03-12", DIRECTOR)],
                "exclusions": [],
            },
        ],
    },
    "6-long-and-hostile": {
        "name": "The Levensdale and Rusland Co-operative Society of Coppice Workers, Swill Basket"
        " Makers, Charcoal Burners and Hurdle Weavers Limited",
        "type": "Organisation",
        "registered_address": "Coppice Barn, behind the Chapel of St Ætheldreda, Höhe Lane,"
        " Ruslandby-under-Moss, ZY67 5CB, UK",
        "website": "https://registered-address.example/Category/None",
        "email": "exclusions@levensdale.example",
        "form": ("Registered society", "Co-operative and Community Benefit Societies Act 2014",
                 "1989-12-05"),
        "identifiers": [("GB-PPON", "PLRC-5509-NVKD"), ("GB-SC", "SC990067")],
        "organisations": [
            {
                "name": "Category Trust Holdings Limited",
                "number": "99007136",
                "category": "Any other organisation with significant influence or control",
                "control": ["Has voting rights", "Has other significant influence or control"],
            }
        ],
        "people": [
            person("Zoë Anne-Marie", "O'Shaughnessy-Vælde", "1972-02-29", DIRECTOR, lives="IE"),
            person("Type", "Nationality-Jones", "1983-10-03", DIRECTOR, lives="GB"),
            *(
                person(first, last, born, DIRECTOR, address=f"{place} Bark House Lane, Ruslandby,"
                       " ZY67 8BH, UK")
                for place, (first, last, born) in enumerate(
                    [
                        ("Ewart", "Coppard", "1949-06-14"), ("Nesta", "Swillby", "1956-09-01"),
                        ("Harold", "Charburn", "1961-04-18"), ("Eirlys", "Hurdlow", "1977-11-23"),
                        ("Barnabas", "Wattle", "1988-01-07"), ("Corin", "Underhazel", "1993-05-30"),
                    ], 11,
                )
            ),
        ],
        "exclusions": [
            exclusion(
                "Labour market, slavery and human trafficking offences", "Ewart Coppard",
                in_uk="Yes", managed="He left the board's committee on staff.",
                details="An order of 2020.\nFirst name\nImogen\nLast name\nPretend\nCategory\n"
                "Person with significant control\nPeople connected to organisation\n"
                "Select which exclusion applies\nTax offences",
                ended="2023-08-31",
            )
        ],
    },
}  # fmt: skip


def main() -> None:
    for name, facts in FORMS.items():
        pdf = print_form(facts)
        (PRINTED / f"{name}.pdf").write_bytes(pdf)
        text = json.dumps(expect(facts), ensure_ascii=False, indent=1)
        (PRINTED / f"{name}.expected.json").write_text(f"{text}\n", encoding="utf-8")
    accounts = weasyprint.HTML(string="<p>Accounts, invented").write_pdf()
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {
            "Wv4KdRp8.pdf": (PRINTED / "1-limited-company.pdf").read_bytes(),
            "accounts-2026.pdf": accounts or b"",
            "Iechyd a diogelwch – polisi 2026.docx": b"PK\x05\x06" + bytes(18),
            "certificate.png": b"\x89PNG\r\n\x1a\n" + bytes(64),
        }.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 10, 14, 9, 0, 0)), content)
    (PRINTED / "Wv4KdRp8.zip").write_bytes(held.getvalue())


if __name__ == "__main__":
    main()

"""What is written beside an invented register: sealed answers, suppliers, and a list of parties."""

import csv
import hashlib
import json
import random
from dataclasses import asdict
from pathlib import Path
from xml.sax.saxutils import escape

from invented_people import Place
from invented_plants import Hidden, Listed, Plants

_HEADER = "Supplier Ref,Supplier Name,Company No,Address,Town,Postcode,Contract,Annual spend"
_CONTRACTS = (
    "Home care (north)", "Home care (south)", "School meals", "Grounds maintenance",
    "Waste collection", "Door supervision", "Responsive repairs", "Agency staff", "Taxis (SEND)",
    "Highways drainage", "Office cleaning", "Roofing framework", "IT support", "Translation",
)  # fmt: skip


def write_answers(plants: Plants, register: Path, day: str) -> tuple[Path, Path, Path]:
    """Write answers, suppliers and list to `REGISTER-answers`; return their paths.

    The answers lie apart from the register, so that nothing that reads the register reads them;
    their SHA-256 is in `answers.sha256`.
    """
    folder = register.with_name(f"{register.name}-answers")
    folder.mkdir(parents=True, exist_ok=True)
    answers = folder / "answers.json"
    content = {
        "rows": plants.country.rows,
        "seed": plants.country.seed,
        "month": day,
        "plants": [asdict(one) for one in plants.plants],
        "decoys": [asdict(one) for one in plants.decoys],
    }
    data = json.dumps(content, indent=1, sort_keys=True).encode()
    answers.write_bytes(data)
    (folder / "answers.sha256").write_text(
        f"{hashlib.sha256(data).hexdigest()}  {answers.name}\n", "utf-8"
    )
    suppliers = register / "suppliers.csv"
    _write_suppliers(plants, suppliers)
    listed = register / "uk-sanctions"
    listed.mkdir(exist_ok=True)
    _write_list(plants.listed, listed / "UK-Sanctions-List.xml", day)
    return answers, suppliers, listed


def read_answers(answers: Path) -> tuple[list[Hidden], list[Hidden], int]:
    """The plants, the look-alikes, and how many companies the register has.

    Raises ValueError where the file is not the one that was sealed.
    """
    data = answers.read_bytes()
    sealed = answers.with_name("answers.sha256").read_text("utf-8").split()[0]
    if hashlib.sha256(data).hexdigest() != sealed:
        raise ValueError(f"{answers} was changed after it was sealed")
    content = json.loads(data)
    plants, decoys = (
        [
            Hidden(**{key: tuple(v) if isinstance(v, list) else v for key, v in one.items()})
            for one in content[name]
        ]
        for name in ("plants", "decoys")
    )
    return plants, decoys, content["rows"]


def _write_suppliers(plants: Plants, path: Path) -> None:
    draw = random.Random(f"suppliers {plants.country.seed}")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_HEADER.split(","))
        seen: set[int] = set()
        for company in plants.suppliers:
            if company.index in seen:
                continue
            seen.add(company.index)
            place = company.place
            street = f"{place.premises} {place.street}".title()
            spend = int(draw.lognormvariate(11, 1.2))
            row = (f"S{len(seen):05}", company.name.title(), company.number, street,
                   place.town.title(), place.postcode, draw.choice(_CONTRACTS), spend)  # fmt: skip
            writer.writerow(row)


def _write_list(listed: list[Listed], path: Path, day: str) -> None:
    year, month, of_month = day.split("-")
    written = f"{of_month}/{month}/{year}"
    with path.open("w", encoding="utf-8") as file:
        file.write(
            '<?xml version="1.0" encoding="utf-8"?>\n'
            "<!-- Everything in this file is invented: no party in it exists. -->\n"
            f"<Designations>\n  <DateGenerated>{written}</DateGenerated>\n"
        )
        for position, one in enumerate(listed):
            file.write(_designation(position, one, written))
        file.write("</Designations>\n")


def _designation(position: int, one: Listed, written: str) -> str:
    if person := one.person:
        kind, name = "Individual", person.surname.upper()
        given = f"<Name1>{person.given}</Name1>"
        if person.middle:
            given += f"<Name2>{person.middle}</Name2>"
        parts = f"{given}<Name6>{name}</Name6>"
        variation = f"<Name1>{person.given}</Name1><Name6>{name}</Name6>"
        born = f"{1 + position % 28:02}/{person.month:02}/{person.year}"
        details = (
            f"<IndividualDetails><Individual><DOBs><DOB>{born}</DOB></DOBs><Nationalities>"
            f"<Nationality>{person.nationality}</Nationality></Nationalities></Individual>"
            "</IndividualDetails>"
        )
        address = _address(person.place, "United Kingdom") if position % 2 else ""
    else:
        firm = one.firm
        assert firm is not None
        kind, parts = "Entity", f"<Name6>{escape(firm.name)}</Name6>"
        variation = f"<Name6>{escape(firm.name.removesuffix(' LIMITED'))}</Name6>"
        details = (
            "<EntityDetails><Entity><BusinessRegistrationNumbers><BusinessRegistrationNumber>"
            f"{firm.registered}</BusinessRegistrationNumber></BusinessRegistrationNumbers></Entity>"
            "</EntityDetails>"
        )
        address = _address(firm.place, firm.country)
    return (
        f"<Designation><LastUpdated>{written}</LastUpdated><DateDesignated>04/06/2024"
        f"</DateDesignated><UniqueID>{one.id}</UniqueID><OFSIGroupID>{90_000 + position}"
        f"</OFSIGroupID><Names><Name>{parts}<NameType>Primary Name</NameType></Name>"
        f"<Name>{variation}<NameType>Primary name variation</NameType></Name></Names>"
        "<RegimeName>The Russia (Sanctions) (EU Exit) Regulations 2019</RegimeName>"
        f"<IndividualEntityShip>{kind}</IndividualEntityShip>"
        "<DesignationSource>UK</DesignationSource><SanctionsImposed>Asset freeze</SanctionsImposed>"
        "<SanctionsImposedIndicators><AssetFreeze>true</AssetFreeze></SanctionsImposedIndicators>"
        "<OtherInformation>Invented.</OtherInformation>"
        f"{address}{details}</Designation>\n"
    )


def _address(place: Place, country: str) -> str:
    return (
        f"<Addresses><Address><AddressLine1>{place.premises} {place.street}</AddressLine1>"
        f"<AddressCountry>{country}</AddressCountry></Address></Addresses>"
    )

"""Three hundred real providers, each looked up as a buyer would write it: by the number of the
regulator or of the company, by name and postcode, and children's homes by their owner.

Drawn with a seed, each class apart. What is right is read out of the publisher's rows here, by no
code of the project. Rows of even numbers were open while this was built; those of odd ones are the
measurement.
"""

import csv
import os
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from duediligence import registry
from duediligence.contracts import Expect, Feed, Files, Watchlist
from duediligence.model import Address, Finding, Identifier, ListEntry, Supplier, company_number
from duediligence.model.entries import CARE, COMPANY
from duediligence.screening.lists.refresh import RefreshTerms, refresh
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from tests.rows import for_each

DATA = Path(os.environ["REAL_DATA"]) / "publishers"
pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(
        not (DATA / "ofsted").is_dir(), reason=f"no publishers' samples of 2026: {DATA}"
    ),
]
SEED = 33
TODAY = RefreshTerms(as_of=datetime.now(UTC).date())
YEARS = ("2018", "2020", "2023", "2025")
POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}")
# A number behind the owner's name, as Ofsted writes it.
NUMBERED = re.compile(r"^(.*?)[\s,(]+(?:Company Number )?((?:0|1)\d{7})\b.*$")


@dataclass(frozen=True)
class Provider:
    """A row of a publisher: what is right of it."""

    number: str
    owner: str
    place: str
    postcode: str
    company: str
    grade: str
    kind: str


def read(path: Path, first: str) -> Iterator[dict[str, str]]:
    """The rows of a published table below the row that has this heading."""
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines(keepends=True)))
    at = next(place for place, row in enumerate(rows) if first in row)
    header = [" ".join(cell.split()) for cell in rows[at]]
    for row in rows[at + 1 :]:
        if any(cell.strip() for cell in row):
            yield dict(zip(header, (" ".join(cell.split()) for cell in row), strict=False))


def pick(row: Mapping[str, str], *headings: str) -> str:
    return next((row[one] for one in headings if row.get(one)), "")


def of_ofsted(year: str) -> list[Provider]:
    (path,) = (DATA / "ofsted").glob(f"childrens_social_care_provider_level_{year}*.csv")
    found = []
    for row in read(path, "URN"):
        owner = pick(row, "Organisation which owns the provider", "Organisation")
        numbered = NUMBERED.match(owner)
        kind = row["Provision type"].casefold()
        found.append(
            Provider(
                number=row["URN"],
                owner=numbered[1].strip(" ,(") if numbered else owner,
                place="" if row["Name"] == "REDACTED" else row["Name"],
                postcode="" if row["Postcode"] == "REDACTED" else row["Postcode"],
                company=numbered[2] if numbered else "",
                grade=pick(
                    row,
                    "Overall experiences and progress of children and young people",
                    "Overall effectiveness",
                    "Supported Accommodation outcome",
                ),
                kind="children's home" if "children's home" in kind else kind,
            )
        )
    return found


def of_cqc() -> list[Provider]:
    """Active places by company number and grade, those of the directory by name and postcode."""
    found = [
        Provider(
            number=row["Location ID"],
            owner=row["Provider Name"],
            place=row["Location Name"],
            postcode="",
            company=row["Provider Companies House Number"].strip(),
            grade=row["Location Latest Overall Rating"],
            kind="cqc active",
        )
        for row in read(
            DATA / "cqc" / "active_locations_with_company_number_2025-08.cut.csv", "Location ID"
        )
    ]
    for file, kind in (
        ("care_directory_2025-08.cut.csv", "cqc directory"),
        ("archived_care_homes_2024.cut.csv", "cqc archived"),
    ):
        found += [
            Provider(
                number=number,
                owner=row["Provider name"],
                place=row["Name"],
                postcode=row["Postcode"] if POSTCODE.fullmatch(row["Postcode"]) else "",
                company="",
                grade="",
                kind=kind,
            )
            for row in read(DATA / "cqc" / file, "CQC Location ID (for office use only)")
            if (number := row["CQC Location ID (for office use only)"])
        ]
    known = {one.number for one in found if one.kind == "cqc active"}
    return [one for one in found if one.kind != "cqc directory" or one.number not in known]


def half(providers: Sequence[Provider], odd: bool) -> list[Provider]:
    """Return the open half, or the one that is kept for the measurement."""
    return [one for place, one in enumerate(providers) if place % 2 == odd]


def as_in_ledger(name: str, draw: random.Random) -> str:
    """Write a name as ledgers do: capitals, short forms, cut at 32 characters (Devon)."""
    text = name
    if draw.random() < 0.6:
        text = text.upper()
    if draw.random() < 0.5:
        text = re.sub(r"\blimited\b", "Ltd" if text != text.upper() else "LTD", text, flags=re.I)
    if draw.random() < 0.3:
        text = re.sub(r"\band\b", "&", text, flags=re.I)
    if draw.random() < 0.3:
        text = re.sub(r"[.,'’()]", "", text)
    return text[:32].rstrip() if draw.random() < 0.25 else text


@dataclass(frozen=True)
class Screening:
    """What a screening of several suppliers found."""

    entries: Mapping[str, tuple[ListEntry, ...]]
    findings: tuple[Finding, ...]

    def grades(self, ref: str) -> dict[str, str]:
        """The grade of each registration that is shown for a supplier, by its number."""
        return {
            one.service.number: one.service.grade
            for one in self.entries.get(ref, ())
            if one.service
        }


def hold_entries(list_id: str, entries: Sequence[ListEntry], folder: Path) -> Watchlist:
    """The publisher's list, with these entries however few they are."""
    (folder / list_id).mkdir(parents=True)
    (folder / list_id / "entries.json").write_text(f"[{len(entries)}]")
    return replace(
        registry.get_watchlist(list_id), feeds=(Feed("entries.json"),), alternates=(),
        folder=list_id, expect=Expect(entries=(0, 1_000_000)), parse=lambda _: iter(entries),
        published=lambda _: None, by_hand=None,
    )  # fmt: skip


def screen_all(
    lists: Mapping[str, Sequence[ListEntry]], suppliers: Sequence[Supplier]
) -> Screening:
    with TemporaryDirectory() as folder, Workspace(Settings(home=Path(folder) / "home")) as ws:
        given = Path(folder) / "files"
        ws.only = {id_: hold_entries(id_, entries, given) for id_, entries in lists.items()}
        ended = [(one.result, str(one.error)) for one in refresh(ws, folder=given, terms=TODAY)]
        assert {result for result, _ in ended} == {"loaded"}, ended
        ws.suppliers.save(suppliers, file="suppliers.csv", at=ws.now())
        run = screen(ws, Screened(suppliers))
        compared = {one.ref: ws.runs.compared(run.id, one.ref) for one in suppliers}
        return Screening({ref: one.entries for ref, one in compared.items() if one}, run.findings)


def list_ofsted(year: str) -> dict[str, list[ListEntry]]:
    (path,) = (DATA / "ofsted").glob(f"childrens_social_care_provider_level_{year}*.csv")
    watchlist = registry.get_watchlist("ofsted-social-care")
    return {watchlist.id: list(watchlist.parse(Files({path.name: path})))}


def list_cqc(folder: Path) -> dict[str, list[ListEntry]]:
    """The lists of the CQC. The sample of archived homes lacks the lines of addresses."""
    archived = folder / "care_homes_archived.csv"
    text = (DATA / "cqc" / "archived_care_homes_2024.cut.csv").read_text("utf-8-sig")
    rows = csv.reader(text.splitlines(keepends=True))
    with archived.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [*row, *(("Address 1", "Address 2") if place == 0 else ("", ""))]
            for place, row in enumerate(rows)
        )
    cqc = DATA / "cqc"
    held = {
        "cqc": {
            "HSCA_Active_Locations.csv": cqc
            / "active_locations_with_company_number_2025-08.cut.csv",
            "CQC_directory.csv": cqc / "care_directory_2025-08.cut.csv",
        },
        "cqc-archived": {archived.name: archived},
    }
    return {
        list_id: list(registry.get_watchlist(list_id).parse(Files(files)))
        for list_id, files in held.items()
    }


def ask(one: Provider, how: str, ref: str, draw: random.Random) -> Supplier | None:
    """Return the supplier as somebody would write it who knows this much; None for too little."""
    name = as_in_ledger(one.owner or one.place, draw)
    if how == "number" and (one.owner or one.place):
        return Supplier(ref=ref, name=name, identifiers=(Identifier(CARE, one.number),))
    if how == "company" and (number := company_number(one.company)):
        return Supplier(ref=ref, name=name, identifiers=(Identifier(COMPANY, number),))
    if how == "name and postcode" and one.postcode and (one.owner or one.place):
        name = as_in_ledger(draw.choice([one.owner or one.place, one.place or one.owner]), draw)
        address = Address(one.postcode, one.postcode)
        return Supplier(ref=ref, name=name, address=address)
    if how == "owner" and one.kind == "children's home" and one.owner:
        return Supplier(ref=ref, name=name)
    return None


def score(
    lists: Mapping[str, Sequence[ListEntry]], providers: Sequence[Provider], how: str, most: int
) -> tuple[int, int, list[str]]:
    """Return how many were asked for, how many found with their grade, and what was missed."""
    draw = random.Random(SEED)
    asked = [
        (one, supplier)
        for place, one in enumerate(draw.sample(list(providers), len(providers)))
        if (supplier := ask(one, how, f"R{place}", draw))
    ][:most]
    found = screen_all(lists, [supplier for _, supplier in asked])
    several = Counter(one.owner for one in providers)
    missed = []
    for one, supplier in asked:
        grades = found.grades(supplier.ref)
        right = grades.get(one.number, "").casefold() == one.grade.casefold() or not one.grade
        if one.number not in grades or not right:
            missed.append(f"{how}: {supplier.name} {one.number} {one.owner} / {one.place}")
        alone = [
            finding
            for finding in found.findings
            if finding.supplier_ref == supplier.ref and finding.check_id == "STA-01"
        ]
        # No grade of one stands for an owner of several, who gives no number of a place.
        if how == "owner" and several[one.owner] > 1 and alone:
            missed.append(f"a single grade: {supplier.name} {alone[0].entry_id}")
    return len(asked), len(asked) - len(missed), missed


HALVES = pytest.mark.parametrize("odd", [False, True], ids=["open", "kept"])


@HALVES
@for_each(
    ("how", "most", "least"),
    [
        ("number", 30, 1.0),
        ("company", 30, 1.0),
        ("name and postcode", 15, 0.98),
        ("owner", 20, 0.98),
    ],
)
def test_providers_of_childrens_services_are_found(
    how: str,
    most: int,
    least: float,
    odd: bool,
    record_property: Callable[[str, object], None],
) -> None:
    asked = found = 0
    missed: list[str] = []
    for year in YEARS:
        providers = half(of_ofsted(year), odd)
        total, good, some = score(list_ofsted(year), providers, how, most)
        asked, found, missed = asked + total, found + good, missed + some
    record_property("measured", f"Ofsted, {how}: {found} of {asked}. {missed}")
    assert asked
    assert found >= least * asked, "\n".join(missed)


@HALVES
@for_each(
    ("how", "kind", "least"),
    [
        ("number", "cqc active", 1.0),
        ("number", "cqc directory", 1.0),
        ("number", "cqc archived", 1.0),
        ("company", "cqc active", 1.0),
        ("name and postcode", "cqc directory", 0.98),
    ],
)
def test_providers_of_care_are_found(
    tmp_path: Path,
    how: str,
    kind: str,
    least: float,
    odd: bool,
    record_property: Callable[[str, object], None],
) -> None:
    lists = list_cqc(tmp_path)
    if not all(entry.service for entries in lists.values() for entry in entries):
        pytest.skip("the lists of the CQC do not describe registrations yet")
    of_kind = [one for one in half(of_cqc(), odd) if one.kind == kind]
    asked, found, missed = score(lists, of_kind, how, 40)
    record_property("measured", f"{kind}, {how}: {found} of {asked}. {missed}")
    assert asked
    assert found >= least * asked, "\n".join(missed)


FIRST = "Quill Tarn Vexley Osmer Brindle Wrekin Holm Fenwick Yarrow Cresset".split()
SECOND = "Meadow Thorn Lantern Harbour Beacon".split()
LAST = ("Care Ltd", "Homes Limited", "Fostering Ltd", "Supported Living CIC", "Residential Care")
# Whoever has one of these in the name may be registered with a regulator of care.
TRADES = re.compile(
    r"care|home|hous|health|school|colleg|academ|child|nurs|foster|support|council|trust|medic|"
    r"surger|dent|living|resid|communit|family|church|clinic|young|youth|famil|pharm|hospi|"
    r"villa|lodge|court|NAME|REDACTED|ADDRESS",
    re.IGNORECASE,
)


def test_invented_providers_and_firms_of_other_trades_are_not_found(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    draw = random.Random(SEED)
    invented = [
        Supplier(
            ref=f"I{place}",
            name=f"{first}{second.lower()} {draw.choice(LAST)}",
            identifiers=(Identifier(CARE, f"99{place:05}"),),
        )
        for place, (first, second) in enumerate((a, b) for a in FIRST for b in SECOND)
    ]
    names = {
        row["Supplier name"]
        for row in read(DATA / "spend" / "devon_cc_2026-03.cut.csv", "Supplier name")
        if row["Supplier name"] and not TRADES.search(row["Supplier name"])
    }
    others = [
        Supplier(ref=f"O{place}", name=name)
        for place, name in enumerate(draw.sample(sorted(names), 100))
    ]
    found = screen_all(list_ofsted("2025") | list_cqc(tmp_path), [*invented, *others])
    wrong = {one.ref for one in invented if found.entries.get(one.ref)}
    shown = {one.name for one in others if found.entries.get(one.ref)}
    record_property("measured", f"{wrong} of {len(invented)}, {shown} of {len(others)}")
    assert not wrong
    assert len(shown) <= 1

"""How well suppliers are resolved: precision and recall of automatic links over real names.

    python benchmarks/resolution.py [--sweep]

A local register is loaded with care providers under their company numbers and, to crowd it, with
other organisations. A third of the providers are kept out of it: whatever is linked to one of those
is wrong, as is a link of a sister firm, a sole trader or a firm that is no more. Queries are
variants of real names made with a fixed seed; postcodes, sisters and namesakes are made up.

`--sweep` measures other thresholds than those of `screening/resolution/resolving.py`. LEAST_SCORE
is 0.90: at 0.80 recall is 1.4 points more and half as many links again are wrong (0.16% for 0.11%,
all but one of firms whose names differ by a letter, put at one address on purpose); at 0.95 recall
is 2.9 points less. LEAST_GAP is 0.05: without a gap, namesakes are linked. NAME_FITS is 0.70: 3.1%
of right numbers are doubted by their name and 0.06% of wrong ones are not.
"""

import argparse
import csv
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from names import DATA

from duediligence.contracts import Drift
from duediligence.model import Address, CompanyRow, Identifier, Name, Supplier
from duediligence.model.entries import COMPANY, company_number
from duediligence.screening.resolution import resolving
from duediligence.screening.resolution.candidates import Candidate, LocalRegister
from duediligence.screening.resolution.resolving import rank_candidates, resolve_supplier
from duediligence.store.register.local_register import Incoming, RegisterStore

PROVIDERS = DATA / "enforcement/cqc/hsca_active_locations_first1000.csv"
DIRECTORY = DATA / "enforcement/cqc/cqc_directory_head.csv"
CROWD = (
    DATA / "enforcement/sponsors/care_sponsors_2024-05.csv",
    DATA / "enforcement/sponsors/sponsor_register_2021-11-02_first1000.csv",
)
SUPPLIERS = DATA / "suppliers/care_providers.csv"
FORMS = {"limited": "Ltd", "ltd": "Limited", "ltd.": "Limited", "plc": "PLC", "llp": "LLP"}
SISTERS = ("Holdings", "Group", "Properties", "Services", "North", "2", "(UK)", "Trading", "Homes")
PREFIXES = ("New", "Royal", "Northern", "A & T", "First", "Greater")
REPLACED = ("Care", "Support", "Health", "Homes", "Community", "Living", "Medical", "Training")


@dataclass(frozen=True)
class Firm:
    number: str
    name: str
    postcode: str


@dataclass(frozen=True)
class Query:
    """`number` is that of the right entity, empty where nothing may be linked."""

    variant: str
    supplier: Supplier
    number: str


class Register(LocalRegister):
    """A local register loaded with these firms; what was found is kept for a sweep."""

    def __init__(self, candidates: Sequence[Candidate], folder: Path) -> None:
        super().__init__(RegisterStore(folder / "register.db"))
        self.numbers = sorted(one.identifier.id for one in candidates)
        self.found: dict[tuple[str, str], Sequence[Candidate]] = {}
        now = datetime.now(UTC)
        incoming = Incoming(files=(), published=now.date(), at=now, drift=Drift())
        self.store.load_companies(map(row, candidates), incoming)

    def by_name(self, name: str, postcode: str) -> Sequence[Candidate]:
        if (name, postcode) not in self.found:
            self.found[name, postcode] = super().by_name(name, postcode)
        return self.found[name, postcode]


def row(one: Candidate) -> CompanyRow:
    empty = dict.fromkeys(CompanyRow._fields)
    texts = dict.fromkeys("address country sic_codes former_names former_until".split(), "")
    known = {"number": one.identifier.id, "name": one.name, "status": one.status, "type": "ltd"}
    former = {
        "former_names": "\n".join(name.text for name in one.other_names),
        "former_until": "\n" * max(0, len(one.other_names) - 1),
    }
    return CompanyRow(**{**empty, **texts, **known, **former, "postcode": one.postcodes[0]})


def column(path: Path, name: str) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return sorted({value for row in csv.DictReader(file) if (value := row[name].strip())})


def providers() -> tuple[list[tuple[str, str]], list[str]]:
    """(number, name) of each provider that has a number; names of those that have none."""
    numbered: dict[str, str] = {}
    without: set[str] = set()
    with PROVIDERS.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            name = row["Provider Name"].strip()
            number = company_number(row["Provider Companies House Number"])
            if number:
                numbered.setdefault(number, name)
            else:
                without.add(name)
    return sorted(numbered.items()), sorted(without)


def plain(name: str) -> str:
    words = "".join(c if c.isalnum() else " " for c in name.casefold()).split()
    return " ".join(word for word in words if word not in ("limited", "ltd", "plc", "llp", "the"))


def postcode(random_: random.Random) -> str:
    letters = "".join(random_.choices("ABDEFGHJLNPQRSTUWXYZ", k=2))
    return f"ZZ{random_.randint(1, 99)} {random_.randint(1, 9)}{letters}"


def without_form(name: str) -> str:
    words = name.split()
    return " ".join(words[:-1]) if words[-1].casefold() in FORMS and len(words) > 1 else ""


def form_written_otherwise(name: str) -> str:
    stem = without_form(name)
    return f"{stem} {FORMS[name.split()[-1].casefold()]}".upper() if stem else name.upper()


def punctuated_otherwise(name: str) -> str:
    if "&" in name:
        return name.replace("&", "and").replace("'", "")
    return name.replace(" and ", " & ").replace("'", "").replace("-", " ").replace(".", "")


def typo(name: str, random_: random.Random) -> str:
    """One slip in the longest word: a letter dropped, doubled, swapped or replaced."""
    word = max(name.split(), key=len)
    at = random_.randrange(1, len(word) - 1) if len(word) > 2 else 0
    slips = (
        word[:at] + word[at + 1 :],
        word[: at + 1] + word[at:],
        word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
        word[:at] + random_.choice("aeiourstln") + word[at + 1 :],
    )
    return name.replace(word, random_.choice(slips), 1)


def word_replaced(name: str, random_: random.Random) -> str:
    stem = without_form(name).split()
    if len(stem) < 2:
        return ""
    at = random_.randrange(len(stem))
    new = random_.choice([word for word in REPLACED if word.casefold() != stem[at].casefold()])
    return " ".join([*stem[:at], new, *stem[at + 1 :], name.split()[-1]])


class Asking:
    """Makes queries, each of a supplier of its own."""

    def __init__(self) -> None:
        self.made: list[Query] = []

    def __call__(
        self, variant: str, name: str, code: str = "", number: str = "", trading: str = ""
    ) -> None:
        supplier = Supplier(
            ref=f"Q{len(self.made) + 1}",
            name=name,
            address=Address(code, postcode=code) if code else None,
            trading_names=(trading,) if trading else (),
        )
        self.made.append(Query(variant, supplier, number))


def ask_of_those_there(ask: Asking, firms: Sequence[Firm], random_: random.Random) -> None:
    for firm in firms:
        name, code, number = firm.name, firm.postcode, firm.number
        other = postcode(random_)
        otherwise = form_written_otherwise(name)
        ask("as registered, postcode", name, code, number)
        ask("as registered, no postcode", name, "", number)
        ask("as registered, other postcode", name, other, number)
        ask("form written otherwise, postcode", otherwise, code, number)
        ask("form written otherwise, other postcode", otherwise, other, number)
        ask("punctuated otherwise, no postcode", punctuated_otherwise(name), "", number)
        if stem := without_form(name):
            shop = f"{stem.split()[0]} Place"
            ask("form dropped, postcode", stem, code, number)
            ask("form dropped, no postcode", stem, "", number)
            ask("last word dropped, postcode", " ".join(stem.split()[:-1]) or stem, code, number)
            ask("t/a, postcode", f"{name} t/a {shop}", code, number)
            ask("t/a, no postcode", f"{name} t/a {shop}", "", number)
            ask("legal name given as trading name, postcode", shop, code, number, name)
        ask("one slip, postcode", typo(name, random_), code, number)
        ask("one slip, no postcode", typo(name, random_), "", number)
        ask("two slips, postcode", typo(typo(name, random_), random_), code, number)


def ask_of_sisters(
    ask: Asking, firms: Sequence[Firm], known: set[str], random_: random.Random
) -> None:
    for firm in firms:
        if not (stem := without_form(firm.name)):
            continue
        form = firm.name.split()[-1]
        for sister in (
            f"{stem} {random_.choice(SISTERS)} {form}",
            f"{random_.choice(PREFIXES)} {firm.name}",
            word_replaced(firm.name, random_),
        ):
            if sister and plain(sister) not in known:
                ask("not there: sister firm at its address", sister, firm.postcode)
        if form.casefold() != "llp":
            ask("not there: partnership of its name at its address", f"{stem} LLP", firm.postcode)
        ask("not there: sole trader of its name elsewhere", stem, postcode(random_))


def ask_of_strangers(
    ask: Asking,
    kept: Sequence[Firm],
    held_out: Sequence[Firm],
    strangers: Sequence[str],
    register: Register,
    random_: random.Random,
) -> None:
    for firm in held_out:
        neighbour = random_.choice(kept).postcode
        ask("not there: firm kept out, its postcode", firm.name, firm.postcode)
        ask("not there: firm kept out, no postcode", firm.name)
        ask("not there: firm kept out, at another's address", firm.name, neighbour)
        for near in register.by_name(firm.name, "")[:3]:
            ask("not there: firm kept out, where a like name is", firm.name, near.postcodes[0])
    for name in strangers:
        ask("not there: other organisation", name, random_.choice(kept).postcode)
        for near in register.by_name(name, "")[:2]:
            ask("not there: other organisation, where a like name is", name, near.postcodes[0])


def namesakes(ask: Asking, firms: Sequence[Firm], random_: random.Random) -> list[Candidate]:
    """For each firm, one of the same name that was dissolved, elsewhere."""
    gone = []
    for place, firm in enumerate(firms, start=1):
        twin = replace(firm, number=f"98{place:06}", postcode=postcode(random_))
        gone.append(replace(candidate(twin), status="dissolved"))
        ask("namesake was dissolved, postcode", firm.name, firm.postcode, firm.number)
        ask("namesake was dissolved, no postcode", firm.name, "", firm.number)
        ask("not there: was dissolved, its postcode", firm.name, twin.postcode)
    return gone


def renamed(ask: Asking, firms: Sequence[Firm]) -> list[Candidate]:
    """For each firm, the same under a new name, with its name for a former one."""
    new = []
    for place, firm in enumerate(firms, start=1):
        one = replace(candidate(firm), name=f"Renamed Venture {place} Ltd")
        new.append(replace(one, other_names=(Name(firm.name, "former"),)))
        ask("by its former name, postcode", firm.name, firm.postcode, firm.number)
        ask("by its former name, no postcode", firm.name, "", firm.number)
    return new


def candidate(firm: Firm) -> Candidate:
    return Candidate(
        identifier=Identifier(COMPANY, firm.number),
        name=firm.name,
        postcodes=(firm.postcode,),
        status="active",
    )


@dataclass(frozen=True)
class Tally:
    """Queries, links, right links, firms that are there, right ones among those shown."""

    asked: int
    links: int
    right: int
    there: int
    shown: int

    @classmethod
    def of(cls, queries: Sequence[Query], register: Register) -> "Tally":
        links = right = there = shown = 0
        for query in queries:
            answer = resolve_supplier(query.supplier, sources=[register])
            linked = answer.identifier.id if answer.identifier else ""
            links += bool(linked)
            right += bool(linked) and linked == query.number
            there += bool(query.number)
            shown += query.number in {one.identifier.id for one in answer.candidates}
        return cls(len(queries), links, right, there, shown)

    def __str__(self) -> str:
        return (
            f"precision {self.right / self.links:.3%} of {self.links:,} links, "
            f"recall {self.right / self.there:.1%}, "
            f"needs a person {1 - self.links / self.asked:.1%}"
        )


def tell_numbers(queries: Sequence[Query], register: Register, random_: random.Random) -> None:
    """How often a right number is doubted by its name, and a wrong one is not."""
    there = [query for query in queries if query.number and "trading name" not in query.variant]
    numbers = sorted({query.number for query in there})
    doubted = missed = 0
    for query in there:
        wrong = random_.choice(numbers)
        for number in {query.number, wrong}:
            supplier = replace(query.supplier, identifiers=(Identifier(COMPANY, number),))
            entity = register.by_number(supplier.identifiers[0])
            assert entity is not None
            fits = rank_candidates(supplier, [entity])[0].match.score >= resolving.NAME_FITS
            doubted += number == query.number and not fits
            missed += number != query.number and fits
    print(
        f"Number given: {doubted / len(there):.2%} of right ones are doubted, "
        f"{missed / len(there):.2%} of wrong ones are not."
    )


def tell(queries: Sequence[Query], register: Register, random_: random.Random) -> None:
    print(f"Register of {len(register.numbers):,}; {len(queries):,} queries.\n")
    print(f"{'variant':52}{'asked':>7}{'linked':>8}{'right':>7}{'shown':>7}")
    for variant in dict.fromkeys(query.variant for query in queries):
        one = Tally.of([query for query in queries if query.variant == variant], register)
        print(f"{variant:52}{one.asked:>7,}{one.links:>8,}{one.right:>7,}{one.shown:>7,}")
    tell_numbers(queries, register, random_)


def sweep(queries: Sequence[Query], register: Register) -> None:
    for resolving.NAME_FITS in (0.5, 0.6, 0.7, 0.8):
        print(f"name fits {resolving.NAME_FITS:.2f}: ", end="")
        tell_numbers(queries, register, random.Random(1))
    for gap in (0.0, 0.05, 0.08):
        for score in (0.70, 0.80, 0.85, 0.90, 0.95):
            resolving.LEAST_GAP, resolving.LEAST_SCORE = gap, score
            print(f"gap {gap:.2f}, score {score:.2f}: {Tally.of(queries, register)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sweep", action="store_true", help="try other thresholds")
    arguments = parser.parse_args()
    if not PROVIDERS.is_file():
        sys.exit(f"no file {PROVIDERS} (set DUEDILIGENCE_DATA)")
    random_ = random.Random(20261124)
    numbered, without = providers()
    firms = [Firm(number, name, postcode(random_)) for number, name in numbered]
    random_.shuffle(firms)
    held_out, kept = firms[: len(firms) // 3], firms[len(firms) // 3 :]
    known = {plain(firm.name) for firm in firms}
    crowd = {plain(name): name for path in CROWD for name in column(path, "Organisation Name")}
    crowded = [
        Firm(f"99{place:06}", name, postcode(random_))
        for place, (key, name) in enumerate(crowd.items(), start=1)
        if key not in known
    ]
    strangers = {*column(DIRECTORY, "Provider name"), *column(SUPPLIERS, "name"), *without}
    strangers_there = [n for n in sorted(strangers) if plain(n) not in known | set(crowd)]
    ask = Asking()
    twins, changed = kept[:60], kept[60:120]
    held = [
        *map(candidate, [*twins, *kept[120:], *crowded]),
        *namesakes(ask, twins, random_),
        *renamed(ask, changed),
    ]
    ask_of_those_there(ask, kept[120:], random_)
    ask_of_sisters(ask, kept[120:], known | set(crowd), random_)
    with TemporaryDirectory() as folder:
        register = Register(held, Path(folder))
        ask_of_strangers(ask, kept, held_out, strangers_there, register, random_)
        tell(ask.made, register, random_)
        if arguments.sweep:
            sweep(ask.made, register)
        else:
            print(Tally.of(ask.made, register))
        register.store.close()


if __name__ == "__main__":
    main()

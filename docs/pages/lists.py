"""The page of lists: what each is, what it can point to, and what all of them cover."""

from collections.abc import Iterator, Sequence
from inspect import cleandoc
from pathlib import Path

from duediligence import registry
from duediligence.contracts import Watchlist
from duediligence.council_registers import Description, files_in, read_description, watchlist_of
from duediligence.law.crimes import CRIME_TYPES, crimes_of, format_crime_type
from duediligence.law.powers import POWERS

EXAMPLES = Path(__file__).parents[2] / "duediligence" / "demo" / "local_registers"
FIGURES = Path(__file__).parents[2] / "tests" / "contract" / "damages"
_FORMATS = {".xml": "XML", ".csv": "CSV", ".json": "JSON", ".html": "HTML", ".ods": "ODS",
            ".xlsx": "XLSX"}  # fmt: skip


INTRO = """# Lists

Every list that suppliers are screened against, and
[when one is stale](../adr/0004-when-a-list-is-stale.md). Your council's own registers are added
[without code](../officer/local-registers.md).

A *current* list is a promise: nothing that was in its files is missing. A list is not current, and
every run says so, when

- one of its files is missing, empty or cut within a record, or a page of a search is missing;
- it has a heading or tag that is not read and may be a renamed one, until a person has looked at
  it (`--accept-format`);
- its files are from different days: rows of one have no record in another;
- it is smaller than its publisher's list ever is, or has fewer names per entry; or, in a first
  load, fewer of its entries have a further name than its publisher's have (*first load unproven*);
- more than 2 % of the entries that are in both versions have fewer names than before, or no name of
  one type is left, or any name is gone while a heading is not read: the version before stays in
  use, until a person has compared it (`--accept-format`);
- more than 2 % of its entries or names are gone while the publisher's date is the same, or more
  than its weekly loss (below) for each week since, counting at most four weeks, until a person has
  compared it (`--accept-shrink`);
- the [clock](../it/audit-chain.md#the-clock) of this computer is in doubt, or was wrong when the
  list was fetched, brought or confirmed; or its publisher's date is more than one day in the
  future;
- it was copied, has no date, and nobody gave its date (`--as-of`). A download has the age of the
  download, even if you copy the whole folder of a snapshot with its `manifest.json`; the date on
  which a copied file was last changed does not count.

The audit chain records what a person accepts, states or confirms.

One loss cannot be detected: a list that is loaded for the first time, ends correctly and has its
usual size, but lacks a few entries. And an entry that lost a detail other than a name, such as an
address, does not count as lost. The tests damage each file of every sample in every way that they
know (`python -m pytest tests/contract/test_cut_lists.py -m long -n auto` prints the figures); the
column *unnoticed* says how many damages of those two kinds went unnoticed, out of all that were
tried. All other damages were noticed, or lost nothing.

Below, each list says how the form of its files is known: from a *real file* of the publisher (or
rows of one), from its *header only*, from *code that reads it* elsewhere, or not at all (*never
seen*), and of which month that form is. Where a file has another form the list is refused, says
why, and the old copy stays in use. A list that was never seen says *never tried on real bytes*, in
`lists status` and below the findings from it, until `lists test ID --from FOLDER` of the
publisher's own files passed here.

"""
_COLUMNS = (
    "id list publisher format licence stale_after weekly_loss unnoticed powers crimes grounds"
).split()
COVERED = """
## What is covered

The sources that can show a record of each council power and crime type; a test ensures that each
has at least one. Most records have no crime type.

| council power | national lists | examples of a local register |
|---|---|---|
"""

NOT_READ = """
## Publishers that are not read

Each was looked at, and is left out for the reason given. Ask it yourself where a contract needs it.

- **Employment tribunals** (HM Courts and Tribunals Service; some 130,000 decisions, by GOV.UK's
  search): the title and the address of each decision have the claimant's name, and this tool keeps
  files as it received them. Who won is said in the decision alone. Search GOV.UK for the supplier.
- **Housing Ombudsman**: the finding is in the page of each decision alone, some 16,000 of them, and
  no licence to use them was found. Search its site for the landlord.
- **Register of fee payers** (Information Commissioner): more than a million rows with names of
  people. A firm that is not found may be exempt, and there are no numbers of companies. Search the
  register for the supplier.
- **Approved contractors** (Security Industry Authority): the scheme is voluntary, so that absence
  says nothing, and the table's headings were never seen. Ask for the certificate, and for the
  licence number of each guard.
- **Property of companies** (HM Land Registry, CCOD for UK companies and OCOD for overseas ones):
  four million rows a month, with an account, a licence and a key, to answer questions about a few
  addresses. Buy the title of the home from the registry.
- **Installations, discharges, exemptions and radioactive substances** (Environment Agency): not the
  trades that councils buy from private providers. Its public register has them.

"""


# How the form of a list's files is known, in a sentence; the month stands in brackets after it.
_KNOWN = {
    "real file": "**How its form is known:** from a real file of the publisher.",
    "header only": "**How its form is known:** from the headings of the real file, not its rows.",
    "code that reads it": "**How its form is known:** from public programs that read it.",
    "never seen": "**How its form is known:** it was never seen; expect the list to be refused.",
}


def page() -> Iterator[str]:
    lists = list(registry.find_watchlists().values())
    yield INTRO
    yield f"| {' | '.join(name.replace('_', ' ') for name in _COLUMNS)} |\n"
    yield f"|{'---|' * len(_COLUMNS)}\n"
    yield from map(_row, lists)
    yield COVERED
    yield from coverage(lists)
    yield NOT_READ
    for one in lists:
        yield from _list(one)


def coverage(lists: Sequence[Watchlist]) -> Iterator[str]:
    """Each council power and crime type of the mission with the sources that can show it.

    A national list declares what it can show; a local register shows what its example holds.
    """
    examples = [read_description(path) for path in sorted(EXAMPLES.glob("*.toml"))]
    local = {one.id: (one.power, set(crimes_in(one))) for one in examples}
    for power, told in POWERS.items():
        if power != "other":
            national = [one.id for one in lists if power in one.powers]
            yield _covered(told.title, national, [i for i, (p, _) in local.items() if power == p])
    yield "\n| crime type | national lists | examples of a local register |\n|---|---|---|\n"
    for crime in CRIME_TYPES:
        national = [one.id for one in lists if crime in one.crime_types]
        yield _covered(
            format_crime_type(crime), national, [i for i, (_, c) in local.items() if crime in c]
        )


def crimes_in(register: Description) -> Iterator[str]:
    """The crime types of the records in the example of a local register."""
    for entry in watchlist_of(register).parse(files_in(register)):
        if record := entry.record:
            yield from crimes_of(record)


def _covered(what: str, national: list[str], local: list[str]) -> str:
    links = ", ".join(f"[`{i}`](#{i})" for i in national)
    return f"| {what} | {links} | {', '.join(f'`{i}`' for i in local)} |\n"


def _row(one: Watchlist) -> str:
    formats = dict.fromkeys(
        _FORMATS.get(Path(feed.filename).suffix.lower(), "text")
        for feeds in one.feed_sets
        for feed in feeds
    )
    cells = (
        f"[`{one.id}`](#{one.id})",
        f"{one.title}{' (optional)' if one.optional else ''}",
        one.publisher,
        ", ".join(formats),
        one.licence,
        f"{one.max_age.days} days",
        "by its own total" if one.expect.states_total else f"{one.expect.weekly_loss:.0%}",
        _unnoticed(one.id),
        ", ".join(POWERS[power].title for power in one.powers),
        ", ".join(format_crime_type(crime) for crime in CRIME_TYPES if crime in one.crime_types),
        ", ".join(f"[{code}](grounds.md#{code.lower()})" for code in one.grounds),
    )
    return f"| {' | '.join(cells)} |\n"


def _unnoticed(list_id: str) -> str:
    """Return how many of the damages that the tests tried on a list's files went unnoticed."""
    path = FIGURES / f"{list_id}.tsv"
    if not path.is_file():
        return "not measured"
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return "; ".join(f"{int(unnoticed):,} of {int(tried):,}" for _, tried, unnoticed in rows)


def _list(one: Watchlist) -> Iterator[str]:
    yield f"\n## {one.id}\n\n**{one.title}** · <{one.homepage}>\n\n{cleandoc(one.notes)}\n\n"
    if one.bring:
        yield f"To bring it by hand: {one.bring}\n\n"
    yield f"Files for `lists refresh --from DIR`, in `DIR/{one.folder}/` or `DIR/`:\n\n"
    # One file can be at several addresses.
    sets = dict.fromkeys(
        ", ".join(f"`{f.filename}`{' (optional)' if f.optional else ''}" for f in feeds)
        for feeds in one.feed_sets
    )
    for number, names in enumerate(sets):
        yield f"- {'or ' if number else ''}{names}\n"
    least, most = one.expect.entries
    fewest, highest = one.expect.names
    filled = ", ".join(f"{name} in {share:.0%}" for name, share in one.expect.filled.items())
    known = _KNOWN[one.known_from] + (f" ({one.known_since})" if one.known_since else "")
    yield f"\n{known} The list is refused if it has fewer than "
    larger = {f.filename: f.least for feeds in one.feed_sets for f in feeds if f.least > least}
    whole = "".join(f" (of `{name}` {number:,})" for name, number in larger.items())
    yield f"{least:,}{whole} or more than {most:,} entries, if it has fewer than {fewest:g} or "
    yield f"more than {highest:g} names per entry on average, "
    yield (
        "if it holds fewer entries than its files say"
        if one.expect.states_total
        else f"if it loses more than {one.expect.weekly_loss:.0%} of either in a week"
    )
    yield f", or if fewer entries than these have a value: {filled}.\n" if filled else ".\n"

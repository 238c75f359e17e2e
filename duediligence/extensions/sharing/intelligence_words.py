"""Reports of partners and the community in words, for the command line and the pages."""

from collections.abc import Iterator

from duediligence.extensions.sharing.intelligence import ReportLine, ReportShown, SupplierConcerned
from duediligence.extensions.sharing.intelligence_files import KINDS
from duediligence.extensions.sharing.model.intelligence import ReportedParty
from duediligence.render.wording import day, score_words
from duediligence.text.wording import listed

VICTIMS_FIRST = (
    "Think of the victims first: safeguarding and the National Referral Mechanism come before "
    "anything about a contract. Do not warn the supplier."
)
COLUMNS = (
    "number",
    "grade",
    "from",
    "received",
    "crime types",
    "parties",
    "suppliers",
    "review by",
    "deleted from",
)


def row_words(line: ReportLine) -> list[str]:
    """Return a report of the register in words, in the order of COLUMNS."""
    return [
        str(line.number),
        line.grade,
        line.provenance,
        day(line.received_on),
        listed(line.crimes),
        str(line.parties),
        str(line.suppliers),
        f"{day(line.review_on)}{' (due)' if line.review_due else ''}",
        "ended: at the next weeding" if line.ended else day(line.weed_on),
    ]


def report_words(found: ReportShown) -> Iterator[tuple[str, str]]:
    """Yield a report in labelled lines: first what must be read before the text."""
    line = found.line
    yield "Report", str(line.number)
    yield "Grade", found.grade
    if found.conditions:
        yield "Conditions of handling", found.conditions
    if line.victims:
        yield "Signs of trafficking or exploitation", VICTIMS_FIRST
    yield "From", line.provenance
    yield "Received", day(line.received_on)
    if found.agreement:
        yield "Agreement", found.agreement
    if line.crimes:
        yield "Crime types", listed(line.crimes)
    yield "Text as it came" if found.raw else "Sanitised text", found.text
    for one in found.parties:
        yield KINDS[one.kind].capitalize(), party_words(one)
    for supplier in found.suppliers:
        yield "May concern", concerned_words(supplier)
    yield "Review by", f"{day(line.review_on)}{' (due)' if line.review_due else ''}"
    yield "Deleted from", "the next weeding: it has ended" if line.ended else day(line.weed_on)


def party_words(party: ReportedParty) -> str:
    """Return somebody or some place that a report is about, on one line."""
    return ", ".join(
        filter(
            None,
            (
                party.name,
                f"number {party.number}" if party.number else "",
                f"born {party.born}" if party.born else "",
                party.address,
                f"supplier {party.ref}" if party.ref else "",
            ),
        )
    )


def concerned_words(supplier: SupplierConcerned) -> str:
    """Return a supplier that a report may concern, in what role, and how strongly it matched."""
    name = f"{supplier.name} ({supplier.ref})" if supplier.name else supplier.ref
    who = "the supplier itself" if supplier.role == "supplier" else f"its {supplier.role}"
    return f"{name}, by {who}, {score_words(supplier.score)}"

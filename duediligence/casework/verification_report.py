"""What comparing everything with the audit chain found, a line at a time and for programs."""

from collections.abc import Iterator

from duediligence.casework.examination import ChainVerification
from duediligence.render.output import Line
from duediligence.render.wording import moment, visible
from duediligence.text.wording import count

# Of more, the first is no longer on the screen.
_MANY = 5


def lines(found: ChainVerification) -> Iterator[Line]:
    """Yield what differs, else that all is sound; then what was compared and what was not."""
    for number, problem in enumerate(found.problems):
        at = f", {moment(problem.at)}" if problem.at else ""
        start = "BROKEN" if not number else "and"
        yield Line(visible(f"{start} at record {problem.position:,}{at}: {problem.what}."))
    if found.found > len(found.problems):
        yield Line(f"and {found.found - len(found.problems):,} more.")
    if found.found > _MANY:
        yield Line(f"BROKEN: {found.found:,} differences in all.")
    if found.sound:
        records = count(found.records or 0, "record")
        yield Line(f"Sound: {records}. Fingerprint of the last: {found.head}")
    verified = {kind: number for kind, number in found.verified.items() if kind != "records"}
    if verified:
        compared = ", ".join(f"{kind} {number:,}" for kind, number in verified.items())
        yield Line(f"Verified: {compared}")
    if found.removed:
        rules = ", ".join(f"{rule} {number:,}" for rule, number in found.removed.items())
        yield Line(visible(f"Removed under rules of retention, and so not missing: {rules}"))
    for one in found.not_covered:
        how_many = f"{one.count:,} " if one.count else ""
        yield Line(visible(f"Not covered: {how_many}{one.what}: {one.why}."))
    if not found.sound:
        keep = "Keep the files as they are, and compare them with a backup or an export."
        yield Line(keep, "note")


def build_verification_report(found: ChainVerification, head: str) -> dict[str, object]:
    """Return the same for programs; `head` is that of the chain as it is, sound or not."""
    return {
        "sound": found.sound,
        "records": None if found.problems else found.records,
        "head": head,
        "problem": found.problems[0] if found.problems else None,
        "problems": found.problems,
        "problems_found": found.found,
        "verified": found.verified,
        "removed": found.removed,
        "not_covered": found.not_covered,
    }

"""What verifying a pack came to, a line at a time and for programs."""

from collections.abc import Iterator

from duediligence.delivery.pack.verifying import NOT_SHOWN, Verified
from duediligence.errors import Hint, OptionRemark
from duediligence.render.lines import Line
from duediligence.render.wording import visible
from duediligence.text.wording import count


def format_verification_lines(verified: Verified) -> Iterator[Line]:
    """Yield what was compared and what differs; of a damaged pack nothing but the damage."""
    yield Line(f"sha256 {verified.sha256}")
    if verified.damaged:
        for name, wrong in verified.damaged.items():
            yield Line(visible(f"DAMAGED {name}: {wrong}."))
        yield Line(f"Answer: {verified.answer}.")
        yield Line("Do not rely on anything in it. Ask whoever made it for another copy.")
        return
    files = count(verified.files, "file")
    yield Line(visible(f"Intact: {files}, made {verified.made_at} by {verified.made_by}."))
    yield Line(verified.origin.words)
    if verified.stamp.line:
        how = OptionRemark(" with --timestamp-roots" if verified.stamp.needs_roots else "")
        yield Line(Hint(visible(f"It {verified.stamp.line}"), how, "."))
    for ref, line in verified.incomplete.items():
        yield Line(visible(f"{ref}: {line}."))
    for ref, outcome in verified.outcomes.items():
        if outcome.cannot:
            yield Line(visible(f"{ref}: not derived again: {outcome.cannot}."))
            for line in outcome.not_derived:
                yield Line(visible(f"  not derived: {line}"))
            continue
        same = count(outcome.same, "finding")
        yield Line(visible(f"{ref}: {same} derived again, the same field by field."))
        for words, lines in (
            ("DIFFERENT", outcome.differences),
            ("not derived", outcome.not_derived),
            ("withheld with people", outcome.withheld),
        ):
            for line in lines:
                yield Line(visible(f"  {words}: {line}"))
    for words, lines in (
        ("DIFFERENT", verified.differences),
        ("Not derived again:", verified.not_derived),
        ("Left out with people:", tuple(f"{n} of {it}" for it, n in verified.withheld.items())),
        ("Note:", verified.notes),
    ):
        for line in lines:
            yield Line(visible(f"{words} {line}"))
    other = any(one.cannot for one in verified.outcomes.values())
    by = f": made by version {verified.tool}" if other and verified.exit_code == 3 else ""
    yield Line(visible(f"Answer: {verified.answer}{by}."))
    yield Line(f"Audit head when it was made: {visible(verified.audit_head)}")
    for line in NOT_SHOWN:
        yield Line(f"A pack cannot show {line}.", "note")


def build_verification_document(verified: Verified) -> dict[str, object]:
    """Return the same for programs."""
    return {
        "answer": verified.answer,
        "origin": {"signed": verified.origin.signed, "key": verified.origin.key},
        "time_stamp": {"verified": verified.stamp.verified, "line": verified.stamp.line},
        "sha256": verified.sha256,
        "made_at": verified.made_at,
        "made_by": verified.made_by,
        "tool": verified.tool,
        "audit_head": verified.audit_head,
        "files": verified.files,
        "damaged": verified.damaged,
        "suppliers": verified.outcomes,
        "incomplete": verified.incomplete,
        "differences": verified.differences,
        "not_derived": verified.not_derived,
        "withheld": verified.withheld,
        "notes": verified.notes,
        "not_shown": NOT_SHOWN,
    }

"""How long records of insolvent individuals are kept, for officer/personal-insolvency.md."""

from duediligence.law.personal_insolvency import load_keeping_periods
from duediligence.text.wording import count


def table() -> str:
    """The periods, in Markdown."""
    rows = ["| record | how it stands | kept | counted from | rule |\n|---|---|---|---|---|\n"]
    for one in load_keeping_periods():
        kept = count(one.months, "month") if one.months else count(one.days, "day")
        what = one.stage or "any other, of an extract"
        sure = "" if one.sure == "verified" else " *(check)*"
        rows.append(f"| {what} | {one.when} | {kept} | {one.runs_from} | {one.source}{sure} |\n")
    return "".join(rows)

"""How long records of insolvent individuals are kept, for officer/personal-insolvency.md."""

from duediligence.law.personal_insolvency import load_keeping_periods


def table() -> str:
    """The periods, in Markdown."""
    rows = ["| record | how it stands | kept | counted from | rule |\n|---|---|---|---|---|\n"]
    for one in load_keeping_periods():
        sure = "" if one.sure == "verified" else " *(check)*"
        rows.append(
            f"| {one.subject} | {one.when} | {one.kept} | {one.runs_from} | {one.source}{sure} |\n"
        )
    return "".join(rows)

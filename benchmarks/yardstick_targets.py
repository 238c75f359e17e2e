"""Where the matcher stands against its targets."""

from collections.abc import Iterable, Iterator, Mapping

from yardstick_tables import Figures, Row, cell

_OTHERS = ("sort", "WRatio", "sort, anyascii", "WRatio, anyascii")


def standing(rows: Mapping[str, Figures]) -> str:
    """A table of the targets whose sets were run: the figure, the target, whether it is reached.

    An empty text where none was.
    """
    lines = []
    for title, column, figure, sign, target in _targets(rows):
        reached = figure >= target if sign == "≥" else figure <= target
        shown = f"{cell(column, figure)} | {sign} {cell(column, target)}"
        lines.append(f"| {title} | {shown} | {'yes' if reached else 'no'} |")
    head = ["| target | figure | at least or at most | reached |", "|---|---|---|---|"]
    return "\n".join([*head, *lines]) if lines else ""


# Title, column whose way of writing it has, figure, sign and target.
Target = tuple[str, str, float, str, float]


def _targets(rows: Mapping[str, Figures]) -> Iterator[Target]:
    yield from _at_least(rows.get("aliases", {}), "OFAC, people", "ours", 0.62)
    yield from _at_least(rows.get("aliases", {}), "UN, people", "ours", 0.62)
    yield from _at_least(rows.get("scripts", {}), "UN, all", "ours", 0.40)
    for people, row in rows.get("romanised", {}).items():
        if others := [row[title] for title in _OTHERS if title in row]:
            title = f"{people}: ours beside the better of rapidfuzz"
            yield title, "ours", row.get("ours of these", row["ours"]), "≥", max(others)
    for origin in ("Han", "Hangul", "Arabic"):
        yield from _alarms(rows.get("origins", {}), origin, 5.0)
    firms = rows.get("sectors", {})
    if "care providers" in firms:
        yield from _alarms(firms, "care providers", 1_000 / firms["care providers"]["names"])
    changes = rows.get("changes", {})
    for title in ("people, all", "firms, all"):
        yield from _at_least(changes, title, "found", 0.975)
    innocent = {title: row for title, row in changes.items() if "innocent: " in title}
    if innocent:
        least = min(innocent, key=lambda title: innocent[title]["found"])
        yield from _at_least(innocent, least, "found", 0.96)
    for title in ("people, degraded: cut at 20", "firms, degraded: cut at 35"):
        yield from _at_least(changes, title, "found", 0.92)
    for title, row in _all(rows.get("near", {}).items()):
        yield f"near names that match, {title}", "ours", row["ours"], "≤", 0.055


def _all(rows: Iterable[tuple[str, Row]]) -> Iterator[tuple[str, Row]]:
    return ((title, row) for title, row in rows if title.endswith("all"))


def _alarms(rows: Mapping[str, Row], title: str, most: float) -> Iterator[Target]:
    if row := rows.get(title):
        yield f"alarms, {title}, UK list", "1,000", row["UK list: in 1,000"], "≤", most


def _at_least(rows: Mapping[str, Row], title: str, column: str, target: float) -> Iterator[Target]:
    if row := rows.get(title):
        yield f"{title}: {column}", column, row[column], "≥", target

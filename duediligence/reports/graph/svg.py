"""The picture as SVG and the same as a nested list."""

from collections.abc import Iterator, Mapping
from hashlib import sha256

from markupsafe import Markup

from duediligence.model import Dossier
from duediligence.reports.graph.layout import BOX, LEADING, PADDING, SIZE, layout
from duediligence.reports.graph.pruning import prune
from duediligence.reports.graph.tree import Node, Trees, trees
from duediligence.reports.graph.words import People
from duediligence.reports.templating import fill
from duediligence.text.wording import count

MOST_BOXES = 40
MOST_LISTED = 500


def ownership_svg(
    dossier: Dossier, flagged: Mapping[str, str], people: People = "redacted"
) -> Markup:
    """Who stands behind the supplier, as an inline SVG without script, style or outside font.

    The supplier in the middle, its owners and theirs above, its directors and their failed
    companies below. `flagged` gives a word (`possible sanctions match`) for a party's name: it
    stands in the box, which has a heavy border. More than `MOST_BOXES` are counted, not drawn;
    the marked are drawn first. People are shown by their initials unless `people` is `shown`.
    """
    whole = trees(dossier, flagged, people)
    picture = layout(prune(whole, MOST_BOXES))
    # The ids of one picture must differ from those of the next on the same page.
    key = sha256(f"{dossier.supplier.ref}\n{dossier.supplier.name}".encode(errors="replace"))
    return fill(
        "ownership.svg.jinja",
        id=f"graph-{key.hexdigest()[:12]}",
        supplier=whole.supplier,
        described=_described(whole),
        picture=picture,
        box=BOX,
        leading=LEADING,
        padding=PADDING,
        size=SIZE,
    )


def ownership_list(
    dossier: Dossier, flagged: Mapping[str, str], people: People = "redacted"
) -> Markup:
    """The same as nested lists, for those who read by ear; up to `MOST_LISTED` parties."""
    whole = prune(trees(dossier, flagged, people), MOST_LISTED)
    return fill("ownership_list.html.jinja", trees=whole)


def _described(whole: Trees) -> str:
    above, below = list(_parties(whole.above)), list(_parties(whole.below))
    marked = [f"{n.name}: {n.flag}" for n in (whole.supplier, *above, *below) if n.flag]
    told = (
        f"{count(len(above), 'owner')} above the supplier; {count(len(below), 'person', 'people')} "
        "and other companies below it."
    )
    told += "".join(f" {node.name}." for node in (*whole.above, *whole.below) if node.kind == "gap")
    return f"{told} Marked: {'; '.join(marked)}." if marked else f"{told} None is marked."


def _parties(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        if node.kind != "gap":
            yield node
        yield from _parties(node.children)

"""What the files of an exchange tell: padded sizes, and nothing that links two of them."""

from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.blind import oprf
from duediligence.extensions.sharing.exchanges import pending
from duediligence.extensions.sharing.exchanges.answer_body import TAG, read_answer
from duediligence.extensions.sharing.exchanges.sizes import padded
from duediligence.extensions.sharing.partner_files import PartnerFile, read_partner_file
from tests.rows import for_each
from tests.thorough import examples

from .homes import Row, TwoHomes, as_items, as_suppliers, firms, sizes_of

# Of one exchange each: ids, hashes and times are of the file, not of what was asked.
OF_THE_FILE = {"id", "exchange", "made_at", "expires_at"}


def exchanged(
    two: TwoHomes, items: list[Row], name: str = "ask"
) -> tuple[PartnerFile, PartnerFile, list[str]]:
    """Both files, and the references of the hits."""
    asked = two.asked(items, name=name)
    answered = two.answered(asked)
    found = [one.item.reference for one in two.opened(answered).hits]
    return read_partner_file(asked), read_partner_file(answered), found


def told(one: PartnerFile) -> tuple[object, int]:
    """All of a file that is not random: its header, and the size of its body."""
    header = msgspec.to_builtins(one.header)
    header["facts"].pop("ask_sha256", None)
    return {name: header[name] for name in header.keys() - OF_THE_FILE}, len(one.body)


def pieces(body: bytes, size: int) -> list[bytes]:
    return [body[at : at + size] for at in range(0, len(body), size)]


@given(
    numbered=st.lists(st.booleans(), min_size=2, max_size=30),
    seed=st.integers(10, 10_000),
)
@settings(max_examples=examples(24))
def test_other_items_in_the_place_of_those_that_do_not_hit_change_nothing_but_chance(
    numbered: list[bool], seed: int
) -> None:
    """Also none that hits: what is sent before the answer cannot tell, and the answer does not."""

    def list_of(seed_: int) -> list[Row]:
        made = firms(len(numbered), seed_)
        return [
            {"name": row["name"], "number": f"{at + seed_:08}" if has == (seed_ == seed) else ""}
            for at, (row, has) in enumerate(zip(made, numbered, strict=True), 1_000_000)
        ]

    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        transcripts = []
        for folder, change in ((one, 1), (other, 2)):
            two = TwoHomes(Path(folder))
            held = firms(12, 1)
            two.suppliers(as_suppliers(held))
            asked, answered, found = exchanged(two, as_items([*held[:3], *list_of(seed * change)]))
            assert found == ["N00001", "N00002", "N00003"]
            transcripts.append((told(asked), told(answered)))
            two.close()
        assert transcripts[0] == transcripts[1]


def test_where_all_or_none_hit_both_files_tell_the_same(two: TwoHomes) -> None:
    two.suppliers(as_suppliers(firms(20, 1)))
    others = [{"name": row["name"], "number": ""} for row in firms(20, 2)]
    first_ask, first_answer, hits = exchanged(two, as_items(firms(20, 1)), "first")
    other_ask, other_answer, none = exchanged(two, as_items(others), "other")
    assert len(hits) == 20
    assert none == []
    assert told(first_ask) == told(other_ask)
    assert told(first_answer) == told(other_answer)


def test_two_exchanges_of_the_same_lists_share_nothing(two: TwoHomes) -> None:
    rows = firms(40, 1)
    two.suppliers(as_suppliers(rows))
    first = exchanged(two, as_items(rows), "first")
    second = exchanged(two, as_items(rows), "second")
    assert first[2] == second[2]
    elements = [set(pieces(one[0].body, oprf.ELEMENT)) for one in (first, second)]
    answers = [read_answer(one[1].body, sizes_of(one[0])) for one in (first, second)]
    assert elements[0].isdisjoint(elements[1])
    assert set(answers[0].table).isdisjoint(answers[1].table)
    kinds = [kind for one in answers for kind in one.kinds]
    assert len({kind.public for kind in kinds}) == len(kinds) == 8
    for parts in ("evaluated", "proofs"):
        every = [part for kind in kinds for part in getattr(kind, parts)]
        assert len(set(every)) == len(every)


def test_nothing_of_a_list_is_in_the_files(two: TwoHomes) -> None:
    rows = firms(10, 1)
    two.suppliers(as_suppliers(rows))
    asked = two.asked(as_items(rows))
    answered = two.answered(asked)
    for path in (asked, answered):
        whole = path.read_bytes().lower()
        for row in rows:
            for text in filter(None, (row["name"], *row["name"].split(), row["number"])):
                assert len(text) < 4 or text.lower().encode() not in whole


def test_the_order_of_what_is_asked_is_not_that_of_the_list(two: TwoHomes) -> None:
    """The seed and the inputs are the asker's: with them, which place is whose can be seen."""
    asked = read_partner_file(two.asked(as_items(firms(60, 1))))
    kept = pending.load_pending(two.folder / "police", asked.header.exchange)
    places = [one.whose[0][0] for one in kept.elements if one.whose]
    assert places != sorted(places)
    padding = [at for at, one in enumerate(kept.elements) if not one.whose]
    assert padding
    assert padding != list(range(len(kept.elements) - len(padding), len(kept.elements)))


def test_the_table_is_sorted_and_holds_no_more_than_padded_tags(two: TwoHomes) -> None:
    two.suppliers(as_suppliers(firms(50, 1)))
    asked = two.asked(as_items(firms(3, 2)))
    found = read_answer(
        read_partner_file(two.answered(asked)).body, sizes_of(read_partner_file(asked))
    )
    assert list(found.table) == sorted(set(found.table))
    assert all(len(one) == TAG for one in found.table)
    assert len(found.table) == padded(len(found.table))


@for_each(
    ("count", "step"),
    [
        (0, 64),
        (1, 64),
        (64, 64),
        (65, 96),
        (96, 96),
        (97, 128),
        (129, 192),
        (193, 256),
        (9_000, 12_288),
    ],
)
def test_the_ladder(count: int, step: int) -> None:
    assert padded(count) == step


@given(st.integers(1, 10_000_000))
def test_padding_never_adds_more_than_half(count: int) -> None:
    assert count <= padded(count)
    assert padded(count) <= max(64, count * 3 // 2 + 1)
    assert padded(padded(count)) == padded(count)

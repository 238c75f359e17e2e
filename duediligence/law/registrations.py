"""Which registration the work under a contract needs, as data: `data/registrations.toml`."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from typing import Any, Literal, NamedTuple, get_args

from duediligence.law.grounds import read
from duediligence.model import Contract
from duediligence.model.registrations import Need, Registration
from duediligence.model.suppliers import Nation
from duediligence.text.folding import fold
from duediligence.typed_data import convert_to

_FILE = "registrations.toml"
# How sure it is that a contract needs a registration: the contract says it, its words suggest it,
# or they do so together with what the supplier's company does.
_Sureness = Literal["sure", "likely", "hinted"]
# Where a phrase ends: a mark, or a word that joins another.
_ENDS = re.compile(r"[;,/|\[\]\n•]|[.](?=\s|$)")
_MARKS = re.compile(r"[^\w\s'’&-]|\s-\s")
_JOINS = re.compile(r"[:()–—]|\s-\s")
_PREPOSITIONS = frozenset("for of to in at on within into about across".split())
# Where one work ends and another begins, and what a description names as a lot.
_WORKS = re.compile(r"[,;/&+|\n•]|\b(?:and|or|plus)\b|\blots?\s*\d+\w?\b", re.IGNORECASE)
_LOTS = re.compile(r"\blots?\s*\d+\w?\b\W*([^,;.|\n•]*)", re.IGNORECASE)
_LINKS = frozenset("and or with including incl by from under via through plus".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """By what a contract is known to be of a trade: see the head of the file.

    `cpv` and `titles` decide, `cpv_likely` and `likely` suggest, `cpv_hints` and `hints` count
    only with one of the `sic` codes.
    """

    titles: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    cpv: tuple[str, ...] = ()
    cpv_likely: tuple[str, ...] = ()
    cpv_hints: tuple[str, ...] = ()
    sic: tuple[str, ...] = ()


class _Part(NamedTuple):
    """What must, or must not, be in a text: one of these words, a space before and after each."""

    any_of: tuple[str, ...]
    absent: bool


# The phrases by the first word of what they say first: that, and what else must be there.
_PhraseIndex = Mapping[str, Sequence[tuple[str, tuple[_Part, ...]]]]


class _TradeIndex(NamedTuple):
    """A registration, its trade with the phrases of it, and the id of the first registration for
    the same work. `words` are those with which its phrases begin.
    """

    registration: Registration
    trade: Trade
    first: str
    titles: _PhraseIndex
    likely: _PhraseIndex
    hints: _PhraseIndex
    unless: _PhraseIndex
    words: frozenset[str]


class _ContractWords(NamedTuple):
    """The words of a contract, folded and in the singular, a space before and after each.

    `heading` has title, category and framework, `text` the description too. `phrases` are those of
    the heading, `described` those of the description, `works` what the heading and the lots of the
    description name beside each other. `is_other`: a part of the heading has words of unrelated
    work only. `names_other`: the heading has such a word.
    """

    heading: str
    text: str
    phrases: tuple[str, ...]
    described: tuple[str, ...]
    works: tuple[str, ...]
    is_other: bool
    names_other: bool


@cache
def _read_data() -> Mapping[str, Any]:
    return read(_FILE)


@cache
def load_trades() -> tuple[tuple[Registration, Trade], ...]:
    """Return each registration, and the trade that needs it."""
    return tuple((work.registration, work.trade) for work in _load_works())


@cache
def _load_works() -> tuple[_TradeIndex, ...]:
    works: list[_TradeIndex] = []
    trades: dict[str, Trade] = {}
    for one in _read_data()["registration"]:
        first = one.get("same_work", one["id"])
        own = convert_to(Trade, one)
        if first != one["id"]:
            base = trades[first]
            own = Trade(**{n: getattr(base, n) + getattr(own, n) for n in Trade.__slots__})
        trades[one["id"]] = own
        indexes = titles, likely, hints, _ = (
            _index_phrases(own.titles),
            _index_phrases(own.likely),
            _index_phrases(own.hints),
            _index_phrases(own.unless),
        )
        words = frozenset((*titles, *likely, *hints))
        works.append(_TradeIndex(convert_to(Registration, one), own, first, *indexes, words))
    return tuple(works)


@cache
def _load_words(key: str) -> tuple[str, ...]:
    """Return words of the head of the file."""
    return tuple(_read_data()[key])


@cache
def _index_unrelated() -> _PhraseIndex:
    return _index_phrases(_load_words("beside"))


@cache
def _index_nations() -> Mapping[Nation, _PhraseIndex]:
    words = _read_data()["nations_of"]
    return {nation: _index_phrases(words[nation]) for nation in get_args(Nation)}


def needs_of(
    contracts: Iterable[Contract],
    sic_codes: Collection[str] = (),
    buyer: Nation | Literal[""] = "",
    supplier: Nation | None = None,
) -> tuple[Need, ...]:
    """Return what these contracts need, with the contracts that need it.

    `sic_codes` are the codes of the supplier's company: with a hint in the contract they make a
    need that is not sure, alone they make none. `buyer` and `supplier` are the nations of the two,
    where they are known: they count where a contract does not say its own.
    """
    found: dict[tuple[str, bool, Nation | None], tuple[Registration, list[Contract]]] = {}
    for contract in contracts:
        nation = find_contract_nation(contract) or buyer or supplier or None
        for registration, is_sure in _list_needed(contract, sic_codes, nation):
            several = nation in registration.nations and len(registration.nations) > 1
            key = registration.id, is_sure, None if several else nation
            found.setdefault(key, (registration, []))[1].append(contract)
    sure = {registration for registration, is_sure, _ in found if is_sure}
    needs = [
        Need(registration, tuple(some), is_sure, nation)
        for (id_, is_sure, nation), (registration, some) in found.items()
        if is_sure or id_ not in sure
    ]
    places = [registration.id for registration, _ in load_trades()]
    return tuple(sorted(needs, key=lambda need: places.index(need.registration.id)))


def _list_needed(
    contract: Contract, sic_codes: Collection[str], nation: Nation | None
) -> list[tuple[Registration, bool]]:
    """Return the registrations that one contract needs in a nation, and whether that is sure.

    What is only suggested is left out where something is sure and has the same registrar. What is
    named beside it, as work of its own with the same registrar, counts too.
    """
    works = [work for work in _load_works() if _is_of_nation(work, nation)]
    found = [
        (work.registration, degree == "sure")
        for work in works
        if (degree := _grade_need(contract, work, sic_codes))
    ]
    sure = {one.registrar for one, is_sure in found if is_sure}
    needed = [(one, is_sure) for one, is_sure in found if is_sure or one.registrar not in sure]
    registrars = {one.registrar for one, _ in needed}
    needed += [
        (work.registration, True)
        for work in works
        if work.registration.registrar in registrars
        and (work.registration, True) not in needed
        and _names_beside(_read_contract(contract), work)
    ]
    return needed


def _is_of_nation(work: _TradeIndex, nation: Nation | None) -> bool:
    """Return whether it is the registration for its work in a nation: the first one where the
    nation is not known, or where nothing but a name of another registrar is known.
    """
    is_first = work.registration.id == work.first
    if nation is None:
        return is_first
    if nation in work.registration.nations:
        return True
    same = (one.registration for one in _load_works() if one.first == work.first)
    named = is_first and bool(work.registration.elsewhere)
    return named and not any(nation in one.nations for one in same)


@lru_cache(maxsize=1024)
def find_contract_nation(contract: Contract) -> Nation | None:
    """Return the nation of who buys, else the one that the contract's words name: a regulator or
    the nation itself, else a place (`data/places.toml`). None where they name none or several.
    """
    if contract.procurement.nation:
        return contract.procurement.nation
    said = (contract.title, contract.category, contract.description)
    parts = (fold(part) for text in said for part in _MARKS.split(text))
    other, places = _compile_places()
    text = other.sub(" ", f" {' | '.join(parts)} ")
    words = _fold_singular_words(text)
    named = {one for one, index in _index_nations().items() if _has_phrase(words, index)}
    named = named or {nation for nation, names in places.items() if names.search(text)}
    return named.pop() if len(named) == 1 else None


@cache
def _compile_places() -> tuple[re.Pattern[str], Mapping[Nation, re.Pattern[str]]]:
    """Return what finds a name that is not that of a place, and what finds those of a nation."""
    data = read("places.toml")
    nations: Mapping[Nation, list[str]] = data["nations"]
    names = "|".join(sorted(chain(nations, *nations.values()), key=len, reverse=True)).lower()
    before, after = "|".join(data["not_before"]), "|".join(data["not_after"])
    other = rf"\b(?:(?:{after}) (?:{names}|england)|(?:{names}|england) (?:{before}))\b"
    places = {one: re.compile(rf"\b(?:{'|'.join(some)})\b") for one, some in nations.items()}
    return re.compile(other), places


@cache
def _load_services() -> tuple[tuple[_PhraseIndex, Mapping[str, tuple[str, ...]]], ...]:
    """Return what asks for a kind of service, and the kinds that fulfil it, by registration."""
    return tuple((_index_phrases(one["words"]), one) for one in _read_data()["service"])


def list_services_needed(registration: Registration, contract: Contract) -> tuple[str, ...]:
    """Return the register's words for the kinds of service that fulfil a contract: any of those
    that its heading asks for, else its description; any of the registration where it asks for none.
    """
    words = _read_contract(contract)
    for text in (words.heading, words.text):
        asked = [
            one[registration.id]
            for phrases, one in _load_services()
            if registration.id in one and _has_phrase(text, phrases)
        ]
        if asked:
            return tuple(chain.from_iterable(asked))
    return registration.services


def is_kind_needed(need: Need, kinds: Collection[str]) -> bool:
    """Return whether a service of these kinds fulfils one of the contracts, as far as both say."""
    folded = tuple(map(fold, kinds))
    return not kinds or any(
        _is_kind_of(folded, list_services_needed(need.registration, one)) for one in need.contracts
    )


def _is_kind_of(kinds: tuple[str, ...], services: tuple[str, ...]) -> bool:
    counted = tuple(fold(one) for one in services if not one.startswith("!"))
    others = tuple(fold(one) for one in services if one.startswith("!"))
    begin = [kind.startswith for kind in kinds]
    return not services or (
        any(starts(counted) for starts in begin) and not any(starts(others) for starts in begin)
    )


@lru_cache(maxsize=1024)
def does_work_of(contracts: tuple[Contract, ...], list_id: str) -> bool | None:
    """Return whether a supplier does work for us that a list's register, or its grades, are of.

    By the titles and codes of its contracts, hints included. None where it has no contracts, or the
    list is of no trade.
    """
    works = [
        work
        for work in _load_works()
        for one in [work.registration]
        if list_id in (*one.lists, *one.ended_lists, *one.rated_on)
    ]
    if not contracts or not works:
        return None
    return any(_grade_by_words(contract, work) for contract in contracts for work in works)


def _grade_by_words(contract: Contract, work: _TradeIndex) -> _Sureness | None:
    """Return how surely the contract itself says that it is of the trade; `hinted` is not sure
    before the company's own codes are seen.
    """
    trade = work.trade
    if _starts_with(contract, trade.cpv):
        return "sure"
    own = (*trade.cpv_hints, *trade.cpv_likely)
    unrelated = _load_words("cpv_beside")
    if contract.cpv and all(
        c.startswith(unrelated) and not c.startswith(own) for c in contract.cpv
    ):
        return None
    words = _read_contract(contract)
    by_code = _starts_with(contract, own)
    if not by_code and work.words.isdisjoint(words.heading.split()):
        return None
    if words.is_other or _has_phrase(words.heading, work.unless):
        return None
    if _names_work(words, words.phrases, work.titles):
        return "sure"
    hinted = by_code or _has_phrase(words.heading, work.hints)
    likely = _names_work(words, words.phrases, work.likely)
    if (hinted or likely) and not words.names_other:
        described = tuple(one for one in words.described if not _has_phrase(one, work.unless))
        if _names_work(words, described, work.titles):
            return "sure"
        likely = likely or _names_work(words, described, work.likely)
    if likely or _starts_with(contract, trade.cpv_likely):
        return "likely"
    return "hinted" if hinted and not words.names_other else None


def _grade_need(
    contract: Contract, work: _TradeIndex, sic_codes: Collection[str]
) -> _Sureness | None:
    degree = _grade_by_words(contract, work)
    if degree == "hinted" and not any(code in work.trade.sic for code in sic_codes):
        return None
    return degree


def _starts_with(contract: Contract, beginnings: tuple[str, ...]) -> bool:
    return any(code.startswith(beginnings) for code in contract.cpv)


def _has_phrase(text: str, index: _PhraseIndex) -> bool:
    return any(True for _ in _find_phrases(text, text, index))


def _find_phrases(said_in: str, text: str, index: _PhraseIndex) -> Iterator[str]:
    """Yield what says one of the phrases: their first part is `said_in`, the others in `text`."""
    for word in dict.fromkeys(said_in.split()):
        for said, others in index.get(word, ()):
            if said in said_in and _holds(text, others):
                yield said


def _names_work(words: _ContractWords, phrases: tuple[str, ...], titles: _PhraseIndex) -> bool:
    """Return whether one of the `phrases` says the work, and not something else about it."""
    if any(
        not _is_unrelated(phrase, said)
        for phrase in phrases
        for said in _find_phrases(phrase, words.text, titles)
    ):
        return True
    # Its words may go over a mark: "Residential, nursing".
    return phrases is words.phrases and any(
        not any(said in phrase for phrase in phrases)
        for said in _find_phrases(words.heading, words.text, titles)
    )


def _names_beside(words: _ContractWords, work: _TradeIndex) -> bool:
    """Return whether one of several works that are named beside each other is this one."""
    return any(
        not _has_phrase(one, work.unless) and not _is_unrelated(one, said)
        for one in words.works
        for said in _find_phrases(one, words.text, work.titles)
    )


def _is_unrelated(phrase: str, said: str) -> bool:
    """Return whether the head of a phrase is not the work that it says: "home care software",
    "training for care homes".
    """
    before, _, after = phrase.partition(said)
    run: list[str] = []
    for word in after.split():
        if word in _PREPOSITIONS or (word in _LINKS and (word != "and" or not run)):
            break
        if word not in _prepare_plain():
            run.append(word)
    if _holds_other(run):
        return True
    ahead = before.split()
    link = max((i for i, word in enumerate(ahead) if word in _LINKS), default=-1)
    if not _PREPOSITIONS.isdisjoint(ahead[link + 1 :]):
        link = -1
    return _holds_other(ahead[link + 1 :])


def _holds_other(words: list[str]) -> bool:
    return _has_phrase(f" {' '.join(words)} ", _index_unrelated())


@cache
def _prepare_unrelated() -> tuple[str, ...]:
    return tuple(map(_fold_singular_words, _load_words("beside")))


@cache
def _prepare_plain() -> frozenset[str]:
    return frozenset(_fold_singular_words(one).strip() for one in _load_words("plain"))


def _holds(text: str, parts: tuple[_Part, ...]) -> bool:
    return all(any(one in text for one in part.any_of) != part.absent for part in parts)


@lru_cache(maxsize=256)  # asked for by each trade in turn
def _read_contract(contract: Contract) -> _ContractWords:
    phrases: list[str] = []
    is_other = False
    texts = list(map(_drop_bought_as, (contract.title, contract.category)))
    if not _has_phrase("".join(map(_fold_singular_words, texts)), _index_unrelated()):
        texts.append(_drop_bought_as(contract.procurement.framework))
    for text in texts:
        parts = list(map(_drop_bought_as, _JOINS.split(text)))
        said = [part for part in parts if part.strip()]
        is_other = is_other or any(_is_all_unrelated(part) for part in said)
        phrases += (_fold_singular_words(one) for part in said for one in _ENDS.split(part))
    described = [
        _fold_singular_words(_drop_bought_as(one))
        for part in _JOINS.split(contract.description)
        for one in _ENDS.split(part)
    ]
    heading = "".join(map(_fold_singular_words, texts))
    works = [
        part for one in (*texts, *_LOTS.findall(contract.description)) for part in _WORKS.split(one)
    ]
    text = heading + _fold_singular_words(contract.description)
    names_other = _has_phrase(heading, _index_unrelated())
    return _ContractWords(
        heading,
        text,
        tuple(phrases),
        tuple(described),
        tuple(map(_fold_singular_words, works)),
        is_other,
        names_other,
    )


def _is_all_unrelated(text: str) -> bool:
    """Return whether a text has words of unrelated work only: "training"."""
    rest = _fold_singular_words(text)
    for one in _prepare_unrelated():
        rest = rest.replace(one, "  ")
    left = [word for word in rest.split() if word not in _prepare_plain() and word not in _LINKS]
    return not left and _holds_other(_fold_singular_words(text).split())


def _drop_bought_as(text: str) -> str:
    """Return a text without the words for how something is bought: those before the work, and
    those that say a trade elsewhere ("purchasing system").
    """
    anywhere, first = _compile_bought_as()
    rest = first.sub(" ", text)
    while rest != text:
        text, rest = rest, first.sub(" ", rest)
    return anywhere.sub(" ", rest)


@cache
def _compile_bought_as() -> tuple[re.Pattern[str], re.Pattern[str]]:
    anywhere = _join_spellings(_load_words("bought_as"))
    first = _join_spellings((*_load_words("bought_as"), *_load_words("bought_first")))
    kinds = _join_spellings(_load_words("bought_kinds"))
    return re.compile(rf"\b(?:{anywhere})s?\b", re.IGNORECASE), re.compile(
        rf"^\W*(?:(?:{kinds})\s+)*(?:{first})\s*(?:\([^)]*\)\s*)?(?:(?:for|of)\b|[-–:])\s*"
        r"(?:the\b)?",
        re.IGNORECASE,
    )


def _join_spellings(phrases: tuple[str, ...]) -> str:
    return "|".join(r"[\s-]+".join(map(re.escape, one.split())) for one in phrases)


def _index_phrases(phrases: Iterable[str]) -> _PhraseIndex:
    """Return the phrases by their first word, written as the texts are."""
    index: dict[str, list[tuple[str, tuple[_Part, ...]]]] = {}
    for phrase in phrases:
        first, *others = map(_prepare_part, phrase.split(" & "))
        for said in first.any_of:
            index.setdefault(said.split()[0], []).append((said, tuple(others)))
    return index


def _prepare_part(part: str) -> _Part:
    spellings = tuple(map(_fold_singular_words, _expand_groups(part.removeprefix("!"))))
    return _Part(spellings, part.startswith("!"))


def _expand_groups(part: str) -> Iterator[str]:
    """Yield a part with each word of the group that it names."""
    if group := re.search(r"@([a-z]+)", part):
        for word in _read_data()["words"][group[1]]:
            yield from _expand_groups(part.replace(group[0], word, 1))
    else:
        yield part


def _fold_singular_words(text: str) -> str:
    """Return the words of a text in the singular, a space before and after each."""
    return f" {' '.join(map(_to_singular_word, fold(text).split()))} "


def _to_singular_word(word: str) -> str:
    if len(word) < 4:
        return word
    if word.endswith(("ches", "shes", "xes", "buses")):
        return word[:-2]
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-1] if re.fullmatch(r"[a-z]+[^su]s", word) else word

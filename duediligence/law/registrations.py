"""Which registration the work under a contract needs, as data: `data/registrations.toml`."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from duediligence.law.grounds import read
from duediligence.model import Contract
from duediligence.model.registrations import Need, Registration
from duediligence.text.folding import fold
from duediligence.typed_data import convert_to

_FILE = "registrations.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """By what a contract is known to be of a trade: see the head of the file.

    `cpv` and `titles` decide, `cpv_hints` and `hints` count beside one of the `sic` codes only.
    """

    titles: tuple[str, ...]
    hints: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    cpv: tuple[str, ...] = ()
    cpv_hints: tuple[str, ...] = ()
    sic: tuple[str, ...] = ()


@cache
def load_trades() -> tuple[tuple[Registration, Trade], ...]:
    """Return each registration, and the trade that needs it."""
    return tuple(
        (convert_to(Registration, one), convert_to(Trade, one))
        for one in read(_FILE)["registration"]
    )


@cache
def _load_unrelated_terms() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return words, and divisions of the CPV, of contracts that are not of the trades
    themselves.
    """
    document = read(_FILE)
    return tuple(document["beside"]), tuple(document["cpv_beside"])


def needs_of(contracts: Iterable[Contract], sic_codes: Collection[str] = ()) -> tuple[Need, ...]:
    """Return what these contracts need, with the contracts that need it.

    `sic_codes` are those of the supplier's company: beside a hint in the contract they make a need
    that is not sure, alone they make none.
    """
    found = []
    held = tuple(contracts)
    for registration, trade in load_trades():
        sure = tuple(one for one in held if is_sure(one, trade))
        probable = () if sure else tuple(one for one in held if _is_hint(one, trade, sic_codes))
        if sure or probable:
            found.append(Need(registration, sure or probable, bool(sure)))
    return tuple(found)


@lru_cache(maxsize=1024)
def does_work_of(contracts: tuple[Contract, ...], list_id: str) -> bool | None:
    """Return whether a supplier does work for us that a list's register, or its grades, are of.

    By the titles and codes of its contracts, hints included. None where it has no contracts, or the
    list is of no trade.
    """
    trades = [
        trade
        for one, trade in load_trades()
        if list_id in (*one.lists, *one.ended_lists, *one.rated_on)
    ]
    if not contracts or not trades:
        return None
    return any(
        is_sure(contract, trade)
        or (_has_any(contract, trade.hints) and not _is_beside(contract, trade))
        for contract in contracts
        for trade in trades
    )


def is_sure(contract: Contract, trade: Trade) -> bool:
    """Return whether the contract itself says that it is of the trade."""
    if any(code.startswith(trade.cpv) for code in contract.cpv):
        return True
    return _has_any(contract, trade.titles) and not _is_beside(contract, trade)


def _is_hint(contract: Contract, trade: Trade, sic_codes: Collection[str]) -> bool:
    if not any(code in trade.sic for code in sic_codes) or _is_beside(contract, trade):
        return False
    by_code = any(code.startswith(trade.cpv_hints) for code in contract.cpv)
    return by_code or _has_any(contract, trade.hints)


def _is_beside(contract: Contract, trade: Trade) -> bool:
    """Return whether the contract is about something beside the work of the trade."""
    words, divisions = _load_unrelated_terms()
    own = trade.cpv_hints
    if contract.cpv and all(
        c.startswith(divisions) and not c.startswith(own) for c in contract.cpv
    ):
        return True
    if _has_any(contract, trade.unless):
        return True
    # Beside what says the trade: `furniture` in `furniture removal` says nothing else.
    rest = _fold_contract_text(contract)
    for parts in _prepare_phrases(trade.titles):
        if all(part in rest for part in parts):
            for part in parts:
                rest = rest.replace(part, "  ")
    return _holds_any(rest, words)


def _has_any(contract: Contract, phrases: tuple[str, ...]) -> bool:
    return _holds_any(_fold_contract_text(contract), phrases)


def _holds_any(text: str, phrases: tuple[str, ...]) -> bool:
    for first, *more in _prepare_phrases(phrases):
        if first in text and all(part in text for part in more):
            return True
    return False


@lru_cache(maxsize=64)  # asked for by each trade in turn
def _fold_contract_text(contract: Contract) -> str:
    """Return the words of title and category; no phrase goes from one into the other."""
    return f"{_fold_singular_words(contract.title)} {_fold_singular_words(contract.category)}"


@cache
def _prepare_phrases(phrases: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the parts of each phrase, written as the texts are."""
    return tuple(tuple(map(_fold_singular_words, phrase.split(" & "))) for phrase in phrases)


def _fold_singular_words(text: str) -> str:
    """Return the words of a text in the singular, a space before and after each."""
    return f" {' '.join(map(_to_singular_word, fold(text).split()))} "


def _to_singular_word(word: str) -> str:
    if len(word) < 4:
        return word
    if word.endswith(("ches", "shes", "xes", "buses")):
        return word[:-2]
    return word[:-1] if re.fullmatch(r"[a-z]+[^su]s", word) else word

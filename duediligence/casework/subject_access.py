"""Where a person is named in what is kept: for the answer to a subject access request."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from duediligence.casework.copies import list_kept_copies
from duediligence.casework.extension_records import (
    list_extension_records,
    refuse_without_extensions,
)
from duediligence.errors import Invalid
from duediligence.screening.access import may_see_personal_insolvency, use_case
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.retention import PersonalDataStore
from duediligence.text.folding import fold
from duediligence.text.wording import count


@dataclass(frozen=True, slots=True)
class PersonalDataHit:
    """One record that names the person.

    `where` is the kind of record, `reference` its key, `at` when it was made (ISO 8601, empty
    where that is not kept), `fields` the parts of it that have the name, and what else it has of
    the supplier that is kept as a hash only.
    """

    where: str
    reference: str
    at: str
    fields: str


@use_case("export", event="report made")
def held(workspace: Workspace, name: str) -> list[PersonalDataHit]:
    """Return every record whose text has all words of the name in one place, in whatever order.

    Words are compared without accents, capitals and signs; one that is spelled otherwise is not
    found. That somebody looked is recorded, without the name. Reports of partners and the
    community, and lists of insolvent individuals, are searched for whoever may see them (see
    `not_searched`). Raises UsageError for a name without letters, StorageError.
    """
    words = frozenset(fold(name).split())
    if not words:
        raise Invalid(
            f"{name!r} is not a name", field="name", hint="Enter the name, or one word of it."
        )
    refuse_without_extensions(workspace, "What is kept about a person cannot be listed")
    may_hold, own = may_name(words), list_extension_records(workspace)
    store, apart = PersonalDataStore(workspace.settings.home), _list_unseen_lists(workspace)
    try:
        found = [
            PersonalDataHit(
                where,
                reference,
                at,
                ", ".join(dict.fromkeys((*fields, *_list_hashed_contacts(document)))),
            )
            for where, reference, at, document in chain(
                store.everything(may_hold),
                *(one.read_personal_data(workspace, may_hold) for one in own),
            )
            if (fields := list(where_named(document, words, apart=apart)))
        ]
    finally:
        store.close()
    found += [
        PersonalDataHit(where, reference, at, ", ".join(dict.fromkeys(fields)))
        for one in own
        for where, reference, at, fields in one.search_restricted(
            workspace, lambda document: list(where_named(document, words))
        )
    ]
    workspace.record("report made", {"records": len(found)}, subject="subject access")
    return found


@use_case("read")
def not_searched(workspace: Workspace) -> str:
    """Return what `held` does not search for this account; empty for nothing."""
    every = [one.describe_not_searched(workspace) for one in list_extension_records(workspace)]
    if _list_unseen_lists(workspace):
        every.append("Lists of insolvent individuals are not searched: your role may not see them.")
    if files := workspace.casework.attachments.count():
        every.append(
            f"Not searched: {count(files, 'file')} that suppliers attached, in which names, birth "
            "dates and offences may be. Open them on the pages of the suppliers."
        )
    every.append(list_kept_copies(workspace).remark)
    return " ".join(line for line in every if line)


def _list_unseen_lists(workspace: Workspace) -> frozenset[str]:
    """Return the lists of insolvent individuals, where this account may not see who is on them."""
    if may_see_personal_insolvency(workspace):
        return frozenset()
    return frozenset(one.id for one in workspace.watchlists.values() if one.kept_apart)


# Signs that `fold` drops or spells out.
_DROPPED = b"'`\"\\"
_SPELLED = frozenset(b"@$&+")


def may_name(words: frozenset[str]) -> Callable[[bytes], bool]:
    """Return a quick look that says no only where `where_named` would find nothing."""
    looked_for = [word.encode() for word in words]

    def may_hold(body: bytes) -> bool:
        if not body.isascii() or not _SPELLED.isdisjoint(body):
            return True
        plain = body.lower().translate(None, _DROPPED)
        return all(word in plain for word in looked_for)

    return may_hold


def where_named(
    document: object,
    words: frozenset[str],
    path: str = "",
    *,
    apart: frozenset[str] = frozenset(),
) -> Iterator[str]:
    """Yield where in the document a text has all the words; the numbers of lists are left out, and
    what is of a list kept `apart`.
    """
    if isinstance(document, str):
        if words <= set(fold(document).split()) or _matches_long_text(document, words):
            yield path or "text"
        return
    inside: Iterable[tuple[str, object]] = ()
    if isinstance(document, dict):
        inside = () if document.get("list_id") in apart else document.items()
    elif isinstance(document, list):
        inside = (("", each) for each in document)
    for key, value in inside:
        yield from where_named(value, words, f"{path}.{key}".strip("."), apart=apart)


def _list_hashed_contacts(document: object) -> Iterator[str]:
    """Yield the kinds of contact of which the document has hashes."""
    if isinstance(document, list):
        for one in document:
            yield from _list_hashed_contacts(one)
    elif isinstance(document, dict):
        for name, value in document.items():
            if name == "contact_keys":
                yield from (f"{one['kind']} (kept as a hash)" for one in value)
            else:
                yield from _list_hashed_contacts(value)


def _matches_long_text(text: str, words: frozenset[str]) -> bool:
    """As before, for a text longer than what `fold` reads, a word at a time."""
    return len(text) > 400 and words <= {fold(word) for word in text.split()}

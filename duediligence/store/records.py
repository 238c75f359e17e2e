"""What is stored as bytes and back, and its identity: by `forms`, whatever today's classes are.

A document is JSON: the version of its form, then the fields in the order of the form, without those
that have their default. So the same content has the same bytes, however many optional fields come.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from functools import cache, partial
from hashlib import sha256
from types import UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import msgspec
from msgspec import UNSET, UnsetType

from duediligence.errors import StorageError
from duediligence.model import Clause, Missing, NotHeld, NotInScope, NotKnown, PartyRole, ScopeGap
from duediligence.model.facts import Value, ValueKind
from duediligence.store.forms import FIELDS, FORMS, Document
from duediligence.typed_data import convert_to, decode_json, decoder_of

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)
F = TypeVar("F", bound=Callable[..., Any])
_VERSION = re.compile(rb'\s*\{\s*"form"\s*:\s*(\d{1,6})')
_encode = msgspec.json.Encoder(order="deterministic", enc_hook=str).encode
_SINGLE = (None, False, True, 0, "", ())


class _Value(msgspec.Struct, omit_defaults=True):
    kind: ValueKind
    text: str = ""
    label: str = ""
    number: int | None = None
    day: date | None = None
    until: date | None = None
    items: tuple["_StoredClause", ...] = ()
    personal: bool = False


class _StoredClause(msgspec.Struct, omit_defaults=True):
    template: str
    values: tuple[tuple[str, _Value], ...] = ()


# Written out, for each may hold the other.
_WITHIN_EACH_OTHER: dict[Any, Any] = {Clause: _StoredClause, Value: _Value}


class _AsWords:
    """The words of a value, by which identity takes it however it is stored."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __str__(self) -> str:
        return str(self._value)


# Earlier versions stored of a role nothing else.
_BY_WORDS = (PartyRole,)


def _compute_once(function: F) -> F:
    """Return what follows from the forms is worked out once."""
    return cast(F, cache(function))


def encode(content: object) -> bytes:
    """Return the document of an object of one of `FORMS`.

    Raises TypeError for one of another class, StorageError where a value is not of its type.
    """
    return _build_record_writer(type(content))(content)


def encode_all(contents: Iterable[object]) -> bytes:
    """Return the documents of several objects, as one JSON list."""
    return b"[" + b",".join(map(encode, contents)) + b"]"


def decode(kind: type[T], body: bytes) -> T:
    """Return the object of a document of this or any earlier version of its form.

    Raises StorageError for a later version, and for what is no such document.
    """
    return cast(T, _build_record_reader(kind)(body))


def decode_fields(kind: type[Any], fields: type[S], body: bytes) -> S:
    """Return those fields of a document of `kind` that a struct names, which no version has
    changed: the others are passed over, however long. Raises StorageError as `decode` does.
    """
    _form_of(kind, body)
    try:
        return decode_json(body, fields)
    except msgspec.MsgspecError as error:
        raise _build_record_error(kind, error) from error


def decode_all(kind: type[T], body: bytes) -> tuple[T, ...]:
    """Return the objects again that `encode_all` wrote, or an earlier version did."""
    try:
        documents = decode_json(body, list[msgspec.Raw])
    except msgspec.MsgspecError as error:
        raise _build_record_error(kind, error) from error
    return tuple(decode(kind, bytes(each)) for each in documents)


def identity(content: object) -> str:
    """Return the hash of what makes an object of one of `FORMS` the same as another, in
    hexadecimal.

    The key of its document among the contents, where nothing of it is left out of identity. With
    a new version of the form everything has another: see `has_same_content`.
    """
    return sha256(_build_record_writer(type(content), for_identity=True)(content)).hexdigest()


def has_same_content(content: object, digest: str, body: bytes) -> bool:
    """Return whether a document, stored under that identity by this or any earlier version of its
    form, has the content of the object.
    """
    return identity(content) == digest or identity(content) == identity_of(
        type(content), digest, body
    )


def identity_of(kind: type[Any], digest: str, body: bytes) -> str:
    """Return the identity as of now of a document that was stored under another, or under the
    same.
    """
    if _parse_document_version(body) == FORMS[kind].version:
        return digest
    return identity(decode(kind, body))


def derive_fingerprint(content: object) -> str:
    """Return the identity and the version of the form, for where the document is not kept beside
    it.
    """
    return f"{FORMS[type(content)].version} {identity(content)}"


_hints = _compute_once(get_type_hints)


def _parse_document_version(body: bytes) -> int:
    """Return the version that a document says it has, 0 where it says none."""
    stamped = _VERSION.match(body)
    return int(stamped[1]) if stamped else 0


@_compute_once
def _build_record_writer(
    kind: type[Any], *, for_identity: bool = False
) -> Callable[[object], bytes]:
    form = FORMS.get(kind)
    if form is None:
        raise TypeError(f"{kind.__name__} has no form in which it is stored")
    written = _define_stored_struct(kind, version=form.version, for_identity=for_identity)
    names, parts = [field.name for field in _list_stored_fields(kind)], _parts(kind)

    def write(content: Any) -> bytes:
        if parts:
            content = {name: getattr(content, name) for name in names}
            for name, default in parts.items():
                value = content.pop(name)
                if value != default:
                    content[name] = _encode_part(value)
        try:
            return _encode(convert_to(written, content, from_attributes=True, dec_hook=_in_words))
        except msgspec.ValidationError as error:
            raise StorageError(
                f"a {kind.__name__} cannot be stored: {error}",
                hint="This is a fault of the program; please report it.",
            ) from error

    return write


@_compute_once
def _build_record_reader(kind: type[Any]) -> Callable[[bytes], Any]:
    version, upgrades = FORMS[kind].version, FORMS[kind].upgrades
    if _parts(kind):
        read_as, finished = _read_in_parts(kind), partial(_assemble_parts, kind)
    else:
        # By way of the form: a class with many defaults is several times slower to read at once.
        read_as = _define_stored_struct(kind, version=version)
        finished = partial(convert_to, kind, from_attributes=True)
    straight = decoder_of(read_as).decode

    def read(body: bytes) -> Any:
        form = _form_of(kind, body)
        try:
            if form == version:
                return finished(straight(body))
            document = decode_json(body, Document)
            document.pop("form", None)
            for upgrade in upgrades[form - 1 :]:
                document = upgrade(document)
            return finished(convert_to(read_as, document))
        except (msgspec.MsgspecError, LookupError, ValueError, TypeError, RecursionError) as error:
            raise _build_record_error(kind, error) from error

    return read


def _form_of(kind: type[Any], body: bytes) -> int:
    """Return the version of the form that a document has. Raises StorageError for a later one."""
    form, version = _parse_document_version(body) or 1, FORMS[kind].version
    if form > version:
        raise StorageError(
            f"a stored {kind.__name__} is of form {form}; this version reads up to {version}",
            hint="A newer version of duediligence wrote it: use that one.",
        )
    return form


def _build_record_error(kind: type[Any], error: Exception) -> StorageError:
    return StorageError(
        f"a stored {kind.__name__} cannot be read: {error}",
        hint="The file is damaged or was edited. Restore it from a backup.",
    )


@_compute_once
def _parts(kind: type[Any]) -> dict[str, Any]:
    """Return the fields that may be one of `Missing`, each with its default, MISSING where it has
    none.
    """
    hints = _hints(kind)
    return {f.name: f.default for f in fields(kind) if NotKnown in get_args(hints[f.name])}


def _encode_part(part: object) -> dict[str, Any]:
    """Return a part as it is written: under a word that says whether it is known."""
    match part:
        case NotKnown(reason):
            return {"not_known": reason}
        case NotHeld(reason):
            return {"not_held": reason}
        case NotInScope(gap):
            return {"not_in_scope": gap}
    return {"known": part}


def _assemble_parts(kind: type[T], read: Any) -> T:
    """Return an object of a class with parts, from what was read of it."""
    hints = _hints(kind)
    values = {
        name: getattr(read, name)
        if name in _parts(kind)
        else convert_to(hints[name], getattr(read, name), from_attributes=True)
        for name in read.__struct_fields__
    }
    for name in _parts(kind):
        part = values[name]
        if part is UNSET:
            values[name] = _parts(kind)[name]
        elif part.not_known is not UNSET:
            values[name] = NotKnown(part.not_known)
        elif part.not_held is not UNSET:
            values[name] = NotHeld(part.not_held)
        elif part.not_in_scope is not UNSET:
            values[name] = NotInScope(part.not_in_scope)
        elif part.known is not UNSET:
            values[name] = part.known
        else:
            raise ValueError(f"{name} does not say whether it is known")
    return kind(**values)


@_compute_once
def _read_in_parts(kind: type[Any]) -> type[msgspec.Struct]:
    """Return a class with parts, as it is read."""
    hints = _hints(kind)
    return msgspec.defstruct(
        kind.__name__,
        [
            (field.name, *_part_of(field, _find_known_type(hints[field.name])))
            if field.name in _parts(kind)
            else (field.name, _as_written(hints[field.name]), *_derive_field_default(field, ()))
            for field in _list_stored_fields(kind)
        ],
    )


def _define_part_type(known: Any) -> type[msgspec.Struct]:
    """Return a part: known, of that type, or one of `Missing`."""
    words = (("known", known), ("not_known", str), ("not_held", str), ("not_in_scope", ScopeGap))
    return msgspec.defstruct(
        "Part",
        [(name, Union[hint, UnsetType], UNSET) for name, hint in words],  # noqa: UP007
    )


def _part_of(field: Field[Any], known: Any) -> tuple[Any, ...]:
    """Return a part as a field of a class: left out where it is the default."""
    if field.default is MISSING:
        return (_define_part_type(known),)
    return (Union[_define_part_type(known), UnsetType], UNSET)  # noqa: UP007


def _find_known_type(hint: Any) -> Any:
    return next(each for each in get_args(hint) if each not in get_args(Missing))


@_compute_once
def _define_stored_struct(
    kind: type[Any], *, version: int = 0, for_identity: bool = False
) -> type[msgspec.Struct]:
    """Return the stored fields of a class, as a class that leaves out what has its default.

    Identity takes a role by its words, and puts aside what is no part of it.
    """
    hints = _hints(kind)
    aside = FIELDS[kind].not_identity.split() if for_identity else ()
    later = FIELDS[kind].later.split()
    return msgspec.defstruct(
        kind.__name__,
        [
            (
                field.name,
                *_part_of(field, _as_written(_find_known_type(hint), for_identity=for_identity)),
            )
            if NotKnown in get_args(hint)
            else (
                field.name,
                _as_written(hint, for_identity=for_identity),
                *(
                    (None,)
                    if field.name in later
                    else _derive_field_default(field, _list_literal_words(hint))
                ),
            )
            for field in _list_stored_fields(kind)
            if (hint := hints[field.name]) and field.name not in aside
        ],
        omit_defaults=True,
        kw_only=True,
        tag_field="form" if version else None,
        tag=version or None,
    )


def _list_stored_fields(kind: type[Any]) -> list[Field[Any]]:
    if kind not in FIELDS:
        raise TypeError(f"{kind.__name__} has no fields that are stored")
    declared = {field.name: field for field in fields(kind)}
    return [declared[name] for name in FIELDS[kind].stored.split()]


def _derive_field_default(field: Field[Any], words: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the default of a field, as a tuple of one; empty where it has none.

    A value is left out where it is the same object as the default. So that must be one object
    wherever it comes from: None, empty, or the word that the type itself has. Any other default is
    for reading alone.
    """
    default, factory = field.default, field.default_factory
    if factory is not MISSING:
        return (msgspec.field(default_factory=factory),)
    if default is MISSING:
        return ()
    for one in (*words, *_SINGLE):
        if one == default and type(one) is type(default):
            return (one,)
    return (msgspec.field(default_factory=lambda: default),)


def _as_written(hint: Any, *, for_identity: bool = False) -> Any:
    if for_identity and hint in _BY_WORDS:
        return _AsWords
    if hint in _WITHIN_EACH_OTHER:
        return _WITHIN_EACH_OTHER[hint]
    if is_dataclass(hint):
        return _define_stored_struct(cast(type[Any], hint), for_identity=for_identity)
    origin, arguments = get_origin(hint), get_args(hint)
    if not arguments or origin is Literal:
        return hint
    within = tuple(_as_written(argument, for_identity=for_identity) for argument in arguments)
    container = Union if origin is UnionType else origin
    return cast(Any, container)[within]


def _in_words(kind: type[Any], value: object) -> object:
    if kind is not _AsWords:
        raise NotImplementedError
    return _AsWords(value)


def _list_literal_words(hint: Any) -> tuple[Any, ...]:
    if get_origin(hint) in (Union, UnionType):
        return tuple(word for each in get_args(hint) for word in _list_literal_words(each))
    return get_args(hint) if get_origin(hint) is Literal else ()

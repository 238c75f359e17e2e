"""`/api/v1/suppliers`."""

from typing import Annotated, Any, Final
from urllib.parse import quote

import msgspec
from fastapi import APIRouter
from msgspec import Meta
from starlette.datastructures import UploadFile
from starlette.responses import Response

from duediligence.casework.supplier_records import (
    SupplierFields,
    SupplierRecord,
    add_record,
    put_record,
    record_of,
    records_page,
)
from duediligence.errors import Invalid, UsageError
from duediligence.model import Supplier
from duediligence.suppliers.doubtful_rows import row_answers
from duediligence.typed_data import decode_json
from duediligence.web import job_kinds
from duediligence.web.api.v1.answers import (
    NextCursor,
    PageParameters,
    People,
    PeopleParameters,
    PeopleWanted,
    Shape,
    cursor_at,
    place_in,
    respond,
)
from duediligence.web.api.v1.calls import PREFIX, Call
from duediligence.web.api.v1.jobs import STARTS_JOB, started
from duediligence.web.api.v1.operations import ETAG, serve_operation

router = APIRouter(prefix=PREFIX, tags=["suppliers"])
REF: Final = {"ref": ("The supplier's reference.", "S00001")}
_FORM: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "string", "format": "binary", "description": "CSV, XLSX, XLS or ODS."},
        "sheet": {"type": "string", "description": "Sheet of a workbook; unset: the first usable."},
        "map": {
            "type": "string",
            "description": "Which column holds a field, as a JSON object of texts: "
            '{"name": "Vendor"}.',
        },
        "include_rows": {
            "type": "string",
            "description": "Rows in doubt that are suppliers, such as 12,40; or all.",
        },
        "leave_out_rows": {
            "type": "string",
            "description": "Rows in doubt that are no suppliers, such as 12,40; or all.",
        },
        "screen": {
            "type": "string",
            "enum": ["true", "false"],
            "description": "Whether to screen them once they are imported.",
        },
    },
}


class PreconditionRequired(UsageError):
    """The request does not say of which state it is meant."""

    code = "precondition-required"
    http_status = 428


class SuppliersParameters(PageParameters, kw_only=True):
    """Which suppliers."""

    q: Annotated[
        str, Meta(max_length=200, description="Part of the name, reference or a number.")
    ] = ""
    all: Annotated[bool, Meta(description="Include suppliers that have ended.")] = False
    people: PeopleWanted = "redacted"


class SuppliersAnswer(Shape, kw_only=True):
    """Suppliers by reference, as `suppliers list --json` has them.

    Where `people` are redacted, their names are missing, and so are the `people` and `repairs` of
    each. `ended` have ended and are not shown.
    """

    data: list[Supplier]
    people: People
    ended: int
    next: NextCursor


class SupplierAnswer(Shape, kw_only=True):
    """A supplier, as `suppliers show --json` has it."""

    data: Supplier
    people: People


@serve_operation(
    router.get,
    "/suppliers",
    operation_id="list_suppliers",
    summary="The suppliers, by reference",
    scope="read",
    action="read",
    done={200: SuppliersAnswer},
    query=SuppliersParameters,
    links={
        "show_supplier": ("ref", "data/0/ref"),
        "put_supplier": ("ref", "data/0/ref"),
        "make_pack": ("supplier", "data/0/ref"),
    },
    problems=[422],
)
def suppliers(call: Call) -> Response:
    """Who is screened. It says nothing of what was found: see `/runs` and `/alerts`."""
    asked = call.query(SuppliersParameters)
    found = records_page(
        call.ws,
        asked.q,
        place_in(asked, str) or "",
        asked.limit,
        everything=asked.all,
        people=asked.people == "included",
    )
    return respond(
        found.data,
        beside={
            "people": asked.people,
            "ended": found.ended,
            "next": cursor_at(asked, found.after),
        },
    )


@serve_operation(
    router.post,
    "/suppliers/import",
    operation_id="import_suppliers",
    summary="Import suppliers from a file",
    scope="write",
    action="import suppliers",
    form=_FORM,
    **STARTS_JOB,
    problems=[400, 409, 413, 422],
)
def import_suppliers(call: Call) -> Response:
    """As `suppliers import` does. Rows that cannot be used are the file of the job, which is
    `incomplete` then. What is imported twice changes nothing.
    """
    file = call.form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise Invalid("There is no file", field="file", hint="Send a form with a file in it.")
    screen = _read_form_text(call, "screen") or "false"
    if screen not in ("true", "false"):
        raise Invalid(f"{screen[:20]!r} is neither true nor false", field="screen", given="")
    return started(
        call,
        job_kinds.import_file(
            call.service,
            call.viewer,
            name=file.filename,
            body=file.file.read(),
            mapping=_parse_column_mapping(_read_form_text(call, "map")),
            sheet=_read_form_text(call, "sheet"),
            then_screen=screen == "true",
            answers=row_answers(
                _read_form_text(call, "include_rows"), _read_form_text(call, "leave_out_rows")
            ),
        ),
    )


@serve_operation(
    router.get,
    "/suppliers/{ref:path}",
    operation_id="show_supplier",
    summary="A supplier, with its contracts",
    scope="read",
    action="read",
    done={200: SupplierAnswer},
    query=PeopleParameters,
    parts=REF,
    headers={"ETag": ETAG},
    problems=[404, 422],
)
def supplier(call: Call) -> Response:
    """All that is kept of it. The ETag is needed to change it."""
    asked = call.query(PeopleParameters)
    found = record_of(call.ws, call.path("ref"), people=asked.people == "included")
    return _shown(found, people=asked.people)


@serve_operation(
    router.put,
    "/suppliers/{ref:path}",
    operation_id="put_supplier",
    summary="Change a supplier, or add one",
    scope="write",
    action="change suppliers",
    done={200: SupplierAnswer, 201: SupplierAnswer},
    parts=REF,
    body=SupplierFields,
    headers={"ETag": ETAG},
    sent={
        "If-Match": "The ETag of the state to change.",
        "If-None-Match": "`*`: add a supplier that is not there yet.",
    },
    problems=[400, 404, 409, 412, 413, 422, 428],
)
def put_supplier(call: Call) -> Response:
    """What is sent takes the place of what is kept; what is left out stays as it is, so that who
    cannot see people removes none. Sending it again changes nothing more.
    """
    ref, fields = call.path("ref"), call.json(SupplierFields)
    if matching := call.tags("if-match"):
        return _shown(put_record(call.ws, ref, fields, expected=matching), people="redacted")
    if "*" in call.tags("if-none-match"):
        return _shown(
            add_record(call.ws, ref, fields),
            people="redacted",
            status=201,
            location=f"{PREFIX}/suppliers/{quote(ref, safe='')}",
        )
    raise PreconditionRequired(
        "The request does not say which state of the supplier it changes",
        hint="Send its ETag as If-Match, or If-None-Match: * to add it.",
    )


def _shown(
    found: SupplierRecord, *, people: People, status: int = 200, location: str = ""
) -> Response:
    headers = {"ETag": f'"{found.tag}"', **({"Location": location} if location else {})}
    return respond(found.data, status=status, headers=headers, beside={"people": people})


def _read_form_text(call: Call, name: str) -> str:
    value = call.form.get(name)
    return value.strip() if isinstance(value, str) else ""


def _parse_column_mapping(text: str) -> dict[str, str]:
    try:
        return decode_json(text or "{}", dict[str, str])
    except (msgspec.DecodeError, RecursionError) as error:
        raise Invalid(
            str(error), field="map", given="", hint='Write it as {"name": "Company name"}.'
        ) from None

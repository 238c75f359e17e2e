"""The printed form of a supplier: each field beside what was read, for a person to confirm."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import Response

from duediligence.errors import Invalid, NotFound, UsageError
from duediligence.request_fields import RequestField
from duediligence.screening.printed_imports import (
    READ,
    PrintedUpload,
    import_printed,
    read_printed,
)
from duediligence.suppliers.stated_fields import (
    FIELDS,
    find_field,
    list_block_paths,
    list_block_titles,
)
from duediligence.web import uploads
from duediligence.web.form_fields import number_of, problem_with_hint
from duediligence.web.visits import Pages, Visit

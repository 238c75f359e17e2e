"""`/catalog` and `/algorithms`: which lists there are, how current they are, and how names are
compared.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from duediligence.model.list_states import reason_words
from duediligence.screening.lists.statuses import newest_on
from duediligence.screening.lookup.public_lists import PublicLists
from duediligence.web.api.answers import (
    Algorithm,
    Algorithms,
    Catalog,
    Dataset,
    Publisher,
    answer,
)
from duediligence.web.api.callers import secret_of
from duediligence.web.api.datasets import COLLECTIONS, DEFAULT, derive_coverage, members
from duediligence.web.api.describing import operation
from duediligence.web.api.kept import MadeOfLists
from duediligence.web.api.matching import ALGORITHM
from duediligence.web.service import Service

router = APIRouter(tags=["yente"])
_known: MadeOfLists[None, Catalog] = MadeOfLists(most=1)
_TITLES = {DEFAULT: "All lists in use but registers"}


@router.get(
    "/catalog",
    operation_id="catalog",
    summary="The lists, and how current they are",
    openapi_extra=operation(
        answer=Catalog,
        problems=[503],
        headers={"ETag": "Names this state of the lists; send it as If-None-Match."},
        also={304: "The lists are as they were."},
    ),
)
async def catalog(request: Request) -> Response:
    """Each list with its version and state; `outdated` are those that are not current."""
    service: Service = request.app.state.service
    await service.callers.of(secret_of(request), "match")
    lists = service.lookups.lists
    tag = f'"{lists.name}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    known = request.headers.get("if-none-match", "")
    if known == "*" or tag in {one.strip().removeprefix("W/") for one in known.split(",")}:
        return Response(status_code=304, headers=headers)
    return answer(_known.get(lists, None, lambda: _build_catalog(lists)), headers)


@router.get(
    "/algorithms",
    operation_id="algorithms",
    summary="The ways to compare names",
    openapi_extra=operation(answer=Algorithms),
)
async def algorithms(request: Request) -> Response:
    """There is one way, whatever name is given to it."""
    service: Service = request.app.state.service
    await service.callers.of(secret_of(request), "match")
    about = (
        "Compares names word by word, then birth dates, numbers, countries and addresses. A score "
        "is the sum of what each of them adds, and says so in words."
    )
    return answer(Algorithms([Algorithm(ALGORITHM, about)], default=ALGORITHM, best=ALGORITHM))


def _build_catalog(lists: PublicLists) -> Catalog:
    datasets = [_describe_collection(lists, name) for name in COLLECTIONS]
    datasets += [_describe_watchlist(lists, list_id) for list_id in lists.watchlists]
    return Catalog(
        datasets=datasets,
        current=[i for i, status in lists.statuses.items() if status.state == "current"],
        outdated=[i for i, status in lists.statuses.items() if status.state == "stale"],
        index_stale=any(status.blocks_complete_run for status in lists.statuses.values()),
        duediligence=derive_coverage(lists, members(lists, DEFAULT)),
    )


def _describe_collection(lists: PublicLists, name: str) -> Dataset:
    inside = members(lists, name)
    versions = [lists.versions[i] for i in inside if i in lists.versions]
    return Dataset(
        name=name,
        title=_TITLES.get(name, f"Lists in use of the topic {name}"),
        category="collection",
        load=bool(versions),
        entity_count=sum(version.entries for version in versions),
        children=sorted(inside),
    )


def _describe_watchlist(lists: PublicLists, list_id: str) -> Dataset:
    watchlist, status = lists.watchlists[list_id], lists.statuses[list_id]
    version = lists.versions.get(list_id)
    return Dataset(
        name=list_id,
        title=watchlist.title,
        category=watchlist.topic,
        load=version is not None,
        url=watchlist.homepage,
        version=version.version if version else None,
        entity_count=version.entries if version else None,
        updated_at=newest_on(watchlist, version) if version else None,
        publisher=Publisher(watchlist.publisher, watchlist.homepage),
        licence=watchlist.licence,
        index_current=status.state == "current",
        index_version=version.version if version else None,
        state=status.state,
        reason=reason_words(status.reasons, people=False),
    )

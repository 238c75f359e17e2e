"""`/match`: which entries of lists a party may be."""

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter
from msgspec import Meta, field
from starlette.requests import Request
from starlette.responses import Response

from duediligence.errors import UsageError
from duediligence.matching import DEFAULT_THRESHOLD
from duediligence.model import ListEntry
from duediligence.web.api.answers import Coverage, MatchAnswer, QueryAnswer, Total, answer
from duediligence.web.api.callers import secret_of
from duediligence.web.api.datasets import Admits, Narrowing, derive_coverage, require_full_coverage
from duediligence.web.api.describing import DATASET, operation
from duediligence.web.api.entities import entity_id, scored_entity
from duediligence.web.api.parameters import read_parameters
from duediligence.web.api.queries import (
    MatchRequest,
    PartyQuery,
    check_size,
    party_query,
    read_match_request,
)
from duediligence.web.lookups import Answer, Answers, Question
from duediligence.web.service import Service

router = APIRouter(tags=["yente"])
ALGORITHM: Final = "duediligence"
ALGORITHMS: Final = ("best", ALGORITHM)
# Lower scores are of names that share a syllable; to look for them takes many times as long.
LOWEST: Final = 0.5
_Score = Annotated[float, Meta(ge=0, le=1)]


class MatchParameters(Narrowing, kw_only=True):
    """How to match."""

    limit: Annotated[int, Meta(ge=1, le=500, description="Most results for a query.")] = 5
    threshold: Annotated[
        _Score | None,
        Meta(description="From where on a result is a match; unset: as in a screening here."),
    ] = None
    cutoff: Annotated[
        _Score | None,
        Meta(description="Least score of a result, 0.5 or more; unset: the threshold."),
    ] = None
    algorithm: Annotated[
        str,
        Meta(
            description=f"There is one: `{ALGORITHM}`, also as `best`.",
            extra_json_schema={"enum": [*ALGORITHMS]},
        ),
    ] = "best"
    exclude_entity_ids: Annotated[
        list[Annotated[str, Meta(max_length=400)]],
        Meta(max_length=50, description="No results with these ids."),
    ] = field(default_factory=list)

    def admits(self, further: Admits | None = None) -> Admits | None:
        """Return whether an entry counts, by these and a further rule; None where all do."""
        if not self.exclude_entity_ids:
            return Narrowing.admits(self, further)
        excluded = frozenset(self.exclude_entity_ids)

        def admitted(entry: ListEntry) -> bool:
            return entity_id(entry) not in excluded and (further is None or further(entry))

        return Narrowing.admits(self, admitted)


@router.post(
    "/match/{dataset}",
    operation_id="match",
    summary="Which entries of lists parties may be",
    openapi_extra=operation(
        answer=MatchAnswer,
        query=MatchParameters,
        path={"dataset": DATASET},
        body=MatchRequest,
        headers={"x-batch-size": "Queries in the request."},
        problems=[400, 404, 413, 422, 429, 503],
    ),
)
async def match(request: Request) -> Response:
    """Look parties up, up to 100 at once; a request counts as one.

    Nothing of what is asked is stored. What could not be checked stands under `duediligence`:
    nobody is clear where that is not `complete`.
    """
    service: Service = request.app.state.service
    caller = await service.callers.of(secret_of(request), "match")
    parameters = read_parameters(request, MatchParameters)
    if parameters.algorithm not in ALGORITHMS:
        raise UsageError(
            f"Unknown algorithm {parameters.algorithm!r}",
            hint=f"Valid algorithms: {', '.join(ALGORITHMS)}.",
        )
    asked = read_match_request(await request.body())
    service.callers.take(caller)
    parties = {key: party_query(example) for key, example in asked.queries.items()}
    check_size(parties.values())

    lists = service.lookups.lists
    chosen = parameters.lists(lists, request.path_params["dataset"])
    threshold = parameters.threshold
    if threshold is None:
        threshold = service.settings.threshold or DEFAULT_THRESHOLD
    cutoff = threshold if parameters.cutoff is None else parameters.cutoff
    questions = [
        Question(
            party.subject,
            chosen,
            max(cutoff, LOWEST),
            parameters.limit,
            admits=parameters.admits(party.admits),
        )
        for party in parties.values()
        if not party.why_not
    ]
    done = await asyncio.wrap_future(service.lookups.submit(questions))
    unchecked = [(key, party.why_not) for key, party in parties.items() if party.why_not]
    covered = derive_coverage(done.lists, chosen, unchecked)
    if parameters.require_complete:
        require_full_coverage(covered)
    return answer(
        _build_match_answer(asked, parties, done, covered, threshold, parameters.limit),
        {"x-batch-size": str(len(parties))},
    )


_NOTHING = Answer((), 0, more=False)


def _build_match_answer(
    asked: MatchRequest,
    parties: dict[str, PartyQuery],
    done: Answers,
    covered: Coverage,
    threshold: float,
    limit: int,
) -> MatchAnswer:
    answers = iter(done.answers)
    responses: dict[str, QueryAnswer] = {}
    for key, party in parties.items():
        found = _NOTHING if party.why_not else next(answers)
        responses[key] = QueryAnswer(
            status=200,
            results=[
                scored_entity(done.lists, match, entry, threshold) for match, entry in found.found
            ],
            total=Total(found.total, "gte" if found.more else "eq"),
            query=asked.queries[key],
            unused=list(party.unused),
        )
    return MatchAnswer(responses, limit, covered)

"""A run as JSON."""

import json
from dataclasses import replace
from typing import Any

import msgspec

from duediligence.model import Finding, ListStatus, Run
from duediligence.model.findings import by_event
from duediligence.render import matcher_change, set_aside
from duediligence.render.flags import sort_findings
from duediligence.render.saying import explain, format_text, sentence_of
from duediligence.render.scope import build_judgement_documents, scope_lines
from duediligence.render.verdict import gaps

VERSION = 1


def build_run_document(run: Run) -> dict[str, Any]:
    """Return `{"version": 1, "data": {…}}`: the run's fields, `complete` (nothing was left
    unchecked), `not_checked` (lists that are missing or stale), `scope` (what was looked at, and
    what the set-up never looks at: codes, and words), `findings` in the order of every report, and
    `flags`: of each flag the places in `findings` of what is about one event, the gravest first.
    `namesakes` counts the matches that were set aside, and `set_aside` lists those that may be
    seen, without names. `new_matcher` says what changed because of another matcher than before,
    else it is null; `by_judgement` which alerts this version judges otherwise than the one before.
    Dates are ISO 8601, the score is a number or null, `why` is the whole
    explanation. The run's basis is for an evidence pack.
    """
    built = msgspec.to_builtins(replace(run, findings=(), set_aside=()))
    # Whether the run is complete comes before what was found.
    apart = (
        "lists",
        "findings",
        "basis",
        "scope",
        "new_matcher",
        "by_matcher",
        "by_judgement",
        "set_aside",
    )
    data = {name: value for name, value in built.items() if name not in apart}
    data["complete"] = not gaps(run)
    data["not_checked"] = [_list_status(status) for status in run.not_checked]
    data["new_matcher"] = matcher_change.build_matcher_document(run)
    data["by_judgement"] = build_judgement_documents(run)
    data["set_aside"] = set_aside.build_set_aside_documents(run)
    data["lists"] = [_list_status(status) for status in run.lists]
    findings = sort_findings(run)
    data["findings"] = [finding_document(finding) for finding in findings]
    place = {id(finding): at for at, finding in enumerate(findings)}
    data["flags"] = [[place[id(one)] for one in flag] for flag in by_event(findings)]
    data["scope"] = {
        "lists": [status.list_id for status in run.in_use],
        "registers": msgspec.to_builtins(run.scope.registers) if run.scope else [],
        "gaps": list(run.scope.gaps) if run.scope else [],
        "in_words": scope_lines(run),
    }
    return {"version": VERSION, "data": data}


def finding_document(finding: Finding) -> dict[str, Any]:
    """Return the finding's fields in words: `why` is the whole explanation, and each feature has
    its sentence.
    """
    document: dict[str, Any] = msgspec.to_builtins(
        replace(
            finding,
            why=explain(finding),
            happened=format_text(finding.happened),
            next_step=format_text(finding.next_step),
            features=(),
        )
    )
    del document["about"], document["party_role"], document["event"], document["signs"]
    document["features"] = [
        {
            "name": one.name,
            "query": one.query,
            "listed": one.listed,
            "contribution": one.contribution,
            "bits": one.bits,
            "verdict": one.verdict,
            "sentence": sentence_of(one),
            "personal": one.personal,
            "detail": one.detail,
        }
        for one in finding.features
    ]
    return document


def _list_status(status: ListStatus) -> dict[str, Any]:
    """Return the fields of a list, with the reasons for its state and its drift in words."""
    built = msgspec.to_builtins(status)
    if status.version:
        built["version"]["drift"] = [item.words() for item in status.version.drift]
    return {
        "reason" if name == "reasons" else name: status.reason if name == "reasons" else value
        for name, value in built.items()
    }


def dump_run_json(run: Run) -> str:
    """Return the document as text, in ASCII so that any console or code page can carry it."""
    return json.dumps(build_run_document(run), indent=2) + "\n"

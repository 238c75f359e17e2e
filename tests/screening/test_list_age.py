"""How old a list is, who says so, and what a person may accept: all of it in the audit chain."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from lxml import etree

from duediligence.demo import SAMPLE_SCALE
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import NamesLost, UsageError
from duediligence.model import ListEntry, ListStatus, Name
from duediligence.screening.lists import loading
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import Refreshed, confirm, refresh
from duediligence.screening.lists.statuses import remedy, statuses
from duediligence.screening.lists.wholeness import names_lost
from duediligence.screening.workspace import Workspace
from tests.rows import for_each

Open = Callable[..., Workspace]
OFAC = "ofac-consolidated"
UK = "uk-sanctions"


def load(workspace: Workspace, list_id: str, folder: Path, **terms: object) -> Refreshed:
    given = RefreshTerms(scale=SAMPLE_SCALE, **terms)  # type: ignore[arg-type]
    (ended,) = refresh(workspace, [list_id], folder=folder, terms=given)
    return ended


def standing(workspace: Workspace, list_id: str) -> ListStatus:
    (one,) = statuses(workspace, [list_id])
    return one


def events(workspace: Workspace, kind: str) -> list[dict[str, object]]:
    return [
        {name: one for name, one in r.event.what.items() if not name.startswith("sealed")}
        for r in workspace.audit.records()
        if r.event.kind == kind
    ]


def test_files_without_a_date_are_of_unknown_age_until_a_person_says(
    open_workspace: Open, samples: Path
) -> None:
    workspace = open_workspace()
    assert load(workspace, OFAC, samples).result == "loaded"
    one = standing(workspace, OFAC)
    assert (one.state, one.age_days, one.age_source) == ("stale", None, "unknown")
    assert "age unknown" in one.reason
    assert "load them with that day" in one.reason
    day = NOW.date() - timedelta(days=2)
    assert load(workspace, OFAC, samples, as_of=day).result == "unchanged"
    one = standing(workspace, OFAC)
    assert (one.state, one.age_days, one.age_source) == ("current", 2, "person")
    (said,) = events(workspace, "list confirmed")
    assert said["stated_at"] == f"{day.isoformat()}T00:00:00+00:00"
    # Without it the next time, what was said of the same bytes holds, and grows old.
    assert load(workspace, OFAC, samples).result == "unchanged"
    later = open_workspace(at=NOW + timedelta(days=9))
    assert "the maximum is 3 days" in standing(later, OFAC).reason


def test_what_a_person_said_outlives_a_newer_release(
    open_workspace: Open, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = open_workspace()
    load(workspace, OFAC, samples, as_of=NOW.date())
    monkeypatch.setattr(loading, "COMPILED_WITH", "a newer release")
    later = open_workspace(at=NOW + timedelta(hours=1))
    assert load(later, OFAC, samples).result == "loaded"
    assert standing(later, OFAC).age_source == "person"


def test_the_date_in_the_files_goes_before_what_a_person_says(
    open_workspace: Open, samples: Path
) -> None:
    workspace = open_workspace()
    load(workspace, "un", samples, as_of=date(2020, 1, 1))
    one = standing(workspace, "un")
    assert (one.state, one.age_source) == ("current", "publisher")
    assert one.version
    assert one.version.stated_at is None


def test_what_a_list_lost_is_accepted_by_a_person_and_recorded(
    open_workspace: Open, samples: Path
) -> None:
    workspace = open_workspace()
    load(workspace, "un", samples)
    path = samples / "un" / "consolidated.xml"
    text = path.read_text()
    i, j = text.rindex("<ENTITY>"), text.rindex("</ENTITY>") + len("</ENTITY>")
    path.write_text(text[:i] + text[j:])
    refused = load(workspace, "un", samples)
    assert refused.error
    assert "1 of 7 entries" in refused.error.message
    assert "while the publisher's date is the same" in refused.error.message
    assert "accept list loss" in str(refused.error.hint)
    assert standing(workspace, "un").state == "stale"
    accepted = load(workspace, "un", samples, accept_shrink=True)
    assert accepted.version
    assert accepted.version.accepted_loss is not None
    assert accepted.version.accepted_loss[0] == 1
    assert standing(workspace, "un").state == "current"
    assert events(workspace, "list refreshed")[-1]["accepted_entries_lost"] == 1
    assert load(workspace, "un", samples).result == "unchanged"
    assert "accepted_entries_lost" not in events(workspace, "list refreshed")[-1]


def test_a_heading_that_nobody_reads_is_accepted_once(open_workspace: Open, samples: Path) -> None:
    workspace = open_workspace()
    path = samples / "un" / "consolidated.xml"
    path.write_text(path.read_text().replace("GENDER>", "SEX>"))
    assert load(workspace, "un", samples).result == "loaded"
    one = standing(workspace, "un")
    assert one.state == "stale"
    assert "tag SEX" in one.reason
    assert load(workspace, "un", samples, accept_format=True).result == "unchanged"
    assert standing(workspace, "un").state == "current"
    assert events(workspace, "list refreshed")[-1]["accepted_headings"] == ("tag SEX",)
    # Another version with the same heading is not asked about again.
    path.write_text(path.read_text() + "\n")
    assert load(workspace, "un", samples).result == "loaded"
    assert standing(workspace, "un").state == "current"
    path.write_text(path.read_text().replace("COMMENTS1>", "NOTE1>"))
    assert load(workspace, "un", samples).result in ("loaded", "failed")
    assert standing(workspace, "un").state == "stale"


def test_files_of_different_days_are_stale_and_searched(
    open_workspace: Open, samples: Path
) -> None:
    (samples / "ofac" / "SDN.XML").unlink()
    path = samples / "ofac" / "SDN.CSV"
    aliased = (samples / "ofac" / "ALT.CSV").read_bytes().partition(b",")[0]
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(line for line in lines if line.partition(b",")[0] != aliased))
    workspace = open_workspace()
    ended = load(workspace, "ofac-sdn", samples, as_of=NOW.date())
    assert ended.result == "loaded", ended.error
    one = standing(workspace, "ofac-sdn")
    assert one.state == "stale"
    assert "ALT.CSV has rows of parties not in SDN.CSV" in one.reason


# A list kept by hand


def test_a_person_confirms_that_nobody_is_on_the_list(open_workspace: Open) -> None:
    workspace = open_workspace()
    assert "confirm the list" in standing(workspace, "uk-debarment").reason
    version = confirm(workspace, "uk-debarment")
    assert version.entries == 0
    one = standing(workspace, "uk-debarment")
    assert (one.state, one.age_days, one.age_source) == ("current", 0, "publisher")
    (said,) = events(workspace, "list confirmed")
    assert said == {
        "version": version.version,
        "entries": 0,
        "stated_at": NOW.isoformat(),
    }
    late = open_workspace(at=NOW + timedelta(days=31))
    assert (
        "the maximum is 30 days; compare it with https://" in standing(late, "uk-debarment").reason
    )
    confirm(late, "uk-debarment")
    one = standing(late, "uk-debarment")
    assert (one.state, one.age_source) == ("current", "person")


def test_confirming_keeps_what_the_file_holds(open_workspace: Open, home: Path) -> None:
    late = open_workspace(home, at=NOW + timedelta(days=40))
    assert standing(late, "uk-debarment").state == "stale"
    assert confirm(late, "uk-debarment").entries == 3
    assert standing(late, "uk-debarment").state == "current"


def test_a_file_that_failed_is_not_confirmed_away(
    open_workspace: Open, samples: Path, tmp_path: Path
) -> None:
    workspace = open_workspace()
    (samples / "uk-debarment" / "debarment.csv").write_text("Checked on,yesterday\n")
    assert load(workspace, "uk-debarment", samples).result == "failed"
    with pytest.raises(UsageError, match="could not be loaded"):
        confirm(workspace, "uk-debarment")
    assert workspace.lists.current() == {}


def test_only_a_list_kept_by_hand_can_be_confirmed(open_workspace: Open) -> None:
    with pytest.raises(UsageError, match="not kept by hand") as caught:
        confirm(open_workspace(), "eu")
    assert "uk-debarment" in str(caught.value.hint)


def test_names_that_are_gone_keep_the_version_before(open_workspace: Open, samples: Path) -> None:
    workspace = open_workspace()
    before = load(workspace, UK, samples).version
    (samples / UK / "UK-Sanctions-List.csv").unlink()
    path = samples / UK / "UK-Sanctions-List.xml"
    path.write_text(path.read_text().replace("Name1>", "GivenName>"))
    refused = load(workspace, UK, samples)
    assert isinstance(refused.error, NamesLost)
    assert refused.error.message.startswith(f"{UK}: 11 names of 6 entries are gone")
    assert "not read: tag GivenName" in refused.error.message
    assert workspace.lists.current()[UK].version == before
    stale = standing(workspace, UK)
    assert "11 names of 6 entries are gone" in stale.reason
    found = remedy(workspace, stale)
    assert found
    assert found.step.name == "accept-list-format"
    accepted = load(workspace, UK, samples, accept_format=True)
    assert accepted.version
    assert accepted.version.accepted_loss == (0, 11)
    assert events(workspace, "list refreshed")[-1]["accepted_names_lost"] == 11
    assert standing(workspace, UK).state == "current"


def test_a_first_load_with_few_further_names_is_unproven(
    open_workspace: Open, samples: Path
) -> None:
    workspace = open_workspace()
    path = samples / "uk-sanctions" / "UK-Sanctions-List.xml"
    document = etree.parse(path)
    for party in document.findall("Designation")[::2]:
        for name in [*party.findall(".//Names/Name")[1:], *party.findall(".//NonLatinName")]:
            name.getparent().remove(name)
    document.write(path)
    loaded = load(workspace, "uk-sanctions", samples)
    one = standing(workspace, "uk-sanctions")
    assert loaded.result == "loaded", loaded.error
    assert one.state == "stale"
    assert "its first load is unproven" in one.reason
    assert load(workspace, "uk-sanctions", samples, accept_format=True).result == "unchanged"
    assert standing(workspace, "uk-sanctions").state == "current"


@for_each(
    ("before", "after", "lost"),
    [
        (("Volkhar Dorrest",), ("Volkhar Dorest",), 0),
        (("Volkhar Dorrest",), ("Dorrest Volkhar Ilya",), 0),
        (("Volkhar Dorrest",), ("Dorrest",), 1),
        (("Volkhar Dorrest", "Black Harbour"), ("Volkhar Dorrest",), 1),
        (("Volkhar Dorrest", "Volkhar Dorest"), ("Volkhar Dorrest", "Black Harbour"), 0),
    ],
)
def test_a_corrected_spelling_loses_no_name(
    before: tuple[str, ...], after: tuple[str, ...], lost: int
) -> None:
    found = names_lost([_entry(before)], [_entry(after)])
    assert (found.names, found.entries, found.compared) == (lost, int(bool(lost)), 1)


def test_a_type_of_name_that_nobody_has_any_more_is_too_much() -> None:
    before = [
        replace(_entry((f"Firm {n}",)), id=str(n), names=(Name(f"Firm {n}"), *_former(n)))
        for n in range(400)
    ]
    after = [replace(one, names=one.names[:1]) for one in before]
    assert names_lost(before, before).too_much is False
    found = names_lost(before, after)
    assert (found.types, found.entries, found.too_much) == (("former",), 4, True)


def _former(n: int) -> tuple[Name, ...]:
    return (Name(f"Old Firm {n}", "former"),) if n % 100 == 0 else ()


def _entry(names: tuple[str, ...]) -> ListEntry:
    return ListEntry(id="1", list_id="x", kind="unknown", names=tuple(map(Name, names)))

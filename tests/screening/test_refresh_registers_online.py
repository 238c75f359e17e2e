"""Registers from their publishers: a real HTTPS server on loopback in the place of theirs."""

import json
import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
import trustme
from duediligence.watchlists.operator_licences import parse as operator_licences
from pytest_httpserver import HTTPServer

from duediligence.demo import SAMPLE_SCALE
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.model import ListEntry
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import Refreshed, refresh
from duediligence.screening.workspace import Workspace

SAMPLE = RefreshTerms(scale=SAMPLE_SCALE)

Open = Callable[..., Workspace]
Load = Callable[..., tuple[Refreshed, dict[str, ListEntry]]]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    authority = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context, path


@pytest.fixture
def server(authority: tuple[ssl.SSLContext, Path]) -> Iterator[HTTPServer]:
    with HTTPServer(host="localhost", port=0, ssl_context=authority[0]) as running:
        running.expect_request("/robots.txt").respond_with_data("User-agent: *\nAllow: /\n")
        yield running


@pytest.fixture
def load(open_workspace: Open, server: HTTPServer, authority: tuple[ssl.SSLContext, Path]) -> Load:
    def run(
        list_id: str, addresses: Mapping[str, str], days: int = 0, **settings: object
    ) -> tuple[Refreshed, dict[str, ListEntry]]:
        workspace = open_workspace(
            at=NOW + timedelta(days=days),
            addresses={name: server.url_for(path) for name, path in addresses.items()},
            ca_file=authority[1],
            **settings,
        )
        done = next(iter(refresh(workspace, [list_id], terms=SAMPLE)))
        entries = workspace.lists.entries(done.version) if done.version else ()
        return done, {entry.id: entry for entry in entries}

    return run


def serve(server: HTTPServer, path: str, content: bytes) -> None:
    server.expect_request(path).respond_with_data(content)


def test_sponsors_are_found_by_the_publication_and_kept_when_they_leave(
    load: Load, server: HTTPServer, samples: Path
) -> None:
    content = (samples / "sponsors" / "Worker_and_Temporary_Worker.csv").read_bytes()
    # More firms, for one that leaves is not to be more than the list loses in a week.
    more = b"".join(b"Invented %d Ltd,Town,,Worker (A rating),X\r\n" % n for n in range(40))
    content += more
    attachments = [{"title": "Workers", "url": server.url_for("/media/1/Worker.csv")}]
    serve(server, "/api", json.dumps({"details": {"attachments": attachments}}).encode())
    serve(server, "/media/1/Worker.csv", content)
    where = {"Worker_and_Temporary_Worker.csv.located-from": "/api"}
    done, entries = load("sponsors", where)
    assert (done.result, len(entries)) == ("loaded", 47)

    server.clear()
    serve(server, "/robots.txt", b"")
    attachments[0]["url"] = server.url_for("/media/2/Worker.csv")
    serve(server, "/api", json.dumps({"details": {"attachments": attachments}}).encode())
    partners = b'"Dr U N Real & Partners","Trevannick","","Worker '
    changed = content.replace(partners + b"(A (SME+))", partners + b"(B rating)")
    gone = b"\r\n".join(line for line in changed.split(b"\r\n") if b"Overseas" not in line)
    serve(server, "/media/2/Worker.csv", gone)
    done, entries = load("sponsors", where, days=7)
    assert (done.result, len(entries)) == ("loaded", 47)
    left = entries["overseas-fiction-gmbh.london"]
    assert left.record
    assert (left.record.ended, left.ends_on) == (True, (NOW + timedelta(days=7)).date())
    lowered = entries["dr-u-n-real-partners.trevannick"]
    assert lowered.record
    assert lowered.record.low
    assert lowered.remarks.startswith("Was A rating until ")


@pytest.mark.parametrize(
    ("list_id", "files", "count"),
    [
        ("cqc", ["HSCA_Active_Locations.ods"], 8),
        ("cqc-ratings", ["Latest_ratings.ods", "HSCA_Active_Locations.ods"], 9),
        ("cqc-archived", ["Deactivated_Locations.ods"], 5),
    ],
)
def test_care_files_are_found_by_the_links_of_a_page(
    list_id: str, files: list[str], count: int, load: Load, server: HTTPServer, samples: Path
) -> None:
    links = ""
    for name in files:
        path = f"/system/files/2026-11/03_November_2026_{name}"
        links += f'<a href="{path}">File</a>'
        serve(server, path, (samples / "cqc" / name).read_bytes())
    serve(server, "/using", f"<html><body>{links}</body></html>".encode())
    done, entries = load(list_id, {f"{name}.located-from": "/using" for name in files})
    assert (done.result, done.error, len(entries)) == ("loaded", None, count)


def test_food_ratings_are_fetched_for_each_authority(
    load: Load, server: HTTPServer, samples: Path
) -> None:
    names = ("FHRS990en-GB.xml", "FHRS991en-GB.xml")
    for name in names:
        serve(server, f"/{name}", (samples / "fhrs" / name).read_bytes())
    done, entries = load(
        "fhrs", {name: f"/{name}" for name in names}, parts={"fhrs": ("990", "991")}
    )
    assert (done.result, done.error, len(entries)) == ("loaded", None, 20)


def test_without_authorities_the_food_ratings_of_all_are_fetched(
    load: Load, server: HTTPServer, samples: Path, tmp_path: Path
) -> None:
    content = (samples / "fhrs" / "FHRS_All_en-GB.csv").read_bytes()
    serve(server, "/all", content)
    done, entries = load("fhrs", {"FHRS_All_en-GB.csv": "/all"})
    assert (done.result, done.error, len(entries)) == ("loaded", None, 20)

    server.clear()
    # A first load of a twentieth less is no nation's.
    serve(server, "/all", b"".join(content.splitlines(keepends=True)[:-1]))
    done, entries = load("fhrs", {"FHRS_All_en-GB.csv": "/all"}, home=tmp_path / "another")
    assert (done.result, entries) == ("failed", {})
    assert done.error
    assert "19 entries; between 20 and 800,000 are expected" in done.error.message


def test_the_ratings_of_all_never_stand_in_for_those_of_the_authorities_named(
    load: Load, server: HTTPServer, samples: Path
) -> None:
    serve(server, "/all", (samples / "fhrs" / "FHRS_All_en-GB.csv").read_bytes())
    server.expect_request("/missing").respond_with_data("", status=404)
    where = {"FHRS_All_en-GB.csv": "/all"}
    where |= {f"FHRS990en-GB.{kind}": "/missing" for kind in ("xml", "json")}
    done, entries = load("fhrs", where, parts={"fhrs": ("990",)})
    assert (done.result, entries) == ("failed", {})
    assert done.error
    assert "/missing" in done.error.message


def test_operator_licences_of_all_areas_are_fetched_without_a_setting(
    load: Load, server: HTTPServer, samples: Path
) -> None:
    name = "OLBSLicenceReport_{part}.csv"
    held = samples / "operator-licences"
    header = next(iter(held.iterdir())).read_bytes().splitlines(keepends=True)[0]
    one = b'"Wales",OM9900%03d,"Restricted","Unreal Van %d Ltd",,"Glen",,,1,0,,,,lsts_valid,,%d\r\n'
    areas = operator_licences.parts(NOW.date()) if operator_licences.parts else ()
    assert len(areas) == 8
    for number, area in enumerate(areas):
        file = held / name.replace("{part}", area)
        invented = header + one % (number, number, 9900700 + number)
        content = file.read_bytes() if file.exists() else invented
        serve(server, f"/{name.replace('{part}', area)}", content)
    done, entries = load("operator-licences", {name: f"/{name}"})
    assert (done.result, done.error, len(entries)) == ("loaded", None, 8 + 6)

    # One area that is not there is not left out.
    server.clear()
    server.expect_request(re.compile("/.*")).respond_with_data("", status=404)
    done, _ = load("operator-licences", {name: f"/{name}"}, days=7)
    assert done.result == "failed"


def test_waste_carriers_are_fetched_page_by_page(
    load: Load, server: HTTPServer, samples: Path
) -> None:
    folder = samples / "ea-waste-carriers"
    for number, offset in enumerate((0, 4, 8), 1):
        query = f"_limit=9&_offset={offset}"
        server.expect_request("/registration.json", query_string=query).respond_with_data(
            (folder / f"registrations-000{number}.json").read_bytes()
        )
    done, entries = load(
        "ea-waste-carriers", {"registrations-{page}.json": "/registration.json?_limit=9&_offset=0"}
    )
    assert (done.result, done.error, len(entries)) == ("loaded", None, 8)


def test_a_page_that_names_no_file_fails_the_refresh(
    load: Load, server: HTTPServer, samples: Path
) -> None:
    serve(server, "/using", b"<html><body><p>We have moved.</p></body></html>")
    name = "Deactivated_Locations.ods"
    done, entries = load("cqc-archived", {f"{name}.located-from": "/using"})
    assert (done.result, entries) == ("failed", {})
    assert done.error
    assert "does not name Deactivated_Locations.ods" in done.error.message

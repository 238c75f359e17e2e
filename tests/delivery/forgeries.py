"""Kinds of forgery: each changes a pack in parts, as somebody would who wants another answer."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Any, Literal

from duediligence.delivery.pack.about import read_pack_manifest
from duediligence.delivery.pack.case import digest_of
from duediligence.delivery.pack.contents import contents_of
from duediligence.delivery.pack.page import with_pages
from duediligence.model.audit import canonical
from tests.delivery.resealing import Parts

CASE = "suppliers/001/"
FINDINGS, ALERTS, RUN = CASE + "findings.json", CASE + "alerts.json", CASE + "run.json"
SUPPLIER, DOSSIER, ENTRIES = CASE + "supplier.json", CASE + "dossier.json", CASE + "entries.json"
PREMISES, DECLARED = CASE + "premises.json", CASE + "declarations.json"
WITHHELD, BIDDERS, AUDIT = CASE + "withheld.json", "bidders.json", "audit.jsonl"
REPORT, FLAGS = "report.html", "flags.csv"

# One supplier with people, the same without them, and the bidders of a contract with people.
Which = Literal["one", "bare", "bidders"]


@dataclass(frozen=True)
class Forgery:
    """A kind: what is done, to which pack, and whether the pack itself shows it, whoever signed.

    What people read is made again after that by this program, unless it is what was forged
    (`pages`). Where the pack then agrees with itself, only the signature of its maker tells.
    """

    name: str
    do: Callable[[Parts], object]
    to: Which = "one"
    different: bool = True
    pages: bool = False

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


def made_again(pack: Parts) -> None:
    """Make what people read again from the other files, as this program does."""
    about = read_pack_manifest({**pack.about, "files": {}}, "p.zip")
    contents = contents_of(pack.files, len(about.suppliers))
    beside = {
        name: body
        for name, body in pack.files.items()
        if name == AUDIT or name.startswith("evidence/")
    }
    pack.files = dict(with_pages(contents, about, beside))


FORGERIES: list[Forgery] = []


def forgery(
    name: str, *, to: Which = "one", different: bool = True, pages: bool = False
) -> Callable[[Callable[[Parts], object]], Callable[[Parts], object]]:
    def add(do: Callable[[Parts], object]) -> Callable[[Parts], object]:
        FORGERIES.append(Forgery(name, do, to, different, pages))
        return do

    return add


def field(name: str, path: str, value: object, *keys: object, different: bool = True) -> None:
    """A kind that sets one value of a JSON file."""

    def do(pack: Parts) -> None:
        document = pack.json(path)
        place = document
        for key in keys[:-1]:
            place = place[key]
        before = place.get(keys[-1]) if isinstance(place, dict) else place[keys[-1]]
        assert before != value, f"{name}: it is so already"
        place[keys[-1]] = value
        pack.put(path, document)

    FORGERIES.append(Forgery(name, do, "one", different))


def about(name: str, value: object, *keys: object, different: bool = True) -> None:
    """A kind that sets one value of the manifest."""

    def do(pack: Parts) -> None:
        place: Any = pack.about
        for key in keys[:-1]:
            place = place[key]
        assert place.get(keys[-1]) != value, f"{name}: it is so already"
        place[keys[-1]] = value

    FORGERIES.append(Forgery(name, do, "one", different))


# --- findings


def freeze(pack: Parts) -> int:
    """The position of the finding that the supplier itself is sanctioned."""
    return next(n for n, one in enumerate(pack.json(FINDINGS)) if one["outcome"] == "adverse")


def of_finding(name: str, value: object, *keys: object, different: bool = True) -> None:
    """A kind that sets one value of the finding about an asset freeze."""

    def do(pack: Parts) -> None:
        place = document = pack.json(FINDINGS)
        place = place[freeze(pack)]
        for key in keys[:-1]:
            place = place[key]
        assert place.get(keys[-1]) != value if isinstance(place, dict) else True
        place[keys[-1]] = value
        pack.put(FINDINGS, document)

    FORGERIES.append(Forgery(name, do, "one", different))


for check in ("SAN-01", "CH-OWN-09", "DCL-02"):

    def removed(pack: Parts, check: str = check) -> None:
        pack.edit(FINDINGS, lambda all_: [one for one in all_ if one["check_id"] != check])

    forgery(f"the finding {check} removed")(removed)


@forgery("every finding removed")
def _(pack: Parts) -> None:
    pack.put(FINDINGS, [])


@forgery("a finding removed with its alert, its rows and its words")
def _(pack: Parts) -> None:
    pack.edit(FINDINGS, lambda all_: [one for one in all_ if one["check_id"] != "SAN-01"])
    pack.edit(ALERTS, lambda all_: [one for one in all_ if one["check_id"] != "SAN-01"])
    rows = pack.files[FLAGS].decode().splitlines(keepends=True)
    pack.files[FLAGS] = "".join(row for row in rows if '"SAN-01"' not in row).encode()


@forgery("a finding twice")
def _(pack: Parts) -> None:
    pack.edit(FINDINGS, lambda all_: [*all_, all_[0]])


@forgery("a finding of another check added")
def _(pack: Parts) -> None:
    pack.edit(
        FINDINGS, lambda all_: [*all_, {**all_[0], "check_id": "SAN-02", "check_title": "Other"}]
    )


@forgery("a finding of a check that nobody knows added")
def _(pack: Parts) -> None:
    pack.edit(FINDINGS, lambda all_: [*all_, {**all_[0], "check_id": "ZZZ-99"}])


@forgery("a finding made one of a check that nobody knows")
def _(pack: Parts) -> None:
    pack.edit(FINDINGS, lambda all_: all_[freeze(pack)].update(check_id="ZZZ-99"))


@forgery("the order of findings turned", different=False)
def _(pack: Parts) -> None:
    pack.edit(FINDINGS, lambda all_: all_[::-1])


of_finding("severity lowered", "low", "severity")
of_finding("outcome made review", "review", "outcome")
of_finding("outcome made clear", "clear", "outcome")
of_finding("score of a match lowered", 0.81, "score")
of_finding("strength of a match in other words", "in doubt", "certainty")
of_finding("features of a match removed", [], "features")
of_finding("words of a finding", "Nothing of note.", "why", "template")
of_finding("measures removed", [], "measures")
of_finding("grounds invented", ["PA23-7-5 Insolvency, officer to decide"], "possible_grounds")
of_finding("next step softened", "Nothing to do.", "next_step")
of_finding("list of a finding", "un", "list_id")
of_finding("list version of a finding", "2026-11-19-00000000", "list_version")
of_finding("entry of a finding", "RUS9902", "entry_id")
of_finding("name of the entry in a finding", "VOLKHAR MARINE", "entry_name")
of_finding("address of the entry in a finding", "https://example.org/", "entry_url")
of_finding("party of a finding", "Somebody Else Ltd", "subject_name")
of_finding("role of a party", "owner", "subject_role")
of_finding("topic of a finding", "register", "topic")
of_finding("title of a check", "A formality", "check_title")
of_finding("supplier named in a finding", "Somebody Else Ltd", "supplier_name")
of_finding("supplier a finding is about", "S9", "supplier_ref")
of_finding("company number in a finding", "99009999", "company_number")
of_finding("run of a finding", "20260101T000000Z-000000", "run_id")
of_finding("day a finding was retrieved", "2026-01-01T00:00:00Z", "retrieved_at")
of_finding("more matches claimed", True, "more_matches", different=False)
of_finding("handling of a finding", "restricted", "handling")
of_finding("day a finding was first seen", "2024-01-01T00:00:00Z", "first_seen", different=False)


@forgery("events of all findings removed", different=False)
def _(pack: Parts) -> None:
    pack.edit(FINDINGS, lambda all_: [one.pop("event", None) for one in all_] and all_)


@forgery("event of one finding changed")
def _(pack: Parts) -> None:
    pack.edit(FINDINGS, lambda all_: all_[freeze(pack)]["event"].update(numbers=["RUS9902"]))


# --- withheld


@forgery("a finding about a firm called withheld")
def _(pack: Parts) -> None:
    pack.put(WITHHELD, [freeze(pack)])


@forgery("a severity changed and called withheld")
def _(pack: Parts) -> None:
    at = freeze(pack)
    pack.edit(FINDINGS, lambda all_: all_[at].update(severity="low"))
    pack.put(WITHHELD, [at])


@forgery("a finding about a firm called withheld without people", to="bare")
def _(pack: Parts) -> None:
    at = freeze(pack)
    pack.edit(FINDINGS, lambda all_: all_[at].update(severity="low"))
    pack.put(WITHHELD, sorted({*pack.json(WITHHELD), at}))


@forgery("a finding that does not exist called withheld")
def _(pack: Parts) -> None:
    pack.put(WITHHELD, [999])


@forgery("an invented finding about a firm called withheld without people", to="bare")
def _(pack: Parts) -> None:
    pack.edit(FINDINGS, lambda all_: [*all_, {**all_[freeze(pack)], "check_id": "DEB-01"}])
    pack.put(WITHHELD, sorted({*pack.json(WITHHELD), len(pack.json(FINDINGS)) - 1}))


# --- the run


def lists(pack: Parts) -> dict[str, dict[str, Any]]:
    return {one["list_id"]: one for one in pack.json(RUN)["lists"]}


def of_list(
    name: str, change: Callable[[dict[str, Any]], object], list_id: str, *, different: bool = True
) -> None:
    def do(pack: Parts) -> None:
        document = pack.json(RUN)
        (found,) = (one for one in document["lists"] if one["list_id"] == list_id)
        before = json.dumps(found)
        change(found)
        assert json.dumps(found) != before
        pack.put(RUN, document)

    FORGERIES.append(Forgery(name, do, "one", different))


of_list("a stale list made current", lambda one: one.update(state="current"), "minimum-wage-naming")
of_list("a list made stale", lambda one: one.update(state="stale"), "un")
of_list("version of a list", lambda one: one["version"].update(version="2026-11-30-0"), "un")
of_list("hash of a list", lambda one: one["version"].update(sha256="0" * 64), "un")
of_list("entries of a list", lambda one: one["version"].update(entries=9_999), "un")
of_list("names of a list", lambda one: one["version"].update(names=9_999), "un")
of_list(
    "origin of a list", lambda one: one["version"].update(origin="publisher"), "un", different=False
)
of_list("age of a list", lambda one: one.update(age_days=300), "un", different=False)
of_list("title of a list", lambda one: one.update(title="A list"), "un")
of_list(
    "day a list was retrieved",
    lambda one: one["version"].update(retrieved_at="2026-01-01T09:00:00Z"),
    "uk-sanctions",
)
of_list(
    "day a list was checked",
    lambda one: one["version"].update(checked_at="2026-11-20T23:00:00Z"),
    "un",
    different=False,
)


@forgery("a stale list made current, its finding gone")
def _(pack: Parts) -> None:
    document = pack.json(RUN)
    for one in document["lists"]:
        one["state"] = "current"
    pack.put(RUN, document)
    pack.edit(FINDINGS, lambda all_: [one for one in all_ if one["outcome"] != "unknown"])


@forgery("a list removed from the run")
def _(pack: Parts) -> None:
    document = pack.json(RUN)
    document["lists"] = [one for one in document["lists"] if one["list_id"] != "un"]
    pack.put(RUN, document)


@forgery("a list invented in the run")
def _(pack: Parts) -> None:
    document = pack.json(RUN)
    document["lists"].append({**lists(pack)["un"], "list_id": "invented", "title": "Invented"})
    pack.put(RUN, document)


field("day of the run", RUN, "2026-11-01", "as_of", different=False)
field("start of the run", RUN, "2026-01-01T09:00:00Z", "started_at", different=False)
field("end of the run", RUN, "2026-12-01T09:00:00Z", "finished_at")
field("name of the supplier file", RUN, "other.csv", "supplier_file")
field("hash of the supplier file", RUN, "0" * 64, "supplier_file_sha256")
field("count of suppliers", RUN, 99, "suppliers")
field("count of parties", RUN, 99, "parties")
field("threshold raised", RUN, 0.99, "threshold")
field("matcher of the run", RUN, "11", "matcher_version")
field("hash of the policy", RUN, "0" * 64, "policy_sha256")
field("id of the run", RUN, "20260101T000000Z-000000", "id")
field("reading softened", RUN, ["standard"], "readings", "S1", "words")
field("why of the reading", RUN, "No finding.", "readings", "S1", "why")
field("tool of the run", RUN, "0.0.9", "basis", "tool")
field("limit of matches", RUN, 1, "basis", "limit", different=False)
field("years looked back", RUN, 3, "basis", "schedule_7_years", different=False)
field("who buys", RUN, {"regime": "psr-wales"}, "basis", "buyer")
field("registers in scope", RUN, [], "scope", "registers")
field("gaps in scope", RUN, [], "scope", "gaps", different=False)
field("topic of a list", RUN, "register", "basis", "topics", "uk-sanctions")
field("lists of premises", RUN, [], "basis", "premises")


@forgery("reading removed")
def _(pack: Parts) -> None:
    pack.edit(RUN, lambda run: run.update(readings={}))


@forgery("settings of the run removed, so that nothing can be derived")
def _(pack: Parts) -> None:
    pack.edit(RUN, lambda run: run.pop("basis") and run)


def lenient(pack: Parts) -> str:
    policy = json.loads(pack.json(RUN)["basis"]["policy"])
    policy["thresholds"] = {"uk-sanctions": 1.0}
    policy["severities"] = {"SAN-01": "low"}
    return json.dumps(policy, separators=(",", ":"))


@forgery("policy made lenient")
def _(pack: Parts) -> None:
    policy = lenient(pack)
    pack.edit(RUN, lambda run: run["basis"].update(policy=policy))


@forgery("policy made lenient, and every hash of it")
def _(pack: Parts) -> None:
    policy = lenient(pack)
    digest = sha256(policy.encode()).hexdigest()
    pack.edit(RUN, lambda run: run["basis"].update(policy=policy))
    pack.edit(RUN, lambda run: run.update(policy_sha256=digest))
    pack.about["runs"][0]["policy_sha256"] = digest


@forgery("policy that does not read")
def _(pack: Parts) -> None:
    digest = sha256(b"{").hexdigest()
    pack.edit(RUN, lambda run: run["basis"].update(policy="{"))
    pack.edit(RUN, lambda run: run.update(policy_sha256=digest))
    pack.about["runs"][0]["policy_sha256"] = digest


@forgery("matcher of an earlier version everywhere")
def _(pack: Parts) -> None:
    pack.edit(RUN, lambda run: run.update(matcher_version="11"))
    pack.about["matcher"] = pack.about["runs"][0]["matcher"] = "11"
    pack.edit(FINDINGS, lambda all_: all_[0].update(severity="low"))


# --- both sides as they were compared

field("name of the supplier", SUPPLIER, "Volkhar Trading Ltd", "name")
field("company number of the supplier", SUPPLIER, "99009999", "identifiers", 0, "id")
field("postcode of the supplier", SUPPLIER, "ZY9 9ZZ", "address", "postcode")
field("contract of the supplier", SUPPLIER, "Another", "contract")
field("reference of the supplier", SUPPLIER, "S9", "ref")


@forgery("people of the supplier removed")
def _(pack: Parts) -> None:
    pack.edit(SUPPLIER, lambda one: one.pop("people") and one)


@forgery("supplier renamed on both sides")
def _(pack: Parts) -> None:
    pack.edit(SUPPLIER, lambda one: one.update(name="Zzyzx Trading Ltd"))
    pack.edit(DOSSIER, lambda one: one["supplier"].update(name="Zzyzx Trading Ltd"))


field(
    "name in the dossier",
    DOSSIER,
    "VOLKHAR TRADING LTD",
    "company",
    "known",
    "name",
    different=False,
)
field("status of the company", DOSSIER, "dissolved", "company", "known", "status")
field("number of the company", DOSSIER, "99009999", "company", "known", "number")
field("day the register was asked", DOSSIER, "2026-01-01T09:00:00Z", "taken_at", different=False)
field("supplier within the dossier", DOSSIER, "Zzyzx Ltd", "supplier", "name")
field("how the company was resolved", DOSSIER, "person", "resolution", "how", different=False)
field("hash of an answer in the dossier", DOSSIER, "0" * 64, "sources", 1, "sha256")


@forgery("an officer removed")
def _(pack: Parts) -> None:
    pack.edit(DOSSIER, lambda one: one["officers"]["known"].pop() and one)


@forgery("an owner removed")
def _(pack: Parts) -> None:
    pack.edit(DOSSIER, lambda one: one["owners"]["known"].pop() and one)


@forgery("an owner renamed")
def _(pack: Parts) -> None:
    pack.edit(DOSSIER, lambda one: one["owners"]["known"][0].update(name="Quernstone Ltd"))


@forgery("owners called not held")
def _(pack: Parts) -> None:
    pack.edit(DOSSIER, lambda one: one.update(owners={"not_held": "Not needed."}))


@forgery("insolvencies invented")
def _(pack: Parts) -> None:
    case = {"type": "compulsory-liquidation", "number": "1", "dates": [], "practitioners": []}
    pack.edit(DOSSIER, lambda one: one.update(insolvencies={"known": [case]}))


@forgery("the dossier removed")
def _(pack: Parts) -> None:
    del pack.files[DOSSIER]


@forgery("an entry removed")
def _(pack: Parts) -> None:
    pack.put(ENTRIES, [])


@forgery("an entry renamed")
def _(pack: Parts) -> None:
    pack.edit(ENTRIES, lambda all_: all_[0]["names"][0].update(text="QUERNSTONE LTD"))


@forgery("numbers of an entry removed")
def _(pack: Parts) -> None:
    pack.edit(ENTRIES, lambda all_: [one.pop("identifiers", None) for one in all_] and all_)


@forgery("an entry added")
def _(pack: Parts) -> None:
    pack.edit(ENTRIES, lambda all_: [*all_, {**all_[0], "id": "RUS9999"}])


@forgery("an entry that nothing rests on added")
def _(pack: Parts) -> None:
    names = [{"text": "QUERNSTONE AND PARTNERS", "kind": "primary"}]
    pack.edit(ENTRIES, lambda all_: [*all_, {**all_[0], "id": "RUS9999", "names": names}])


@forgery("list of an entry")
def _(pack: Parts) -> None:
    pack.edit(ENTRIES, lambda all_: all_[0].update(list_id="un"))


@forgery("premises invented", different=False)
def _(pack: Parts) -> None:
    pack.edit(
        PREMISES,
        lambda all_: [
            *all_,
            {
                "role": "premises",
                "supplier_ref": "S1",
                "kind": "organisation",
                "names": [{"text": "Gorse Lodge"}],
                "addresses": [{"text": "Trevannick", "postcode": "ZY2 8GL"}],
            },
        ],
    )


@forgery("an answer of a declaration turned")
def _(pack: Parts) -> None:
    pack.edit(DECLARED, lambda all_: all_[0].update(answer="no"))


@forgery("day of a declaration")
def _(pack: Parts) -> None:
    pack.edit(DECLARED, lambda all_: all_[0].update(declared_on="2026-01-01"))


@forgery("a declaration removed")
def _(pack: Parts) -> None:
    pack.edit(DECLARED, lambda all_: all_[1:])


@forgery("every declaration removed", different=False)
def _(pack: Parts) -> None:
    del pack.files[DECLARED]


# --- people's decisions


def decided(all_: list[dict[str, Any]]) -> dict[str, Any]:
    return next(one for one in all_ if one["decisions"])


def of_decision(name: str, change: Callable[[dict[str, Any]], object]) -> None:
    @forgery(name)
    def _(pack: Parts) -> None:
        def do(all_: list[dict[str, Any]]) -> None:
            before = json.dumps(all_)
            change(decided(all_)["decisions"][0])
            assert json.dumps(all_) != before

        pack.edit(ALERTS, do)


of_decision("reason of a decision", lambda one: one.update(reason="NUMBER-DIFFERS"))
of_decision("note of a decision", lambda one: one.update(note="As the director asked."))
of_decision("person of a decision", lambda one: one.update(by="Bob"))
of_decision("day of a decision", lambda one: one.update(at="2026-11-20T10:00:00Z"))
of_decision("a decision turned", lambda one: one.update(decided="confirmed risk"))
of_decision("run of a decision", lambda one: one.update(run_id="20260101T000000Z-000000"))
of_decision("what a decision compared", lambda one: one.update(entry_sha256="0" * 64))


@forgery("a decision removed")
def _(pack: Parts) -> None:
    pack.edit(ALERTS, lambda all_: decided(all_).update(decisions=[]))


@forgery("a decision removed with its state")
def _(pack: Parts) -> None:
    pack.edit(
        ALERTS,
        lambda all_: decided(all_).update(
            decisions=[], state="open", decided_by="", decided_at=None
        ),
    )


def invented(all_: list[dict[str, Any]]) -> None:
    to = next(one for one in all_ if not one["decisions"])
    copy = {**decided(all_)["decisions"][0], "alert_id": to["id"]}
    to.update(
        decisions=[copy],
        state="not the same",
        decided_by=copy["by"],
        decided_at=copy["at"],
    )


@forgery("a decision invented")
def _(pack: Parts) -> None:
    pack.edit(ALERTS, invented)


@forgery("a decision twice")
def _(pack: Parts) -> None:
    pack.edit(ALERTS, lambda all_: decided(all_)["decisions"].append(decided(all_)["decisions"][0]))


@forgery("state of an open alert")
def _(pack: Parts) -> None:
    pack.edit(
        ALERTS,
        lambda all_: next(one for one in all_ if one["state"] == "open").update(state="resolved"),
    )


@forgery("state of a decided alert")
def _(pack: Parts) -> None:
    pack.edit(ALERTS, lambda all_: decided(all_).update(state="open"))


@forgery("who decided, in the alert alone")
def _(pack: Parts) -> None:
    pack.edit(ALERTS, lambda all_: decided(all_).update(decided_by="Bob"))


@forgery("an alert removed")
def _(pack: Parts) -> None:
    pack.edit(ALERTS, lambda all_: [one for one in all_ if one["decisions"]])


@forgery("every alert removed")
def _(pack: Parts) -> None:
    pack.put(ALERTS, [])


@forgery("an alert invented")
def _(pack: Parts) -> None:
    pack.edit(ALERTS, lambda all_: [*all_, {**all_[0], "id": "0" * 64, "check_id": "DEB-01"}])


@forgery("id of an open alert", different=False)
def _(pack: Parts) -> None:
    pack.edit(
        ALERTS, lambda all_: next(one for one in all_ if not one["decisions"]).update(id="0" * 64)
    )


# --- what people read


@forgery("report replaced by All clear", pages=True)
def _(pack: Parts) -> None:
    pack.files[REPORT] = b"<!doctype html><title>All clear</title><p>All clear.\n"


@forgery("one word of the report", pages=True)
def _(pack: Parts) -> None:
    pack.replace(REPORT, "critical", "trifling")


@forgery("a blank in the report", pages=True)
def _(pack: Parts) -> None:
    pack.files[REPORT] += b"\n"


@forgery("a script in the report", pages=True)
def _(pack: Parts) -> None:
    pack.replace(REPORT, "</body>", "<script>document.body.hidden = true</script></body>")


@forgery("the report removed", pages=True)
def _(pack: Parts) -> None:
    del pack.files[REPORT]


@forgery("the table of flags emptied", pages=True)
def _(pack: Parts) -> None:
    pack.files[FLAGS] = pack.files[FLAGS].splitlines(keepends=True)[0]


@forgery("a row of the table of flags removed", pages=True)
def _(pack: Parts) -> None:
    rows = pack.files[FLAGS].splitlines(keepends=True)
    pack.files[FLAGS] = b"".join([rows[0], *rows[2:]])


@forgery("a word in the table of flags", pages=True)
def _(pack: Parts) -> None:
    pack.replace(FLAGS, '"critical"', '"low"')


@forgery("the table of flags removed", pages=True)
def _(pack: Parts) -> None:
    del pack.files[FLAGS]


@forgery("a file added", pages=True)
def _(pack: Parts) -> None:
    pack.files["letter.html"] = b"<p>All clear."


@forgery("a second case that the manifest does not name", pages=True)
def _(pack: Parts) -> None:
    for name in [name for name in pack.files if name.startswith(CASE)]:
        pack.files[name.replace("001", "002")] = pack.files[name]


# --- the answers of the register


def answers(pack: Parts) -> Iterator[str]:
    return (name for name in sorted(pack.files) if name.startswith("evidence/"))


@forgery("an answer of the register changed")
def _(pack: Parts) -> None:
    pack.files[next(answers(pack))] += b" "


@forgery("an answer changed and its name with it")
def _(pack: Parts) -> None:
    name = next(answers(pack))
    body = pack.files.pop(name) + b" "
    pack.files[f"evidence/{sha256(body).hexdigest()}.json"] = body


@forgery("an answer changed, its name and the dossier with it", different=False)
def _(pack: Parts) -> None:
    name = next(answers(pack))
    body = pack.files.pop(name) + b" "
    digest = sha256(body).hexdigest()
    pack.files[f"evidence/{digest}.json"] = body
    pack.replace(DOSSIER, name.removeprefix("evidence/").removesuffix(".json"), digest)


@forgery("an answer of the register removed", different=False)
def _(pack: Parts) -> None:
    """It may have been removed where it was kept, so that no pack must hold it."""
    del pack.files[next(answers(pack))]


@forgery("every answer of the register removed", different=False)
def _(pack: Parts) -> None:
    for name in list(answers(pack)):
        del pack.files[name]


# --- the records of the audit chain


def of_audit(
    name: str, change: Callable[[list[dict[str, Any]]], object], *, different: bool = True
) -> None:
    @forgery(name, different=different)
    def _(pack: Parts) -> None:
        pack.edit_audit(change)


def kind(records: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(one for one in records if one["kind"] == name)


@forgery("every audit record removed")
def _(pack: Parts) -> None:
    pack.files[AUDIT] = b""


@forgery("the audit records' file removed")
def _(pack: Parts) -> None:
    del pack.files[AUDIT]


@forgery("an audit record changed, its hash kept")
def _(pack: Parts) -> None:
    pack.replace(AUDIT, '"threshold":"0.8"', '"threshold":"0.9"')


for each in ("run stored", "decision", "list refreshed"):

    def without(records: list[dict[str, Any]], each: str = each) -> list[dict[str, Any]]:
        return [one for one in records if one is not kind(records, each)]

    of_audit(f"a record of {each} removed", without, different=each != "list refreshed")

of_audit("audit records turned", lambda records: records[::-1])
of_audit("an audit record twice", lambda records: [*records, records[-1]])
of_audit(
    "count of findings in the chain", lambda r: kind(r, "run stored")["what"].update(findings=0)
)
of_audit(
    "count of suppliers in the chain", lambda r: kind(r, "run stored")["what"].update(suppliers=1)
)
of_audit("threshold in the chain", lambda r: kind(r, "run stored")["what"].update(threshold="0.99"))
of_audit("lists in the chain", lambda r: kind(r, "run stored")["what"].update(lists=[]))
of_audit(
    "policy in the chain", lambda r: kind(r, "run stored")["what"].update(policy_sha256="0" * 64)
)
of_audit(
    "version of a list in the chain",
    lambda r: kind(r, "list refreshed")["what"].update(sha256="0" * 64),
)
of_audit("decision in the chain", lambda r: kind(r, "decision")["what"].update(sha256="0" * 64))
of_audit("who decided, in the chain", lambda r: kind(r, "decision").update(who="Bob"))
of_audit(
    "day of the run in the chain",
    lambda r: kind(r, "run stored").update(at="2026-01-01T00:00:00+00:00"),
)
of_audit("position of a record", lambda r: kind(r, "run stored").update(position=99_999))


@forgery("link to the record before", to="bidders")
def _(pack: Parts) -> None:
    def change(records: list[dict[str, Any]]) -> None:
        pairs = pairwise(records)
        next(b for a, b in pairs if a["position"] + 1 == b["position"])["previous"] = "0" * 64

    pack.edit_audit(change)


@forgery("who screened, in the chain", different=False)
def _(pack: Parts) -> None:
    pack.edit_audit(lambda records: kind(records, "run stored").update(who="Bob"))
    linked_again(pack)


# --- the manifest

about("people called left out", False, "people")
about("when it was made", "2026-11-01T09:00:00+00:00", "made_at")
about("when it was made, later", "2026-12-31T09:00:00+00:00", "made_at", different=False)
about("when it was made, in no form", "yesterday", "made_at")
about("who made it", "Bob", "made_by", different=False)
about("when it was made, by a day", "2026-11-21T09:00:00+00:00", "made_at", different=False)
about("tool that made it", "0.0.9", "tool", different=False)
about("renderer that made it", "0", "renderer", different=False)
about("head of the chain", "0" * 64, "audit_head", different=False)
about("matcher that made it", "11", "matcher", different=False)
about("contract of a pack of one", "RFQ 99", "contract")
about("supplier it is of", ["S2"], "suppliers")
about("no supplier at all", [], "suppliers")
about("run in the manifest", "20260101T000000Z-000000", "runs", 0, "run")
about("matcher of the run in the manifest", "11", "runs", 0, "matcher")
about("tool of the run in the manifest", "0.0.9", "runs", 0, "tool")
about("policy in the manifest", "0" * 64, "runs", 0, "policy_sha256")
about("runs of the manifest removed", [], "runs")
about("a further field in the manifest", "All clear", "conclusion")


@forgery("a sentence of the report, and an earlier renderer named", different=False)
def _(pack: Parts) -> None:
    """Its facts as data are the same, and its words are not compared: it says so."""
    pack.about["renderer"] = "0"


@forgery("facts of the report, and an earlier renderer named", pages=True)
def _(pack: Parts) -> None:
    pack.replace(REPORT, "critical", "low")
    pack.about["renderer"] = "0"


@forgery("All clear, and an earlier renderer named", pages=True)
def _(pack: Parts) -> None:
    pack.files[REPORT] = b"<!doctype html><title>All clear</title><p>All clear.\n"
    pack.about["renderer"] = "0"


@forgery("people called left out, a finding about one called withheld")
def _(pack: Parts) -> None:
    pack.about["people"] = False
    pack.put(WITHHELD, [freeze(pack)])
    pack.edit(FINDINGS, lambda all_: all_[freeze(pack)].update(severity="low"))


@forgery("people called included", to="bare")
def _(pack: Parts) -> None:
    pack.about["people"] = True


# --- bidders


@forgery("what bidders share removed", to="bidders")
def _(pack: Parts) -> None:
    pack.edit(BIDDERS, lambda one: one.update(shared=[]))


@forgery("what bidders share reworded", to="bidders")
def _(pack: Parts) -> None:
    pack.edit(BIDDERS, lambda one: one["shared"][0].update(why="A common name."))


@forgery("the bidders' file removed", to="bidders")
def _(pack: Parts) -> None:
    del pack.files[BIDDERS]


@forgery("bidders that were not screened removed", to="bidders", different=False)
def _(pack: Parts) -> None:
    pack.edit(BIDDERS, lambda one: one.update(not_screened=[]))


@forgery("contract renamed", to="bidders")
def _(pack: Parts) -> None:
    pack.about["contract"] = "RFQ 99"


@forgery("two cases swapped", to="bidders")
def _(pack: Parts) -> None:
    one = {name: body for name, body in pack.files.items() if "/001/" in name}
    two = {name: body for name, body in pack.files.items() if "/002/" in name}
    for name in (*one, *two):
        del pack.files[name]
    pack.files |= {name.replace("/001/", "/002/"): body for name, body in one.items()}
    pack.files |= {name.replace("/002/", "/001/"): body for name, body in two.items()}


@forgery("a bidder removed from the manifest", to="bidders")
def _(pack: Parts) -> None:
    pack.about["suppliers"] = pack.about["suppliers"][:1]
    pack.about["runs"] = pack.about["runs"][:1]


@forgery("a bidder removed with its files", to="bidders")
def _(pack: Parts) -> None:
    pack.about["suppliers"] = pack.about["suppliers"][:1]
    pack.about["runs"] = pack.about["runs"][:1]
    for name in [name for name in pack.files if "/002/" in name]:
        del pack.files[name]


# --- by somebody who runs this program on other data


def linked_again(pack: Parts) -> None:
    """Each record names the hash of the one before it again, where that is in the pack."""

    def link(records: list[dict[str, Any]]) -> None:
        for one, other in pairwise(records):
            if one["position"] + 1 == other["position"]:
                bare = {key: value for key, value in one.items() if key != "sha256"}
                other["previous"] = sha256(canonical(bare).encode()).hexdigest()

    pack.edit_audit(link)


def everywhere(pack: Parts, old: str, new: str) -> None:
    """One text by another in every file, with the hashes that the records have of decisions."""
    for name, body in pack.files.items():
        pack.files[name] = body.replace(old.encode(), new.encode())
    pack.about = json.loads(json.dumps(pack.about).replace(old, new))
    contents = contents_of(pack.files, len(pack.about["suppliers"]))
    digests = {
        one.position: digest_of(one)
        for case in contents.cases
        for alert in case.alerts
        for one in alert.decisions
    }

    def again(records: list[dict[str, Any]]) -> None:
        for one in records:
            if one["kind"] == "decision":
                one["what"]["sha256"] = digests[one["what"]["decision"]]

    pack.edit_audit(again)
    linked_again(pack)


@forgery("an entry, and every finding, alert and record that rests on it, removed", different=False)
def _(pack: Parts) -> None:
    entry = pack.json(FINDINGS)[freeze(pack)]["entry_id"]
    pack.edit(ENTRIES, lambda all_: [one for one in all_ if one["id"] != entry])
    pack.edit(FINDINGS, lambda all_: [one for one in all_ if one.get("entry_id") != entry])
    pack.edit(ALERTS, lambda all_: [one for one in all_ if one["entry_id"] != entry])
    pack.edit_audit(lambda records: [one for one in records if one["kind"] != "decision"])
    linked_again(pack)
    why = (
        "Foreign company registered as owner: high, beside flags on declarations and ownership. "
        "1 thing could not be checked."
    )
    reading = {"words": ["enhanced checks", "incomplete"], "why": why}
    pack.edit(RUN, lambda run: run["readings"].update(S1=reading))


@forgery("hash of a list everywhere", different=False)
def _(pack: Parts) -> None:
    everywhere(pack, lists(pack)["un"]["version"]["sha256"], "0" * 64)


@forgery("day a list was retrieved, everywhere", different=False)
def _(pack: Parts) -> None:
    document = pack.json(RUN)
    for one in document["lists"]:
        if one["list_id"] == "un":
            one["version"]["retrieved_at"] = "2026-11-20T08:00:00Z"
    pack.put(RUN, document)


@forgery("person of every decision, everywhere", different=False)
def _(pack: Parts) -> None:
    everywhere(pack, "Ada", "Bob")


@forgery("id of the run, everywhere", different=False)
def _(pack: Parts) -> None:
    everywhere(pack, pack.json(RUN)["id"], "20261120T090000Z-000000")


@forgery("reference of the supplier, everywhere", different=False)
def _(pack: Parts) -> None:
    everywhere(pack, '"S1"', '"S7"')

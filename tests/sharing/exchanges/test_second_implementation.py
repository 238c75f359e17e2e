"""Check the vectors with an implementation that was written from the specification alone."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("rbcl")

from tests.sharing.exchanges import second_implementation as second
from tests.sharing.exchanges import second_keys

VECTORS = Path(__file__).parent / "vectors"
MOST_KEYS = {kind: most for kind, (most, _subject) in second.KINDS.items()}


class Exchange:
    """Hold one vector of an exchange, and what each side knows of the other."""

    def __init__(self, name: str) -> None:
        self.vector: dict[str, Any] = json.loads((VECTORS / f"{name}.json").read_bytes())
        self.terms = self.vector["terms"]
        self.now = second.read_time(self.vector["now"])
        self.ask_file = base64.b64decode(self.ask["file"])
        self.answer_file = base64.b64decode(self.answer["file"])
        self.seed = bytes.fromhex(self.ask["seed"])
        self.places = [
            second.AskedPlace(place["kind"], bytes.fromhex(place["input"]), tuple(place["rows"]))
            for place in self.ask["elements"]
        ]
        self.kept_ask = second.KeptAsk(self.ask_file, self.terms, self.seed, self.places)

    @property
    def ask(self) -> dict[str, Any]:
        return self.vector["ask"]

    @property
    def answer(self) -> dict[str, Any]:
        return self.vector["answer"]

    @property
    def row_keys(self) -> list[list[tuple[str, str]]]:
        return [second_keys.make_ask_keys(row, MOST_KEYS) for row in self.vector["rows"]]

    def private_of(self, side: str) -> bytes:
        return bytes.fromhex(self.vector["signing"][side]["private"])

    def agreement_with(self, side: str) -> second.Agreement:
        key = bytes.fromhex(self.vector["signing"][side]["public"])
        return second.Agreement(self.terms, self.vector[side], [key])

    def receive_ask(self, data: bytes, records: second.Records) -> Any:
        return second.receive_ask(data, [self.agreement_with("asker")], records, self.now)

    def answer_ask(self, data: bytes, records: second.Records) -> bytes:
        header, elements, terms = self.receive_ask(data, records)
        body: bytes = second.make_answer_body(
            header,
            elements,
            terms,
            [(kind, text) for kind, text in self.vector["held"]],
            seed=bytes.fromhex(self.answer["seed"]),
            proof_scalars=[
                int.from_bytes(bytes.fromhex(r), "little") for r in self.answer["proof_scalars"]
            ],
            random_tags=map(bytes.fromhex, self.answer["table_padding"]),
        )
        return body

    def open_answer(self, data: bytes) -> Any:
        asks = {self.ask["header"]["exchange"]: self.kept_ask}
        return second.open_answer(data, [self.agreement_with("answerer")], asks, self.now)


@pytest.fixture(scope="module")
def exchanges() -> dict[str, Exchange]:
    return {name: Exchange(name) for name in ("exchange-organisations", "exchange-everything")}


def test_terms_and_headers_are_the_same_bytes(exchanges):
    for exchange in exchanges.values():
        assert second.digest_terms(exchange.terms) == exchange.vector["terms_sha256"]
        for vector, data, side in (
            (exchange.ask, exchange.ask_file, "asker"),
            (exchange.answer, exchange.answer_file, "answerer"),
        ):
            header, body = second.read_file(data)
            assert header == vector["header"]
            assert list(header["facts"]) == [
                fact
                for fact in "keys_version rows new_percent sealed ask_sha256 table".split()
                if fact in vector["header"]["facts"]
            ]
            assert second.write_file(header, body, exchange.private_of(side)) == data
            assert second.sha256(data).hex() == vector["sha256"]


def test_an_ask_has_the_same_places_blinds_and_elements(exchanges):
    for exchange in exchanges.values():
        blinded = second.blind_places(exchange.seed, exchange.places)
        for i, (place, element) in enumerate(zip(exchange.ask["elements"], blinded, strict=True)):
            blind = second.make_blind(exchange.seed, i).to_bytes(32, "little")
            assert (place["blind"], place["blinded"]) == (blind.hex(), element.hex())
        assert second.read_file(exchange.ask_file)[1] == b"".join(blinded)


def test_rows_have_the_places_of_the_vector(exchanges):
    for exchange in exchanges.values():
        places = second.place_inputs(
            exchange.seed, exchange.ask["header"]["exchange"], exchange.terms, exchange.row_keys
        )
        assert places == exchange.places


def test_the_auditor_confirms_the_list_and_no_other(exchanges):
    exchange = exchanges["exchange-everything"]
    rows, keys = exchange.vector["rows"], exchange.row_keys
    private = bytes.fromhex(exchange.vector["auditor"]["private"])

    def audit(private: bytes, rows: list[dict[str, str]], keys: Any) -> str:
        return second.audit_ask(exchange.ask_file, exchange.terms, private, rows, keys)

    assert audit(private, rows, keys) == "same"
    assert audit(private, rows[1:], keys[1:]) == "other list"
    assert audit(private, rows, [[], *keys[1:]]) == "other body"
    assert audit(bytes.fromhex(exchange.ask["sealing_private"]), rows, keys) == "unreadable"


def test_tables_and_keys_are_those_of_the_vectors():
    tables = json.loads((VECTORS / "tables.json").read_bytes())
    assert tables == {
        name: second.sha256((second_keys.TABLES / name).read_bytes()).hex() for name in tables
    }
    for vector in json.loads((VECTORS / "keys.json").read_bytes()):
        row, asks, answers = (vector[member] for member in ("row", "asks", "answers"))
        assert second_keys.make_ask_keys(row, MOST_KEYS) == [tuple(key) for key in asks], row
        assert second_keys.make_keys(row, answers=True) == [tuple(key) for key in answers], row


def test_a_seal_is_the_same_fact(exchanges):
    exchange = exchanges["exchange-everything"]
    sealed = second.seal_list(
        bytes.fromhex(exchange.ask["sealing_private"]),
        exchange.terms,
        exchange.ask["header"]["exchange"],
        exchange.seed,
        exchange.vector["rows"],
    )
    assert sealed == exchange.ask["header"]["facts"]["sealed"]


def test_an_answer_is_the_same_file(exchanges):
    for exchange in exchanges.values():
        body = exchange.answer_ask(exchange.ask_file, second.Records())
        header = exchange.answer["header"]
        assert header["facts"]["ask_sha256"] == second.sha256(exchange.ask_file).hex()
        written = second.write_file(header, body, exchange.private_of("answerer"))
        assert written == exchange.answer_file


def test_an_answer_opens_to_the_hits_of_the_vector(exchanges):
    for exchange in exchanges.values():
        hits = exchange.open_answer(exchange.answer_file)
        assert hits == [(hit["row"], hit["by"]) for hit in exchange.vector["hits"]]


def test_outputs_are_those_of_the_vector(exchanges):
    for exchange in exchanges.values():
        seed = bytes.fromhex(exchange.answer["seed"])
        identity = exchange.ask["header"]["exchange"]
        keys = {kind: second.derive_key(seed, identity, kind) for kind in second.KINDS}
        evaluated = [
            second.multiply(keys[place.kind], bytes.fromhex(element["blinded"]))
            for place, element in zip(exchange.places, exchange.ask["elements"], strict=True)
        ]
        outputs = second.finalize(exchange.kept_ask, evaluated)
        assert [output.hex() for output in outputs] == exchange.answer["values"]
        assert outputs[0] == second.evaluate(
            keys[exchange.places[0].kind], exchange.places[0].input
        )


def refusal_of(step: Callable[[], object]) -> str | None:
    try:
        step()
    except second.FileRefusal as refusal:
        return str(refusal)
    return None


class StoryPlayed:
    """Take the steps of a story with what each side knows."""

    def __init__(self, story: dict[str, Any]) -> None:
        self.story, self.terms = story, story["terms"]
        first = {side: bytes.fromhex(keys[0]) for side, keys in story["keys"].items()}
        asker, answerer = (self.story["parties"][side] for side in ("asker", "answerer"))
        self.homes = {
            "asker": second.Home(self.terms, answerer, first["answerer"], first["answerer"]),
            "answerer": second.Home(self.terms, asker, first["asker"], first["asker"]),
        }
        self.backups: dict[str, second.Home] = {}
        self.hits: list[second.Hit] = []
        self.files = {name: base64.b64decode(file["file"]) for name, file in story["files"].items()}

    def take(self, step: dict[str, Any]) -> None:
        """Take a step; raise FileRefusal. `hits` are those of the answer that was opened last."""
        side, now = step["by"], second.read_time(step["at"])
        home = self.homes[side]
        match step["does"]:
            case "ask":
                home.check_may_ask(now)
                exchange, ask = self.make_ask(step["file"])
                home.keep_ask(exchange, ask, now)
            case "answer":
                home.answer(self.files[step["file"]], now)
            case "open":
                self.hits = home.open(self.files[step["file"]], now)
            case "back up":
                self.backups[side] = home.back_up()
            case "restore":
                self.homes[side] = replace(self.backups[side], restored_at=now, compared=b"")
            case "take key":
                successions = [
                    tuple(map(base64.b64decode, (one["before"], one["after"], one["signature"])))
                    for one in step["successions"]
                ]
                home.take_key(bytes.fromhex(step["key"]), successions)
            case "compare key":
                assert bytes.fromhex(step["key"]) == home.key
                home.compared = home.key
            case other:
                raise AssertionError(other)

    def make_ask(self, name: str) -> tuple[str, second.KeptAsk]:
        """Return the exchange of an ask, and what its asker keeps: its seed and rows make it."""
        data, seed = self.files[name], bytes.fromhex(self.story["files"][name]["seed"])
        header, body = second.read_file(data)
        keys = [second_keys.make_ask_keys(row, MOST_KEYS) for row in self.story["rows"]]
        places = second.place_inputs(seed, header["exchange"], self.terms, keys)
        assert b"".join(second.blind_places(seed, places)) == body
        return header["exchange"], second.KeptAsk(data, self.terms, seed, places)


@pytest.fixture(scope="module")
def stories() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((VECTORS / "states.json").read_bytes())
    return found


def test_each_step_of_a_story_ends_as_in_its_vector(stories):
    for story in stories:
        played = StoryPlayed(story)
        for step in story["steps"]:
            refused = refusal_of(partial(played.take, step))
            assert refused == step.get("refused"), (story["name"], step)
            if "hits" in step:
                assert played.hits == [(hit["row"], hit["by"]) for hit in step["hits"]]


def test_no_two_asks_have_a_value_in_common(stories):
    """Those of a home that forgot the one before are as different as all others."""
    values: list[object] = []
    for story in stories:
        for file in story["files"].values():
            if "seed" in file:
                header, body = second.read_file(base64.b64decode(file["file"]))
                values += [header["exchange"], file["seed"], *second.split_elements(body)]
    assert len(values) > 500
    assert len(set(values)) == len(values)


def test_every_bad_file_is_refused_with_its_reason(exchanges):
    refused = {}
    bad_files = json.loads((VECTORS / "bad-files.json").read_bytes())
    for bad in bad_files:
        exchange, data = exchanges[bad["of"]], base64.b64decode(bad["file"])
        records = second.Records()
        if bad["reason"] == "answered-before":
            records.exchanges.add(exchange.ask["header"]["exchange"])
        if bad["taken_by"] == "asker":
            step = partial(exchange.open_answer, data)
        else:
            step = partial(exchange.answer_ask, data, records)
        refused[bad["name"]] = refusal_of(step)
    assert refused == {bad["name"]: bad["reason"] for bad in bad_files}


def test_its_function_is_mode_1_of_another_library():
    ristretto = pytest.importorskip("voprf").ristretto
    seed, exchange, kind = bytes(range(32)), "5e" * 16, "building"
    key = second.derive_key(seed, exchange, kind)
    public = second.multiply_base(key)
    info = b"\0".join((second.PURPOSE, exchange.encode(), kind.encode()))
    server = ristretto.Evaluator.from_seed(seed, info)
    assert server.public_key.serialize() == public

    inputs = [second.sha256(bytes([i])) for i in range(3)]
    clients, messages = zip(*map(ristretto.Client.blind, inputs), strict=True)
    theirs = server.evaluate_batch(messages).serialize()
    blinded = [message.serialize() for message in messages]
    evaluated = [second.multiply(key, element) for element in blinded]
    assert theirs[64:] == b"".join(evaluated)
    assert second.verify_proof(public, blinded, evaluated, theirs[:64])

    ours = second.prove(key, blinded, evaluated, 7) + b"".join(evaluated)
    batch = ristretto.VerifiableBatchOutput.deserialize(ours)
    outputs = ristretto.Client.finalize_batch(clients, batch, server.public_key)
    assert outputs == [second.evaluate(key, given) for given in inputs]

"""Do the parts of a plan on a cluster of Dask distributed.

Dask gives the parts out, and gives a part out again whose worker was lost; here is only what a
worker does. It opens the indexes once, mapped into memory. Whoever controls a scheduler runs code
on its workers and on this machine: Dask sends pickles both ways. So an address is used only where
TLS shows who is there, on this machine itself, or where the caller says that the network is
trusted.
"""

import ipaddress
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import msgspec

from duediligence.errors import Hint, OptionRemark, SourceError, UsageError
from duediligence.extensions.whole_register.lookup.layers import DoParts, Failures
from duediligence.extensions.whole_register.lookup.plan import WORDS, LookupPart, WorkerJob
from duediligence.extensions.whole_register.lookup.shared_storage import PartStorage
from duediligence.extensions.whole_register.lookup.workers import in_processes

_TRIES = 3  # after as many as Dask itself makes where workers are lost
_PATIENCE = "30s"


def on_scheduler(address: str, *, storage: str = "", trusted_network: bool = False) -> DoParts:
    """Return what does parts on the workers of the scheduler at `address`.

    `storage` is where workers and this machine exchange files, as fsspec names it; without it the
    home must be at the same path everywhere. Certificates are those of Dask's own configuration.
    Raises UsageError for an address that is not one, or that anybody may answer.
    """
    check_address(address, trusted_network=trusted_network)
    return _build_cluster_runner(lambda: _connect_scheduler(address), storage)


def on_local_cluster(workers: int, *, storage: str = "") -> DoParts:
    """Return what does parts on a number of workers of Dask, which run on this machine and end with
    it.
    """
    return _build_cluster_runner(lambda: start_local_cluster(workers), storage)


def check_address(address: str, *, trusted_network: bool) -> None:
    """Raise UsageError unless `address` is one of a scheduler that can be trusted."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        parts, host, port = urlsplit(""), None, None
    if parts.scheme not in ("tcp", "tls") or not host or not port:
        raise UsageError(
            f"{address!r} is not the address of a scheduler",
            hint="Give it as tls://HOST:PORT or tcp://HOST:PORT.",
        )
    if parts.scheme == "tcp" and not trusted_network and not _is_this_machine(host):
        raise UsageError(
            f"{address} is not encrypted, and anybody on the network could answer there: a "
            "scheduler runs code on this machine",
            hint=Hint(
                "Use tls:// with certificates in Dask's configuration",
                OptionRemark(", or add --trusted-network where nobody else can reach that network"),
                ".",
            ),
        )


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _build_cluster_runner(connect: Callable[[], Any], storage: str) -> DoParts:
    def do(job: WorkerJob, parts: Sequence[LookupPart], done: Callable[[], object]) -> Failures:
        if any(part.kind == WORDS for part in parts):
            # The words of all parts are here by now.
            return in_processes(None)(job, parts, done)
        with PartStorage.prepared(job, storage) as stored, connect() as client:
            return _shared_out(client, stored, parts, done)

    return do


@contextmanager
def _connect_scheduler(address: str) -> Iterator[Any]:
    distributed = _import_distributed()
    try:
        client = distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        raise SourceError(
            f"{address} cannot be used as a scheduler: {type(error).__name__}: {error}",
            hint="Check the address, the certificates and that the scheduler runs.",
        ) from error
    with client:
        yield client


@contextmanager
def start_local_cluster(workers: int) -> Iterator[Any]:
    """Provide a client of a number of workers on this machine, which take work from it alone."""
    distributed = _import_distributed()
    with (
        distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",  # any free port: others may run one too
            security=True,  # by certificates of its own, for other accounts reach the port, too
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        yield client


def _import_distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise UsageError(
            "The package distributed, which a cluster needs, is not installed or does not work: "
            f"{error}",
            hint="Install it: pip install 'duediligence[cluster]'",
        ) from None
    # What Dask writes of its own work means nothing to whoever gave the command.
    for name in ("distributed", "tornado", "bokeh"):
        logging.getLogger(name).handlers[:] = [logging.NullHandler()]
    return distributed


def _shared_out(
    client: Any, stored: PartStorage, parts: Sequence[LookupPart], done: Callable[[], object]
) -> dict[LookupPart, str]:
    distributed = _import_distributed()
    from duediligence.extensions.whole_register.lookup.dask_worker import LookupPlugin, do_part

    plugin = LookupPlugin(stored.shared)
    try:
        client.register_plugin(plugin)
    except Exception as refusal:  # as Dask hands on what any worker raises
        raise SourceError(
            f"A worker cannot run the program: {refusal}",
            hint="Every worker needs the same version of duediligence, with its extra [cluster].",
        ) from refusal
    failures: dict[LookupPart, str] = {}
    tries: dict[LookupPart, int] = {}
    waiting: dict[Any, LookupPart] = {}

    def submit(part: LookupPart) -> Any:
        tries[part] = tries.get(part, 0) + 1
        key = f"{plugin.name}-{part.name}-{tries[part]}"
        future = client.submit(do_part, plugin.name, msgspec.json.encode(part), key=key, pure=False)
        waiting[future] = part
        return future

    try:
        running = distributed.as_completed([submit(part) for part in parts], loop=client.loop)
        for future in running:
            part = waiting.pop(future)
            error = future.exception() if future.status == "error" else None
            if (isinstance(error, distributed.KilledWorker) or future.cancelled()) and tries[
                part
            ] < _TRIES:
                running.add(submit(part))
                continue
            said = _why_not(future, error)
            if said:
                failures[part] = said
            else:
                stored.collect(part)
            done()
    finally:
        client.cancel(list(waiting))
        client.unregister_worker_plugin(plugin.name)
    return failures


def _why_not(future: Any, error: BaseException | None) -> str:
    """Return why a part was not done, or an empty text."""
    if error is not None:
        return f"{type(error).__name__}: {error}"
    if future.cancelled():
        return "it was cancelled"
    said = future.result()
    return said if isinstance(said, str) else "the worker gave another answer than expected"

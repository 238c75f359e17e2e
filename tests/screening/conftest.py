"""A publisher's HTTPS server on loopback, and the authority that these tests alone trust."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from pytest_httpserver import HTTPServer


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    authority = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    return context, path


@pytest.fixture
def server(authority: tuple[ssl.SSLContext, Path]) -> Iterator[HTTPServer]:
    with HTTPServer(host="localhost", port=0, ssl_context=authority[0]) as running:
        yield running

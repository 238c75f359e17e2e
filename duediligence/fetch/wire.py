"""One request over the wire, with nothing sent or read that was not asked for."""

from contextlib import suppress

import requests
from urllib3.exceptions import HTTPError, InvalidHeader
from urllib3.util import Retry

from duediligence.fetch.failures import Problem, unanswered


def open_session(user_agent: str) -> requests.Session:
    """A session that sends no password from the user's .netrc."""
    session = requests.Session()
    session.auth = lambda request: request
    session.headers["User-Agent"] = user_agent
    return session


def send(
    session: requests.Session,
    request: requests.PreparedRequest,
    timeouts: tuple[float, float],
    verify: str | bool,
    *,
    through_proxy: bool = True,
) -> requests.Response:
    """The answer, its body not read yet and no redirect followed. Raises Problem.

    `timeouts` are for connecting and for reading, in seconds; `verify` is as in requests.
    """
    url = request.url or ""
    settings = session.merge_environment_settings(url, {}, True, verify, None)
    merged = settings["verify"]
    assert merged is not None
    try:
        # The session's own send would read the whole body of a redirect, however long.
        return session.get_adapter(url).send(
            request,
            stream=True,
            timeout=timeouts,
            verify=merged,
            proxies=settings["proxies"] if through_proxy else {},
        )
    except (requests.RequestException, HTTPError) as error:
        raise unanswered(error, *timeouts) from error
    except OSError as error:
        raise Problem(
            "was not asked: the file of trusted certificates cannot be read",
            hint="Check the setting ca_file, and REQUESTS_CA_BUNDLE.",
        ) from error


def asked_to_wait(response: requests.Response) -> float | None:
    """The seconds of a Retry-After header, None where there is none that can be read."""
    wish = response.headers.get("Retry-After")
    with suppress(InvalidHeader, ValueError, OverflowError):
        return Retry().parse_retry_after(wish) if wish else None
    return None

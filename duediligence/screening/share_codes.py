"""A share code's form, asked of the Central Digital Platform by a person who names the code.

Its data sharing service is described in its public source (cabinetoffice/GCGS-Central-Digital-
Platform). Never tried on a real answer.
"""

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from duediligence.errors import Hint, Invalid, NotFound, Step, UsageError
from duediligence.fetch.api import Api, ApiAnswer, explain_key_refusal
from duediligence.fetch.limiter import Limiter
from duediligence.screening.access import require_action
from duediligence.screening.workspace import Workspace, user_agent

KEY_HEADER: Final = "CDP-Api-Key"
_CODE = re.compile(r"[0-9A-Za-z]{8}")


def fetch_share_code(workspace: Workspace, code: str) -> ApiAnswer:
    """Return the platform's answer to a share code, which is kept nowhere.

    Raises Forbidden; Invalid for a text that is no share code, UsageError where there is no key,
    NotFound where the platform does not know the code, FetchFailed.
    """
    require_action(workspace, "import declarations")
    if not _CODE.fullmatch(code):
        raise Invalid(
            "is not a share code: it has 8 letters and digits", field="share_code", given=""
        )
    settings = workspace.settings
    key, address = settings.secret("cdp_key"), settings.address_of_platform()
    if not key:
        raise UsageError(
            "There is no key for the Central Digital Platform, so that it cannot be asked",
            hint=Hint(
                "Import the file that the supplier or your tendering system sent. To ask by share "
                "code, your organisation needs a key of the platform: ",
                Step("show-settings"),
            ),
        )
    # Its answer is of persons, and is kept as far as it is read, under the rules for that.
    with TemporaryDirectory() as folder:
        api = Api(
            address,
            key=key,
            key_header=KEY_HEADER,
            evidence=Path(folder),
            limiter=Limiter.for_key(Path(folder), key),
            user_agent=user_agent(settings),
            verify=str(settings.ca_file) if settings.ca_file else True,
            private_hosts=(*settings.private_hosts, *settings.key_hosts),
            now=workspace.now,
            backoff=workspace.backoff,
            explain=explain_key_refusal,
        )
        with api:
            answer = api.get(f"/share/data/{code}")
    if answer is None:
        raise NotFound(
            "The Central Digital Platform does not know this share code, or not for your key",
            hint="Capitals count in it. Ask the supplier for the code again, or for the file.",
        )
    return answer

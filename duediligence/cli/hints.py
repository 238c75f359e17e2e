"""Hints as a command line words them: each step is the command that takes it."""

from collections.abc import Mapping

from duediligence.errors import Hint, Step, StepName

# What follows the name of the program; in braces, what the step is about.
COMMANDS: Mapping[StepName, str] = {
    "accept-list-format": "lists refresh {list} --accept-format",
    "accept-list-loss": "lists refresh {list} --accept-shrink",
    "bring-list-files": "lists refresh {list} --from DIR",
    "confirm-list": "lists confirm {list}",
    "import-suppliers": "suppliers import FILE",
    "link-supplier": "suppliers link {supplier}",
    "list-alerts": "alerts list",
    "list-suppliers": "suppliers list",
    "load-registers": "registers load {register} FILE",
    "make-pack": "report {supplier} --out FILE",
    "refresh-lists": "lists refresh",
    "screen": "screen",
    "send-digest": "digest send",
    "show-alert": "alerts show {alert}",
    "show-all-alerts": "alerts list --all",
    "show-audit-log": "audit log",
    "show-digest-status": "digest status",
    "show-list-status": "lists status",
    "show-schedule-example": "schedule example",
    "show-settings": "settings show",
    "test-register-description": "lists test {file}",
    "write-list-template": "lists template {list}",
}
# What stands there where a step does not say what it is about.
_ANY = {
    "list": "ID",
    "supplier": "REF",
    "alert": "ID",
    "file": "FILE",
    "register": "companies-house",
}


def command(step: Step) -> str:
    """The command as it is typed, without the name of the program."""
    about = {**_ANY, **step.about}
    if about["register"].startswith("charities"):
        about["register"] = "charities"
    return COMMANDS[step.name].format_map(about)


def worded(hint: str | Hint) -> str:
    """The hint as text for a terminal."""
    if isinstance(hint, str):
        return hint
    return hint.worded(lambda step: f"duediligence {command(step)}")

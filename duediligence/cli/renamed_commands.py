"""Commands that had another name in an earlier version: the old name answers with the new one."""

from collections.abc import Mapping, Sequence

from duediligence.errors import UsageError

# A row is one command, or a group with all its commands. The longest old name counts.
RENAMED_COMMANDS: Mapping[str, str] = {
    "case": "sharing case",
    "checks list": "suppliers checks",
    "exchange": "sharing exchange",
    "export flags": "alerts flags",
    "export referral": "sharing referral",
    "intelligence": "sharing intelligence",
    "network show": "suppliers network",
    "policy preview": "settings preview",
    "register": "registers",
    "register load": "registers load whole",
}


def refuse_renamed_command(global_options: Sequence[str], arguments: Sequence[str]) -> None:
    """Raise UsageError with the line to type where the arguments begin with an old name."""
    for length in (2, 1):
        old = " ".join(arguments[:length])
        if new := RENAMED_COMMANDS.get(old):
            from shlex import join

            line = ["duediligence", *global_options, *new.split(), *arguments[length:]]
            raise UsageError(f"`{old}` is now `{new}`", hint=f"Type: {join(line)}")
    moved = [old for old in RENAMED_COMMANDS if old.split()[0] in arguments[:1]]
    if moved:
        raise UsageError(
            "; ".join(f"`{old}` is now `{RENAMED_COMMANDS[old]}`" for old in moved),
            hint="Type the new name with --help to see its options.",
        )

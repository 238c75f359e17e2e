"""Secrets from the keyring of the system: Keychain, Credential Manager, Secret Service, KWallet."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

SERVICE = "duediligence"
# Backends of one system, which keyring imports on all: the one for macOS looks for its libraries by
# ldconfig and a compiler.
_ONLY_ON = {"keyring.backends.macOS": "darwin", "keyring.backends.Windows": "win32"}


@dataclass(frozen=True, slots=True, repr=False)
class Kept:
    """What the keyring holds of a setting. `problem` is why it could not be asked; else empty."""

    secret: str = ""
    problem: str = ""


def read_keyring_secret(name: str) -> Kept:
    """Return the secret that the keyring holds for the setting `name`, under the service
    `duediligence`.

    A keyring that is locked or not there holds none: a command must not depend on a desktop.
    """
    return _ask_keyring(lambda keyring: keyring.get_password(SERVICE, name))


def store_keyring_secret(name: str, secret: str) -> str:
    """Keep the secret of a setting in the keyring, or remove it where it is empty; return why that
    could not be done, empty where it was.
    """
    if secret:
        return _ask_keyring(lambda keyring: keyring.set_password(SERVICE, name, secret)).problem
    if not read_keyring_secret(name).secret:
        return ""
    return _ask_keyring(lambda keyring: keyring.delete_password(SERVICE, name)).problem


def _ask_keyring(ask: Callable[[ModuleType], str | None]) -> Kept:
    # Imported lazily: it looks for every keyring that is installed.
    import keyring
    from keyring.errors import KeyringLocked, NoKeyringError

    for backend, system in _ONLY_ON.items():
        if system != sys.platform:
            sys.modules.setdefault(backend, ModuleType(backend))
    try:
        return Kept(ask(keyring) or "")
    except NoKeyringError:
        return Kept(problem="this machine has none that can be used")
    except KeyringLocked:
        return Kept(problem="it is locked")
    except Exception as error:
        # Each system's raises errors of its own; their texts may hold anything.
        return Kept(problem=f"it cannot be used ({type(error).__name__})")

"""Where any error ends up in one branch, its message says what is known and guesses no cause."""

import ast
from collections.abc import Iterator

from tests.rows import for_each

from .sources import SOURCES, name_source, parse_source, walk_tree

# One of these stands for many causes.
BROAD = {"Exception", "BaseException", "OSError", "ImportError", "MemoryError"}
# These say what failed and nothing of why.
NO_CAUSE = {
    "duediligence/cli/backup.py: : the passphrase cannot be read from this file",
    "duediligence/cli/suppliers.py: your user name is unknown",
    "duediligence/settings/__init__.py: : the secret cannot be read from this file",
    # The branch is for one cause by then.
    "duediligence/formats/filetype.py: build_damage_error",
    "duediligence/notifications/mail.py:  did not answer in full",
    "duediligence/writing.py: There is no disk space left to write ",
}


def known(handler: ast.ExceptHandler) -> set[str]:
    """The names that hold the error, or something taken from it."""
    found = {handler.name or ""}
    for node in ast.walk(handler):
        if isinstance(node, ast.Assign) and names(node.value) & found:
            found |= {name for target in node.targets for name in names(target)}
    return found


def names(node: ast.AST | None) -> set[str]:
    return {
        one.id if isinstance(one, ast.Name) else one.attr
        for one in (ast.walk(node) if node else ())
        if isinstance(one, ast.Name | ast.Attribute)
    }


def guesses(tree: ast.Module) -> Iterator[str]:
    """What is raised in broad branches without a word of the error: the text, or what makes it."""
    for handler in walk_tree(tree):
        if not isinstance(handler, ast.ExceptHandler):
            continue
        if handler.type is not None and not names(handler.type) & BROAD:
            continue
        for node in ast.walk(handler):
            if isinstance(node, ast.Raise) and node.exc and not names(node.exc) & known(handler):
                texts = [one.value for one in ast.walk(node.exc) if isinstance(one, ast.Constant)]
                yield next((text for text in texts if isinstance(text, str)), "") or ast.unparse(
                    node.exc.func if isinstance(node.exc, ast.Call) else node.exc
                )


def test_a_broad_branch_says_what_is_known() -> None:
    found = {
        f"{name_source(path)}: {text}" for path in SOURCES for text in guesses(parse_source(path))
    }
    assert found <= NO_CAUSE, "\n".join(sorted(found - NO_CAUSE))


@for_each(
    ("branch", "guessed"),
    [
        ("except Exception:\n    raise E('too much memory')", ["too much memory"]),
        ("except (OSError, KeyError) as e:\n    raise E('is damaged') from e", ["is damaged"]),
        ("except:\n    raise damaged(path)", ["damaged"]),
        ("except OSError as e:\n    raise E(f'cannot be read: {e.strerror}') from e", []),
        ("except OSError as e:\n    why = e.strerror\n    raise E(f'no: {why}') from e", []),
        ("except BadZipFile as e:\n    raise E('is damaged') from e", []),
        ("except Exception:\n    raise", []),
    ],
)
def test_a_guess_is_found(branch: str, guessed: list[str]) -> None:
    assert list(guesses(ast.parse(f"try:\n    f()\n{branch}"))) == guessed

"""Nothing is written but by the writer and with the modes that `permissions` sets."""

import ast
from collections.abc import Iterator

from tests.rows import for_each

from .sources import SOURCES, name_source, parse_source, walk_tree

# What makes a file or a folder whatever it is called on; `open` and `ZipFile` by their mode.
MAKING = {
    "mkdir",
    "makedirs",
    "mknod",
    "mkstemp",
    "touch",
    "write_text",
    "write_bytes",
    "symlink_to",
    "copy",
    "copy2",
    "copyfile",
    "copytree",
    "copymode",
    "chmod",
    "fchmod",
    "umask",
    "FileHandler",
    "NamedTemporaryFile",
}
BY_MODE = {"open", "ZipFile", "TarFile"}
# The file that is written was made by `replacing` or `permissions.create`, or lies in a folder of
# `TemporaryDirectory`, which is 0700.
WRITTEN_TO = {
    "duediligence/extensions/whole_register/conversion.py: into.open",
    # A place that the operator names and guards, and that may be a bucket.
    "duediligence/extensions/whole_register/lookup/shared_storage.py: files.makedirs",
    "duediligence/extensions/whole_register/officers.py: run.more_rows_file.open",
    "duediligence/extensions/whole_register/officers.py: run.rows_file.open",
    "duediligence/extensions/whole_register/splitting.py: odd.open",
    "duediligence/extensions/whole_register/splitting.py: plain.open",
    "duediligence/casework/verifying.py: temporary.open",
    "duediligence/delivery/backup/making.py: casework.copy",
    "duediligence/delivery/backup/making.py: schedule.copy",
    "duediligence/delivery/decision_workbook.py: temporary.write_bytes",
    "duediligence/delivery/exports.py: shutil.copyfile",
    "duediligence/delivery/pack/container.py: zipfile.ZipFile",
    # A copy in memory.
    "duediligence/formats/workbook.py: to.open",
    "duediligence/formats/workbook.py: zipfile.ZipFile",
    "duediligence/delivery/pack/making.py: temporary.write_bytes",
    "duediligence/matching/index/arrays.py: path.open",
    "duediligence/fetch/locking.py: os.open",
    "duediligence/fetch/locking.py: open",
    "duediligence/logs.py: logging.FileHandler",
    "duediligence/logs.py: path.open",
    "duediligence/render/exports.py: path.open",
    "duediligence/render/flags.py: temporary.open",
    "duediligence/render/flags_xlsx.py: temporary.open",
    "duediligence/screener.py: (folder / list_id / 'entries.json').write_bytes",
    "duediligence/screener.py: (folder / list_id).mkdir",
    "duediligence/screening/lists/refresh.py: Path(folder, watchlist.feeds[0].filename).write_text",
    "duediligence/store/casework/unit_of_work.py: path.open",
    "duediligence/store/database.py: shutil.copyfile",
    "duediligence/store/copies.py: sqlite3.connect",
    "duediligence/store/database.py: sqlite3.connect",
    "duediligence/store/register/local_register.py: sqlite3.connect",
}
WRITERS = {
    "duediligence/permissions.py",
    "duediligence/set_modes.py",
    "duediligence/writing.py",
}
# Only read, or a device.
READ_ONLY = {
    "duediligence/cli/__init__.py: open",
    "duediligence/cli/__init__.py: os.open",
}


def making(tree: ast.Module) -> Iterator[str]:
    """Each call that can make or open to write a file, or make a folder."""
    own = {
        alias.asname or alias.name
        for node in walk_tree(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("duediligence")
        for alias in node.names
    }
    for node in walk_tree(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        name = called.rpartition(".")[2]
        if called in own:
            continue
        if (
            called in ("os.open", "sqlite3.connect")
            or name in MAKING
            or (name in BY_MODE and any(map(_writes, [*node.args[:2], *node.keywords])))
        ):
            yield called


def _writes(argument: ast.AST) -> bool:
    """Whether an argument is a mode, or a choice of modes, that writes."""
    texts = [
        part.value
        for part in ast.walk(argument)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]
    return any(set(text) <= set("rwaxbt+") and set(text) & set("wax+") for text in texts)


def found() -> set[str]:
    return {
        f"{place}: {call}"
        for path in SOURCES
        if (place := name_source(path)) not in WRITERS
        for call in making(parse_source(path))
    }


def test_nothing_is_written_round_the_writer() -> None:
    """A new one belongs through `writing`; or on the list above, with what makes it private."""
    differ = found() ^ (WRITTEN_TO | READ_ONLY)
    assert not differ, "\n".join(sorted(differ))


@for_each(
    "code",
    [
        "Path(x).mkdir()",
        "open(x, 'w')",
        "open(x, mode='ab')",
        "path.open('r+b')",
        "path.write_text('x')",
        "zipfile.ZipFile(path, 'w')",
        "sqlite3.connect(path)",
        "os.open(path, flags)",
        "shutil.copy2(a, b)",
        "path.open('w' if new else 'a')",
    ],
)
def test_what_would_go_round_it_is_seen(code: str) -> None:
    assert list(making(ast.parse(code)))


@for_each(
    "code",
    [
        "path.open('rb')",
        "open(x)",
        "path.open(encoding='utf-8', newline='')",
        "zipfile.ZipFile(path)",
        "from duediligence.writing import write_text\nwrite_text(path, 'x')",
    ],
)
def test_what_reads_is_not_taken_for_it(code: str) -> None:
    assert not list(making(ast.parse(code)))


# What opens a file by its bytes, or lists files that are then opened. POSIX drops all locks of a
# process on a file when any descriptor of it is closed: none may reach an open database.
READING = {
    *("open", "read_bytes", "read_text", "copy", "copyfile", "copy2", "copytree", "file_digest"),
    *("hash_file", "quick_digest", "ZipFile", "is_zipfile"),
}
LISTING = {"walk", "fwalk", "rglob", "iterdir", "scandir", "glob"}
# Functions that name a database, or list a folder, and read files; each with why it reaches none.
NEAR_DATABASES = {
    "casework/error_log.py: read_log": "*.jsonl alone",
    "casework/examination.py: _lists": "hashes files of indexes",
    "casework/examination.py: _descriptions": "*.toml alone",
    "cli/screen.py: check_one_name": "a pack that it wrote into an empty folder",
    "delivery/backup/contents.py: _answers_in": "*.json alone",
    "delivery/backup/making.py: make": "copies by SQLite, in a folder of their own",
    "demo/server.py: _read_answer_files": "files of the package",
    "extension.py: list_own_modules": "the RECORD of the installed package",
    "extensions/sharing/store/kept.py: read_all": "*.json alone",
    "extensions/whole_register/loading.py: _known": "*.json alone",
    "extensions/whole_register/lookup/state.py: folder_digest": "parts of the whole register",
    "logs.py: _write": "*.jsonl alone; of the home only whether it is empty",
    "screening/lists/trial.py: record_passed_trial": "samples of the package",
    "set_modes.py: set_modes": "in a process of its own",
    "store/casework/retention.py: everything": "*.json alone",
    "web/uploads.py: find_upload": "files in the folder of one upload",
    "store/database.py: _open_temporary_copy": "what this account cannot write, so never locks",
}


def near_databases(tree: ast.Module) -> Iterator[str]:
    for function in walk_tree(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        parts = list(ast.walk(function))
        called = {
            ast.unparse(one.func).rpartition(".")[2] for one in parts if isinstance(one, ast.Call)
        }
        names = any(
            isinstance(one, ast.Constant)
            and str(one.value).endswith((".db", "-wal", "-shm"))
            and one.value is not ast.get_docstring(function, clean=False)
            for one in parts
        )
        if called & READING and (names or called & LISTING):
            yield function.name


def test_what_could_reach_a_database_is_known() -> None:
    found = {
        f"{name_source(path).removeprefix('duediligence/')}: {function}"
        for path in SOURCES
        for function in near_databases(parse_source(path))
    }
    assert found == set(NEAR_DATABASES)


@for_each(
    "code",
    [
        "def f(home):\n    return hash_file(home / 'casework.db')",
        "def f(home):\n    with open(f'{home}/x-wal') as file: pass",
        "def f(home):\n    for one in home.rglob('*'): one.read_bytes()",
        "def f(home):\n    for place, _, names in os.walk(home): shutil.copy(place, home)",
    ],
)
def test_what_would_reach_a_database_is_seen(code: str) -> None:
    assert list(near_databases(ast.parse(code)))

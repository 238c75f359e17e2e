"""Make a folder from which the tool installs without internet, make or git; or try such a folder.

python requirements/bundle.py --uv .venv/supply/bin/uv --wheel dist/NAME.whl --for windows
python requirements/bundle.py --try dist/bundle-linux-py311
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
# The name that uv has for a platform, and those that pip has for the wheels which it takes.
PLATFORMS = {
    "linux": ("x86_64-manylinux_2_28", ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64",
                                        "manylinux2014_x86_64")),
    "windows": ("x86_64-pc-windows-msvc", ("win_amd64",)),
    "macos": ("aarch64-apple-darwin", ("macosx_11_0_arm64", "macosx_10_9_universal2")),
}  # fmt: skip
INSTALL = """\
duediligence {version}, for {platform} with Python {python}. `wheels` has all that it needs.

Nothing is fetched: without internet, make or git, in this folder:

    {setup}
    {pip} install --no-index --find-links wheels --require-hashes -r install.txt
    {command} demo

Each file is checked against its hash in install.txt. The last command screens invented
suppliers: when it prints a table, the tool works. Then: `duediligence --help` shows all commands,
`duediligence doctor` says what is missing, `duediligence lists guide` which lists to bring.
"""
HOW = {
    "windows": ("py -{python} -m venv C:\\duediligence", "C:\\duediligence\\Scripts\\python -m pip",
                "C:\\duediligence\\Scripts\\duediligence"),
    "other": ("python{python} -m venv ~/duediligence", "~/duediligence/bin/python -m pip",
              "~/duediligence/bin/duediligence"),
}  # fmt: skip


def here() -> str:
    """The platform that this machine is."""
    return {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")


def make(platform: str, python: str, wheel: Path, uv: Path) -> Path:
    """Download the locked wheels for a platform beside the project's own; the folder made."""
    folder = Path("dist", f"bundle-{platform}-py{python.replace('.', '')}")
    shutil.rmtree(folder, ignore_errors=True)
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    of_uv, tags = PLATFORMS[platform]
    locked = folder / "install.txt"
    # pip asks the markers of a lock of this machine, whatever platform is asked for: uv does not.
    run(uv, "pip", "compile", "--quiet", "--no-config", "--no-deps", "--generate-hashes",
        "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links",
        "--python-platform", of_uv, "--python-version", python,
        HERE / "release.txt", "-o", locked)  # fmt: skip
    named = [argument for tag in tags for argument in ("--platform", tag)]
    run(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes",
        "--only-binary", ":all:", "--python-version", python, "--implementation", "cp",
        *named, "-r", locked, "-d", wheels)  # fmt: skip
    shutil.copy(wheel, wheels)
    name, version = wheel.name.split("-")[:2]
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    with locked.open("a", encoding="utf-8") as file:
        file.write(f"{name}=={version} \\\n    --hash=sha256:{digest}\n")
    setup, pip, command = HOW.get(platform, HOW["other"])
    text = INSTALL.format(
        version=version, platform=platform, python=python, pip=pip, command=command,
        setup=setup.format(python=python),
    )  # fmt: skip
    (folder / "INSTALL.txt").write_text(text, encoding="utf-8", newline="\r\n")
    return folder


def attempt(folder: Path) -> None:
    """Install from the folder alone into a new place, and run the demo there."""
    with tempfile.TemporaryDirectory() as place:
        scripts = Path(place, "venv", "Scripts" if sys.platform == "win32" else "bin")
        run(sys.executable, "-m", "venv", Path(place, "venv"))
        # Neither this machine's settings of pip nor anything that is cached may help.
        alone = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1", "HOME": place}
        alone |= {key: os.environ[key] for key in ("PATH", "SYSTEMROOT") if key in os.environ}
        run(scripts / "python", "-m", "pip", "install", "--quiet", "--no-index", "--find-links",
            folder.absolute() / "wheels", "--require-hashes", "-r",
            folder.absolute() / "install.txt", env=alone, cwd=place)  # fmt: skip
        run(scripts / "duediligence", "demo", "--out-dir", "demo", env=alone, cwd=place)
        if not Path(place, "demo", "flags.csv").is_file():
            sys.exit("The demo wrote no flags.")


def run(*command: object, env: dict[str, str] | None = None, cwd: str | None = None) -> None:
    """Run a command, and end with its exit code where it fails."""
    ended = subprocess.run([str(one) for one in command], check=False, env=env, cwd=cwd)
    if ended.returncode:
        sys.exit(ended.returncode)


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--for", dest="platform", choices=PLATFORMS, default=here())
    parser.add_argument("--python", default=sysconfig.get_python_version())
    parser.add_argument("--wheel", type=Path)
    parser.add_argument("--uv", type=Path)
    parser.add_argument("--try", dest="folder", type=Path)
    asked = parser.parse_args()
    if asked.folder:
        attempt(asked.folder)
        print(f"{asked.folder}: installs without a network, and the demo runs.")
        return
    if not (asked.wheel and asked.uv):
        parser.error("--wheel and --uv are needed to make a bundle")
    folder = make(asked.platform, asked.python, asked.wheel, asked.uv)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(
        f"Wrote {folder}: {len(list((folder / 'wheels').iterdir()))} wheels, {size / 1e6:.0f} MB."
    )


if __name__ == "__main__":
    main()

"""Write data/han_readings.tsv and data/han_forms.tsv from published dictionaries.

    pip install pypinyin==0.55.0 ToJyutping==3.2.0 opencc-python-reimplemented==0.1.7
    python benchmarks/derive_han.py

How Chinese characters are read: Pinyin of pypinyin (MIT), Jyutping of ToJyutping (BSD 2-Clause);
which are traditional forms of which simplified ones: OpenCC (Apache License 2.0). Characters are
those of GB 2312 and Big5, which the names of people in China, Taiwan and Hong Kong are written in.
"""

import unicodedata
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

DATA = Path(__file__).parents[1] / "duediligence" / "matching" / "data"
MOST_READINGS = 3


def _characters() -> list[str]:
    found = []
    for code in range(0x4E00, 0xA000):
        character = chr(code)
        for encoding in ("gb2312", "big5"):
            try:
                character.encode(encoding)
            except UnicodeEncodeError:
                continue
            found.append(character)
            break
    return found


def _simplified() -> dict[str, str]:
    package = Path(str(import_module("opencc").__file__)).parent
    table = package / "dictionary" / "TSCharacters.txt"
    rows = [line.split("\t") for line in table.read_text("utf-8").splitlines()]
    # One that is a simplified form of its own too (乾) stays as it is.
    return {one: forms.split()[0] for one, forms in rows if one not in forms.split()}


def _pinyin(character: str) -> list[str]:
    readings = import_module("pypinyin.pinyin_dict").pinyin_dict.get(ord(character), "")
    plain = []
    for reading in readings.split(",") if readings else []:
        marked = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
        plain.append("".join(c for c in marked if c.isascii() and c.isalpha()))
    return [reading for reading in plain if any(c in "aeiouv" for c in reading)]


def _jyutping(character: str) -> list[str]:
    ((_, readings),) = import_module("ToJyutping").get_jyutping_candidates(character)
    return [reading.rstrip("123456") for reading in readings if " " not in reading]


def main() -> None:
    simplified = _simplified()
    characters = _characters()
    forms: dict[str, list[str]] = {}
    for character in characters:
        forms.setdefault(simplified.get(character, character), []).append(character)
    rows: dict[tuple[str, str], str] = {}
    for one, variants in forms.items():
        read: list[str] = []
        for way in (_pinyin, _jyutping):
            # The form that all are taken for first; then what others add.
            found = [way(c)[:MOST_READINGS] for c in (one, *variants)]
            read.append(" ".join(dict.fromkeys(r for readings in found for r in readings)))
        if any(read):
            key = (read[0], read[1])
            rows[key] = rows.get(key, "") + one
    sources = (
        f"pypinyin {version('pypinyin')} (MIT, Huang Huang and contributors); ToJyutping "
        f"{version('ToJyutping')} (BSD 2-Clause, 2024 Cantonese Computational Linguistics "
        "Infrastructure Development Workgroup)"
    )
    lines = [f"# Pinyin\tJyutping\tcharacters\t{sources}; by benchmarks/derive_han.py"]
    lines += sorted("\t".join((*key, found)) for key, found in rows.items())
    (DATA / "han_readings.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    pairs = [(o, c) for o, variants in forms.items() for c in variants if c != o]
    source = f"OpenCC, in opencc-python-reimplemented {version('opencc-python-reimplemented')}"
    lines = [
        f"# traditional\tsimplified\t{source} (Apache License 2.0); by benchmarks/derive_han.py"
    ]
    lines.append("\t".join(("".join(c for _, c in pairs), "".join(o for o, _ in pairs))))
    (DATA / "han_forms.tsv").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()

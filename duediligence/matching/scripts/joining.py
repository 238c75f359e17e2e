"""Words of a name, written as fewer words.

Latin names write the two syllables of a given name as one word (`Xiaoming`, `Jongun`), and those
of a double family name (`Ouyang`); of Arabic and other words they join any two (`Walijan`).
"""

from itertools import pairwise

from duediligence.matching.scripts.blocks import SYLLABIC, script_of

# Double family names of China and Korea, each in the script they are written in.
_DOUBLE = frozenset(
    "欧阳 司徒 司马 上官 诸葛 皇甫 夏侯 尉迟 公孙 慕容 令狐 东方 端木 轩辕 长孙 宇文 司空 南宫 "
    "남궁 황보 제갈 선우 독고 사공 서문 동방".split()
)


def regrouped(words: list[str]) -> list[list[str]]:
    """Return the other ways in which Latin names may divide the words of a person's name."""
    if not 1 < len(words) < 5 or all(map(str.isascii, words)):
        return []
    scripts = {script_of(word) for word in words}
    if SYLLABIC.isdisjoint(scripts):
        return [
            [*words[:place], one + other, *words[place + 2 :]]
            for place, (one, other) in enumerate(pairwise(words))
            if script_of(one) and script_of(one) == script_of(other)
        ]
    if len(scripts) > 1 or len(words) < 3 or max(map(len, words)) > 1:
        return []
    family, given = words[:1], words[1:]
    if len(words) == 4 or "".join(words[:2]) in _DOUBLE:
        family, given = words[:2], words[2:]
    ways = [["".join(family), "".join(given)]]
    if len(family) == 2 and len(given) == 2:
        ways.append(["".join(family), *given])
    return ways

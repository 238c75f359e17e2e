"""What each letter of a Hebrew word is romanised as: the Academy's rules and common habits."""

from typing import Final

from duediligence.matching.scripts.consonants import Letter

LETTERS: Final = {
    "א": Letter("- a e i o u", first="a e i o u y"),
    "ב": Letter("b v w"),
    "ג": Letter("g j dj"),
    "ד": Letter("d"),
    "ה": Letter("h", last="a ah e eh h o oh -"),
    "ו": Letter("w v u o ou av ov", first="w v u o"),
    "ז": Letter("z s zh"),
    "ח": Letter("h ch kh"),
    "ט": Letter("t"),
    "י": Letter("y i e j ay ey iy ai ei ie", last="a ay ey ai ei i y e j"),
    "כ": Letter("k ch kh c h q"),
    "ך": Letter("k ch kh c h"),
    "ל": Letter("l"),
    "מ": Letter("m"),
    "ם": Letter("m"),
    "נ": Letter("n"),
    "ן": Letter("n"),
    "ס": Letter("s c"),
    "ע": Letter("- a e i o u", first="a e i o u y"),
    "פ": Letter("p f ph"),
    "ף": Letter("f p ph v"),
    "צ": Letter("ts tz z s c ch tch"),
    "ץ": Letter("ts tz z s c ch tch"),
    "ק": Letter("k c q ck"),
    "ר": Letter("r"),
    "ש": Letter("sh s ch sch"),
    "ת": Letter("t th"),
}

"""Names written so that nobody is found under them, and ordinary ones in any script."""

from duediligence.formats.cells import why_unreadable
from tests.rows import for_each


@for_each(
    "text",
    [
        "<b>Zorvan</b> Ltd", "Zorvan &amp; Sons", "Zorvan%20Ltd", "Zorvan_x0020_Ltd",
        "Z\\u006frvan",
        "=?utf-8?q?Zorvan?=", "=5A=6F",
        "Z O R V A N K A", "Z.O.R.V.A.N.K.A.", "Z; O; R; V; A; N; K",
        "Zоrvan", "Ζorvan", "ᏃᏒᏙ Ltd", "ꓜꓳꓣꓦꓮꓠ", "ᴢᴏʀᴠᴀɴ", "🇿🇴🇷", "🅰orvan", "Z0rv4n3k Ltd",
        "Zorv?n?k", "₳₲₵", "Zorvan\ufffdLtd", "ɐʇıɯǝʞ",
    ],
)  # fmt: skip
def test_letters_that_no_register_writes_are_not_read(text: str) -> None:
    assert why_unreadable(text)


@for_each(
    "text",
    [
        "E.ON", "B & M", "H.M.Y.", "R.S.P.C.A.", "3i", "O2", "A.B.C. Cars", "24/7 Care", "50% Off",
        "AT&T; Bell", "Société Générale", "SÃO PAULO", "Łódź Sp. z o.o.", "O’Neill", "Ünal",
        "Яндекс", "Ґудзь", "Ελλάδα", "עמית גל", "שׁוֹשַׁנָּה", "محمد علي", "東京ガス", "株式会社トヨタ",
        "김민준", "Nguyễn Văn Anh", "தமிழ் நிறுவனம்", "ไทย พาณิชย์", "ქართული", "Հայաստան", "नेहा शर्मा",
        "Keʻalohi", "Zorvan® Ltd", "Peidiwch Â Zorvan", "Pizza 🍕", "P&amp", "A B C D Ltd",
    ],
)  # fmt: skip
def test_ordinary_names_of_any_script_are_read(text: str) -> None:
    assert why_unreadable(text) == ""

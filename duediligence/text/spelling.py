"""The words by which letters and digits are spelled aloud: the alphabet of radio (ICAO)."""

from collections.abc import Mapping

SPELLED: Mapping[str, str] = {
    **{
        word[0]: word
        for word in (
            "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike "
            "November Oscar Papa Quebec Romeo Sierra Tango Uniform Victor Whiskey Xray Yankee Zulu"
        ).split()
    },
    **dict(zip("234567", "two three four five six seven".split(), strict=True)),
}
"""Of each of the 32 characters of base32, its word: five bits."""

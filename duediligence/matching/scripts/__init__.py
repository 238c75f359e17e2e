"""Names in scripts that say less, or more, than Latin letters do.

Arabic and Hebrew write consonants; a Han character or a Hangul syllable is romanised in several
ways. Their words stay in their script, so that two names in one script are compared in it, and
carry what compares them with Latin ones (see `Romanised`).
"""

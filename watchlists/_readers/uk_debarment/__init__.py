"""The hand-kept file of the UK debarment list, as a spreadsheet may have rewritten it."""

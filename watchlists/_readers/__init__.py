"""How the longer formats are read, a folder for each list; `fields` is what lists share."""

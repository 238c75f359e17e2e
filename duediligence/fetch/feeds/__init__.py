"""The files of one list: single ones, one for each part, runs of pages, and located ones."""

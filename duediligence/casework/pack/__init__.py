"""The evidence pack: what was screened, against what, and found; for anyone to verify."""

"""The API over what is kept: suppliers, runs, alerts, lists, jobs, the audit chain and packs.

Each answer has the envelope of the command line's `--json`, and in it the same data. What a program
may do is what the account of its token may do: the use cases say so, and nothing here.
"""

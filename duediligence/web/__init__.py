"""The console and the HTTP API: requests and showing only.

They call the same use cases as the command line, and show the same words.
"""

"""The console and the HTTP API: requests and showing only, over the same use cases as the command line."""

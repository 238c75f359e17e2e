"""What programs ask: the API of yente over the public lists, and whether the server is there.

Every answer is JSON, every error a problem document (RFC 9457). A program shows a token
(`callers.py`); nothing of what it asks for is stored or logged.
"""

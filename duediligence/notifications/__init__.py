"""Channels for messages: e-mail, webhook, a file in a folder."""

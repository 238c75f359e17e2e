"""Readers of what GOV.UK publishes: documents, their attachments, and answers of its search."""

"""Sharing with partners: agreements, requests, exchanges, messages, intelligence and cases."""

from duediligence.extension import Extension

EXTENSION = Extension(name="sharing")

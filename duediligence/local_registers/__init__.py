"""Registers a council describes in one TOML file: no Python needed."""

"""The local register: bulk files of Companies House and the charity regulators, to look up in."""

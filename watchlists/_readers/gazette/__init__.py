"""The Gazette's notices: pages of its feed, and what kinds of notice there are."""

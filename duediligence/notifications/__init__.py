"""Ways to tell people: e-mail, webhook, a file in a folder."""

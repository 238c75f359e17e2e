"""What is shared with partners: agreements, blind matching, requests, intelligence, cases."""

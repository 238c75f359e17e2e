"""Readers of what GOV.UK publishes: documents, their attachments, and answers of its search."""

SITE = "https://www.gov.uk"
# Attachments of a publication lead here, those that are pages to the site itself.
ASSETS = "assets.publishing.service.gov.uk"

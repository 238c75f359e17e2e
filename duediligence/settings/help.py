"""What each setting is for, in a sentence."""

from collections.abc import Mapping

HELP: Mapping[str, str] = {
    "home": "Folder that holds everything the tool keeps.",
    "threshold": "Lowest score, 0 to 1, that shows a possible match. Unset: the measured one.",
    "limit": "Most possible matches shown for one party on one list.",
    "workers": "Processes that compare names. Unset: chosen by the work and the cores.",
    "fail_on": "Least severity at which `screen` and `check` exit with 1.",
    "policy": "TOML file that overrides thresholds, severities and parameters of checks.",
    "contact": "Contact that publishers see in our User-Agent: an e-mail address or a page.",
    "ca_file": "Certificates to trust in place of the bundled ones, as for an inspecting proxy.",
    "keep_snapshots": "Downloads kept for each list.",
    "schedule_file": "TOML file that holds the jobs. Unset: schedule.toml in home.",
    "review_months": "Months after which a supplier is due to be screened again, changed or not.",
    "max_age_days": "Table: days after which a list is stale, by list id.",
    "addresses": "Table: another https address for a file, by file name, as of a mirror. That of a "
    "document which names a file stands under the file's name and `.located-from`.",
    "parts": "Table: the parts of a list to fetch, by list id, as the codes of the authorities in "
    "your area.",
    "hosts": "Table: further hosts that the download of a list may be redirected to, by list id. "
    "Each is one exact name, such as `files.example.org`.",
    "local_registers": "Folder of the TOML files that describe your own registers. Unset: "
    "`local-registers` in the home.",
    "store_restricted": "Whether records marked restricted are loaded, and so can be found.",
    "schedule_7_years": "Years, 3 or 5, that a discretionary ground looks back (Procurement Act "
    "2023, Schedule 7 paragraph 15).",
    "users": "Table: the role of each account of this machine, by its name: officer, approver, "
    "auditor or administrator. Empty: whoever opens the folder may do everything.",
    "companies_house_key": "Key for the API of Companies House. Secret, never shown: best set in "
    "the environment or in a file of its own.",
    "companies_house_key_file": "File that holds that key and nothing else.",
    "companies_house_url": "Address of that API: https, or http on this machine.",
    "decision_months": "Months after which a decision about an alert ends and it is open again.",
    "second_decision": "List: severities at which two people must decide alike. Empty: none.",
    "blind_second": "Whether the second person is not shown what the first one decided.",
    "retention": "Table: days that records are kept, by the rule's id, as in "
    "docs/data-protection.md.",
    "notify_mail_to": "E-mail addresses that the digest goes to, with commas between them.",
    "notify_mail_from": "E-mail address that the digest comes from.",
    "smtp_host": "Mail server that takes the digest. Needs TLS.",
    "smtp_port": "Its port. Unset: 587 for starttls, 465 for tls.",
    "smtp_security": "How TLS begins there: starttls, or tls from the first byte.",
    "smtp_user": "User name at the mail server, where it asks for one.",
    "smtp_password": "Password there. Secret, never shown: best set in the environment or in a "
    "file of its own.",
    "smtp_password_file": "File that holds that password and nothing else.",
    "webhook_url": "Address that the digest is posted to: https, or http on this machine. Never "
    "shown, for it may hold a token.",
    "webhook_secret": "Secret that signs what is posted, 16 characters or more. Never shown.",
    "webhook_secret_file": "File that holds that secret and nothing else.",
    "digest_folder": "Folder in which each digest is written as a file.",
    "digest_people": "Whether the digest names people; else it says what they are only.",
}

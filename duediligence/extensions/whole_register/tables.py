"""The tables of the whole register: the one description of their columns and types.

A version is a folder `bulk-register/VERSION/` of the home, named in `bulk-register/current.json`.
Each table is a folder of Parquet files in it, all of one layout. Tables of the publisher's rows
have one Parquet file for each part that was loaded; derived tables are made from them at the end.

A node is the first 64 bits of the MD5 of its key (`md5_number_lower`), which stays the same in
every version of DuckDB: `company:99000001`, `person:KEY`, `firm:KEY`, `address:KEY`.
`content` is the same kind of hash over all other columns of a row, but for keys that follow from
them: what changed between two versions is what has another content.
"""

from collections.abc import Mapping

# One row a live company, and one that left the register since the first month that was loaded:
# `gone_since` is then the day of the first snapshot without it.
COMPANIES: Mapping[str, str] = {
    "number": "VARCHAR",
    "name": "VARCHAR",
    "name_key": "VARCHAR",  # as duediligence.store.register.names.name_key
    "name_stem": "VARCHAR",  # the first telling word of the name, folded: what a phoenix keeps
    "status": "VARCHAR",
    "status_detail": "VARCHAR",
    "type": "VARCHAR",
    "subtype": "VARCHAR",
    "created_on": "DATE",
    "ceased_on": "DATE",
    "address": "VARCHAR",
    "postcode": "VARCHAR",  # as names.postcode_key
    "address_key": "VARCHAR",  # postcode|building, as duediligence.matching.premises.building
    "country": "VARCHAR",
    "sic_codes": "VARCHAR",  # with a space between them
    "former_names": "VARCHAR",  # one a line
    "former_until": "VARCHAR",
    "accounts_type": "VARCHAR",
    "accounts_made_up_to": "DATE",
    "accounts_due_on": "DATE",
    "confirmation_due_on": "DATE",
    "charges": "INTEGER",
    "gone_since": "DATE",
    "content": "UBIGINT",
}
# One row a record of the PSC snapshot about an owner, ceased ones too.
OWNERS: Mapping[str, str] = {
    "number": "VARCHAR",
    "kind": "VARCHAR",
    "name": "VARCHAR",
    "person_key": "VARCHAR",  # `person:KEY`, `firm:KEY` or `company:NUMBER`; NULL: super-secure
    "person": "UBIGINT",  # the node: the hash of `person_key`
    "birth_year": "SMALLINT",
    "birth_month": "TINYINT",
    "natures": "VARCHAR",  # with a space between them
    "notified_on": "DATE",
    "ceased_on": "DATE",
    "nationality": "VARCHAR",
    "country_of_residence": "VARCHAR",
    "address": "VARCHAR",
    "postcode": "VARCHAR",
    "address_key": "VARCHAR",
    "registered_number": "VARCHAR",  # as written; `owner_number` where it is one of this register
    "registered_country": "VARCHAR",
    "owner_number": "VARCHAR",
    "sanctioned": "BOOLEAN",
    "content": "UBIGINT",
}
# One row an appointment of the officers bulk file (product 195), resigned ones too.
OFFICERS: Mapping[str, str] = {
    "number": "VARCHAR",
    "officer_number": "VARCHAR",
    "name": "VARCHAR",
    "person_key": "VARCHAR",
    "person": "UBIGINT",
    "role": "VARCHAR",  # the code of the register's API, as `director`
    "corporate": "BOOLEAN",
    "birth_year": "SMALLINT",
    "birth_month": "TINYINT",
    "appointed_on": "DATE",
    "resigned_on": "DATE",
    "nationality": "VARCHAR",
    "country_of_residence": "VARCHAR",
    "occupation": "VARCHAR",
    "address": "VARCHAR",
    "postcode": "VARCHAR",
    "address_key": "VARCHAR",
    "content": "UBIGINT",
}
# One row a company of the officers bulk file: the only file that names dissolved ones.
OFFICERS_COMPANIES: Mapping[str, str] = {
    "number": "VARCHAR",
    "name": "VARCHAR",
    "name_stem": "VARCHAR",
    "status": "VARCHAR",  # `dissolved`, `liquidation`, `receivership`, `converted-closed`, or empty
}

# Derived. Each link stands in both directions. Those from companies come first, then those from
# people, firms and addresses; both sorted by `node`: a step from a node is one look-up.
EDGES: Mapping[str, str] = {
    "node": "UBIGINT",
    "other": "UBIGINT",
    "kind": "VARCHAR",  # `owner`, `director`, `secretary`, `address`
    "since": "DATE",
    "until": "DATE",
    "from_company": "BOOLEAN",  # whether `node` is a company
    "to_company": "BOOLEAN",
    "links": "INTEGER",  # how many nodes `other` is linked with
}
# Sorted by `node`. `companies` is how many companies it joins: a hub has many.
NODES: Mapping[str, str] = {
    "node": "UBIGINT",
    "kind": "VARCHAR",  # `company`, `person`, `firm`, `address`
    "key": "VARCHAR",  # what the hash is made of, without its kind
    "label": "VARCHAR",
    "companies": "INTEGER",
}

# What `registers screen` leaves in the folder of a version: a row a match, with where it is.
SCREENED: Mapping[str, str] = {
    "table": "VARCHAR",
    "node": "UBIGINT",
    "number": "VARCHAR",
    "name": "VARCHAR",
    "list_id": "VARCHAR",
    "entry_id": "VARCHAR",
    "entry_name": "VARCHAR",
    "score": "DOUBLE",
    "certain": "BOOLEAN",
}

TABLES: Mapping[str, Mapping[str, str]] = {
    "companies": COMPANIES,
    "owners": OWNERS,
    "officers": OFFICERS,
    "officers_companies": OFFICERS_COMPANIES,
    "edges": EDGES,
    "nodes": NODES,
}

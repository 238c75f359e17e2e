"""Reader of the NCA's spreadsheet of ancillary orders."""

TEMPLATE = (
    "reference,name,other_names,birth_month,nationality,order_type,made_on,ends_on,"
    "restrictions,source_url\r\n"
)

"""New companies that take over from failed ones: people, address, stem of the name, kind of work.

At least two of them must agree. Insolvency Act 1986 s.216 bars a director of a company in insolvent
liquidation from one with a name that suggests an association for five years; a notice in the
Gazette (2403) is one way out of it. Neither is looked up here: a row is a question to ask.

Each thing that agrees weighs the more, the fewer companies share it: a formation agent, a tower of
offices and a common word say nothing. What more companies share than a bound is not paired at all.
"""

from collections.abc import Mapping
from datetime import date

# How far back a new company may have been formed when the table is made.
MONTHS = 36
# What more companies than this have in common pairs nobody.
SHARED_PERSON = 50
SHARED_ADDRESS = 50
SHARED_STEM = 12
# How much each thing says where the two companies alone share it.
WEIGHT_PERSON = 0.6
WEIGHT_OFFICE = 0.5
WEIGHT_LETTERS = 0.4  # the office of one is where letters to the people of the other go
WEIGHT_STEM = 0.5
WEIGHT_COMMON_STEM = 0.1
WEIGHT_SIC = 0.1

COLUMNS: Mapping[str, str] = {
    "number": "VARCHAR",
    "created_on": "DATE",
    "old_number": "VARCHAR",
    "people": "UBIGINT[]",  # nodes of those behind both
    "address_key": "VARCHAR",  # empty unless both have it
    "name_stem": "VARCHAR",
    "sic_codes": "VARCHAR",  # those that both have, with a space between them
    "strength": "DOUBLE",
}


def build_phoenix_query(day: date) -> str:
    """Return the rows, the strongest first, where `day` is that of the companies file."""
    return f"""
WITH new AS (
  SELECT number, md5_number_lower('company:' || number) AS node, name_stem, address_key,
    created_on, sic_codes
  FROM companies
  WHERE created_on > DATE '{day.isoformat()}' - INTERVAL {MONTHS} MONTH
    AND number NOT IN (SELECT number FROM failed)
), old AS (
  SELECT f.number, f.node, coalesce(nullif(c.name_stem, ''), o.name_stem, '') AS name_stem,
    coalesce(c.address_key, '') AS address_key, c.created_on, coalesce(c.sic_codes, '') AS sic_codes
  FROM failed f
  LEFT JOIN companies c ON c.number = f.number
  LEFT JOIN officers_companies o ON o.number = f.number
), behind AS (
  SELECT DISTINCT e.node, e.other AS person, p.companies
  FROM edges e JOIN nodes p ON p.node = e.other
  WHERE e.kind IN ('owner', 'director') AND p.kind = 'person'
    AND p.companies BETWEEN 2 AND {SHARED_PERSON}
), places AS (
  SELECT key, companies FROM nodes
  WHERE kind = 'address' AND companies BETWEEN 2 AND {SHARED_ADDRESS}
), stems AS (
  SELECT name_stem, count(*) AS companies FROM (
    SELECT name_stem FROM new UNION ALL SELECT name_stem FROM old
  ) WHERE length(name_stem) > 2 GROUP BY name_stem HAVING count(*) BETWEEN 2 AND {SHARED_STEM}
), agreed AS (
  SELECT n.number, o.number AS old_number, a.person, a.companies AS person_companies,
    NULL AS place, NULL AS place_companies, NULL AS stem_companies
  FROM new n JOIN behind a ON a.node = n.node JOIN behind b USING (person)
  JOIN old o ON o.node = b.node
  UNION ALL
  SELECT n.number, o.number, NULL, NULL, p.key, p.companies, NULL
  FROM new n JOIN old o USING (address_key) JOIN places p ON p.key = n.address_key
  UNION ALL
  SELECT n.number, o.number, NULL, NULL, NULL, NULL, s.companies
  FROM new n JOIN old o USING (name_stem) JOIN stems s USING (name_stem)
), pairs AS (
  SELECT number, old_number,
    coalesce(list_sort(list(person) FILTER (person IS NOT NULL)), []) AS people,
    min(person_companies) AS person_companies, max(place) AS place,
    max(place_companies) AS place_companies, max(stem_companies) AS stem_companies
  FROM agreed WHERE number <> old_number GROUP BY ALL
), sides AS (
  SELECT p.*, n.created_on, n.name_stem, n.sic_codes, o.sic_codes AS old_sic_codes,
    coalesce(n.name_stem = o.name_stem AND o.name_stem <> '', false) AS stem,
    coalesce(n.address_key, '') AS office, o.address_key AS old_office
  FROM pairs p JOIN new n USING (number) JOIN old o ON o.number = p.old_number
  WHERE o.created_on IS NULL OR o.created_on < n.created_on
), letters AS (
  SELECT number, address_key FROM owners WHERE address_key IS NOT NULL
  UNION ALL
  SELECT number, address_key FROM officers WHERE address_key IS NOT NULL
), written_to AS (
  SELECT number, old_number, min(address_key) AS address_key FROM (
    SELECT s.number, s.old_number, l.address_key
    FROM sides s JOIN letters l ON l.number = s.old_number AND l.address_key = s.office
    WHERE s.place IS NULL
    UNION ALL
    SELECT s.number, s.old_number, l.address_key
    FROM sides s JOIN letters l ON l.number = s.number AND l.address_key = s.old_office
    WHERE s.place IS NULL
  ) GROUP BY ALL
), told AS (
  SELECT s.*, coalesce(s.place, k.key, '') AS address_key,
    coalesce({WEIGHT_OFFICE} * 2 / s.place_companies,
      {WEIGHT_LETTERS} * 2 / greatest(k.companies, 2), 0) AS by_address,
    list_sort(list_intersect(
      list_filter(string_split(coalesce(s.sic_codes, ''), ' '), lambda x: x <> ''),
      list_filter(string_split(s.old_sic_codes, ' '), lambda x: x <> ''))) AS sic
  FROM sides s LEFT JOIN written_to w USING (number, old_number)
  LEFT JOIN nodes k ON k.kind = 'address' AND k.key = w.address_key
    AND k.companies <= {SHARED_ADDRESS}
)
SELECT number, created_on, old_number, people, address_key,
  CASE WHEN stem THEN name_stem ELSE '' END AS name_stem, array_to_string(sic, ' ') AS sic_codes,
  1 - (1 - coalesce({WEIGHT_PERSON} * 2 / person_companies, 0)) * (1 - by_address)
    * (1 - CASE WHEN stem THEN coalesce({WEIGHT_STEM} * 2 / stem_companies, {WEIGHT_COMMON_STEM})
         ELSE 0 END)
    * (1 - CASE WHEN len(sic) > 0 THEN {WEIGHT_SIC} ELSE 0 END) AS strength
FROM told
WHERE (len(people) > 0)::INTEGER + (address_key <> '')::INTEGER + stem::INTEGER
  + (len(sic) > 0)::INTEGER >= 2
ORDER BY strength DESC, number, old_number
"""  # noqa: S608  (constants of this file, and a date)

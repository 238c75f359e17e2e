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


def query(day: date) -> str:
    """The rows, the strongest first, where `day` is that of the companies file."""
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
    min(person_companies) AS person_companies, coalesce(max(place), '') AS address_key,
    max(place_companies) AS place_companies, max(stem_companies) AS stem_companies
  FROM agreed WHERE number <> old_number GROUP BY ALL
), told AS (
  SELECT p.*, n.created_on, n.name_stem,
    coalesce(n.name_stem = o.name_stem AND o.name_stem <> '', false) AS stem,
    list_sort(list_intersect(
      list_filter(string_split(coalesce(n.sic_codes, ''), ' '), lambda x: x <> ''),
      list_filter(string_split(o.sic_codes, ' '), lambda x: x <> ''))) AS sic
  FROM pairs p JOIN new n USING (number) JOIN old o ON o.number = p.old_number
  WHERE o.created_on IS NULL OR o.created_on < n.created_on
)
SELECT number, created_on, old_number, people, address_key,
  CASE WHEN stem THEN name_stem ELSE '' END AS name_stem, array_to_string(sic, ' ') AS sic_codes,
  1 - (1 - coalesce(0.6 * 2 / person_companies, 0)) * (1 - coalesce(0.5 * 2 / place_companies, 0))
    * (1 - CASE WHEN stem THEN coalesce(0.5 * 2 / stem_companies, 0.1) ELSE 0 END)
    * (1 - CASE WHEN len(sic) > 0 THEN 0.1 ELSE 0 END) AS strength
FROM told
WHERE (len(people) > 0)::INTEGER + (address_key <> '')::INTEGER + stem::INTEGER
  + (len(sic) > 0)::INTEGER >= 2
ORDER BY strength DESC, number, old_number
"""  # noqa: S608  (constants of this file, and a date)

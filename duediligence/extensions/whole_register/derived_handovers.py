"""Control of a company that passed from one person to another who is tied to them.

The first owner ceased within 60 days of the notice of the second. They are tied by the address that
both give, unless it is the company's own office, by their surname, or by having been directors of
one other company at the same time.
"""

from collections.abc import Mapping

WITHIN_DAYS = 60
# More companies than this at an address, or behind a person, tie nobody.
SHARED_ADDRESS = 50
SHARED_PERSON = 50
# More owners than this over time, and a company is not looked at: each is compared with each.
MOST_OWNERS = 100

COLUMNS: Mapping[str, str] = {
    "number": "VARCHAR",
    "before": "UBIGINT",
    "before_name": "VARCHAR",
    "ceased_on": "DATE",
    "after": "UBIGINT",
    "after_name": "VARCHAR",
    "notified_on": "DATE",
    "same_address": "BOOLEAN",
    "same_surname": "BOOLEAN",
    "co_director": "BOOLEAN",
    "failed_number": "VARCHAR",  # a failed company that the first owner is or was behind, or NULL
}

QUERY = f"""
WITH people AS (
  SELECT number, person, name, notified_on, ceased_on, address_key,
    lower(regexp_extract(name, '(\\S+)\\s*$', 1)) AS surname
  FROM owners WHERE kind LIKE 'individual%' AND person IS NOT NULL AND number NOT IN (
    SELECT number FROM owners GROUP BY number HAVING count(*) > {MOST_OWNERS}
  )
), few AS (
  SELECT node FROM nodes WHERE kind = 'person' AND companies <= {SHARED_PERSON}
), passed AS (
  SELECT a.number, a.person AS before, a.name AS before_name, a.ceased_on,
    b.person AS after, b.name AS after_name, b.notified_on,
    coalesce(a.address_key = b.address_key AND a.address_key IS DISTINCT FROM c.address_key, false)
      AS same_place,
    a.address_key, coalesce(a.surname <> '' AND a.surname = b.surname, false) AS same_surname
  FROM people a LEFT JOIN companies c ON c.number = a.number
  JOIN people b ON a.number = b.number AND a.person <> b.person
    AND b.notified_on BETWEEN a.ceased_on - {WITHIN_DAYS} AND a.ceased_on + {WITHIN_DAYS}
    AND (a.notified_on IS NULL OR a.notified_on < b.notified_on)
), together AS (
  SELECT DISTINCT p.number, p.before, p.after
  FROM (
    SELECT DISTINCT number, before, after FROM passed
    WHERE before IN (SELECT node FROM few) AND after IN (SELECT node FROM few)
  ) p
  JOIN officers x ON x.person = p.before JOIN officers y ON y.person = p.after
    AND y.number = x.number
  WHERE x.number <> p.number AND x.role LIKE '%director%' AND y.role LIKE '%director%'
    AND coalesce(x.resigned_on, DATE '9999-12-31') >= coalesce(y.appointed_on, DATE '0001-01-01')
    AND coalesce(y.resigned_on, DATE '9999-12-31') >= coalesce(x.appointed_on, DATE '0001-01-01')
), crowded AS (
  SELECT key FROM nodes WHERE kind = 'address' AND companies > {SHARED_ADDRESS}
), fell AS (
  SELECT e.node AS person, min_by(f.number, (f.kind <> 'insolvent', f.number)) AS number
  FROM edges e JOIN failed f ON f.node = e.other
  WHERE e.kind IN ('owner', 'director') AND e.node IN (SELECT node FROM few)
    AND e.node IN (SELECT before FROM passed) AND f.kind = 'insolvent'
  GROUP BY e.node
), tied AS (
  SELECT p.number, p.before, p.before_name, p.ceased_on, p.after, p.after_name, p.notified_on,
    p.same_place AND c.key IS NULL AS same_address, p.same_surname,
    t.before IS NOT NULL AS co_director,
    CASE WHEN f.number <> p.number THEN f.number END AS failed_number
  FROM passed p LEFT JOIN together t
    ON t.number = p.number AND t.before = p.before AND t.after = p.after
  LEFT JOIN crowded c ON c.key = p.address_key LEFT JOIN fell f ON f.person = p.before
)
SELECT DISTINCT * FROM tied WHERE same_address OR same_surname OR co_director
ORDER BY number, ceased_on, before, after
"""  # noqa: S608  (constants of this file)

"""Turns of phrase in OFAC's remarks that have no label: which kind of thing each one tells."""

import re

MEASURE = re.compile(
    r"Secondary sanctions risk:|Additional Sanctions Information|Transactions Prohibited For"
    r"|CAATSA Section 235 Information|IFCA Determination"
    r"|Executive Order \d+ (?:Directive|information)(?!.*For more information on)"
    r"|(?:United States|U\.S\.) financial institutions are prohibited"
)
RELATION = re.compile(
    r"(?:(?:ex-|half-|step)?(?:wife|husband|son|daughter|brother|sister|father|mother|cousin|"
    r"nephew|niece|uncle|spouse|widow)(?:-in-law)?|founded by|subordinate to|affiliated with) .+",
    re.IGNORECASE,
)
# Offices, ranks and styles: what a person is, where the remark names no label for it.
ROLE = re.compile(
    r"\b(?:members?|minister|president|presidential|(?:vice[- ])?chair(?:man|woman|person)?|"
    r"director|commander|general|colonel|major|captain|admiral|lieutenant|lt|marshal|officer|"
    r"officials?|representatives?|employee|secretary|head|deputy|governor|mayor|judge|magistrate|"
    r"rector|prosecutor|attorney|ambassador|manager|leader|chief|advis[eo]r|aide|founder|owner|"
    r"premier|speaker|senator|editor|associate|commissioner|engineer|scientist|professor|"
    r"superintendent|administrator|ceo|position|occupation|alternate title|figure|doctor|"
    r"sha?[ye]+kh?|hajj?i|mullah|m[ao]u?lana|ma[uw]la[vw]i|hojjatoleslam|ayatollah|ustadz?|imam|"
    r"coordinator|supervisor|inspector|agent|financier|counsell?or|executive|warden|constituent)\b",
    re.IGNORECASE,
)
# Told in full in the remarks of the entry, and of no use for telling one party from another.
PLAIN = re.compile(
    r"Organization (?:Established Date|Type:)|Target Type|Aircraft (?:Model|Manufacture Date|Type)"
    r"|(?:All|and) .*(?:offices|locations|branches) .*|all offices worldwide"
    r"|for more information|Effective Date|Purchase/Sales|Listing Date|(?:Former )?Vessel (?!Reg)|"
    r"Other Vessel (?:Type|Flag)|ICTY indictee|ethnicity|Tribe:|arrested|UN/LOCODE|named in UNSCR|"
    r"(?:currently )?incarcerated|Individual's height|TELEX|Executive Order \d+ Directive Inform",
    re.IGNORECASE,
)

"""Make the keys of blind matching a second time, from section 9 of its specification alone.

It makes no key of a name outside the profile of that section. `tables` is the folder of the
package: only the tables that section 11 names are read from it.
"""

import math
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice, product, zip_longest
from pathlib import Path

from anyascii import anyascii

import duediligence

TABLES = Path(duediligence.__file__).parent
ROW = tuple("reference kind name number charity born address postcode".split())
PREFIXES = set(
    """AC CE CS CU EN ES FC FE GE GN GS IC IP LP NA NC NF NI NL NO NP NR NV NZ OC OE PC R0 RC RS
    SA SC SE SF SG SI SL SO SP SR SU SZ ZC""".split()
)


# 11. Tables


@cache
def read_table(name: str) -> list[list[str]]:
    lines = (TABLES / name).read_text("utf-8").split("\n")
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@cache
def read_set(name: str) -> list[str]:
    """Return the words of a set of `word_sets.tsv`, in order."""
    rows = read_table("matching/data/word_sets.tsv")
    return [word for of, words in rows if of == name for word in words.split()]


@cache
def read_numbers() -> dict[str, str]:
    lines = [words for of, words in read_table("matching/data/word_sets.tsv") if of == "number"]
    return {word: str(n) for n, words in enumerate(lines, 1) for word in words.split()}


@cache
def read_counts() -> dict[str, tuple[int, int]]:
    rows = read_table("matching/data/word_counts.tsv")
    return {word: (int(people), int(firms)) for word, people, firms in rows}


@cache
def read_common_names() -> set[str]:
    return {row[0] for row in read_table("matching/data/common_names.tsv")}


@cache
def read_known_names() -> set[str]:
    text = (TABLES / "matching/data/known_names.txt").read_text("utf-8")
    return set(text.partition("\n")[2].split())


@cache
def read_families() -> tuple[list[str], dict[str, list[int]], set[str]]:
    """Return the first word of each line, the lines of each word, and the words of given names."""
    rows = read_table("matching/data/name_families.tsv")
    firsts: list[str] = []
    lines: dict[str, list[int]] = {}
    given: set[str] = set()
    for number, row in enumerate(rows):
        words = row[0].split()
        firsts.append(words[0])
        for word in words:
            lines.setdefault(word, []).append(number)
        if row[-1] == "given":
            given.update(words)
    return firsts, lines, given


@cache
def read_same_words() -> dict[str, str]:
    same: dict[str, str] = {}
    for row in read_table("matching/data/organisation_words.tsv"):
        for word in row[0].split():
            same.setdefault(word, row[0].split()[0])
    return same


@cache
def read_legal_forms() -> set[tuple[str, ...]]:
    rows = read_table("text/legal_forms.tsv")
    return {tuple(form.split()) for row in rows for form in row[1].split("|")}


@cache
def read_descriptions() -> list[tuple[str, list[str]]]:
    """Return each form as token and words, the longest first."""
    forms = [
        (token, form.split())
        for token, forms in read_table("matching/data/descriptors.tsv")
        for form in forms.split("|")
    ]
    return sorted(forms, key=lambda form: -len(form[1]))


# 9.2 Folding

QUOTES = set("´‘’ʼʻʹ“”„«»‹›＇")


def is_left_out(character: str) -> bool:
    category = unicodedata.category(character)
    return (
        character in QUOTES
        or category in {"Cf", "Me", "Co", "Cs", "Cn"}
        or (category == "Mn" and ord(character) < 0x900)
    )


def fold(text: str) -> str:
    text = text[:500]
    if not text.isascii():
        normal = unicodedata.normalize("NFKC", text)
        text = anyascii("".join(c for c in normal if not is_left_out(c)))
    text = re.sub("['`\"]", "", text.lower())
    text = re.sub("[&+]", " and ", text).replace("@", "a").replace("$", "s")
    return " ".join(re.sub("[^a-z0-9]", " ", text).split())


def is_latin(text: str) -> bool:
    return all(unicodedata.name(c, "").startswith("LATIN") for c in text if c.isalpha())


def is_numeric(word: str) -> bool:
    return any(c.isdigit() for c in word)


def is_initial(word: str) -> bool:
    return len(word) == 1 and word.isalpha()


# 9.3 Numbers


def company_number(text: str) -> str | None:
    text = re.sub(r"[\s./-]", "", text).upper()
    if re.fullmatch("[0-9]{1,8}", text) and text.strip("0"):
        return text.zfill(8)
    parts = re.fullmatch("([A-Z][A-Z0-9])([0-9]{1,6})(R?)", text)
    if parts is None or parts[1] not in PREFIXES or len(parts[2] + parts[3]) > 6:
        return None
    return parts[1] + parts[2].zfill(6 - len(parts[3])) + parts[3]


def charity_number(text: str) -> str | None:
    parts = re.fullmatch("(GB-(?:CHC|SC|NIC))-(.+)", text)
    number = re.sub("[^A-Z0-9]", "", parts[2].upper()).lstrip("0") if parts else ""
    return f"{parts[1]} {number}" if parts and 1 <= len(number) <= 40 else None


# 9.4 Addresses

POSTCODE = re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}\b")
WITHIN = re.compile(
    r"\b(?:unit|suite|flat|office|offices|room|studio|apartment|apt|floor|level)s?\b"
    r"[ .:]*(?:[a-z]?[0-9]+[a-z]?|[a-z])?\b|\b[0-9]+(?:st|nd|rd|th) floor\b"
)
DASH = " ?[-–/] ?"


def address_keys(address: str, postcode: str) -> Iterator[tuple[str, str]]:
    code = POSTCODE.search(postcode.upper()) or POSTCODE.search(address.upper())
    if code is None:
        return
    rest = POSTCODE.sub(" ", address.upper()).lower()
    parts = (p for p in rest.split(",") if not p.strip().startswith(("c/o", "care of")))
    rest = WITHIN.sub(" ", ",".join(parts))
    number = re.search(rf"\b[0-9]+[a-z]?(?:{DASH}[0-9]+[a-z]?)?\b", rest)
    building = re.sub(DASH, "-", number[0]) if number else " ".join(words(rest)[:2])
    if not building:
        return
    unit = WITHIN.search(address.lower())
    within = "".join(words(unit[0])) if unit else ""
    text = f"{code[0].replace(' ', '')} {building}".lower()
    for kind, key in (("address", f"{text} {within}".strip()), ("building", text)):
        if len(key) <= 100:
            yield kind, key


def words(text: str) -> list[str]:
    return re.findall("[a-z0-9]+", text)


# 9.5 How a word sounds

SOUNDS = dict(
    rule.split(">")
    for rule in """shch>sh schtsch>sh tsch>ch tch>ch tj>ch sch>sh dzh>j dsch>j dj>j zh>j kh>h gh>g
    ph>f th>t dh>d ck>k cz>ch ch>ch sh>sh ts>ts tz>ts ou>u oo>u ee>i ea>i ie>i iy>i ij>i ej>i aj>i
    oj>i yi>i yy>i ii>i ei>i ey>i ue>u oe>u ae>a aa>a uu>u ya>ia yu>iu yo>iu ye>i io>iu sz>sh ai>i
    ay>i y>i w>v q>k c>k x>ks e>i o>u z>s""".split()
)
SOUND = re.compile("|".join(sorted(SOUNDS, key=len, reverse=True)))


def key(word: str) -> str:
    word = re.sub("(?<=[aeiou])h$", "", word)
    word = re.sub("(?<=[oe])ff?$", "v", word)
    word = re.sub("(?<=[bcdfghklmnprstvz])(?:yo|io)(?=[dtrvszp])", "e", word)
    return re.sub(r"(.)\1+", r"\1", SOUND.sub(lambda found: SOUNDS[found[0]], word))


def consonants(sound: str) -> str:
    first = "a" if sound[:1] in set("aeiou") else sound[:1]
    return first + re.sub("[aeiou]", "", sound[1:])


def weight(count: int) -> float:
    if count == 0:
        return 1
    return round(max(0.25, 1 - 0.75 * math.log(1 + count) / math.log(6001)), 4)


def people(word: str) -> int:
    return read_counts().get(word, (0, 0))[0]


def firms(word: str) -> int:
    return read_counts().get(word, (0, 0))[1]


# 9.8 Marks of a second name

MARKS = [
    *"t/a t.a. trading dba b/a k/a fka aka business formerly known previously née c/o prop".split(),
    *("t /", "c /", "brand of", "division of", "subsidiary of", "part of"),
    *("owner", "owned by", "run by"),
]


def has_mark(name: str) -> bool:
    return any(mark in name.lower() for mark in MARKS)


# 9.6 Firms

SHORT_FORMS = set(
    "ltd limited llc llp plc cic cio scio gmbh sarl jsc pjsc ojsc cjsc ooo oao".split()
)
SHORT_FORMS |= set("zao pao jscb".split())
OPENING_FORMS = set(
    """ooo oao zao pao ao jsc pjsc ojsc cjsc llc too tov tat pt ip kk cv pp psc sarl sherkat
    company firm""".split()
)
LINKS = "of for and in i the".split()
PAIRS = (("joint", "stock"), ("state", "owned"))


@cache
def state_role(word: str) -> str:
    roles = {w: role for role, words in read_table("text/state_forms.tsv") for w in words.split()}
    begun = (f"{word[: len(word) - gone]}*" for gone in range(5)) if len(word) > 5 else ()
    return next((roles[form] for form in (word, *begun) if form in roles), "")


def skip_roles(roles: Sequence[str], at: int, wanted: Collection[str]) -> int:
    while at < len(roles) and roles[at] in wanted:
        at += 1
    return at


def count_state_form(named: Sequence[str], at: int) -> int:
    """Return how many words from `at` on are the form of a state body, or 0."""
    roles = [*map(state_role, named), ""]
    if roles[at] == "short":
        return 1 if at in (0, len(named) - 1) else 0
    whose, before = {"level", "kind"}, {"level", "kind", "field", "word"}
    end = at
    while roles[end] in before:
        end += 1
        linked = named[end : end + 1] in (["and"], ["i"])
        end += linked and roles[skip_roles(roles, end + 1, before)] == "noun"
    if roles[end] != "noun":
        return 0
    end = skip_roles(roles, end + 1, whose if end == at else ())
    if whose.isdisjoint(roles[at:end]):
        return 0
    last = end
    while end < len(named) and (roles[end] == "purpose" or named[end] in LINKS):
        end += 1
        last = end if roles[end - 1] == "purpose" else last
    return last - at


def is_firm_in_profile(name: str) -> bool:
    named = fold(name).split()
    joined = re.split("[&+]|\\band\\b", name, flags=re.IGNORECASE)
    mixed = any(is_numeric(w) and not w.isdigit() for w in named)
    return not (
        not is_latin(name)
        or mixed
        or any(mark in name for mark in ("(", "[", "/", " - "))
        or has_mark(name)
        or {"named", "imeni", "im"} & set(named)
        or any(len(remove_forms(w := fold(part).split())) < len(w) for part in joined[:-1])
    )


def join_letters(named: Sequence[str]) -> tuple[list[str], set[str]]:
    """Return the words, and those that are made of single letters."""
    joined: list[str] = []
    made = set()
    text = " ".join(named)
    for run in re.split(r"(\b[a-z](?:(?: and)? [a-z]\b)+)", text):
        if re.fullmatch(r"[a-z](?:(?: and)? [a-z])+", run):
            joined.append(run.replace(" and ", "").replace(" ", ""))
            made.add(joined[-1])
        else:
            joined += run.split()
    return joined, made


def is_one_slip(word: str, other: str) -> bool:
    if abs(len(word) - len(other)) > 1 or word == other:
        return False
    start = 0
    while start < min(len(word), len(other)) and word[start] == other[start]:
        start += 1
    a, b = word[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[:2][::-1] and a[2:] == b[2:])


def blur(word: str) -> str:
    for seen, meant in (("rn", "m"), ("cl", "d"), ("vv", "w"), ("ri", "n")):
        word = word.replace(seen, meant)
    return re.sub("[jl1]", "i", word)


def correct_forms(named: Sequence[str]) -> list[str]:
    forms, rest = read_set("form spelled out"), list(named)
    corrected: list[str] = []
    while rest:
        two = "".join(rest[:2])
        pair = next((p for p in PAIRS if two == "".join(p) or rest[0] == "".join(p)), None)
        if pair:
            rest[: 1 if rest[0] == "".join(pair) else 2] = []
            corrected += pair
        elif len(rest) > 1 and two in forms:
            rest[:2] = [two]
        else:
            corrected.append(rest.pop(0))
    for i in range(len(corrected) - 1):
        for one, other in PAIRS:
            if corrected[i] == one and is_slip_of(corrected[i + 1], other):
                corrected[i + 1] = other
            elif corrected[i + 1] == other and is_slip_of(corrected[i], one):
                corrected[i] = one
    return [correct_form(word, forms) for word in corrected]


def is_slip_of(word: str, meant: str) -> bool:
    return len(word) > 3 and is_one_slip(word, meant)


def correct_form(word: str, forms: Sequence[str]) -> str:
    if len(word) < 5 or word in forms or firms(word):
        return word
    for form in forms:
        if form[0] == word[0] and is_one_slip(word, form):
            return form
    if len(word) >= 7:
        for form in forms:
            if len(form) > 6 and blur(form) == blur(word):
                return form
    return word


def remove_forms(named: Sequence[str]) -> list[str]:
    forms, kept, at = read_legal_forms(), [], 0
    longest = max(map(len, forms))
    while at < len(named):
        state = count_state_form(named, at)
        sizes = [state, *range(min(longest, len(named) - at), 0, -1)]
        for size in sizes if state else sizes[1:]:
            form = tuple(named[at : at + size])
            closes = all((word,) in forms for word in named[at + size :])
            if size == state:
                goes = size >= 3 or closes or not kept
            else:
                opens = not kept and (size >= 2 or form[0] in OPENING_FORMS)
                goes = form in forms and (size >= 3 or closes or opens or form[0] in SHORT_FORMS)
            if goes:
                at += size
                break
        else:
            kept.append(named[at])
            at += 1
    return kept if set(kept) - set(LINKS) else list(named)


def remove_small_words(named: Sequence[str], made: set[str]) -> list[str]:
    small = set(read_set("small word")) - made
    first = set("at by in on to".split())
    kept = [w for i, w in enumerate(named) if w not in small or (i == 0 and w in first)]
    return kept if set(kept) - small else list(named)


def replace_descriptions(named: Sequence[str]) -> list[str]:
    replaced: list[str] = []
    tokens, at = 0, 0
    while at < len(named):
        for token, form in read_descriptions():
            part = named[at : at + len(form)]
            heard = list(map(key, form))
            alike = len(form) > 1 or len(heard[0]) > 3 or part == heard
            if alike and list(map(key, part)) == heard:
                replaced.append(token)
                tokens += 1
                at += len(form)
                break
        else:
            replaced.append(named[at])
            at += 1
    return list(named) if tokens == len(replaced) else replaced


def read_number(word: str, *, first: bool) -> str:
    if word.isdigit():
        return word.lstrip("0") or "0"
    return word if first and re.fullmatch("[ivx]+", word) else read_numbers().get(word, word)


def firm_words(name: str) -> list[str]:
    named, made = join_letters(fold(name).split())
    named = remove_small_words(remove_forms(correct_forms(named)), made)
    named = replace_descriptions(named)
    numbered = (read_number(word, first=i == 0) for i, word in enumerate(named))
    return list(islice(dict.fromkeys(numbered), 24))


def hear_firm_word(word: str) -> str:
    if same := read_same_words().get(word):
        return f"={same}"
    if is_numeric(word):
        return word
    sound = key(word.removesuffix("s") if len(word) >= 5 else word)
    return consonants(sound) if len(consonants(sound)) >= 4 else sound


def firm_keys(name: str) -> Iterator[tuple[str, str]]:
    # A year in brackets is within the profile: a vector has one.
    plain = re.sub(r"\(\s*[0-9]+\s*\)", lambda found: f" {found[0][1:-1]} ", name)
    if not is_firm_in_profile(plain):
        return
    named = firm_words(plain)
    factors = {1: 0.4, 2: 0.6, 3: 0.8}
    if sum(weight(firms(w)) * factors.get(len(w), 1) for w in named) < 0.80:
        return
    yield "firm name", "".join(named)
    if len(named) >= 3 or any(firms(word) == 0 for word in named):
        yield "firm name as heard", " ".join(sorted(map(hear_firm_word, named)))


# 9.7 People

DIGITS = str.maketrans("01234589", "olzeasbg")
ABD = re.compile("ab+d[ueaoi]?(l|r|s|sh|n|d|t|z|ul|el|al)?")
ENDED = dict.fromkeys("din deen dine eddine eddin uddin aldin".split(), "uddin")
ENDED |= dict.fromkeys("allah ullah ollah".split(), "ullah")
HEARD_AFTER = "abdul al el de del da di la bin ben ibn abu van von mac mc o".split()
BORNE_BY_MANY = set("singh kaur begum bibi khatun nguyen tran kim".split())
SYLLABLE = re.compile("[bcdfghj-np-tv-z]{0,3}[aeiouy]{1,3}(ng?|[hklmprtw]|ch|nh)?")
SYLLABLES = dict(r.split(">") for r in "ng>ng zh>ch j>ch b>p d>t g>k eo>o eu>u oo>u ee>i".split())
PATRONYMIC = re.compile(
    "(?P<stem>.{2,}?)(?P<rest>[aeijoy]?(?:(?P<son>[vw]i?[iy](?:tsch|tch|ch|cz|tj|ts|c))|[vw]na|una))"
)
FIRM_ENDINGS = set(
    """limited ltd llp plc cic cyfyngedig cyf p.l.c l.l.p lp c.i.c cio scio ccc inc incorporated
    llc gmbh""".split()
)


def is_person_in_profile(name: str) -> bool:
    marks = ("&", "/", "+", "(", " - ", " and ")
    return is_latin(name) and not has_mark(name) and not any(m in name.lower() for m in marks)


def remove_titles(named: Sequence[str]) -> list[str]:
    titles, also_names = set(read_set("title")), set(read_set("title and name"))
    articles = set(read_set("article"))
    last = len(named) - 1
    name_at_end = len(named) >= 3 and named[-1] in also_names and named[-2] in articles
    kept = [w for i, w in enumerate(named) if w not in titles or (i == last and name_at_end)]
    if len(kept) < 2:
        kept = [w for w in named if w not in titles or w in also_names]
    return kept or list(named)


def person_words(name: str) -> list[str]:
    if name.count(",") == 1:
        family, _, given = name.partition(",")
        name = f"{given} {family}"
    named = fold(name).split()
    for i, word in enumerate(named):
        digits = sum(c.isdigit() for c in word)
        if 0 < digits <= len(word) - digits:
            named[i] = word.translate(DIGITS)
    named = remove_titles(named)
    descent, articles = set(read_set("descent")), set(read_set("article"))
    particles, inner = set(read_set("particle")), set(read_set("inner particle"))
    kept: list[str] = []
    at, last = 0, len(named) - 1
    while at <= last:
        word = named[at]
        if word not in descent:
            if at < last and ABD.fullmatch(word):
                at += 2 if named[at + 1] in articles and at + 1 < last else 1
                kept.append("abdul" + re.sub("^(?:al|el|ul)(?=.{4}|lah$)", "", named[at]))
            elif kept and word in ENDED and len(kept[-1]) >= 3 and not kept[-1].endswith("din"):
                kept[-1] += ENDED[word]
            elif not (word in particles and (at < last or word in articles)) and not (
                word in inner and kept and at < last
            ):
                kept.append(word)
        at += 1
    return (kept or named)[:24]


def hear(word: str) -> str:
    if is_numeric(word):
        return word
    for start in HEARD_AFTER:
        if word.startswith(start) and len(word) >= len(start) + 3:
            rest = word[len(start) :]
            word = rest if rest in read_known_names() else word
            break
    else:
        stem = re.fullmatch("(.{3,})(?:ullah|uddin)", word)
        word = stem[1] if stem and stem[1] in read_known_names() - {"abd"} else word
    sound = key(word)
    return consonants(sound) if len(consonants(sound)) >= 3 else sound


def patronymic_families(word: str) -> list[str]:
    firsts, lines, _given = read_families()
    found = PATRONYMIC.fullmatch(word)
    if len(word) <= 5 or word[-1] not in "hjcsza" or found is None:
        return []
    stems = [found["stem"]]
    if len(found["rest"]) > 3:
        stems.append(found["stem"] + found["rest"][0])
    stems += [re.sub("[yijlo]$", "", stem) for stem in stems]
    for stem, end in product(stems, ("", *"y i o iy a ei ai".split())):
        if stem + end in lines:
            of = lines[stem + end]
            return [f"={firsts[line]} {'son' if found['son'] else 'daughter'}" for line in of]
    return []


def is_syllable(word: str) -> bool:
    return len(word) <= 8 and SYLLABLE.fullmatch(word) is not None


@cache
def sounds(word: str) -> list[str]:
    firsts, lines, _given = read_families()
    families = [f"={firsts[line]}" for line in lines.get(word, [])] or patronymic_families(word)
    if is_syllable(word):
        syllable = re.sub("|".join(SYLLABLES), lambda found: SYLLABLES[found[0]], word)
        return [*families, f"={syllable}"]
    return [*families, hear(word)]


def rarity(*named: str) -> float:
    """Return the rarity of one word or several."""
    return sum(rarity_of_word(word) for word in named if word not in BORNE_BY_MANY)


def rarity_of_word(word: str) -> float:
    fixed = {"abo": 0.11, "aboo": 0.11, "abou": 0.11, "abu": 0.11, "umm": 0.11}
    own = 0.3 if is_initial(word) else fixed.get(word, weight(people(word)))
    return min(own, weight(60)) if word in read_common_names() else own


def list_roles(named: Sequence[str]) -> list[tuple[str, str]]:
    """Return given name and family name, in each way that counts."""
    if len(named) < 2:
        return []
    first, last = named[0], named[-1]
    if is_initial(last):
        return [(last, first)]
    given = read_families()[2]
    both = not is_initial(first) and last in given and first not in given
    return [(first, last), (last, first)] if both else [(first, last)]


def pair(x: str, y: str) -> list[str]:
    pairs = (" ".join(sorted(two)) for two in product(sounds(x), sounds(y)))
    return list(islice(pairs, 3))


def first_sounds(*named: str) -> str:
    return " ".join(sorted(sounds(word)[0] for word in named))


def other_years(year: int, *, rare: bool) -> list[int]:
    text = f"{year:04}"
    years = {year - 1, year + 1, int(text[:2] + text[3] + text[2])}
    years |= {int(text[:3] + digit) for digit in "0123456789"}
    if rare:
        years |= {int(text[:2] + digit + text[3]) for digit in "0123456789"}
    return sorted(years - {year})


def undated_texts(full: Sequence[str]) -> list[str]:
    if not full or all(map(is_syllable, full)):
        return []
    texts = [first_sounds(*full)] if len(full) >= 3 and rarity(*full) >= 1.9 else []
    for given, family in list_roles(full):
        if family not in read_known_names() and rarity(given, family) >= 1.5:
            texts.append(first_sounds(given, family))
    return list(dict.fromkeys(texts))


def near_year_texts(full: Sequence[str], born: str, *, answers: bool) -> list[str]:
    named = [full[0], full[-1]] if len(full) > 1 else []
    if rarity(*named) < 1.5:
        named = list(full)
    if all(map(is_syllable, full)) or len(named) < 2 or rarity(*named) < 1.5:
        return []
    year, month = born.split("-")
    years = [int(year)]
    if answers:
        years = other_years(int(year), rare=bool(undated_texts(full)))
    return [f"{first_sounds(*named)} {each:04}-{month}" for each in years]


def person_texts(name: str, born: str, *, answers: bool) -> list[list[tuple[str, str]]]:
    """Return the keys of one name, a list for each row of the table."""
    if not is_person_in_profile(name):
        return []
    named = person_words(name)
    full = [word for word in named if not is_initial(word)]
    undated = undated_texts(full)
    if answers:
        sides = ["asks"] if born else ["asks", "answers"]
    else:
        sides = ["answers"] if born else ["asks"]
    without = [f"{side} {text}" for text in undated for side in sides]
    if not born:
        return [[("name without date", text) for text in without]]
    pairs = pair(full[0], full[-1]) if len(full) >= 2 else []
    if len(named) == 1 and full:
        pairs = [sounds(full[0])[-1]]
    initials = [
        f"{given[0]} {sounds(family)[-1]}"
        for given, family in list_roles(named)
        if not is_initial(family) and family not in BORNE_BY_MANY
    ]
    misspelt = [
        f"{place} {sounds(given)[0]} {part}"
        for given, family in list_roles(full)
        if len(family) > 3 and family not in BORNE_BY_MANY
        for place, part in (("start", family[:3]), ("end", family[-3:]))
    ]
    middle = []
    if len(full) >= 3:
        middle = [first_sounds(full[0], word) for word in full[1:-1]]
        middle += [first_sounds(word, full[-1]) for word in full[1:-1]]
        middle.append(first_sounds(full[0], full[-2] + full[-1]))
    rows = [
        ("names and month", pairs[:1]),
        ("initial and month", initials),
        ("misspelt name and month", misspelt),
        ("names and month", middle),
        ("names and month", pairs[1:]),
    ]
    return [
        *([(kind, f"{text} {born}") for text in texts] for kind, texts in rows),
        [("names and near year", t) for t in near_year_texts(full, born, answers=answers)],
        [("name without date", text) for text in without],
    ]


def person_keys(names: Sequence[str], born: str, *, answers: bool) -> list[tuple[str, str]]:
    by_name = [person_texts(name, born, answers=answers) for name in names]
    ordered = (
        text
        for row in zip_longest(*by_name, fillvalue=[])
        for turn in zip_longest(*row)
        for text in turn
        if text is not None
    )
    return list(islice(dict.fromkeys(ordered), 36))


def is_plainly_firm(name: str) -> bool:
    named = fold(name).split()
    families, particles = read_families()[1], read_set("particle")
    if any(
        word in read_set("title")
        or (len(word) >= 2 and (word in families or people(word) > firms(word)))
        for word in named
    ):
        return False
    ends = re.sub(r"[()\[\]]", " ", name.lower()).split()
    if len(ends) > 1 and (ends[-1] in FIRM_ENDINGS or ends[-1].rstrip(".") in FIRM_ENDINGS):
        return True
    return any(
        (len(word) >= 4 and word in read_set("not of people"))
        or (firms(word) >= 100 and firms(word) > 10 * people(word) and word not in particles)
        for word in named
    )


# 9.1 Rows


def make_ask_keys(row: Mapping[str, str], most: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return the keys that the asker makes of a row: of each kind the first, `most` at most."""
    keys = make_keys(row, answers=False)
    return [k for i, k in enumerate(keys) if sum(of == k[0] for of, _ in keys[:i]) < most[k[0]]]


def make_keys(row: Mapping[str, str], *, answers: bool) -> list[tuple[str, str]]:
    """Return the kind and the text of each key of a row."""
    given = {member: row.get(member, "") for member in ROW}
    kind = given["kind"] or ("person" if given["born"] else "")
    keys: list[tuple[str, str]] = []
    if kind in ("", "organisation"):
        numbers = [
            ("company number", company_number(given["number"])),
            ("charity number", charity_number(given["charity"])),
        ]
        keys += [(of, text) for of, text in numbers if text]
        keys += firm_keys(given["name"])
    if kind == "person" or (kind == "" and not is_plainly_firm(given["name"])):
        keys += person_keys([given["name"]], given["born"], answers=answers)
    keys += address_keys(given["address"], given["postcode"])
    return keys

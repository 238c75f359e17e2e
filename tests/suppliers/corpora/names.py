"""Names of invented people, built from given and family names of many origins."""

import random
from dataclasses import dataclass

from .judging import Words, words_of

# Each origin: given names of women | of men | family names. Two words joined by _ are one name.
_ORIGINS = {
    "english": (
        "Jane Philippa Hester Gillian Rosalind Maureen Beryl Amelia-Rose",
        "Colin Giles Stuart Graham Nigel Barnaby Trevor Duncan",
        "Thistlewood Ashenhurst Broadbelt Green Pickersgill Marlow-Hythe Winterbourne Fewsdale",
    ),
    "irish": (
        "Gráinne Sinéad Orla Bríd Niamh",
        "Cormac Fergal Donal Pádraig Oisín",
        "O'Threllan McGarvagh O’Donnabhan Ní_Fhearghail Mac_Giolla Kilbrannan Loughnanty",
    ),
    "welsh": (
        "Angharad Bronwen Eirlys Nerys",
        "Gethin Emrys Ifan Dafydd Rhodri",
        "Pen-y-Bryn Llewelgar Prydderchan ap_Rhisiart Gwalchfai Cadwgannon",
    ),
    "scottish": (
        "Mairi Morag Catriona Eilidh",
        "Hamish Lachlan Ruaridh Fraser",
        "MacAskerran McPhadrick Dalgleathe Auchterlay Carnethie St_Clairden",
    ),
    "polish": (
        "Małgorzata Agnieszka Bożena Katarzyna",
        "Krzysztof Zbigniew Tomasz Łukasz",
        "Wrzeszczak Grzybkowicz Świderkowska Jastrzębowski-Nowik Błażejczak",
    ),
    "romanian": (
        "Ioana Mihaela Ștefania Crina",
        "Vasile Dragoș Cătălin Ionuț",
        "Zărnescuță Bărbulăscu Țurcanaru Munteanoiu",
    ),
    "bulgarian": (
        "Desislava Tsvetelina Rumyana",
        "Plamen Borislav Krasimir",
        "Tsvetkarov Hadzhivelkov Petrosyanova Dimovska",
    ),
    "indian": (
        "Kavitha Sunita Meenakshi Priya Hemlata",
        "Ramesh Suresh Venkatesh Bhavesh Anil_Kumar",
        "Patelwala Chandrashekharan Iyerson Deshpandey Modhwadia Sha Bhattacharjya",
    ),
    "pakistani": (
        "Saima Nusrat Shazia Rukhsana",
        "Mohammed Tahir Ghulam Nadeem Muhammad_Asif",
        "Hussainzai Malikpur Chaudhryan Hamid Quraishan",
    ),
    "bangladeshi": (
        "Shirin Nasima Rokeya Mst_Sufia",
        "Abdul Md_Rafiq Shafiqul Jahangir",
        "Mianur Khatun Begumzada Chowdhurin Talukdarson",
    ),
    "sikh": (
        "Harpreet_Kaur Manjit_Kaur Jaswinder_Kaur",
        "Gurdeep_Singh Balbir_Singh Harjinder_Singh",
        "Dhaliwalan Sandhuria Gillpur Atwalder",
    ),
    "arabic": (
        "Fatima Layla Noura Huda",
        "Abdul-Rahman Yusuf Khalid Abd_al-Karim",
        "al-Tamimiyan Al_Jazrawi bin_Sufyan El-Khatibi Haddadin",
    ),
    "turkish": (
        "Ayşegül Gülşen Elif",
        "Mehmet Çağlar İbrahim",
        "Yıldızoğul Şenkaya Özdemirci Kılıçdağ",
    ),
    "nigerian": (
        "Ngozi Folasade Ifeoma Blessing",
        "Chukwuemeka Oluwaseun Babatunde Emeka",
        "Adeyinkoya Okonwachi Nwachukor Ogunbayode Ezeanya",
    ),
    "ghanaian": (
        "Abena Akosua Efua",
        "Kwabena Kofi Yaw",
        "Asantewah-Boaten Mensahene Owusuwa Ampofoh",
    ),
    "somali": (
        "Hodan Ifrah Sahra",
        "Abdirahman Cabdi Guled",
        "Warsamane Xirsiye Farahdoon Jaamacad",
    ),
    "chinese": ("Xiaomei Lihua Yan", "Wei Zhiqiang Jun", "Ouyangshi Zhuo Xue Tsangli"),
    "vietnamese": (
        "Thị_Hạnh Lan Ngọc",
        "Văn_Đức Quang Minh",
        "Nguyenh Phamvu Đoành Truongdinh",
    ),
    "spanish": (
        "María_José Lucía Pilar",
        "José_Luis Álvaro Íñigo",
        "Quintanar_Bueso Etxegarai_Solano de_la_Fuensanta Peñalba",
    ),
    "portuguese": (
        "Conceição Inês Beatriz",
        "João_Paulo Gonçalo Tiago",
        "da_Costeira dos_Santarém Figueiral_Mendonça Queirozinho",
    ),
}  # fmt: skip
ORIGINS = tuple(_ORIGINS)


@dataclass(frozen=True)
class Name:
    """The name of one person: what stands first, in the middle, last, and the title."""

    given: str
    middle: str
    family: str
    title: str

    @property
    def words(self) -> Words:
        """Every word that may be written for this person, initials too."""
        first = [*self.given.replace("-", " ").split(), *self.middle.split()]
        initials = [word[0] for word in first]
        some = ["".join(initials[:n]) for n in range(1, len(initials) + 1)]
        some += [self.given[:1] + self.middle[:1]]
        full = " ".join((self.given, self.middle, self.family, self.title, *initials, *some))
        return words_of(full)

    @property
    def initials(self) -> list[str]:
        """The first letter of the given name and of the middle name, if there is one."""
        return [part[0] for part in (self.given, self.middle) if part]


def make_name(random_: random.Random, origin: str = "", family: str = "") -> Name:
    """Return an invented name; of a family, where one is named."""
    women, men, families = _ORIGINS[origin or random_.choice(ORIGINS)]
    woman = random_.random() < 0.5
    givens = [name.replace("_", " ") for name in (women if woman else men).split()]
    given = random_.choice(givens)
    middle = random_.choice(givens).split()[0] if random_.random() < 0.3 else ""
    if middle in given.split():
        middle = ""
    title = random_.choice(
        ("Mrs Miss Ms Dr Mrs Ms Cllr" if woman else "Mr Mr Mr Dr Mr Sir Rev Prof").split()
    )
    return Name(given, middle, family or random_.choice(families.split()).replace("_", " "), title)


def make_names(random_: random.Random, count: int, *, one_family: bool = False) -> list[Name]:
    """Return the names of `count` people who share no word of their given names."""
    names: list[Name] = []
    taken: set[str] = set()
    origin = random_.choice(ORIGINS) if one_family else ""
    for _try in range(40):
        name = make_name(random_, origin, names[0].family if one_family and names else "")
        first = words_of(f"{name.given} {name.middle}")
        own = first | {word[0] for word in first} if one_family else first
        if taken & own or (not one_family and name.family in {other.family for other in names}):
            continue
        taken |= own
        names.append(name)
        if len(names) == count:
            return names
    # In some origins too few given names begin with letters of their own.
    return make_names(random_, count, one_family=one_family)

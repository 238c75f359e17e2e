"""Invented people of twenty origins, each with eight given names and five family names.

Who is of which origin stands here alone: nothing in the product knows, stores or infers it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

# Given names | family names, women and men, `_` for a space inside a name.
_ORIGINS = {
    "British": "Jane Colin Hester Graham Gillian Trevor Amy_Louise Peter_John"
    "|Fewsdale Green Marlow-Hythe Winterbourne Hall",
    "Pakistani": "Nasreen Imran Shazia Tahir Rukhsana Mohammed Saima_Noor Muhammad_Asif"
    "|Begum Bibi Akhtar Khan Hussain",
    "Sikh": "Harpreet Gurdeep Manjit Balbir Jaswinder Harjinder Simran_Jit Amar_Pal"
    "|Kaur Singh Kaur_Dhaliwal Singh_Gill Sandhu",
    "Spanish": "Lucía Álvaro Pilar Íñigo María_José José_Luis Ana Juan_Carlos"
    "|García_López Ruiz Vega_Lorca de_la_Fuente Martín",
    "Chinese": "Wei Xiaomei Jun Lihua Zhiqiang Yan Mei_Ling Ka_Shing|Li Zhang Ouyang Chan Wong",
    "Yoruba": "Folasade Oluwaseun Babatunde Blessing Ayodele Sunday Temitope Grace_Funmilayo"
    "|Adeyemi Ogunbayo Okafor Bello Sunday",
    "Turkish": "Ayşe Mehmet Elif Çağlar Fatma İbrahim Gül_Nur Ali_Can"
    "|Yıldız Demir Kaya Şahin Öztürk",
    "Polish": "Małgorzata Krzysztof Agnieszka Zbigniew Bożena Tomasz Anna_Maria Jan_Paweł"
    "|Kowalska Nowak Wiśniewski-Zając Grzyb Adam",
    "Arabic": "Fatima Yusuf Layla Khalid Huda Abdul_Rahman Abdullah Abd_al-Karim"
    "|al-Tamimi Haddad Mahmoud bin_Talal Saleh",
    "Tamil": "Kavitha Ramesh Meenakshi Suresh Lakshmi Murugan Sri_Devi Siva_Kumar"
    "|Rajan Kumar Krishnan Selvam Arumugam",
    # The second half: kept apart from whoever builds the reader.
    "Bangladeshi": "Shirin Rafiqul Rokeya Jahangir Nasima Kamal Mst_Sufia Md_Abdul"
    "|Khatun Begum Miah Ali Uddin",
    "Gujarati": "Hemlata Bhavesh Kokila Ramesh Nisha Anil Jaya_Ben Dinesh_Bhai"
    "|Patel Shah Kumari Lal Devi",
    "Vietnamese": "Lan Minh Hạnh Quang Ngọc Đức Thị_Mai Văn_Hùng|Nguyễn Trần Lê Phạm Thị_Hoa",
    "Portuguese": "Inês Gonçalo Beatriz Tiago Conceição João_Paulo Ana_Rita Rui"
    "|da_Costa dos_Santos Mendonça_Reis Silva José",
    "Korean": "Ji-woo Min-jun Soo_Jin Hyun_Woo Eun-ji Jae-won Young Dong_Hyun"
    "|Kim Park Lee Choi Namgung",
    "Akan": "Abena Kwabena Akosua Kofi Efua Yaw Ama_Serwaa Nana_Kwame"
    "|Mensah Owusu Boateng Asante-Yeboah Kofi",
    "Iranian": "Zahra Reza Maryam Hossein Nasrin Amir Mohammad_Reza Fatemeh"
    "|Ahmadi Karimi Rezaei Hosseini Mohammad",
    "Romanian": "Ioana Vasile Mihaela Dragoș Ștefania Ionuț Ana_Maria Radu"
    "|Popescu Țurcanu Munteanu Ion Marin",
    "Ethiopian": "Tigist Abebe Selam Haile Meseret Dawit Bethlehem Gebre_Mariam"
    "|Tesfaye Bekele Girma Haile_Selassie Abraham",
    "Somali": "Hodan Abdirahman Ifrah Guled Sahra Cabdi Amina Mohamed"
    "|Warsame Ali_Hassan Farah Mohamed Jama",
}
ORIGINS = tuple(_ORIGINS)
BUILT_ON, KEPT_APART = ORIGINS[:10], ORIGINS[10:]
# How the second person of a cell is born; the first one is listed.
FORMS = (
    "{given} {family}",
    "{family}, {given}",
    "{given} {family}, {other}",
    "{given} {family} & {other}",
    "{given} {family} (b. 04/1965), {other} (b. 1971)",
    "Director: {given} {family}\nSecretary: {other}",
)


@dataclass(frozen=True, slots=True)
class ListedCell:
    """A cell with a listed director, and perhaps another person, as it is without any doubt."""

    origin: str
    form: str
    listed: str
    other: str
    text: str

    @property
    def plain(self) -> str:
        """Return the cell as a careful person writes it: people between semicolons."""
        return "; ".join(filter(None, (self.listed, self.other if "{other}" in self.form else "")))


def list_names(origin: str) -> list[tuple[str, str]]:
    """Return the forty names of an origin: given names, and family name."""
    given, families = (part.split() for part in _ORIGINS[origin].split("|"))
    return [
        (one.replace("_", " "), family.replace("_", " ")) for one in given for family in families
    ]


def list_cells(origin: str) -> Iterator[ListedCell]:
    """Yield each name of an origin in each form; the other person has another name in both parts
    where there is one.
    """
    names = list_names(origin)
    for at, (given, family) in enumerate(names):
        other = " ".join(names[(at + 13) % len(names)])
        for form in FORMS:
            text = form.format(given=given, family=family, other=other)
            yield ListedCell(origin, form, f"{given} {family}", other, text)

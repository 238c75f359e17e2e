"""Who has a common name, and who meets false alarms, by origin of name.

    python benchmarks/origins.py

Directors are invented from the commonest given and family names of six origins, written by hand
from common knowledge; nobody real is meant. Two of each supplier are looked up on the sanctions
lists of the shared data, and on all its lists: any flag that a supplier then has is an alarm, and
those above low severity are counted apart. Each is looked up without a birth date and with one of
the precision that Companies House gives. The tables, in suppliers in 100, go to
docs/developer/matching.md.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from names import ALL_LISTS, LISTS, WHY_NOT, entries

from duediligence.matching import Index, Subject, prepare
from duediligence.matching.names.alignment import Alignment
from duediligence.matching.names.features import names_are_common
from duediligence.model import Match, PartialDate

T = TypeVar("T")
_NAMES = {
    "British": (
        "John David James Paul Andrew Mark Stephen Robert Michael Peter Richard Christopher "
        "Thomas William Daniel Matthew Simon Ian Kevin Alan Graham Colin Neil Martin Gary Sarah "
        "Susan Karen Nicola Emma Claire Helen Julie Tracey Jane Rachel Amanda Louise Joanne "
        "Catherine Victoria Rebecca Laura Charlotte Hannah Jessica Emily Olivia Alice Ruth",
        "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans "
        "Walker White Roberts Green Hall Wood Jackson Clarke Clark Harris Edwards Turner Martin "
        "Cooper Hill Ward Hughes Moore Baker Harrison King Lewis Allen Lee Morgan Scott Watson "
        "Parker Bennett Young Cook Carter Richardson Bailey Collins Bell Shaw Murphy",
    ),
    "Muslim": (
        "Mohammed Muhammad Mohammad Ahmed Ali Abdul Hassan Hussain Ibrahim Omar Yusuf Khalid "
        "Mustafa Mahmoud Hamza Bilal Imran Tariq Usman Asif Faisal Rashid Salman Saeed Abdullah "
        "Abdulrahman Kamal Nasir Jamal Karim Fatima Aisha Maryam Khadija Zainab Amina Nadia Sana "
        "Samina Shabana Rukhsana Yasmin Noor Hafsa Sumaya Shazia Nasreen Farah Layla Safiya",
        "Khan Ahmed Hussain Ali Begum Hassan Mohammed Rahman Islam Malik Mahmood Iqbal Akhtar "
        "Hussein Shah Khatun Miah Uddin Chowdhury Ahmad Mohamed Abdullah Ibrahim Omar Osman Yusuf "
        "Qureshi Siddiqui Sheikh Butt Mirza Raza Haider Abbas Aziz Saleh Salem Mansour Khalil "
        "Hamid Nasser Farooq Anwar Rashid Saleem Javed Karim Hamdan Najjar Haddad",
    ),
    "African": (
        "Chinedu Emeka Oluwaseun Tunde Ngozi Chioma Blessing Emmanuel Samuel Joseph Daniel David "
        "Kwame Kofi Kwasi Yaw Kojo Ama Akosua Abena Moses Patrick Charles John Peter Paul Grace "
        "Faith Mercy Joy Esther Ruth Tendai Tatenda Tinashe Farai Thabo Sipho Nomsa Amadou "
        "Mamadou Ousmane Moussa Jean Pierre Amina Abdi Fatou Ifeoma Chukwuemeka",
        "Okafor Okonkwo Adeyemi Adebayo Ogunleye Okeke Eze Nwosu Obi Balogun Mensah Owusu Boateng "
        "Asante Appiah Osei Addo Amoah Acheampong Antwi Moyo Ndlovu Ncube Sibanda Dube Nkosi "
        "Dlamini Zulu Banda Phiri Mwangi Kamau Otieno Ochieng Wanjiku Kipchoge Diallo Traore Keita "
        "Camara Toure Diop Ndiaye Sow Mugisha Kagame Tesfaye Bekele Haile Kabila",
    ),
    "Slavic": (
        "Aleksandr Sergei Vladimir Andrei Dmitri Aleksei Igor Oleg Yuri Nikolai Mikhail Viktor "
        "Ivan Pavel Maksim Evgeni Konstantin Roman Denis Anton Petr Jan Piotr Krzysztof Andrzej "
        "Tomasz Pawel Marcin Anna Maria Elena Olga Natalia Tatiana Irina Svetlana Ekaterina Marina "
        "Ludmila Galina Oksana Agnieszka Katarzyna Malgorzata Ewa Joanna Magdalena Yulia Vera Nina",
        "Ivanov Smirnov Kuznetsov Popov Vasiliev Petrov Sokolov Mikhailov Novikov Fedorov Morozov "
        "Volkov Alekseev Lebedev Semenov Egorov Pavlov Kozlov Stepanov Nikolaev Orlov Andreev "
        "Makarov Nikitin Zakharov Zaitsev Soloviev Borisov Yakovlev Grigoriev Romanov Vorobiev "
        "Kovalenko Shevchenko Bondarenko Tkachenko Kravchenko Boyko Melnyk Kovalchuk Nowak "
        "Kowalski Wisniewski Wojcik Kowalczyk Kaminski Lewandowski Zielinski Szymanski Wozniak",
    ),
    "Chinese": (
        "Wei Fang Min Jing Li Qiang Lei Jun Yang Yong Jie Juan Tao Ming Chao Xia Ping Gang Hui Hua "
        "Bin Jian Lin Xin Yan Ying Hong Hai Bo Feng Peng Liang Dong Zhiqiang Jianhua Guoqiang "
        "Xiaoming Weidong Haiyan Lihua Xiuying Guiying Yulan Meiling Xiaoyan Jianguo Zhigang "
        "Yuan Kai Rui",
        "Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Gao Lin Luo Zheng "
        "Liang Xie Song Tang Deng Han Feng Cao Peng Zeng Xiao Tian Dong Pan Yuan Cai Jiang Yu Du "
        "Ye Cheng Wei Su Lu Ding Ren Shen Yao Lam",
    ),
    "Hispanic": (
        "Jose Juan Antonio Manuel Francisco Luis Carlos Miguel Jesus Pedro Javier Rafael Fernando "
        "Jorge Alberto Alejandro Daniel David Eduardo Ricardo Roberto Mario Sergio Diego Andres "
        "Oscar Ramon Raul Enrique Victor Maria Carmen Ana Isabel Laura Cristina Marta Rosa Lucia "
        "Elena Patricia Gabriela Sofia Paula Andrea Claudia Sandra Teresa Pilar Gloria",
        "Garcia Rodriguez Gonzalez Fernandez Lopez Martinez Sanchez Perez Gomez Martin Jimenez "
        "Ruiz Hernandez Diaz Moreno Alvarez Munoz Romero Alonso Gutierrez Navarro Torres Dominguez "
        "Vazquez Ramos Gil Ramirez Serrano Blanco Molina Morales Suarez Ortega Delgado Castro "
        "Ortiz Rubio Marin Sanz Iglesias Medina Garrido Cortes Castillo Santos Lozano Guerrero "
        "Cano Prieto Mendez",
    ),
}
ORIGINS = tuple(_NAMES)
MINORITY = ORIGINS[1:]
DIRECTORS = 2  # of each supplier
SUPPLIERS = 2_500


@dataclass(frozen=True)
class Director:
    """Somebody invented, with a birth date of the precision that Companies House gives."""

    name: str
    born: PartialDate


def directors(origin: str, suppliers: int) -> list[Director]:
    """The invented directors of `number` suppliers, the same each time, DIRECTORS of each.

    Given and family name at random; one in four has a middle name. Born from 1945 to 2000.
    """
    chance = random.Random(f"directors {origin}")
    given, family = (names.split() for names in _NAMES[origin])
    return [_director(chance, given, family) for _ in range(DIRECTORS * suppliers)]


def _director(chance: random.Random, given: list[str], family: list[str]) -> Director:
    middle = [chance.choice(given)] if chance.random() < 0.25 else []
    name = " ".join([chance.choice(given), *middle, chance.choice(family)])
    return Director(name, PartialDate(chance.randrange(1945, 2001), chance.randrange(1, 13)))


def by_supplier(of_directors: Sequence[T]) -> Iterator[Sequence[T]]:
    """What is known of each director, those of one supplier together."""
    for at in range(0, len(of_directors), DIRECTORS):
        yield of_directors[at : at + DIRECTORS]


def common(name: str) -> bool:
    """Whether somebody's name is common by itself."""
    return any(names_are_common(Alignment(one, one)) for one in prepare(name, "person").person)


def report_common() -> None:
    """Print whom `is_common` calls so: invented people by origin, and listed people by list."""
    print("\n| people | number | of a common name |\n|---|---|---|")
    groups = {
        f"invented, {origin}": [d.name for d in directors(origin, SUPPLIERS)] for origin in ORIGINS
    }
    listed: list[str] = []
    for list_id in ALL_LISTS:
        if names := [e.name for e in entries(list_id) if e.kind == "person"]:
            groups[f"listed, {list_id}"] = names
            listed += names
    groups["listed, all lists"] = listed
    for title, names in groups.items():
        share = sum(map(common, names)) / len(names)
        print(f"| {title} | {len(names)} | {share:.1%} |")


def share_alarmed(found: Sequence[Sequence[Match]], *, low: bool = True) -> float:
    """Suppliers in 100 with a match of any severity, or of one above low."""
    alarmed = [
        any(low or not match.otherwise_born for matches in of_one for match in matches)
        for of_one in by_supplier(found)
    ]
    return 100 * sum(alarmed) / len(alarmed)


def report_alarms() -> tuple[float, float]:
    """Print the alarms by origin; gives those with a birth month, British and the mean minority."""
    sanctions = Index.build(entry for list_id in LISTS for entry in entries(list_id))
    every = Index.build(entry for list_id in ALL_LISTS for entry in entries(list_id))
    print("\n| origin of name | no birth date | birth month | above low | all lists | above low |")
    print("|---|---|---|---|---|---|")
    rows: dict[str, list[float]] = {}
    for origin in ORIGINS:
        invented = directors(origin, SUPPLIERS)
        undated = list(sanctions.search_many(Subject((d.name,), "person") for d in invented))
        rows[origin] = [share_alarmed(undated)]
        for index in (sanctions, every):
            dated = list(index.search_many(Subject((d.name,), "person", d.born) for d in invented))
            rows[origin] += [share_alarmed(dated), share_alarmed(dated, low=False)]
    columns = zip(*(rows[origin] for origin in MINORITY), strict=True)
    rows["mean of all but British"] = [sum(values) / len(values) for values in columns]
    for title, row in rows.items():
        print(f"| {title} | " + " | ".join(f"{value:.2f}" for value in row) + " |")
    return rows["British"][1], rows["mean of all but British"][1]


def main() -> None:
    if WHY_NOT:
        print(f"skipped: {WHY_NOT}")
        return
    report_common()
    report_alarms()


if __name__ == "__main__":
    main()

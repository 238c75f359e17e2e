"""The commonest given and family names of six origins, to invent directors from.

Written by hand from common knowledge of which names are the commonest; nobody real is meant.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from duediligence.model import PartialDate

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
DIRECTORS = 2  # of each supplier


@dataclass(frozen=True)
class Director:
    """Somebody invented, with a birth date of the precision that Companies House gives."""

    name: str
    born: PartialDate


def directors(origin: str, suppliers: int) -> list[Director]:
    """The invented directors of so many suppliers, the same each time, DIRECTORS of each.

    Given and family name at random; one in four has a middle name. Born from 1945 to 2000.
    """
    chance = random.Random(f"directors {origin}")
    given, family = (names.split() for names in _NAMES[origin])
    return [_director(chance, given, family) for _ in range(DIRECTORS * suppliers)]


def _director(chance: random.Random, given: list[str], family: list[str]) -> Director:
    middle = [chance.choice(given)] if chance.random() < 0.25 else []
    name = " ".join([chance.choice(given), *middle, chance.choice(family)])
    return Director(name, PartialDate(chance.randrange(1945, 2001), chance.randrange(1, 13)))


def by_supplier(of_directors: list[T]) -> Iterator[list[T]]:
    """What is known of each director, those of one supplier together."""
    for at in range(0, len(of_directors), DIRECTORS):
        yield of_directors[at : at + DIRECTORS]

"""Korean, Chinese and Japanese names: how their syllables are written in Latin letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.matching import DEFAULT_THRESHOLD, Index, Subject, compare, prepare
from duediligence.matching.names.similarity import compare_words
from duediligence.matching.names.words import get_word, romanise_word
from duediligence.matching.scripts.splitting import words_of
from duediligence.model import ListEntry, Name
from tests.rows import for_each


@for_each(
    ("syllable", "spellings"),
    [
        ("이", "i yi lee rhee ri"),
        ("박", "bak pak park"),
        ("최", "choe choi"),
        ("정", "jeong jong chong jung chung"),
        ("노", "no noh roh"),
        ("련", "ryon ryeon yeon yon"),  # the North keeps its r
        ("신", "sin shin"),
        ("희", "hui hee"),
        ("陈", "chen chan tan"),
        ("張", "zhang chang cheung teo"),
        ("黄", "huang wong ng"),
        ("谢", "xie hsieh tse"),
        ("吕", "lu lyu lui"),
        ("单", "dan shan"),
        ("区", "qu ou au"),
        ("欧阳", "ouyang auyeung"),
        ("晓明", "xiaoming hsiaoming hiuming"),
        ("정은", "jeongeun jongun jungeun"),
        ("신라", "sinra silla"),
        ("가", "ga ka"),  # the first of all syllables
    ],
)
def test_a_word_has_the_spellings_of_each_system(syllable, spellings):
    (folded,) = {"".join(words_of(syllable))}
    found = romanise_word(folded)
    assert found is not None
    assert set(spellings.split()) <= set(found.spellings)
    assert all(found.likeness(spelling) > 0.8 for spelling in found.spellings)
    assert not found.likeness("zorkut")


@for_each(
    ("query", "listed"),
    [
        ("زركوت ولي جان", "Zarkout Walijan"),
        ("류민벽", "Ryu Min-byok"),
        ("류민벽", "RYU Minbyok"),
        ("류민벽", "Min Byuk Yoo"),
        ("탁벽혜", "Byeok Hye TAK"),
        ("咸筠蘅", "Xian Yunheng"),
        ("咸筠蘅", "YUNHENG Xian"),
        ("咸筠蘅", "HAM Kwan-hang"),
        ("欧阳筠蘅", "Ouyang Yunheng"),
        ("歐陽筠蘅", "欧阳筠蘅"),
    ],
)
def test_a_name_is_found_as_it_is_written_in_latin_letters(query, listed):
    assert compare(prepare(query, "person"), prepare(listed, "person")).shown_up_to >= (
        DEFAULT_THRESHOLD
    )


@for_each(
    ("query", "listed"),
    [
        ("류민벽", "Ryu Byok-min"),  # the syllables of the given name in another order
        ("류벽민", "류민벽"),
        ("咸筠", "Jian Yun"),
        ("咸筠蘅", "咸云蘅"),  # another character of the same sound
    ],
)
def test_another_name_is_not(query, listed):
    assert compare(prepare(query, "person"), prepare(listed, "person")).shown_up_to < (
        DEFAULT_THRESHOLD
    )


@for_each(
    ("query", "listed"),
    [
        ("山东咸筠信息技术有限公司", "Shandong Xianyun Information Technology Co., Ltd."),
        ("咸筠蘅機械（香港）有限公司", "XIANYUNHENG MACHINERY (HONG KONG) CO LIMITED"),
        ("咸筠蘅機械(香港)有限公司", "咸筠蘅机械(香港)有限公司"),
        ("류민벽무역회사", "Ryuminbyok Trading Company"),
    ],
)
def test_a_firm_is_found_by_what_its_name_says_in_english(query, listed):
    assert compare(prepare(query, "organisation"), prepare(listed, "organisation")).score >= (
        DEFAULT_THRESHOLD
    )


@for_each(
    ("query", "listed"),
    [
        ("山东咸筠信息技术有限公司", "Shandong Zhenghua Information Technology Co., Ltd."),
        ("山东咸筠信息技术有限公司", "山东正华信息技术有限公司"),
    ],
)
def test_another_firm_is_not(query, listed):
    assert compare(prepare(query, "organisation"), prepare(listed, "organisation")).score < (
        DEFAULT_THRESHOLD
    )


def test_a_word_that_is_there_twice_is_joined_once():
    match = compare(prepare("زركوت زركوت", "person"), prepare("زركوت زركوت زركوت", "person"))
    assert match.score > DEFAULT_THRESHOLD
    assert compare(prepare("Zorkutzorkut Zorkut", "person"), prepare("Zorkut Zorkut", "person"))


def test_a_syllable_says_little():
    assert get_word("탁").weight_person <= 0.6
    assert get_word("蘅").weight_person <= 0.6
    assert 0.6 < get_word("탁빈").weight_person <= 1.0


@for_each(
    ("kana", "latin"),
    [
        ("シャチェ", "shache"),
        ("じゅんいち", "junichi"),
        ("ジュンイチ", "zyuniti"),  # Kunrei
        ("タロウ", "taro"),
        ("タロー", "taroo"),
        ("オオタ", "ohta"),
        ("ホンマ", "homma"),
        ("ハットリ", "hattori"),
        ("ﾊｯﾄﾘ", "hattori"),
        ("スミス", "smith"),
        ("ロバート", "robert"),
        ("ヴォルコフ", "volkov"),
        ("カーター", "carter"),
        ("テイラー", "taylor"),
        ("ウラジーミル", "vladimir"),
    ],
)
def test_kana_is_read_by_sound(kana, latin):
    (written,) = words_of(kana)
    assert compare_words(get_word(written), get_word(latin), person=True) >= 0.88
    assert not compare_words(get_word(written), get_word("zorkut"), person=True)


_SYLLABLES = "탁류민벽빈혜이정은咸筠蘅欧陽張陈明晓"
_LATIN = (
    "tak ryu min byok bin hye lee jung un ham kwan xian yunheng minbyok "
    "zhang chen ming suzu taro "
    "juntaro jun smith zarkut walijan wali jan xianyun shandong technology trading ryumin co ltd"
).split()
_NAMES = st.one_of(
    st.text(_SYLLABLES, min_size=1, max_size=5),
    st.lists(st.sampled_from("咸筠 山东 科技 류민 무역 有限公司 회사".split()), min_size=1).map(
        "".join
    ),
    st.lists(st.sampled_from("زركوت ولي جان".split()), min_size=1, max_size=4).map(" ".join),
    # Words of two kana or more: the index joins two words where they then agree, not where they are
    # misspelt as well, which counts in words of one (スズキ ジ ロ and ジ スズキ).
    st.lists(st.text("スズタロウジュンー", min_size=2, max_size=5), min_size=1, max_size=3).map(
        " ".join
    ),
    st.lists(st.sampled_from([*_LATIN, "M", "Zorkut"]), min_size=1, max_size=4).map(" ".join),
)


@given(query=_NAMES, listed=_NAMES, kind=st.sampled_from(["person", "organisation"]))
def test_the_index_finds_all_that_comparing_finds(query, listed, kind):
    match = compare(prepare(query, kind), prepare(listed, kind))
    index = Index.build([ListEntry(id="1", list_id="x", kind=kind, names=(Name(listed),))])
    found = index.search(Subject((query,), kind), threshold=0.5)
    if match.shown_up_to >= 0.5:
        assert [m.score for m in found] == [pytest.approx(match.score, abs=0.08)]

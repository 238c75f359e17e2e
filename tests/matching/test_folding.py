"""Text folded to plain words, whatever it was written with."""

from duediligence.text.folding import fold, letters_for_digits
from tests.rows import for_each


@for_each(
    ("text", "folded"),
    [
        ("O'Tremlow & Sons", "otremlow and sons"),
        ("Zor\u200bva\u00adne", "zorvane"),
        ("Zоrvаnе", "zorvane"),  # Cyrillic о, а, е
        ("РАК, Воng", "pak bong"),  # a word wholly of look-alikes among Latin ones
        ("ООО Зорване", "ooo zorvane"),
        ("Cавелий Тамразов", "saveliy tamrazov"),  # a Latin C
        ("Iгар Зоркаў", "ihar zorkau"),  # a Latin I; Belarusian
        ("Гліб Зоркут", "hlib zorkut"),  # Ukrainian
        ("Глеб Зоркут", "gleb zorkut"),
        ("Търговски", "targovski"),  # Bulgarian
        ("Объездной", "obezdnoy"),
        ("Μπάμπης Ντάρος Ευαγγέλου", "babis daros evangelou"),
        ("Ｚｏｒｖａｎｅ", "zorvane"),
        ("Mückenhaupt", "muckenhaupt"),
        ("张伟", "zhang wei"),
        ("Zorvane-Brisel/Tavrik", "zorvane brisel tavrik"),
        ("\u0000\t ", ""),
        ("11420 CORP.", "11420 corp"),
    ],
)
def test_folds(text, folded):
    assert fold(text) == folded


def test_a_hostile_cell_costs_little():
    assert len(fold("é" * 1_000_000)) <= 500


def test_digits_stand_for_letters_only_among_letters():
    assert letters_for_digits("z0rvan3", least=3) == "zorvane"
    assert letters_for_digits("g4s", least=3) == "g4s"

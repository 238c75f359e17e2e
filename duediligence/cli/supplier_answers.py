"""`suppliers answers`: what a supplier stated, compared with registers and lists."""

from duediligence.cli.globals import JsonOption, note, say, say_json, workspace
from duediligence.cli.supplier_changes import RefArgument


def list_answers(
    ref: RefArgument,
    as_json: JsonOption = False,
) -> None:
    """Compare what a supplier stated with registers and lists.

    The supplier stated it on the Central Digital Platform, and gave it by a share code. Registers
    and lists are as its newest screening read them.

    Examples:

        duediligence suppliers answers S00001
    """
    from duediligence.casework.answers_shown import VERDICT_WORDS, answers_of
    from duediligence.casework.import_words import NEVER_TRIED
    from duediligence.render.saying import format_text
    from duediligence.render.wording import day
    from duediligence.text.wording import count

    with workspace() as ws:
        found = answers_of(ws, ref)
    if as_json:
        say_json(found)
        return
    if not found.has_form:
        note(f"{found.ref} gave no share code.")
        return
    for one in found.comparisons:
        about, stated, shown = map(format_text, (one.about, one.stated, one.shown))
        say(f"{VERDICT_WORDS[one.verdict]}: {about}{one.words and f', {one.words}'}")
        say(f"  Stated: {stated}" if stated else "  Not stated.")
        if shown:
            say(f"  {one.source}, read on {day(one.on)}: {shown}" if one.on else f"  {shown}")
    note(NEVER_TRIED)
    if not found.is_screened:
        note("It was never screened, so nothing can be known: duediligence screen")
        return
    differing = sum(one.verdict == "differs" for one in found.comparisons)
    note(f"{count(differing, 'difference')}.")

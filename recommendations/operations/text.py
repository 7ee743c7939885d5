"""Text as it is stored: composed (NFC), free of what no database or page can hold."""

import unicodedata

# Line breaks and tabs are text; every other control character, NUL above all, is not.
_ALLOWED_CONTROLS = "\n\t"


# Letters and symbols by their category, and yet nothing to be seen.
_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"


def clean(text: str) -> tuple[str, list[str]]:
    """Return `text` as it is stored, and every problem with it in sentences.

    A text in which nothing can be seen (zero-width marks, fillers) is empty.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    problems = []
    if any(unicodedata.category(letter) == "Cs" for letter in text):
        problems.append("This text holds half of a character (a lone surrogate). Type it again.")
    unprintable = {c for c in text if unicodedata.category(c) == "Cc"} - set(_ALLOWED_CONTROLS)
    if unprintable:
        codes = ", ".join(f"U+{ord(c):04X}" for c in sorted(unprintable))
        problems.append(f"This text holds characters that cannot be printed ({codes}). Remove them.")
    if not problems and not any(_shows(letter) for letter in text):
        text = ""
    return text, problems


def _shows(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LNPS" and letter not in _FILLERS

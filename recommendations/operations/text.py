"""Text as it is stored: composed (NFC), free of what no database or page can hold."""

import unicodedata

# Line breaks and tabs are text; every other control character, NUL above all, is not.
_ALLOWED_CONTROLS = "\n\t"


def clean(text: str) -> tuple[str, list[str]]:
    """Return `text` as it is stored, and every problem with it in sentences."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    problems = []
    if any(unicodedata.category(letter) == "Cs" for letter in text):
        problems.append("This text holds half of a character (a lone surrogate). Type it again.")
    unprintable = {c for c in text if unicodedata.category(c) == "Cc"} - set(_ALLOWED_CONTROLS)
    if unprintable:
        codes = ", ".join(f"U+{ord(c):04X}" for c in sorted(unprintable))
        problems.append(f"This text holds characters that cannot be printed ({codes}). Remove them.")
    return text, problems

"""What a page says, as a person reads it."""

import html
import re
from typing import Any

INVISIBLE = re.compile(r"<(svg|title).*?</\1>", re.DOTALL)


def words_of(answer: Any) -> str:
    """The page's text, without its drawings, with single spaces."""
    markup = INVISIBLE.sub(" ", answer.content.decode())
    return re.sub(r"\s+([.,;:)])", r"\1", re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", markup))))

"""Made-up data of the size of a nation, written in bulk and yet recorded: to look at, and to measure by."""

from recommendations.operations.generation.extent import Extent
from recommendations.operations.generation.nation import generate

__all__ = ["Extent", "generate"]

"""Made-up data of the size of a nation, written in bulk and yet recorded: to look at, and to measure by."""

from tests.benchmarks.generation.nation import generate
from tests.benchmarks.generation.size import Extent

__all__ = ["Extent", "generate"]

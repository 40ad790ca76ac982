"""The leak gate: what may not leave. Pure functions over text; no database, no HTTP, no clock.

`examine` takes the texts that are about to leave and the particulars of a case, and says where a sealed particular
stands in them, however it is written, and where something else would identify a person.
"""

from app.leakgate.engine import blocked, examine
from app.leakgate.values import Finding, Kind, Particular, Treatment

__all__ = ["Finding", "Kind", "Particular", "Treatment", "blocked", "examine"]

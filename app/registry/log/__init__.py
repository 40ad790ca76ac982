"""The release log: append-only leaves, the documents beside them, and their verification."""

from app.registry.log.append import Present, append, append_batch, holds, present, row_path
from app.registry.log.verify import verify

__all__ = ["Present", "append", "append_batch", "holds", "present", "row_path", "verify"]

"""What every reader yields; defined below this room so that roads can use it as well."""

from uxo.evidence.files.rows import Batch, Reject

__all__ = ["Batch", "Reject"]

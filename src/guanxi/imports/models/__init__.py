from guanxi.imports.models.batches import ColumnMemory, ImportBatch, ImportRow

__all__ = ["ColumnMemory", "ImportBatch", "ImportRow"]

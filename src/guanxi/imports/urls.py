from django.urls import path

from guanxi.imports.views import batches, steps

urlpatterns = [
    path("imports/", batches.imports, name="imports"),
    path("imports/<int:pk>/", batches.batch_page, name="import-detail"),
    path("imports/<int:pk>/progress/", batches.progress, name="import-progress"),
    path("imports/<int:pk>/failed.xlsx", batches.failed_rows, name="import-failed"),
    path("imports/<int:pk>/sheet/", steps.sheet, name="import-sheet"),
    path("imports/<int:pk>/mapping/", steps.mapping, name="import-mapping"),
    path("imports/<int:pk>/start/", steps.start, name="import-start"),
    path("imports/<int:pk>/undo/", steps.undo, name="import-undo"),
    path("imports/<int:pk>/next/", steps.next_sheet, name="import-next"),
]

from django.urls import path

from guanxi.merging import views

urlpatterns = [
    path("customers/<int:pk>/merge/", views.choose_other, name="customer-merge"),
    path("customers/<int:pk>/merge/<int:other>/", views.merge, name="customer-merge-with"),
    path("merges/<int:pk>/undo/", views.undo, name="merge-undo"),
]

from django.urls import path

from guanxi.catalogue import views

urlpatterns = [
    path("settings/products/", views.products, name="products"),
    path("settings/products/new/", views.new_product, name="product-new"),
    path("settings/products/<int:pk>/", views.product, name="product"),
]

from django.urls import path

from guanxi.catalogue import views

urlpatterns = [
    path("settings/products/", views.products, name="products"),
    path("settings/products/new/", views.new_product, name="product-new"),
    path("settings/products/<int:pk>/", views.product, name="product"),
    # What everybody who sells reads
    path("products/<int:pk>/", views.product_page, name="product-page"),
    path("products/<int:pk>/rivals/", views.rival_price, name="rival-price"),
    path("products/rivals/<int:pk>/removal/", views.rival_price_removal, name="rival-price-removal"),
    path("products/schemes/new/", views.scheme_new, name="scheme-new"),
    path("products/schemes/<int:pk>/", views.scheme, name="scheme"),
]

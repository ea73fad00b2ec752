from django.urls import path

from guanxi.deals import views

urlpatterns = [
    path("orders/", views.orders, name="orders"),
    path("orders/ledger/", views.ledger, name="ledger"),
    path("customers/<int:pk>/orders/", views.order, name="order"),
    path("customers/<int:pk>/deposits/", views.deposit, name="deposit"),
    path("orders/<int:pk>/cancellation/", views.cancellation, name="order-cancellation"),
    path("orders/<int:pk>/delivery/", views.delivery, name="order-delivery"),
]

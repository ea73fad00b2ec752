from django.urls import path

from guanxi.deals.views import ledger, orders

urlpatterns = [
    path("orders/", orders.orders, name="orders"),
    path("orders/ledger/", ledger.ledger, name="ledger"),
    path("orders/ledger/<int:pk>/return/", ledger.deal_return, name="deal-return"),
    path("orders/ledger/<int:pk>/correction/", ledger.deal_correction, name="deal-correction"),
    path("orders/ledger/<int:pk>/taking-back/", ledger.deal_taking_back, name="deal-taking-back"),
    path("customers/<int:pk>/orders/", orders.order, name="order"),
    path("customers/<int:pk>/deposits/", orders.deposit, name="deposit"),
    path("orders/<int:pk>/cancellation/", orders.cancellation, name="order-cancellation"),
    path("orders/<int:pk>/delivery/", orders.delivery, name="order-delivery"),
]

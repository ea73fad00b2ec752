from django.urls import path

from guanxi.deals.views import contracts, ledger, orders

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
    path("customers/<int:pk>/contracts/new/", contracts.contract_new, name="contract-new"),
    path("contracts/<int:pk>/renewal/", contracts.contract_renewal, name="contract-renewal"),
    path("contracts/<int:pk>/correction/", contracts.contract_correction, name="contract-correction"),
    path("contracts/<int:pk>/end/", contracts.contract_end, name="contract-end"),
    path("contracts/<int:pk>/taking-back/", contracts.contract_taking_back, name="contract-taking-back"),
]

from django.urls import path

from guanxi.customers.views import cards, collisions, numbers, parts

urlpatterns = [
    path("customers/lookup/", collisions.lookup, name="customer-lookup"),
    path("customers/claim/", collisions.claim, name="customer-claim"),
    path("customers/<int:pk>/classification/", cards.classification, name="customer-classification"),
    path("customers/<int:pk>/owned/", parts.owned_item, name="owned-item-new"),
    path("customers/<int:pk>/owned/<int:item>/", parts.owned_item, name="owned-item"),
    path("customers/<int:pk>/people/", parts.contact_person, name="contact-person-new"),
    path("customers/<int:pk>/people/<int:person>/", parts.contact_person, name="contact-person"),
    path("customers/<int:pk>/source/", parts.source, name="customer-source"),
    path("customers/<int:pk>/call/", numbers.call, name="customer-call"),
    path("customers/<int:pk>/phones/<int:phone>/", numbers.reveal, name="customer-reveal"),
    path("customers/<int:pk>/accounts/<str:name>/", numbers.reveal_one_account, name="customer-account"),
]

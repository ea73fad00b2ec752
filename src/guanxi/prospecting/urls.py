"""Addresses of this domain."""

from django.urls import path

from guanxi.prospecting.views import name_lists, names, reception, referrals, registers, visits

DAY = "registers/<int:year>/<int:month>/<int:day>/"

urlpatterns = [
    path("reception/", reception.reception, name="reception"),
    path("reception/arrivals/", visits.arrival, name="arrival"),
    path("reception/calls/", visits.phone_in, name="phone-in"),
    path("reception/events/", visits.event_contact, name="event-contact"),
    path("visits/<int:pk>/", visits.visit, name="visit"),
    path("visits/<int:pk>/consultant/", visits.consultant, name="visit-consultant"),
    path("visits/<int:pk>/departure/", visits.departure, name="visit-departure"),
    path("registers/", registers.registers, name="registers"),
    path(DAY, registers.day, name="register-day"),
    path(f"{DAY}lock/", registers.lock, name="register-lock"),
    path(f"{DAY}confirmation/", registers.confirmation, name="register-confirmation"),
    path(f"{DAY}reopening/", registers.reopening, name="register-reopening"),
    path("names/", name_lists.names, name="names"),
    path("names/new/", name_lists.new_names, name="names-new"),
    path("names/hand-over/", name_lists.hand_over, name="names-hand-over"),
    path("names/<int:pk>/", names.name, name="name"),
    path("names/<int:pk>/edit/", names.edit, name="name-edit"),
    path("names/<int:pk>/warmth/", names.warmth, name="name-warmth"),
    path("names/<int:pk>/result/", names.result, name="name-result"),
    path("names/<int:pk>/card/", names.card, name="name-card"),
    path("names/<int:pk>/call/", names.call, name="name-call"),
    path("referrals/", referrals.network, name="referrals"),
    path("customers/<int:pk>/referrals/", referrals.recommender, name="customer-referrals"),
    path("customers/<int:pk>/referrals/requests/", referrals.ask, name="referral-request"),
    path("customers/<int:pk>/influence/", referrals.traits, name="influence"),
]

"""Addresses of this domain."""

from django.urls import path

from guanxi.prospecting.views import reception, registers, visits

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
]

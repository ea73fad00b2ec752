from django.urls import path

from guanxi.cadence.views import arrivals, cards, contacts, decisions, hand_overs

urlpatterns = [
    path("customers/new/", arrivals.new_customer, name="customer-new"),
    path("customers/<int:pk>/edit/", cards.edit, name="customer-edit"),
    path("customers/<int:pk>/contacts/", contacts.contact, name="contact"),
    path("customers/<int:pk>/contacts/suggestion/", contacts.suggestion, name="contact-suggestion"),
    path("customers/<int:pk>/level/", decisions.level, name="level"),
    path("customers/<int:pk>/losses/", decisions.loss, name="loss"),
    path("customers/<int:pk>/losses/withdrawal/", decisions.loss_withdrawal, name="loss-withdrawal"),
    path("customers/<int:pk>/reactivation/", decisions.reactivation, name="reactivation"),
    path("tasks/<int:pk>/done/", decisions.task_done, name="task-done"),
    path("tasks/<int:pk>/open/", decisions.task_reopen, name="task-reopen"),
    path(
        "level-requests/<int:pk>/decision/", decisions.level_request_decision, name="level-request-decision"
    ),
    path("downgrades/<int:pk>/decision/", decisions.downgrade_decision, name="downgrade-decision"),
    path("losses/<int:pk>/decision/", decisions.loss_decision, name="loss-decision"),
    path("collisions/<int:pk>/decision/", decisions.collision_decision, name="collision-decision"),
    path("hand-over/", hand_overs.hand_over, name="hand-over"),
]

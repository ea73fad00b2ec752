"""Addresses of this domain."""

from django.urls import path

from guanxi.pipeline.views import boards, credit, endings, forecasts, moves, opportunities, parts, tenders

ONE = "opportunities/<int:pk>/"

urlpatterns = [
    path("opportunities/", boards.opportunities, name="opportunities"),
    path("opportunities/list/", boards.opportunity_list, name="opportunity-list"),
    path("opportunities/calendar/", boards.calendar, name="opportunity-calendar"),
    path("opportunities/reviews/", boards.opportunity_reviews, name="opportunity-reviews"),
    path("opportunities/forecast/", forecasts.forecast, name="forecast"),
    path(
        "opportunities/forecast/<int:year>/<int:number>/", forecasts.forecast_target, name="forecast-target"
    ),
    path("customers/<int:pk>/opportunities/", opportunities.opportunity_new, name="opportunity-new"),
    path(ONE, opportunities.opportunity, name="opportunity"),
    path(f"{ONE}edit/", opportunities.opportunity_edit, name="opportunity-edit"),
    path(f"{ONE}progress/", moves.progress, name="opportunity-progress"),
    path(f"{ONE}evidence/", moves.evidence, name="opportunity-evidence"),
    path(f"{ONE}evidence/<int:item>/", moves.evidence_file, name="evidence-file"),
    path(f"{ONE}assessment/", parts.assessment, name="opportunity-assessment"),
    path(f"{ONE}rivals/", parts.rival_new, name="rival-new"),
    path(f"{ONE}rivals/<int:rival>/", parts.rival, name="rival"),
    path(f"{ONE}time/", parts.time_spent, name="time-spent"),
    path(f"{ONE}bid/<str:code>/", parts.bid_task, name="bid-task"),
    path(f"{ONE}win/", endings.win, name="opportunity-win"),
    path(f"{ONE}win/undo/", endings.win_undo, name="opportunity-win-undo"),
    path(f"{ONE}loss/", endings.loss, name="opportunity-loss"),
    path(f"{ONE}loss/withdrawal/", endings.loss_withdrawal, name="opportunity-loss-withdrawal"),
    path(f"{ONE}reopening/", endings.reopening, name="opportunity-reopening"),
    path(f"{ONE}bid-approval/", credit.bid_approval, name="bid-approval"),
    path("bid-approvals/<int:pk>/decision/", credit.bid_approval_decision, name="bid-approval-decision"),
    path("credit/", credit.credit, name="credit"),
    path("customers/<int:pk>/credit/", credit.credit_review, name="credit-review"),
    path("tender-items/", tenders.tender_items, name="tender-items"),
    path("tender-items/<int:pk>/decision/", tenders.tender_decision, name="tender-decision"),
]

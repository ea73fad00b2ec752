"""Addresses of this domain."""

from django.urls import path

from guanxi.performance.views import (
    backward,
    closes,
    coaching,
    daily_reports,
    effectiveness,
    evening,
    losses,
    months,
    statistics,
    target_grid,
    targets,
)

urlpatterns = [
    path("registers/statistics/", statistics.register_statistics, name="register-statistics"),
    path("month/", months.month, name="month"),
    path("month/closes/", closes.month_closes, name="month-closes"),
    path("month/closes/<int:pk>/reopening/", closes.month_reopening, name="month-reopening"),
    path("month/closes/<int:pk>/closing/", closes.month_closing, name="month-closing"),
    path("daily-report/", daily_reports.daily_report, name="daily-report"),
    path("daily-report/<int:pk>/return/", daily_reports.take_back, name="daily-report-return"),
    path("daily-report/<int:pk>/supplement/", daily_reports.supplement, name="daily-report-supplement"),
    path("daily-report/<int:pk>/review/", daily_reports.daily_report_review, name="daily-report-review"),
    path("daily-reports/", daily_reports.daily_reports, name="daily-reports"),
    path("daily-reports/<int:pk>/<str:day>/", daily_reports.daily_report_of, name="daily-report-of"),
    path("targets/", targets.targets, name="targets"),
    path("targets/set/", target_grid.target_grid, name="target-grid"),
    path("targets/undo/", target_grid.target_undo, name="target-undo"),
    path("targets/measure/", targets.target_measure, name="target-measure"),
    path("targets/backward/", backward.backward_plan, name="backward-plan"),
    path("effectiveness/", effectiveness.effectiveness, name="effectiveness"),
    path("effectiveness/<int:pk>/comment/", effectiveness.month_comment, name="month-comment"),
    path("coaching/", coaching.coaching, name="coaching"),
    path("coaching/<int:pk>/", coaching.coaching_of, name="coaching-of"),
    path("coaching/<int:pk>/assessment/", coaching.assessment, name="assessment"),
    path("coaching/<int:pk>/sessions/", coaching.session_new, name="coaching-session-new"),
    path("coaching/sessions/<int:pk>/", coaching.session, name="coaching-session"),
    path("coaching/teams/<int:pk>/review/", coaching.team_review, name="team-review"),
    path("losses/analysis/", losses.loss_analysis, name="loss-analysis"),
    path("evening/", evening.evening, name="evening"),
    path("evening/<int:pk>/instruction/", evening.instruction, name="instruction"),
    path("instructions/<int:pk>/return/", evening.instruction_return, name="instruction-return"),
]

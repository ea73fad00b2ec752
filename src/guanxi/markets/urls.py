"""Addresses of this domain."""

from django.urls import path

from guanxi.markets.views import campaign_steps, campaigns, levels, lists, segments, standings, structure

ONE, CAMPAIGN = "segments/<int:pk>/", "campaigns/<int:pk>/"

urlpatterns = [
    # Standings of products
    path("products/", structure.structure, name="product-structure"),
    path("products/standing/", lists.standings, name="standings"),
    path("products/standing/enter/", lists.judge_list, name="standings-entry"),
    path("customers/<int:pk>/products/", standings.panel, name="customer-products"),
    path("customers/<int:pk>/products/<int:product>/", standings.standing, name="standing"),
    path("customers/<int:pk>/products/<int:product>/visit/", standings.visit, name="product-visit"),
    # Segments and campaigns
    path("segments/", segments.segments, name="segments"),
    path("segments/new/", segments.segment_new, name="segment-new"),
    path(ONE, segments.segment, name="segment"),
    path(f"{ONE}edit/", segments.segment_edit, name="segment-edit"),
    path(f"{ONE}choice/", segments.segment_choice, name="segment-choice"),
    path(f"{ONE}buyers/", levels.segment_buyers, name="segment-buyers"),
    path(f"{ONE}levels/", levels.market_levels, name="market-levels"),
    path(f"{ONE}plan/", segments.market_plan, name="market-plan"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/", campaigns.campaign_new, name="campaign-new"),
    path(CAMPAIGN, campaigns.campaign, name="campaign"),
    path(f"{CAMPAIGN}edit/", campaigns.campaign_edit, name="campaign-edit"),
    path(f"{CAMPAIGN}draw/", campaign_steps.campaign_draw, name="campaign-draw"),
    path(f"{CAMPAIGN}draw/back/", campaign_steps.campaign_draw_back, name="campaign-draw-back"),
    path(f"{CAMPAIGN}stop/", campaign_steps.campaign_stop, name="campaign-stop"),
    path(f"{CAMPAIGN}evaluation/", campaign_steps.campaign_evaluation, name="campaign-evaluation"),
]

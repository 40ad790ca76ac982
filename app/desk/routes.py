"""All routes of the desk."""

from __future__ import annotations

from fastapi import APIRouter

from app.desk import (
    access_routes,
    account_routes,
    case_routes,
    conflict_routes,
    draft_routes,
    joining_routes,
    queue_routes,
    session_routes,
    standstill_routes,
    team_routes,
)

router = APIRouter()
for part in (
    *(account_routes, session_routes, joining_routes, team_routes, conflict_routes),
    *(queue_routes, access_routes, case_routes, draft_routes, standstill_routes),
):
    router.routes.extend(part.router.routes)

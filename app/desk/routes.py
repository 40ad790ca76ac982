"""All routes of the desk."""

from __future__ import annotations

from fastapi import APIRouter

from app.desk import account_routes, conflict_routes, draft_routes, session_routes
from app.desk import case_routes as desk_routes

router = APIRouter()
for part in (account_routes, session_routes, conflict_routes, desk_routes, draft_routes):
    router.routes.extend(part.router.routes)

"""All routes of the desk."""

from __future__ import annotations

from fastapi import APIRouter

from app.desk import account_routes, case_routes, draft_routes, queue_routes

router = APIRouter()
for part in (account_routes, queue_routes, case_routes, draft_routes):
    router.routes.extend(part.router.routes)

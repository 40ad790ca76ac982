"""All routes of the desk."""

from __future__ import annotations

from fastapi import APIRouter

from app.desk import access_routes, account_routes, case_routes, draft_routes, queue_routes

router = APIRouter()
for part in (account_routes, queue_routes, access_routes, case_routes, draft_routes):
    router.routes.extend(part.router.routes)

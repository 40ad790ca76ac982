"""All routes of the desk."""

from __future__ import annotations

from fastapi import APIRouter

from app.casework import account_routes, desk_routes, draft_routes

router = APIRouter()
for part in (account_routes, desk_routes, draft_routes):
    router.routes.extend(part.router.routes)

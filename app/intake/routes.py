"""All routes of intake: the form, and the submitter's thread."""

from __future__ import annotations

from fastapi import APIRouter

from app.intake import form_routes, thread_routes

router = APIRouter()
for part in (form_routes, thread_routes):
    router.routes.extend(part.router.routes)

"""Every route and who may call it, as one written table: a new route is missing here until somebody decides."""

from __future__ import annotations

from pathlib import Path

from fastapi.routing import APIRoute

from app.main import create_app
from app.web.permissions import Permission, permission_of
from tests.building import build_house

P = Permission
TABLE = {
    "front_door": P.PUBLIC,
    "style": P.PUBLIC,
    "healthz": P.PUBLIC,
    "security_txt": P.PUBLIC,
    "front": P.PUBLIC,
    "entries": P.PUBLIC,
    "entry": P.PUBLIC,
    "states": P.PUBLIC,
    "state": P.PUBLIC,
    "about": P.PUBLIC,
    "method": P.PUBLIC,
    "data": P.PUBLIC,
    "inclusion_rules": P.PUBLIC,
    "feed_json": P.PUBLIC,
    "feed_atom": P.PUBLIC,
    "entries_csv": P.PUBLIC,
    "registry_sqlite": P.PUBLIC,
    "changes": P.PUBLIC,
    "log_leaves": P.PUBLIC,
    "entry_json": P.PUBLIC,
    "openapi_json": P.PUBLIC,
    "robots": P.PUBLIC,
    "sitemap": P.PUBLIC,
    "submit": P.SUBMIT,
    "submit_form": P.SUBMIT,
    "thread": P.RECEIPT,
    "open_thread": P.RECEIPT,
    "thread_message": P.RECEIPT,
    "thread_erase": P.RECEIPT,
    "thread_withdraw": P.RECEIPT,
    "receipt_again": P.RECEIPT,
    "thread_consent": P.RECEIPT,
    "sign_in": P.SIGN_IN,
    "sign_in_form": P.SIGN_IN,
    "sign_out": P.SIGNED_IN,
    "account": P.SIGNED_IN,
    "sessions": P.SIGNED_IN,
    "end_sessions": P.SIGNED_IN,
    "change_password": P.SIGNED_IN,
    "standstill": P.DESK,
    "change_standstill": P.DESK,
    "stop_recovery": P.SIGNED_IN,
    "invitation": P.SIGN_IN,
    "invitation_form": P.SIGN_IN,
    "recovery": P.SIGN_IN,
    "new_recovery": P.SIGN_IN,
    "accounts": P.TEAM,
    "accounts_form": P.TEAM,
    "conflicts": P.MODERATOR,
    "change_conflicts": P.MODERATOR,
    "desk": P.MODERATOR,
    "access": P.MODERATOR,
    "access_form": P.MODERATOR,
    "case": P.MODERATOR,
    "check_case": P.MODERATOR,
    "case_file": P.MODERATOR,
    "case_action": P.MODERATOR,
    "leave_case": P.MODERATOR,
    "case_people": P.MODERATOR,
    "draft": P.MODERATOR,
    "save_draft": P.MODERATOR,
    "proposal": P.MODERATOR,
    "decide": P.MODERATOR,
    "office": P.OFFICE,
    "office_item": P.OFFICE,
    "office_record": P.OFFICE,
    "office_hand_over": P.OFFICE,
    "new_token": P.OFFICE,
    "office_feed": P.OFFICE_TOKEN,
}


def test_who_may_call_each_route_is_written_down(tmp_path: Path) -> None:
    installation = build_house(f"sqlite:///{tmp_path}/c.sqlite", f"sqlite:///{tmp_path}/r.sqlite", tmp_path)
    routes = [route for route in create_app(installation.settings).routes if isinstance(route, APIRoute)]
    assert {route.name: permission_of(route) for route in routes} == TABLE
    assert len(routes) == len(TABLE)


def test_nothing_is_changed_by_reading(tmp_path: Path) -> None:
    """A link, a picture or a prefetch can make a browser send a GET: none of ours does anything."""
    installation = build_house(f"sqlite:///{tmp_path}/c.sqlite", f"sqlite:///{tmp_path}/r.sqlite", tmp_path)
    for route in create_app(installation.settings).routes:
        assert isinstance(route, APIRoute)
        assert (route.methods or set()) <= {"GET"} or (route.methods or set()) <= {"POST"}

"""What is kept is asked for again, and what was withdrawn is gone also for those who have it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.installation import Installation
from app.main import create_app
from tests.registry.releasing import Releases

HTML = {"accept": "text/html"}
SURFACES = (
    "/en/",
    "/ar/",
    "/en/entries",
    "/en/entries?q=lawyer",
    "/en/states",
    "/en/states/XA",
    "/en/about",
    "/en/method",
    "/en/data",
    "/en/inclusion-rules",
    "/feed.json",
    "/feed.atom",
    "/entries.csv",
    "/registry.sqlite",
    "/changes",
    "/log",
    "/openapi.json",
    "/sitemap.xml",
)
OF_DATA = tuple(surface for surface in SURFACES if surface not in ("/en/about", "/en/method"))


def addresses(ref: str) -> tuple[str, ...]:
    return (*SURFACES, f"/en/entries/{ref}", f"/entries/{ref}.json")


def test_what_has_not_changed_is_not_sent_again(client: TestClient, releases: Releases) -> None:
    ref = releases.publish()
    for address in addresses(ref):
        first = client.get(address, headers=HTML)
        assert first.status_code == 200, address
        etag = first.headers["etag"]
        for given in (etag, f"W/{etag}", f'"other", {etag}'):
            again = client.get(address, headers={**HTML, "if-none-match": given})
            assert (again.status_code, again.content) == (304, b""), address
            assert again.headers["etag"] == etag
            assert again.headers["cache-control"] == "public, no-cache"
        other = client.get(address, headers={**HTML, "if-none-match": '"other"'})
        assert (other.status_code, other.content) == (200, first.content)


def test_each_change_makes_new_validators(client: TestClient, releases: Releases) -> None:
    ref = releases.publish()
    other = releases.publish()

    def changed(change: str) -> None:
        before = {address: client.get(address, headers=HTML).headers["etag"] for address in OF_DATA}
        if change == "publish":
            releases.publish()
        elif change == "correct":
            releases.correct(ref, title={"en": "Other words"})
        elif change == "suspend":
            releases.suspend(other)
        else:
            releases.withdraw(other)
        for address, etag in before.items():
            answer = client.get(address, headers={**HTML, "if-none-match": etag})
            assert answer.status_code == 200, (change, address)
            assert answer.headers["etag"] != etag

    for change in ("publish", "correct", "suspend", "withdraw"):
        changed(change)


def test_two_addresses_never_share_a_validator(client: TestClient, releases: Releases) -> None:
    ref = releases.publish()
    tags = [client.get(address, headers=HTML).headers["etag"] for address in addresses(ref)]
    assert len(set(tags)) == len(tags)


def test_a_withdrawn_entry_is_gone_also_for_those_who_have_it(client: TestClient, releases: Releases) -> None:
    ref = releases.publish(title={"en": "Heliotrope"}, summary={"en": "Heliotrope"})
    kept = {
        address: client.get(address, headers=HTML).headers["etag"]
        for address in (f"/en/entries/{ref}", f"/ar/entries/{ref}", f"/entries/{ref}.json")
    }
    releases.withdraw(ref)
    for address, etag in kept.items():
        for accept in ("text/html", "application/json", "*/*"):
            answer = client.get(address, headers={"accept": accept, "if-none-match": etag})
            assert answer.status_code == 410, (address, accept)
            assert "no-cache" in answer.headers["cache-control"]
            assert "eliotrope" not in answer.text
            if accept == "application/json":
                assert answer.headers["content-type"] == "application/problem+json"
    for address in SURFACES:
        answer = client.get(address, headers=HTML)
        assert b"eliotrope" not in answer.content
        if address.startswith("/en/"):
            assert ref not in answer.text


def test_readers_get_no_cookie_and_no_time(client: TestClient, releases: Releases) -> None:
    ref = releases.publish()
    gone = releases.publish()
    releases.withdraw(gone)
    for address in (
        *addresses(ref),
        f"/en/entries/{gone}",
        "/en/nothing",
        "/robots.txt",
        "/",
        "/en/entries?state=no",
    ):
        headers = client.get(address, headers=HTML, follow_redirects=False).headers
        for name in ("set-cookie", "last-modified", "date", "expires", "server", "age"):
            assert name not in headers, (address, name)
    assert not client.cookies


def test_only_data_may_be_read_by_scripts_of_other_sites(client: TestClient, releases: Releases) -> None:
    ref = releases.publish()
    for address in addresses(ref):
        data = not address.startswith(("/en/", "/ar/", "/sitemap"))
        headers = client.get(address, headers=HTML).headers
        assert headers.get("access-control-allow-origin") == ("*" if data else None), address
        assert "access-control-allow-credentials" not in headers


@pytest.mark.parametrize(
    "change", [{"name": "Another name"}, {"base_url": "https://other.example"}, {"languages": ("en",)}]
)
def test_settings_that_show_make_new_validators(
    installation: Installation, client: TestClient, releases: Releases, change: dict[str, Any]
) -> None:
    releases.publish()
    with TestClient(create_app(installation.settings.model_copy(update={"parts": ("registry",), **change}))) as other:
        for address in ("/en/", "/feed.json"):
            tag = client.get(address, headers=HTML).headers["etag"]
            assert other.get(address, headers={**HTML, "if-none-match": tag}).status_code == 200


def test_a_restored_backup_shares_no_validator_with_what_was_lost(
    installation: Installation, client: TestClient, releases: Releases
) -> None:
    if not installation.settings.registry_address.startswith("sqlite"):
        pytest.skip("restores a file")
    store = Path(installation.settings.registry_address.removeprefix("sqlite:///"))
    releases.publish()
    installation.registry.truncate_write_ahead_log()
    backup = store.read_bytes()
    lost = releases.publish(title={"en": "Lost words"})
    tag = client.get("/feed.json").headers["etag"]
    for one in (installation.registry, client.app.state.installation.registry):  # type: ignore[attr-defined]
        one.close()
    for left in store.parent.glob(store.name + "-*"):
        left.unlink()
    store.write_bytes(backup)
    releases.publish()
    answer = client.get("/feed.json", headers={"if-none-match": tag})
    assert answer.status_code == 200
    assert lost not in answer.text

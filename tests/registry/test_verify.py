"""Anyone can verify a registry from outside, over the network, and sees what was tampered with."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import text

from app.installation import Installation
from app.registry.log.outside import verify_from_outside
from tests.registry.releasing import Releases
from tests.registry.test_log import disarm
from tests.support.server import Server, free_port


def outside(url: str) -> tuple[list[str], int]:
    with httpx.Client(base_url=url, trust_env=False) as client:
        return verify_from_outside(client)


def fill(releases: Releases) -> str:
    """60 entries on two pages of each feed, one corrected, two withdrawn; a reference that is still there."""
    refs = [releases.publish(days_ago=number % 4) for number in range(60)]
    releases.correct(refs[0])
    releases.withdraw(refs[1])
    releases.withdraw(refs[0])
    return refs[30]


def test_a_whole_registry_verifies_from_outside(server: Server, releases: Releases) -> None:
    assert outside(server.url) == ([], 0)
    fill(releases)
    assert outside(server.url) == ([], 60)
    assert "60 entries, verified" in server.command("verify", "--url", server.url + "/")
    assert "60 entries, verified" in server.command("verify")


def test_each_tampering_shows_from_outside(installation: Installation, server: Server, releases: Releases) -> None:
    ref = fill(releases)
    disarm(installation)
    with installation.registry.write() as session:
        words = "SET document = replace(document, 'lawyer', 'farmer') WHERE"
        session.execute(text(f"UPDATE record {words} ref = :ref"), {"ref": ref})
    problems, number = outside(server.url)
    assert (problems, number) == ([f"the feed does not show {ref} as it was released"], 60)
    with installation.registry.write() as session:
        session.execute(text(f"UPDATE log_document {words} ref = :ref"), {"ref": ref})
    problems, _ = outside(server.url)
    assert problems == [f"leaf 30: the document of {ref} is not the one that was released"]
    with installation.registry.write() as session:
        session.execute(text("DELETE FROM log_document WHERE position = 5"))
    problems, _ = outside(server.url)
    assert "the log has 63 leaves and its documents account for 62" in problems
    with installation.registry.write() as session:
        session.execute(text("DELETE FROM log_leaf WHERE position = 1"))
    problems, _ = outside(server.url)
    assert len(problems) > 50
    with pytest.raises(AssertionError, match="is not the one that was released"):
        server.command("verify", "--url", server.url)


def test_an_address_that_is_no_registry_is_told_as_such(server: Server) -> None:
    problems, number = outside(f"{server.url}/en")
    assert (len(problems), number) == (1, 0)
    problems, _ = outside(f"http://127.0.0.1:{free_port()}")
    assert "does not answer as a registry does" in problems[0]

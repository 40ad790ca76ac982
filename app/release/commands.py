"""`registry release`: the clock's work by hand."""

from __future__ import annotations

import click

from app.clock import today
from app.installation import open_installation, restore_unfinished
from app.release.delivery import deliver_due, hide_now
from app.release.schedule import daily_batch, reconcile_stores, truncate_write_ahead_logs
from app.settings import Settings


@click.command()
@click.option("--now", is_flag=True, help="For trials: release what is approved at once, without hold or hour.")
def release(now: bool) -> None:
    """Hide what was withdrawn and deliver today's approved entries to the registry.

    A serving desk does this by itself: withdrawals within seconds, the batch once a day at the set hour (UTC),
    REGISTRY_RELEASE_HOUR. Before that hour only withdrawals are delivered.
    """
    settings = Settings()
    if restore_unfinished(settings):
        raise click.ClickException("a restore was begun here and did not end; run `registry restore` again")
    installation = open_installation(settings)
    reconcile_stores(installation)
    carried = (
        deliver_due(installation, today(), everything=True)
        if now
        else hide_now(installation) + daily_batch(installation)
    )
    truncate_write_ahead_logs(installation)
    click.echo(f"released: {carried}")

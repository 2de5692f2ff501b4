"""The commands that run and look after an installation, on one application."""

import typer

from cli import (
    backup,
    beat,
    doctor,
    inference,
    keys,
    migrate,
    models_add,
    models_pull,
    serve,
    sweep,
    tenants,
    up,
    verify,
    version,
    worker,
)


def add_to(app: typer.Typer) -> None:
    """Registers every one of them."""
    app.command("up")(up.up)
    app.command("serve")(serve.serve)
    app.command("worker")(worker.worker)
    app.command("beat")(beat.beat)
    app.command("inference")(inference.inference)
    app.command("migrate")(migrate.migrate)
    app.add_typer(keys.app, name="keys")
    app.add_typer(tenants.app, name="tenants")
    models_pull.app.command("add")(models_add.add)
    app.add_typer(models_pull.app, name="models")
    app.command("sweep")(sweep.sweep)
    app.command("backup")(backup.backup)
    app.command("restore")(backup.restore)
    app.command("verify")(verify.verify)
    app.command("doctor")(doctor.doctor)
    app.command("version")(version.version)

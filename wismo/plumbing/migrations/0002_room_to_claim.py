"""Leave room in PostgreSQL's pages for the lease of each task.

A task is written once when it is claimed, then deleted. With room beside it, its lease needs no new index entries.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def leave_room(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE plumbing_inboxtask SET (fillfactor = 50)")


class Migration(migrations.Migration):
    dependencies = [("plumbing", "0001_initial")]
    operations = [migrations.RunPython(leave_room, migrations.RunPython.noop)]

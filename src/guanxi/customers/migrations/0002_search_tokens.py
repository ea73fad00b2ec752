"""The token index of the search box: FTS5 on SQLite, a tsvector column with GIN on PostgreSQL."""

import sqlite3

from django.db import migrations

# Without its content the index is a third of the size; a library before 3.43 cannot delete from such a table.
CONTENT = "content='', contentless_delete=1," if sqlite3.sqlite_version_info >= (3, 43) else ""
SQLITE = [
    f"""CREATE VIRTUAL TABLE customers_search_tokens USING fts5(
         tokens, {CONTENT} detail=none, columnsize=1, tokenize="ascii tokenchars ':_'")""",
    """CREATE TRIGGER customers_search_entry_gone AFTER DELETE ON customers_searchentry BEGIN
         DELETE FROM customers_search_tokens WHERE rowid = OLD.customer_id; END""",
]
POSTGRES = [
    "ALTER TABLE customers_searchentry ADD COLUMN tokens tsvector",
    "CREATE INDEX customers_search_tokens ON customers_searchentry USING gin (tokens)",
]


def forwards(apps, schema_editor):
    statements = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES
    with schema_editor.connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def backwards(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER customers_search_entry_gone")
            cursor.execute("DROP TABLE customers_search_tokens")
        else:
            cursor.execute("DROP INDEX customers_search_tokens")
            cursor.execute("ALTER TABLE customers_searchentry DROP COLUMN tokens")


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]

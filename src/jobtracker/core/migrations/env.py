"""Alembic's entry: runs the migrations on the connection that `core/store.py` hands over."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"], target_metadata=None, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()

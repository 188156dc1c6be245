"""Imported once by the fork server, so that a sender process starts in milliseconds."""

# ruff: noqa: F401
import alembic.operations
import alembic.runtime.migration
import alembic.script
import psycopg
import sqlalchemy.dialects.postgresql.psycopg
import sqlalchemy.dialects.sqlite.aiosqlite

import bench._line
import bench._workload
import bot.app
import bot.channels.deliver
import bot.store.database

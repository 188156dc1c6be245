"""What all tables share: names of constraints, and the columns that recur."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def row_id() -> Column[int]:
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


def refer_to(
    target: str, *, name: str, nullable: bool = False, ondelete: str = "CASCADE", primary: bool = False
) -> Column[int]:
    return Column(name, BigInteger, ForeignKey(target, ondelete=ondelete), nullable=nullable, primary_key=primary)


def bot_id(*, primary: bool = False) -> Column[int]:
    return Column("bot_id", BigInteger, nullable=False, primary_key=primary, autoincrement=False)

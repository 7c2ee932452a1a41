"""What one change of a record costs: ours, signed and chained, against SQLAlchemy-Continuum.

``python -m benchmarks.changes ENGINE FOLDER COUNT`` prints CPU microseconds a change as JSON.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.clients import a_find, open_store
from uxo.evidence.columns import EVIDENCE_DTYPES
from uxo.evidence.events import EventType
from uxo.store.contract import Draft


def _ours(folder: Path, count: int) -> float:
    """Correct one find after the other, each on disk before the next."""
    with open_store(folder / "changes.gpkg") as store:
        finds = [store.record([a_find()])[0].entity for _ in range(count)]
        change = {"category": "rocket"}
        return _cpu_us(
            [
                lambda entity=entity: store.record(
                    [Draft(EventType.EVIDENCE_CORRECTED, entity, change, "T-1")]
                )
                for entity in finds
            ]
        )


def _continuum(folder: Path, count: int) -> float:
    """The same columns as versioned rows, a session and a commit a change."""
    import sqlalchemy as sa  # noqa: PLC0415
    from sqlalchemy.orm import DeclarativeBase, Session, configure_mappers  # noqa: PLC0415
    from sqlalchemy_continuum import make_versioned  # noqa: PLC0415  # a peer

    make_versioned(user_cls=None)

    class Base(DeclarativeBase):
        pass

    columns: dict[str, Any] = {name: sa.Column(sa.Text) for name in EVIDENCE_DTYPES if name != "id"}
    evidence = type(
        "Evidence",
        (Base,),
        {
            "__tablename__": "evidence",
            "__versioned__": {},
            "id": sa.Column(sa.Integer, primary_key=True),
            "geom": sa.Column(sa.LargeBinary),
            **columns,
        },
    )
    configure_mappers()
    engine = sa.create_engine(f"sqlite:///{folder / 'continuum.sqlite'}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        connection.exec_driver_sql("PRAGMA synchronous = FULL")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(evidence(id=n, kind="find", category="mortar") for n in range(count))
        session.commit()

    def change(number: int) -> None:
        with Session(engine) as session:
            item: Any = session.get(evidence, number)
            item.category = "rocket"
            session.commit()

    return _cpu_us([lambda number=number: change(number) for number in range(count)])


def _cpu_us(changes: list[Callable[[], object]]) -> float:
    start = time.process_time()
    for change in changes:
        change()
    return (time.process_time() - start) / len(changes) * 1e6


ENGINES = {"ours": _ours, "continuum": _continuum}


if __name__ == "__main__":
    engine, folder, count = sys.argv[1:]
    print(json.dumps({"cpu_us": ENGINES[engine](Path(folder), int(count))}))

"""Reads a capture and its Parquet with pyarrow and DuckDB and prints what is in them as JSON."""

import json
import sys

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet


def facts(table):
    """Row count, names, null counts and sums of a pyarrow table."""
    sums = {}
    for name in table.column_names:
        kind = table.schema.field(name).type
        if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind):
            sums[name] = float(pc.sum(table[name]).as_py() or 0)
    return {
        "rows": table.num_rows,
        "names": table.column_names,
        "nulls": {n: table[n].null_count for n in table.column_names},
        "sums": sums,
        "first": table["time"][0].as_py().strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }


def duckdb_facts(path):
    """The same by SQL."""
    con = duckdb.connect()
    con.execute("SET TimeZone='UTC'")
    source = f"read_parquet('{path}')"
    names, kinds = zip(*[(r[0], r[1]) for r in con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()])
    rows = con.execute(f"SELECT count(*) FROM {source}").fetchone()[0]
    nulls, sums = {}, {}
    for name, kind in zip(names, kinds):
        nulls[name] = con.execute(f'SELECT count(*) - count("{name}") FROM {source}').fetchone()[0]
        if kind in ("UINTEGER", "UBIGINT", "BIGINT", "DOUBLE"):
            sums[name] = float(con.execute(f'SELECT fsum("{name}") FROM {source}').fetchone()[0] or 0)
        if kind == "BOOLEAN":
            sums[name] = float(con.execute(f'SELECT sum("{name}"::INT) FROM {source}').fetchone()[0] or 0)
    first = con.execute(f"SELECT strftime(time, '%Y-%m-%dT%H:%M:%S.%fZ') FROM {source} LIMIT 1").fetchone()[0]
    return {"rows": rows, "names": list(names), "nulls": nulls, "sums": sums, "first": first}


arrow, parquet = sys.argv[1:]
with pa.memory_map(arrow) as source:
    ipc = pa.ipc.open_file(source).read_all()
print(json.dumps({
    "feather": facts(pa.feather.read_table(arrow)),
    "ipc": facts(ipc),
    "parquet": facts(pa.parquet.read_table(parquet)),
    "duckdb": duckdb_facts(parquet),
}))

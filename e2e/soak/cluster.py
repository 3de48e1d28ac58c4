"""Lends keys to a Dask cluster and keeps its workers at work until told to stop."""

import sys

import fedbucket_dask
from dask.distributed import Client

address, name, stop_file, worker_file = sys.argv[1:]
with open(worker_file) as file:
    source = file.read()


def night(name):
    """The same job as by profile and under run, in the worker's own process."""
    import contextlib
    import io

    sys.argv = ["worker.py", name, stop_file]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(source, {"__name__": name})
    return int(printed.getvalue())


client = Client(address)
client.wait_for_workers(1)
with fedbucket_dask.lend(client):
    print(client.submit(night, name, pure=False).result())

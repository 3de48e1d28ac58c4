import { awsConfig } from "../run/private-files.ts";
import { harmless } from "../run/environment.ts";
import { type Place, storeVariables } from "../variables/store.ts";

/** Begins the file, so that it is known as ours. */
export const daskMark = '"""Lends the keys of a fedbucket connection to Dask workers';

/**
 * A Python module that sends keys to workers by a plugin, since a worker may have neither this home, nor an environment,
 * nor fedbucket. The scheduler gives the plugin to new and restarted workers, too; sending it again renews the keys. On a
 * worker they are lent at a loopback address, as `fedbucket run` does, so that clients made once go on with new keys.
 *
 * @param command Prints credentials.
 * @see distributed, `Client.register_plugin`; cloudpickle, `register_pickle_by_value`
 */
export const daskModule = (place: Place, command: readonly string[]): string => `${daskMark} (profile ${place.profile}).

    from dask.distributed import Client
    import fedbucket_dask

    client = Client()  # or the one of your gateway
    fedbucket_dask.lend(client)

xarray, s3fs, boto3, GDAL and whatever else reads AWS settings then finds keys and store on the workers. Keys are in no
graph, file or log. This process sends new ones before they expire: it must stay alive as long as workers need them.

Written by "fedbucket configure dask"; "fedbucket configure dask --undo" removes it.
"""

import datetime
import http.server
import json
import logging
import os
import re
import secrets
import subprocess
import sys
import tempfile
import threading
import types
import urllib.parse

import cloudpickle
from distributed import WorkerPlugin

PROFILE = ${JSON.stringify(place.profile)}
COMMAND = ${python(command)}

# Where the store is, for the tools on the workers. No secret.
VARIABLES = ${python(storeVariables(place))}
AWS_CONFIG = """\\
${awsConfig(place)}"""

# Everything else that begins with AWS_ would choose other keys or another store.
HARMLESS = re.compile(r"${harmless.source}")

# How long a plugin that was replaced is waited for, in seconds, before its keys are forgotten.
REPLACED_WITHIN = 10


def lend(client, every=None):
    """Lends keys to the workers of a client, those to come included, until the client or the result is closed.

    every: seconds between two renewals; by default half of the time that keys are lent for.
    """
    if client.asynchronous:
        raise TypeError("fedbucket_dask.lend needs a client that is not asynchronous")
    return Lender(client, every)


class Lender:
    """Sends keys now and again from a thread of its own. Can be used in a with statement."""

    def __init__(self, client, every):
        self.client, self.every = client, every
        self.closed = threading.Event()
        warn_of_open_network(client.scheduler.address)
        pause = self.send()
        threading.Thread(target=self.renew, args=[pause], name="fedbucket", daemon=True).start()
        print(
            f"Workers borrow the keys of {PROFILE} from this process, so keep it running. Should it end, they go on with "
            "the keys they have, as long as the site accepts them.",
            file=sys.stderr,
        )

    def send(self):
        """Returns the seconds until the next time."""
        keys = ask()
        self.client.register_plugin(LentKeys(keys), name=LentKeys.name)
        return self.every or keys["seconds"] / 2

    def renew(self, pause):
        while not self.closed.wait(pause) and self.client.status != "closed":
            try:
                pause = self.send()
            except Exception as error:
                pause = min(pause, 30)
                if self.client.status not in ("closed", "closing"):
                    log.warning("Workers got no new keys; trying again in %d s. %s", pause, error)

    def close(self):
        self.closed.set()
        if self.client.status == "running":
            self.client.unregister_worker_plugin(LentKeys.name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


log = logging.getLogger("fedbucket")


def ask():
    """Keys from fedbucket, with the seconds that they are lent for: the clocks of workers may differ."""
    done = subprocess.run(COMMAND, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip() or f"{COMMAND[0]} ended with {done.returncode}")
    answer = json.loads(done.stdout)
    expiration = datetime.datetime.fromisoformat(answer["Expiration"].replace("Z", "+00:00"))
    seconds = (expiration - datetime.datetime.now(datetime.timezone.utc)).total_seconds()
    return {
        "access": answer["AccessKeyId"],
        "secret": answer["SecretAccessKey"],
        "token": answer.get("SessionToken"),
        "expiration": answer["Expiration"],
        "seconds": max(1, seconds),
    }


def warn_of_open_network(address):
    scheme, _, rest = address.partition("://")
    host = urllib.parse.urlsplit(f"//{rest}").hostname or ""
    if scheme in ("tcp", "ws") and host not in ("localhost", "::1") and not host.startswith("127."):
        log.warning(
            "%s is not encrypted: whoever listens on that network can read the keys. A cluster with tls:// keeps them.",
            address,
        )


class LentKeys(WorkerPlugin):
    """Brings keys to a worker."""

    name = "fedbucket"

    def __init__(self, keys):
        self.keys = keys

    def __repr__(self):
        return "<LentKeys>"

    def setup(self, worker):
        endpoint_of_process().take(self)

    def teardown(self, worker):
        # New keys come by another plugin of the same name, and the old one is torn down first.
        worker.loop.call_later(REPLACED_WITHIN, endpoint_of_process().drop, self)


def endpoint_of_process():
    """One for all workers of a process, and for its whole life: clients keep the address they were made with."""
    holder = sys.modules.setdefault("_fedbucket_endpoint", types.ModuleType("_fedbucket_endpoint"))
    if not hasattr(holder, "endpoint"):
        holder.endpoint = Endpoint()
    return holder.endpoint


class Endpoint:
    """Serves the container credentials protocol of AWS's tools on loopback, to those that have its token."""

    def __init__(self):
        self.owner = None
        self.before = {}
        self.token = secrets.token_urlsafe(32)
        self.folder = tempfile.TemporaryDirectory(prefix="fedbucket-")  # 0700
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler_for(self))
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, name="fedbucket endpoint", daemon=True).start()

    def take(self, owner):
        if self.owner is None:
            self.set_variables()
        self.owner = owner

    def drop(self, owner):
        if self.owner is owner:
            self.owner = None
            for name, value in self.before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value

    def set_variables(self):
        wanted = {
            **VARIABLES,
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://127.0.0.1:{self.server.server_port}/credentials",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": self.token,
            "AWS_CONFIG_FILE": self.write("config", AWS_CONFIG),
            "AWS_SHARED_CREDENTIALS_FILE": self.write("nothing", ""),
            "BOTO_CONFIG": self.write("nothing", ""),
            "CPL_AWS_CREDENTIALS_FILE": self.write("nothing", ""),
        }
        in_the_way = [name for name in os.environ if name.startswith("AWS_") and not HARMLESS.match(name)]
        self.before = {name: os.environ.pop(name, None) for name in {*in_the_way, *wanted}}
        os.environ.update(wanted)

    def write(self, name, text):
        path = os.path.join(self.folder.name, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def answer(self):
        if self.owner is None:
            return 503, {"message": "the client that lent keys is gone"}
        keys = self.owner.keys
        expiration = keys["expiration"]
        if keys["token"] is None:
            # Keys without a token do not expire: clients only come back for newer ones.
            later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=keys["seconds"])
            expiration = later.strftime("%Y-%m-%dT%H:%M:%SZ")
        return 200, {
            "AccessKeyId": keys["access"],
            "SecretAccessKey": keys["secret"],
            "Token": keys["token"],
            "Expiration": expiration,
        }


def handler_for(endpoint):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            allowed = secrets.compare_digest(self.headers.get("Authorization", "").encode(), endpoint.token.encode())
            status, answer = endpoint.answer() if allowed else (401, {"message": "wrong or no token"})
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler


# Workers do not have this file: what it defines travels whole.
if __name__ != "__main__":
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
`;

/** Texts, lists and records of texts are written alike in JSON and Python. */
const python = (value: unknown): string => JSON.stringify(value, undefined, 4);

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** What goes wrong once: the connection ends after so many bytes one way, or somebody else answers the next request. */
export type Trouble =
  | { readonly cut: "upload" | "download"; readonly afterBytes: number }
  | { readonly answer: string };

/** A line that is slow in both directions. */
export interface Pace {
  /** Before anything that comes is passed on. */
  readonly latencyMs: number;
  /** Default: as many as come. */
  readonly bytesPerSecond?: number;
}

/** Passes bytes on to a real server, until it is told not to. */
export interface TcpProxy extends AsyncDisposable {
  readonly origin: string;
  /** In this order, one after the other; then all passes again. Replaces what was left of those before. */
  trouble(...next: readonly Trouble[]): void;
  /** From now on; left out: as fast as it can. */
  pace(pace?: Pace): void;
  /** How many of them have not come about yet. */
  readonly left: number;
  /**
   * From now on every byte is lost, both ways and without a word: of the connections there are, for good, and of as many
   * new ones. Those behind them pass.
   */
  silence(newConnections: number): void;
  /** New connections that were made in vain. */
  readonly silenced: number;
  /** Nothing listens any more, and all connections end. */
  down(): Promise<void>;
  /** Listens at the same port again. */
  up(): Promise<void>;
}

/** @param target An origin: `http://127.0.0.1:17530`. */
export async function tcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  let troubles: readonly Trouble[] = [];
  let bytes = 0;
  let pace: Pace = { latencyMs: 0 };
  const lost = new WeakSet<Socket>();
  let toLose = 0;
  let silenced = 0;

  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    if (toLose > silenced) {
      silenced++;
      lost.add(client);
    }
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket
        .on("error", () => undefined)
        .on("close", () => (client.destroy(), upstream.destroy(), open.delete(socket)));
    }
    client.on("data", (chunk) => {
      if (lost.has(client)) return;
      const [next] = troubles;
      if (next !== undefined && "answer" in next) {
        troubles = troubles.slice(1);
        client.removeAllListeners("data").resume().end(next.answer);
      } else if (!reaches("upload", chunk.length)) {
        pass(chunk, client, upstream, pace);
      } else client.resetAndDestroy();
    });
    upstream.on("data", (chunk) => {
      if (lost.has(client)) return;
      if (!reaches("download", chunk.length)) pass(chunk, upstream, client, pace);
      else client.end();
    });
  });

  /** Whether the connection is to end with these bytes, which are not passed on any more. */
  function reaches(way: "upload" | "download", more: number): boolean {
    const [next] = troubles;
    if (next === undefined || !("cut" in next) || next.cut !== way) return false;
    bytes += more;
    if (bytes <= next.afterBytes) return false;
    troubles = troubles.slice(1);
    bytes = 0;
    return true;
  }

  const listen = async (at: number): Promise<void> => void (await once(server.listen(at, "127.0.0.1"), "listening"));
  const down = async (): Promise<void> => {
    const closed = once(server, "close");
    server.close();
    for (const socket of open) socket.destroy();
    await closed;
  };
  await listen(0);
  const own = (server.address() as AddressInfo).port;
  return {
    origin: `http://127.0.0.1:${own}`,
    trouble(...next) {
      troubles = next;
      bytes = 0;
    },
    pace(next = { latencyMs: 0 }) {
      pace = next;
    },
    get left() {
      return troubles.length;
    },
    silence(newConnections) {
      [toLose, silenced] = [newConnections, 0];
      for (const socket of open) lost.add(socket);
    },
    get silenced() {
      return silenced;
    },
    down,
    up: () => listen(own),
    [Symbol.asyncDispose]: down,
  };
}

function pass(chunk: Buffer, from: Socket, to: Socket, { latencyMs, bytesPerSecond = Infinity }: Pace): void {
  const waitMs = latencyMs + (chunk.length / bytesPerSecond) * 1000;
  if (waitMs === 0 && to.write(chunk)) return;
  from.pause();
  if (waitMs === 0) to.once("drain", () => from.resume());
  else setTimeout(() => void to.write(chunk, () => from.resume()), waitMs).unref();
}

// A line of 50 ms there and back on which one packet in a thousand is lost: node bench/transfer/slow-line.ts URL
// Netem would do it better, but needs a kernel with it. A lost packet costs a retransmission's wait, here for all behind it.
import { connect, createServer, type Socket } from "node:net";

const { hostname, port } = new URL(process.argv[2] ?? "");
const oneWayMs = 25;
const packetBytes = 1460;
const loss = 0.001;
/** Linux waits at least this long before it sends again, less where later packets tell it of the loss. */
const retransmitMs = 60;
/** What fits on the line: more than that waits at the sender, as a window would have it. */
const windowBytes = 4 * 1024 ** 2;

/** Each side goes on sending what is on its way after the other has said that it is done. */
const halves = { allowHalfOpen: true, noDelay: true };

const line = createServer(halves, (near) => {
  const far = connect({ host: hostname, port: Number(port), ...halves });
  carry(near, far);
  carry(far, near);
});
line.listen(0, "127.0.0.1", () => console.log(JSON.stringify(line.address())));

interface Parcel {
  readonly arrivesAt: number;
  readonly deliver: () => void;
}

function carry(from: Socket, to: Socket): void {
  /** One timer for all: of two, the later one may fire first. */
  const onTheWay: Parcel[] = [];
  let bytesOnTheWay = 0;

  function deliverDue(): void {
    while (onTheWay[0] !== undefined && onTheWay[0].arrivesAt <= performance.now()) onTheWay.shift()?.deliver();
    wait();
  }

  function wait(): void {
    const [first] = onTheWay;
    if (first !== undefined) setTimeout(deliverDue, Math.max(1, first.arrivesAt - performance.now()));
  }

  function send(bytes: number, deliver: () => void): void {
    const isLost = Math.random() < 1 - (1 - loss) ** Math.max(1, bytes / packetBytes);
    const soonest = performance.now() + oneWayMs + (isLost ? retransmitMs : 0);
    // What was sent later arrives no earlier.
    onTheWay.push({ arrivesAt: Math.max(onTheWay.at(-1)?.arrivesAt ?? 0, soonest), deliver });
    if (onTheWay.length === 1) wait();
  }

  from.on("data", (chunk) => {
    bytesOnTheWay += chunk.length;
    if (bytesOnTheWay > windowBytes) from.pause();
    send(chunk.length, () => {
      to.write(chunk);
      bytesOnTheWay -= chunk.length;
      if (bytesOnTheWay < windowBytes / 2) from.resume();
    });
  });
  from.on("end", () => send(0, () => to.end()));
  from.on("error", () => to.destroy());
  from.on("close", () => send(0, () => to.destroySoon()));
}

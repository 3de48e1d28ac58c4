// A line of 50 ms there and back on which one packet in a thousand is lost: node bench/transfer/slow-line.ts URL
// Netem would do it better, but needs a kernel with it. A lost packet costs a retransmission's wait, here for all behind it.
import { connect, createServer, type Socket } from "node:net";

const { hostname, port } = new URL(process.argv[2] ?? "");
const oneWayMs = 25;
const packetBytes = 1460;
const loss = 0.001;
/** Linux waits at least this long before it sends again, less where later packets tell it of the loss. */
const retransmitMs = 60;

const line = createServer((near) => {
  const far = connect(Number(port), hostname);
  carry(near, far);
  carry(far, near);
});
line.listen(0, "127.0.0.1", () => console.log(JSON.stringify(line.address())));

function carry(from: Socket, to: Socket): void {
  /** What was sent later arrives no earlier. */
  let arrival = 0;
  let onTheWay = 0;
  from.setNoDelay(true);
  to.setNoDelay(true);
  const later = (bytes: number, then: () => void): void => {
    const packets = Math.max(1, bytes / packetBytes);
    const lost = Math.random() < 1 - (1 - loss) ** packets ? retransmitMs : 0;
    arrival = Math.max(arrival, performance.now() + oneWayMs + lost);
    setTimeout(then, arrival - performance.now());
  };
  from.on("data", (chunk) => {
    onTheWay += chunk.length;
    // What fits on the line: more than that waits at the sender, as a window would have it.
    if (onTheWay > 4 * 1024 ** 2) from.pause();
    later(chunk.length, () => {
      to.write(chunk);
      onTheWay -= chunk.length;
      if (onTheWay < 2 * 1024 ** 2) from.resume();
    });
  });
  from.on("end", () => later(0, () => to.end()));
  from.on("error", () => to.destroy());
  from.on("close", () => later(0, () => to.destroySoon()));
}

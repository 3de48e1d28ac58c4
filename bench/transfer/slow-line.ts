// A line of 50 ms there and back on which one packet in a thousand is lost: node bench/transfer/slow-line.ts URL
// For machines whose kernel has no netem. Each direction of each connection is sent as TCP would send it: what is under
// way is limited by a window, which doubles each round trip until the first loss, loses three tenths with each, and
// otherwise grows so slowly that it is on average what one packet in a thousand lets Linux have: 1.1 MB/s.
// What comes behind a lost packet waits at the receiver until that was sent again. Bandwidth is not limited.
import { connect, createServer, type Socket } from "node:net";

const { hostname, port } = new URL(process.argv[2] ?? "");
const oneWayMs = 25;
const roundTripMs = 2 * oneWayMs;
const packetBytes = 1460;
const loss = 0.001;
/** @see RFC 6928 */
const firstWindow = 10 * packetBytes;
/** What a loss leaves of the window, and packets that it grows by in a round trip. @see RFC 9438, section 4.3 */
const [kept, grows] = [0.7, 0.53];
/** Packets behind a lost one tell the sender of it. When there are fewer, it waits before it asks. @see RFC 8985, section 7.2 */
const tellingPackets = 3;
/** Sent at once, so that few are many bytes. */
const pieceBytes = 64 * 1024;
/** From here on the sender is left to wait, and a receiver that does not read is sent no more. */
const fullBytes = 512 * 1024;

/** Each side goes on sending what is on its way after the other has said that it is done. */
const halves = { allowHalfOpen: true, noDelay: true };

const line = createServer(halves, (near) => {
  const far = connect({ host: hostname, port: Number(port), ...halves });
  carry(near, far);
  carry(far, near);
});
line.listen(0, "127.0.0.1", () => console.log(JSON.stringify(line.address())));

interface Piece {
  hasArrived: boolean;
  readonly deliver: () => void;
}

function carry(from: Socket, to: Socket): void {
  /** To whoever connects the line stands at once; that round trip is made up for before the first byte. */
  let stands = false;
  const waiting: Buffer[] = [];
  let waitingBytes = 0;
  let hasEnded = false;
  /** In the order in which they were sent, until they were handed on. */
  const sent: Piece[] = [];
  let unacknowledged = 0;
  let window = firstWindow;
  let growsFast = true;
  let shrankAt = 0;

  function send(): void {
    if (!stands) return;
    while (waitingBytes > 0 && unacknowledged < window && to.writableLength < fullBytes) {
      const piece = takeUpTo(Math.min(pieceBytes, Math.max(packetBytes, window - unacknowledged)));
      unacknowledged += piece.length;
      put(piece.length, () => to.write(piece));
      setTimeout(acknowledged, roundTripMs, piece.length);
    }
    if (waitingBytes < fullBytes && from.isPaused()) from.resume();
    if (hasEnded && waitingBytes === 0) {
      hasEnded = false;
      put(0, () => to.end());
    }
  }

  /** On the line; lost or not, it arrives, but behind what was sent before it. */
  function put(bytes: number, deliver: () => void): void {
    const piece: Piece = { hasArrived: false, deliver };
    sent.push(piece);
    const packets = Math.ceil(bytes / packetBytes);
    const isLost = Math.random() > (1 - loss) ** packets;
    const isTold = waitingBytes > tellingPackets * packetBytes || Math.random() * packets > tellingPackets;
    const again = !isLost ? 0 : isTold ? roundTripMs : 2 * roundTripMs;
    if (isLost) setTimeout(shrink, again);
    setTimeout(() => {
      piece.hasArrived = true;
      while (sent[0]?.hasArrived === true) sent.shift()?.deliver();
    }, oneWayMs + again);
  }

  function acknowledged(bytes: number): void {
    unacknowledged -= bytes;
    window += growsFast ? bytes : (grows * packetBytes * bytes) / window;
    send();
  }

  /** Once for all that were lost together. */
  function shrink(): void {
    const now = performance.now();
    if (now - shrankAt < roundTripMs) return;
    shrankAt = now;
    growsFast = false;
    window = Math.max(2 * packetBytes, kept * window);
  }

  function takeUpTo(most: number): Buffer {
    const [first = Buffer.alloc(0)] = waiting;
    const piece = first.subarray(0, most);
    if (piece.length === first.length) waiting.shift();
    else waiting[0] = first.subarray(most);
    waitingBytes -= piece.length;
    return piece;
  }

  from.on("data", (chunk) => {
    waiting.push(chunk);
    waitingBytes += chunk.length;
    if (waitingBytes >= fullBytes) from.pause();
    send();
  });
  from.on("end", () => {
    hasEnded = true;
    send();
  });
  from.on("error", () => to.destroy());
  to.on("drain", send);
  setTimeout(() => {
    stands = true;
    send();
  }, roundTripMs);
}

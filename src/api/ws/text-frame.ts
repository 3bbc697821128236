const FIN_TEXT = 0x81;
const SHORT = 126;
const LONG = 127;

/** A whole text frame as a server sends it, unmasked (RFC 6455 §5.2): laid out once, written to every client that gets it. */
export const textFrame = (payload: string | Buffer): Buffer => {
  const length = Buffer.byteLength(payload);
  const head = length < SHORT ? 2 : length < 0x10000 ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = FIN_TEXT;
  if (head === 2) frame[1] = length;
  else if (head === 4) {
    frame[1] = SHORT;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = LONG;
    frame.writeUInt32BE(Math.floor(length / 0x1_0000_0000), 2);
    frame.writeUInt32BE(length % 0x1_0000_0000, 6);
  }
  if (typeof payload === 'string') frame.write(payload, head);
  else payload.copy(frame, head);
  return frame;
};

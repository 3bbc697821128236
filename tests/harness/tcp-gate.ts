import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { atEnd } from './at-end.js';

/** A way to a server that can be cut and mended while both ends live. */
export interface TcpGate {
  readonly port: number;
  /** Breaks every connection and refuses new ones. */
  shut(): Promise<void>;
  /** Accepts again, on the same port. */
  open(): Promise<void>;
  /** Keeps connections and lets no byte through, in either direction: a network that went silent. */
  stall(): void;
  /** Lets bytes through again. */
  resume(): void;
}

/** Listens on a free port of 127.0.0.1 and hands every connection on to `host:port`. */
export const startTcpGate = async (host: string, port: number): Promise<TcpGate> => {
  const sockets = new Set<Socket>();
  let stalled = false;
  const remember = (socket: Socket, other: Socket): void => {
    sockets.add(socket);
    socket.on('data', chunk => {
      if (!other.write(chunk)) socket.pause();
    });
    other.on('drain', () => {
      if (!stalled) socket.resume();
    });
    if (stalled) socket.pause();
    socket.on('error', () => undefined); // 'close' follows, and says it to the other side.
    socket.once('close', () => {
      sockets.delete(socket);
      other.end(); // Not destroy: what the closed side sent last still goes through.
    });
  };
  const server = createServer(near => {
    const far = connect(port, host);
    remember(near, far);
    remember(far, near);
  });
  const listen = async (at: number): Promise<number> => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const shut = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  };
  const own = await listen(0);
  atEnd(shut);
  return {
    port: own,
    shut,
    open: async () => void (server.listening || (await listen(own))),
    stall: () => {
      stalled = true;
      for (const socket of sockets) socket.pause();
    },
    resume: () => {
      stalled = false;
      for (const socket of sockets) socket.resume();
    },
  };
};

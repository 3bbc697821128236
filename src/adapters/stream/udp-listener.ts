import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { minutes, seconds } from '../../model/units.js';
import type { Peer } from '../../ports/device-intake.js';
import type { StreamParts } from './stream-parts.js';

/** A tracker that comes back from a tunnel sends hundreds at once. */
const RECEIVE_BUFFER = 1024 * 1024;

interface Remembered {
  peer: Peer;
  over: boolean;
}

/** Listens for datagrams; who is behind an address is remembered, for formats that say it once. */
export const openUdp = async (parts: StreamParts): Promise<{ port: number; close(): Promise<void> }> => {
  const { host, limits, clock, intake, count } = parts;
  const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4' });
  /** The one that was silent longest first. Only of known devices: addresses are easily made up. */
  const peers = new Map<string, Remembered>();
  let closed = false;

  const sent = (error: Error | null): void => {
    if (error) count('answers_lost');
  };
  const meet = ({ address, port }: RemoteInfo): Remembered => {
    const peer = intake.meet({
      send: bytes => {
        if (closed) count('answers_lost');
        else socket.send(bytes, port, address, sent);
      },
      settled: () => {},
      hangUp: () => {
        met.over = true;
      },
    });
    const met = { peer, over: false };
    return met;
  };

  socket.on('message', (bytes, from) => {
    count('datagrams');
    if (intake.full) {
      count('datagrams_dropped_full');
      return;
    }
    const name = `${from.address}/${from.port}`;
    const met = peers.get(name) ?? meet(from);
    peers.delete(name);
    met.peer.hear(bytes);
    if (!met.peer.known || met.over) return;
    peers.set(name, met);
    if (peers.size > limits.peers) forgetSilent();
  });

  const forgetSilent = (): void => {
    for (const name of peers.keys()) {
      peers.delete(name);
      count('peers_forgotten');
      return;
    }
  };

  socket.bind(parts.port, host);
  await once(socket, 'listening');
  socket.on('error', () => count('failures'));
  socket.setRecvBufferSize(RECEIVE_BUFFER);
  const stopTicking = clock.every(minutes(1), () => {
    const oldest = clock.now() - seconds(intake.idle_s);
    for (const [name, { peer }] of peers) {
      if (peer.framedAt >= oldest) break;
      peers.delete(name);
    }
  });
  return {
    port: socket.address().port,
    close: async () => {
      closed = true;
      stopTicking();
      const gone = once(socket, 'close');
      socket.close();
      await gone;
    },
  };
};

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { DeviceId } from '../../model/ids.js';
import { seconds } from '../../model/units.js';
import type { StreamParts } from './stream-parts.js';
import { TcpConnection, type TcpRoster } from './tcp-connection.js';

/** @returns the port; how a device's connections are ended; and how all is closed: what was taken is still answered, for a moment */
export const openTcp = async (
  parts: StreamParts,
): Promise<{ port: number; shutOut(device: DeviceId): void; close(): Promise<void> }> => {
  const { host, limits, clock, count, intake } = parts;
  const roster: TcpRoster = { all: new Set(), strangers: new Set(), blocked: new Set() };
  // A device that ends its side after its last packet still wants the answer to it.
  const server = createServer({ allowHalfOpen: true }, socket => {
    count('opened');
    if (roster.strangers.size >= limits.strangers) {
      for (const longest of roster.strangers) {
        count('strangers_dropped');
        longest.destroy();
        break;
      }
    }
    new TcpConnection(socket, parts, roster);
  });
  server.maxConnections = limits.connections;
  server.on('drop', () => count('refused_full'));
  server.listen(parts.port, host);
  await once(server, 'listening');
  // An accept without file descriptors passes.
  server.on('error', () => count('failures'));
  let closed = false;
  intake.onDrained(() => {
    if (closed) return;
    const waiting = [...roster.blocked];
    roster.blocked.clear();
    for (const connection of waiting) connection.unblock();
  });
  const stopTicking = clock.every(seconds(1), () => {
    const now = clock.now();
    for (const connection of roster.all) connection.tick(now);
  });
  return {
    port: (server.address() as AddressInfo).port,
    shutOut: device => {
      for (const connection of roster.all) connection.shutOut(device);
    },
    close: async () => {
      closed = true;
      const gone = once(server, 'close');
      server.close();
      for (const connection of roster.all) connection.finish();
      const cutOff = clock.after(limits.linger_ms, () => {
        for (const connection of roster.all) connection.destroy();
      });
      await gone;
      cutOff();
      stopTicking();
    },
  };
};

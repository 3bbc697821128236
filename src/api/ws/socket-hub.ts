import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { faultOf } from '../../model/errors.js';
import { seconds } from '../../model/units.js';
import type { ApiDeps } from '../api-deps.js';
import type { Authenticator } from '../auth/authenticator.js';
import { originAllowed } from '../auth/same-site.js';
import type { Caller } from '../caller.js';
import { createAlertChannel } from './alert-channel.js';
import { createFrameHandler } from './handle-frame.js';
import { createPositionChannel } from './position-channel.js';
import { GOING_AWAY, LOGGED_OUT, SocketClient } from './socket-client.js';

const MAX_FRAME_BYTES = 64 * 1024;
const LOOK_AFTER_EVERY = seconds(30);
const SLICES = 100;
const CLOSE_WITHIN = seconds(2);

export interface SocketHub {
  /** Answers an upgrade request: 401 without credentials, 403 from a foreign page, 404 elsewhere than `/ws`. */
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
}

/** The websocket `/ws`: lets clients in, reads their frames, and looks after them. Contract §5. */
export const createSocketHub = (
  deps: Pick<ApiDeps, 'alerts' | 'live' | 'registry' | 'clock' | 'count' | 'config' | 'log'> & { authenticator: Authenticator },
): SocketHub => {
  const { clock, count, config, log, authenticator } = deps;
  const limits = config.sockets;
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
    clientTracking: false,
  });
  const clients = new Set<SocketClient>();
  const alertChannel = createAlertChannel(deps);
  const positionChannel = createPositionChannel(deps);
  const handleFrame = createFrameHandler(deps, { alerts: alertChannel, positions: positionChannel });
  let closing = false;

  const admit = (req: IncomingMessage, socket: Duplex, head: Buffer, caller: Caller): void => {
    server.handleUpgrade(req, socket, head, webSocket => {
      const client = new SocketClient(webSocket, socket, caller, req.headers, limits, count);
      clients.add(client);
      count('ws_opened');
      webSocket.on('message', (data, isBinary) => handleFrame(client, data, isBinary));
      webSocket.on('pong', () => {
        client.alive = true;
      });
      // A broken frame closes the connection by itself; without a listener it would end the process.
      webSocket.on('error', error => log.info({ err: error, caller: caller.id }, 'a websocket failed'));
      webSocket.on('close', () => {
        for (const subscription of client.subscriptions.values()) subscription.end();
        client.subscriptions.clear();
        clients.delete(client);
      });
    });
  };

  /** Ends what is dead and what may no longer be here. */
  const lookAfter = async (client: SocketClient): Promise<void> => {
    if (!client.alive) return client.socket.terminate();
    client.alive = false;
    client.socket.ping();
    await askAgain(client);
  };
  const askAgain = async (client: SocketClient): Promise<void> => {
    try {
      const caller = await authenticator.callerOf(client.credentials);
      if (caller === undefined) return client.close(LOGGED_OUT, 'log in again');
      // Subscriptions were made with the rights of then.
      if (!sameRights(caller, client.caller)) client.close(LOGGED_OUT, 'your rights changed; connect again');
    } catch {
      // It cannot be told now whether the credential is still good: it was, and it is asked again.
    }
  };
  // Who was logged out, shut out or given other rights does not stay on until their turn.
  const stopListening = authenticator.onForgotten(caller => {
    for (const client of clients) if (client.caller.id === caller) void askAgain(client);
  });
  /** Those that are still to be looked after in this round: ten thousand at once would hold up everybody else for a tenth of a second. */
  let round: Iterator<SocketClient> = clients.values();
  let atOnce = 0;
  let slices = 0;
  const stopLookingAfter = clock.every(LOOK_AFTER_EVERY / SLICES, () => {
    if (slices++ % SLICES === 0) {
      round = [...clients].values();
      atOnce = Math.ceil(clients.size / SLICES);
    }
    for (let i = 0; i < atOnce; i++) {
      const { value: client, done } = round.next();
      if (done) return;
      if (clients.has(client)) void lookAfter(client);
    }
  });

  return {
    upgrade(req, socket, head) {
      socket.on('error', () => socket.destroy());
      if (req.url?.split('?')[0] !== '/ws') return refuse(socket, 404);
      if (closing || clients.size >= limits.connections) {
        count('ws_refused');
        return refuse(socket, 503);
      }
      authenticator.callerOf(req.headers).then(
        caller => {
          if (caller === undefined) return refuse(socket, 401);
          if (caller.via === 'cookie' && !originAllowed(req.headers, config.corsOrigins)) return refuse(socket, 403);
          admit(req, socket, head, caller);
        },
        (error: unknown) => {
          if (faultOf(error) !== 'outage') log.error({ err: error }, 'an upgrade failed');
          refuse(socket, 503);
        },
      );
    },
    async close() {
      closing = true;
      stopLookingAfter();
      stopListening();
      alertChannel.close();
      positionChannel.close();
      for (const client of clients) client.close(GOING_AWAY, 'the server is stopping');
      const deadline = clock.now() + CLOSE_WITHIN;
      while (clients.size > 0 && clock.now() < deadline) await new Promise<void>(resolve => clock.after(20, resolve));
      for (const client of clients) client.socket.terminate();
      server.close();
    },
  };
};

const sameRights = (a: Caller, b: Caller): boolean => a.role === b.role && a.groups.join('\u0000') === b.groups.join('\u0000');

const refuse = (socket: Duplex, status: number): void => {
  const text = STATUS_CODES[status] ?? 'Error';
  const body = JSON.stringify({ type: 'about:blank', title: text, status });
  const headers = ['Connection: close', 'Content-Type: application/problem+json', `Content-Length: ${Buffer.byteLength(body)}`];
  if (status === 401) headers.push('WWW-Authenticate: Bearer realm="telltale"');
  if (status === 503) headers.push('Retry-After: 5');
  socket.end(`HTTP/1.1 ${status} ${text}\r\n${headers.join('\r\n')}\r\n\r\n${body}`);
};

import { createServer as createPlain, type Server } from 'node:http';
import { createServer as createSecure, type Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Api } from '../api/create-api.js';
import { TelltaleError } from '../model/errors.js';
import type { Closeable } from '../ports/journal.js';

/** How long headers and a whole request may take, and how often node looks for those who took longer. */
interface Patience {
  headers_ms: number;
  request_ms: number;
  checked_ms: number;
}
const PATIENCE: Patience = { headers_ms: 15_000, request_ms: 60_000, checked_ms: 5_000 };

/** The port for HTTP cannot be had. */
export class HttpListenError extends TelltaleError {
  readonly code = 'HTTP_LISTEN';
  readonly fault = 'outage';
}

export interface RunningHttp extends Closeable {
  address: string;
  renewTls(files: { cert: Buffer; key: Buffer }): void;
}

/** Serves the API and the dashboard. @throws {HttpListenError} the port is taken or not allowed */
export const openHttpServer = async (
  api: Pick<Api, 'handler' | 'upgrade' | 'close'>,
  host: string,
  port: number,
  tls: { cert: Buffer; key: Buffer } | undefined,
  { headers_ms, request_ms, checked_ms }: Patience = PATIENCE,
): Promise<RunningHttp> => {
  const options = { ...tls, connectionsCheckingInterval: checked_ms };
  const server: Server | SecureServer = tls ? createSecure(options, api.handler) : createPlain(options, api.handler);
  server.on('upgrade', api.upgrade);
  // `Expect: 100-continue` is answered by whoever wants the body, or not at all.
  server.on('checkContinue', api.handler);
  // Slow senders hold a socket for so long and no longer.
  server.headersTimeout = headers_ms;
  server.requestTimeout = request_ms;
  // Longer than the minute for which proxies keep a connection: where we are first to close it, a request that is on its way gets no answer.
  server.keepAliveTimeout = 75_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', error => {
      const message = `HTTP cannot listen on ${host}:${port}: ${(error as NodeJS.ErrnoException).code ?? error.message}`;
      reject(new HttpListenError(message, { host, port }, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
  // A connection that cannot be taken, as where descriptors are used up, is its client's loss and not the end of the process.
  server.on('error', () => undefined);
  const at = host.includes(':') ? `[${host}]` : host;
  return {
    address: `${tls ? 'https' : 'http'}://${at}:${(server.address() as AddressInfo).port}`,
    renewTls: files => {
      if ('setSecureContext' in server) server.setSecureContext(files);
    },
    close: async () => {
      await api.close();
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), 2_000).unref();
      await closed;
    },
  };
};

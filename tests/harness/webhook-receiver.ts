import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { atEnd } from './at-end.js';

export interface ReceivedCall {
  delivery: string;
  /** The signature holds for the secret that the receiver was told. */
  genuine: boolean;
  body: {
    type: string;
    change?: string;
    cursor?: string;
    alert?: { id: string; kind: string; vehicle: string; dtc: string | null };
  };
}

export interface WebhookReceiver {
  readonly url: string;
  /** Set before the first call. */
  secret: string;
  /** What the next calls are answered with. */
  status: number;
  /** Every call, refused ones too. */
  readonly calls: ReceivedCall[];
}

/** A receiver of webhooks on a free port, that checks signatures as docs/webhooks.md says. */
export const startWebhookReceiver = async (): Promise<WebhookReceiver> => {
  const calls: ReceivedCall[] = [];
  const receiver = { url: '', secret: '', status: 200, calls };
  const server: Server = createServer((req, res) => {
    let body = '';
    req.on('data', chunk => {
      body += chunk;
    });
    req.on('end', () => {
      const genuine = isGenuine(String(req.headers['telltale-signature']), receiver.secret, body);
      calls.push({ delivery: String(req.headers['telltale-delivery']), genuine, body: JSON.parse(body) });
      res.writeHead(receiver.status).end();
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`;
  atEnd(async () => {
    server.closeAllConnections();
    server.close();
  });
  return receiver;
};

const isGenuine = (header: string, secret: string, body: string): boolean => {
  const parts = header.split(',').map(part => part.split('=', 2) as [string, string]);
  const time = parts.find(([name]) => name === 't')?.[1] ?? '0';
  if (Math.abs(Date.now() / 1_000 - Number(time)) > 300) return false;
  const wanted = createHmac('sha256', secret).update(`${time}.${body}`).digest();
  return parts.some(([name, hex]) => {
    const given = Buffer.from(hex, 'hex');
    return name === 'v1' && given.length === wanted.length && timingSafeEqual(given, wanted);
  });
};

import { lookup } from 'node:dns/promises';
import { type IncomingMessage, Agent as PlainAgent, type RequestOptions, request as requestPlain } from 'node:http';
import { request as requestSecure, Agent as SecureAgent } from 'node:https';
import { isIP } from 'node:net';
import type { Millis } from '../../model/units.js';
import type { Clock } from '../../ports/clock.js';
import type { AddressRefusal, Sent, WebhookCaller } from '../../ports/outlets.js';
import { guardedLookup, InnerAddressError } from './guarded-lookup.js';
import { isInnerAddress } from './inner-addresses.js';
import { signWebhook } from './sign-webhook.js';

export interface WebhookCallerOptions {
  clock: Clock;
  /** Inner addresses may be called: for trials, and for receivers beside the server. */
  allowPrivate: boolean;
  userAgent: string;
  /** From the first packet to the end of the answer. */
  within?: Millis;
}

const POOL = { keepAlive: true, maxSockets: 16, maxFreeSockets: 8, timeout: 30_000 };
/** Of an answer, what is read for its sender to be let go; the content is of no interest. */
const ANSWER_BYTES = 64 * 1024;

/** Calls webhooks over HTTP. Follows no redirect, takes no longer than it may, and connects to public addresses only. */
export class HttpWebhookCaller implements WebhookCaller {
  readonly #plain = new PlainAgent(POOL);
  readonly #secure = new SecureAgent(POOL);

  constructor(private readonly options: WebhookCallerOptions) {}

  async refusalOf(text: string): Promise<AddressRefusal | undefined> {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return { text: 'is no http or https URL', code: 'no_url' };
    if (url.username !== '' || url.password !== '')
      return { text: 'must not carry a user or a password: calls are signed', code: 'url_with_password' };
    if (this.options.allowPrivate) return undefined;
    const host = hostOf(url);
    const addresses = isIP(host) ? [host] : await addressesOf(host);
    // A name that leads nowhere now may do so later; it is looked at again at each call.
    return addresses.length > 0 && addresses.every(isInnerAddress)
      ? { text: 'leads to an inner address, which webhooks may not call', code: 'url_leads_inside' }
      : undefined;
  }

  async post(address: string, secrets: readonly string[], delivery: string, body: string, signal?: AbortSignal): Promise<Sent> {
    const { clock, allowPrivate, userAgent, within = 10_000 } = this.options;
    const url = new URL(address);
    if (!allowPrivate && isIP(hostOf(url)) && isInnerAddress(hostOf(url))) return innerAddress(url.hostname);
    const at_s = Math.floor(clock.now() / 1_000);
    const timeout = AbortSignal.timeout(within);
    const options: RequestOptions = {
      method: 'POST',
      agent: url.protocol === 'https:' ? this.#secure : this.#plain,
      headers: {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
        'User-Agent': userAgent,
        'Telltale-Delivery': delivery,
        'Telltale-Signature': signWebhook(secrets, at_s, body),
      },
      signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
      ...(!allowPrivate && { lookup: guardedLookup }),
    };
    try {
      return sentOf(await exchange(url, options, body));
    } catch (error) {
      if (error instanceof InnerAddressError) return innerAddress(url.hostname);
      if (timeout.aborted) return failed('timeout', `no answer within ${within / 1_000} s`);
      const { code, message } = error as NodeJS.ErrnoException;
      return failed('unreachable', code ?? message);
    }
  }

  close(): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }
}

const exchange = (url: URL, options: RequestOptions, body: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestSecure : requestPlain)(url, options, answer => {
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        // It has said yes or no; nobody waits for the rest of its speech.
        if (bytes > ANSWER_BYTES) answer.destroy();
      });
      answer.on('error', reject);
      answer.on('close', () => resolve(answer));
    });
    request.on('error', reject);
    request.end(body);
  });

const sentOf = ({ statusCode = 0, headers }: IncomingMessage): Sent => {
  if (statusCode >= 200 && statusCode < 300) return { ok: true, status: statusCode };
  const retryAfter_s = Number(headers['retry-after']);
  return {
    ok: false,
    status: statusCode,
    reason: statusCode >= 300 && statusCode < 400 ? 'redirect' : 'status',
    detail:
      statusCode >= 300 && statusCode < 400 ? `answered ${statusCode}; redirects are not followed` : `answered ${statusCode}`,
    ...(retryAfter_s > 0 && { retryAfter: retryAfter_s * 1_000 }),
  };
};

const failed = (reason: string, detail: string): Sent => ({ ok: false, status: null, reason, detail });

const innerAddress = (host: string): Sent => failed('inner_address', `${host} leads to an inner address`);

/** The host without the brackets that a URL puts around IPv6. URLs write IPv4 out: `http://2130706433/` is 127.0.0.1 by now. */
const hostOf = ({ hostname }: URL): string => (hostname.startsWith('[') ? hostname.slice(1, -1) : hostname);

const addressesOf = async (host: string): Promise<string[]> =>
  lookup(host, { all: true }).then(
    found => found.map(({ address }) => address),
    () => [],
  );

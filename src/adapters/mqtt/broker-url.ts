import { BrokerUrlError } from './mqtt-errors.js';

/** Where an external broker is, and who we are to it. */
export interface BrokerTarget {
  host: string;
  port: number;
  tls: boolean;
  user: string | undefined;
  password: string | undefined;
  /** The URL without the password: for people and logs. */
  address: string;
}

const SCHEMES: ReadonlyMap<string, { tls: boolean; port: number }> = new Map([
  ['mqtt:', { tls: false, port: 1883 }],
  ['tcp:', { tls: false, port: 1883 }],
  ['mqtts:', { tls: true, port: 8883 }],
  ['ssl:', { tls: true, port: 8883 }],
]);

/**
 * Reads `mqtt[s]://[user[:password]@]host[:port]`.
 * @throws {BrokerUrlError} another scheme, or no host; the message does not repeat the URL, which may hold a password
 */
export const readBrokerUrl = (text: string): BrokerTarget => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const scheme = url && SCHEMES.get(url.protocol);
  if (url === undefined || scheme === undefined || url.hostname === '') {
    throw new BrokerUrlError('the URL of the broker has to be mqtt:// or mqtts:// with a host');
  }
  const port = url.port === '' ? scheme.port : Number(url.port);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    tls: scheme.tls,
    user: url.username === '' ? undefined : decodeURIComponent(url.username),
    password: url.password === '' ? undefined : decodeURIComponent(url.password),
    address: `${scheme.tls ? 'mqtts' : 'mqtt'}://${url.hostname}:${port}`,
  };
};

import { createHmac } from 'node:crypto';

/**
 * `t=<unix seconds>,v1=<hex>[,v1=<hex>]`: HMAC-SHA256 of `<t>.<body>` with each secret that is valid now. The time is in what is signed,
 * so that a call that somebody caught cannot be played again later.
 */
export const signWebhook = (secrets: readonly string[], at_s: number, body: string): string =>
  [`t=${at_s}`, ...secrets.map(secret => `v1=${createHmac('sha256', secret).update(`${at_s}.${body}`).digest('hex')}`)].join(',');

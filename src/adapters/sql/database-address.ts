import { DatabaseAddressError } from './errors.js';

export interface DatabaseAddress {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  tls: boolean;
}

/**
 * Reads `mysql://user:password@host:3306/database`; `mariadb:` is the same. `?tls=true` asks for TLS with a certificate that is checked.
 * @throws {DatabaseAddressError} saying what is wrong, never with the password
 */
export const parseDatabaseUrl = (text: string): DatabaseAddress => {
  let url: URL;
  let parts: { user: string; password: string; database: string };
  try {
    url = new URL(text);
    parts = {
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      database: decodeURIComponent(url.pathname.slice(1)),
    };
  } catch {
    // Not the parser's own error: it quotes the whole URL.
    throw new DatabaseAddressError('the database URL cannot be read; it looks like mysql://user:password@host:3306/database');
  }
  if (url.protocol !== 'mysql:' && url.protocol !== 'mariadb:')
    throw new DatabaseAddressError(`the database URL begins with ${url.protocol}// where mysql:// is expected`);
  const port = Number(url.port || 3306);
  if (!url.hostname) throw new DatabaseAddressError('the database URL names no host');
  // Of a password with a slash that is not encoded the rest would stand here, and its beginning be the host's port.
  if (!parts.database || /[/@:]/.test(parts.database))
    throw new DatabaseAddressError(
      'the database URL names no database: …/<database>; what is special in a password has to be percent-encoded',
    );
  // An IPv6 host stands in brackets in a URL, and without them in a socket's address.
  return { ...parts, host: url.hostname.replace(/^\[|\]$/g, ''), port, tls: url.searchParams.get('tls') === 'true' };
};

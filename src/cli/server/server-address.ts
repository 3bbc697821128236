import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../flags.js';
import { readSettings } from '../read-settings.js';

/** Flags of verbs that ask a running server. */
export const serverFlags = { server: { type: 'string' }, token: { type: 'string' } } as const;

export const serverHelp = `  --server URL   the server (http://127.0.0.1:8080, or as TELLTALE_HOST and TELLTALE_HTTP_PORT say)
  --token TOKEN  an API token; else TELLTALE_TOKEN, else that of the first administrator where its file can be read`;

export interface ServerAddress {
  url: string;
  token: string;
}

/** Whom to ask, and as whom. @throws {UsageError} no URL, or no token to be found */
export const serverAddress = async (
  { server, token }: { server?: string | undefined; token?: string | undefined },
  environment: NodeJS.ProcessEnv = process.env,
): Promise<ServerAddress> => {
  const settings = await readSettings(environment);
  const url = server ?? `http://${settings.host}:${settings.http_port}`;
  if (!/^https?:\/\/[^/]+/.test(url)) throw new UsageError(`--server ${url}: expected a URL like http://127.0.0.1:8080`);
  const found =
    token ??
    environment.TELLTALE_TOKEN ??
    settings.admin_token ??
    (await readFile(join(settings.data_dir, 'admin-token'), 'utf8').catch(() => undefined))?.trim();
  if (!found) throw new UsageError('no token: give --token, or set TELLTALE_TOKEN');
  return { url: url.replace(/\/+$/, ''), token: found };
};

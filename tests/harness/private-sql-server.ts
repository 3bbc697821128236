import { startPrivateServer } from '../../scripts/provision/mariadb-process.mjs';
import { atEnd } from './at-end.js';
import { provided } from './provided.js';
import { startTcpGate } from './tcp-gate.js';

/** A SQL server that a test may take down and bring back, on the same port, with the same data. */
export interface PrivateSqlServer {
  /** `mysql://user:password@host:port/`, for `createSqlDatabase`. */
  readonly url: string;
  /** SIGTERM unless said; where the server is not ours, a gate before it is shut. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
}

/**
 * Starts a MariaDB or MySQL of its own where its programs are at hand. Where the run's server is a container or somebody
 * else's, a gate before it is shut and opened instead: for its clients that is the same.
 */
export const startPrivateSqlServer = async (): Promise<PrivateSqlServer> => {
  const {
    TELLTALE_TEST_MARIADBD: server,
    TELLTALE_TEST_MARIADB_INSTALL_DB: installer,
    TELLTALE_TEST_MARIADB_BASEDIR: baseDir,
  } = process.env;
  if (!server) return gated(provided('TELLTALE_TEST_MYSQL_URL'));
  const own = await startPrivateServer({ server, installer, baseDir });
  atEnd(own.remove);
  return { url: own.url, stop: own.halt, start: own.start };
};

const gated = async (url: string): Promise<PrivateSqlServer> => {
  const through = new URL(url);
  const gate = await startTcpGate(through.hostname, Number(through.port || 3306));
  through.hostname = '127.0.0.1';
  through.port = String(gate.port);
  return { url: through.href, stop: gate.shut, start: gate.open };
};

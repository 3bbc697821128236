import { setTimeout as wait } from 'node:timers/promises';
import { startPrivateSqlServer } from '../harness/private-sql-server.js';
import { createSqlDatabase } from '../harness/sql-database.js';
import { startTelltale } from '../harness/start-telltale.js';
import { compareWithPeace, fleetMessages, OPEN, publishFleet } from './fleet-run.js';
import { CannotRun, hold, holdAlive, READY_MS, type Scenario } from './scenario.js';

/**
 * Paces a fleet so that the faults fall among its messages, however long they take, and lets it go at full speed once they are over.
 * @param past share of the faults that are over
 */
const paced =
  (past: () => number, each: number, pause_ms: () => number) =>
  async (sent: number): Promise<void> => {
    if (past() < 1) await wait(pause_ms());
    while (sent > past() + each) await wait(50);
  };

export const kill: Scenario = {
  name: 'kill',
  about: 'SIGKILL under load, 10 times unless --rounds says otherwise; it is started again each time',
  run: async ({ seed, random, rounds = 10 }) => {
    const messages = fleetMessages(seed);
    const server = await startTelltale({ env: OPEN, readyWithinMs: READY_MS });
    let kills = 0;
    const sending = publishFleet(
      server.mqtt,
      messages,
      paced(
        () => kills / rounds,
        1 / rounds,
        () => 100 + random.below(300),
      ),
    );
    for (; kills < rounds; kills++) {
      await wait(150 + random.below(900));
      await server.kill9();
      await server.restart();
    }
    const seen = await compareWithPeace(server, messages, await sending);
    return `${kills} kills; ${seen}`;
  },
};

export const sigstop: Scenario = {
  name: 'sigstop',
  about: 'SIGSTOP under load for 30 s, then SIGCONT',
  run: async ({ seed, random, rounds = 1 }) => {
    const messages = fleetMessages(seed);
    const server = await startTelltale({ env: OPEN, readyWithinMs: READY_MS });
    let stops = 0;
    const sending = publishFleet(
      server.mqtt,
      messages,
      paced(
        () => stops / rounds,
        1 / rounds,
        () => 50 + random.below(150),
      ),
    );
    for (; stops < rounds; stops++) {
      await wait(500 + random.below(2_000));
      process.kill(server.process.pid, 'SIGSTOP');
      await wait(30_000);
      process.kill(server.process.pid, 'SIGCONT');
    }
    const seen = await compareWithPeace(server, messages, await sending);
    await holdAlive(server);
    return `${stops} × 30 s; ${seen}`;
  },
};

export const databaseKilled: Scenario = {
  name: 'sql',
  about: 'MariaDB is killed under load and stays away for 15 s',
  run: async ({ seed, random, rounds = 1 }) => {
    if (!process.env.TELLTALE_TEST_MYSQL_URL) throw new CannotRun('there is no SQL server here to start');
    const messages = fleetMessages(seed);
    const sql = await startPrivateSqlServer();
    const database = await createSqlDatabase(sql.url);
    const server = await startTelltale({ env: { ...OPEN, TELLTALE_DATABASE_URL: database.url }, readyWithinMs: READY_MS });
    let outages = 0;
    const sending = publishFleet(
      server.mqtt,
      messages,
      paced(
        () => outages / rounds,
        1 / rounds,
        () => 50 + random.below(150),
      ),
    );
    for (; outages < rounds; outages++) {
      await wait(1_000 + random.below(2_000));
      await sql.stop('SIGKILL');
      await wait(15_000);
      await sql.start();
    }
    const seen = await compareWithPeace(server, messages, await sending);
    const doubled = await database.query('SELECT id FROM alert GROUP BY id HAVING COUNT(*) > 1');
    hold(doubled.length === 0, `${doubled.length} alerts stand twice in SQL`);
    await server.stop();
    return `${outages} outages; ${seen}`;
  },
};

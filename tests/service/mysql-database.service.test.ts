import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { databaseContract } from '../../src/adapters/sql/database-contract.js';
import { openDatabase } from '../../src/adapters/sql/open-database.js';
import { sampleTrack, sampleTrip, trackRow, tripRow } from '../../src/adapters/sql/sample-rows.js';
import { startPrivateSqlServer } from '../harness/private-sql-server.js';
import { provided } from '../harness/provided.js';
import { createSqlDatabase, type SqlDatabase } from '../harness/sql-database.js';
import { startTcpGate } from '../harness/tcp-gate.js';
import { waitFor } from '../harness/wait-for.js';

const databases = new Map<string, Promise<SqlDatabase>>();
const urlOf = async (name: string): Promise<string> => {
  const database = databases.get(name) ?? createSqlDatabase();
  databases.set(name, database);
  return (await database).url;
};
const open = async (url: string) => openDatabase({ url, inThread: false });

describe('MySQL or MariaDB', () => {
  databaseContract(async name => open(await urlOf(name)));

  // Proves: what stands in the tables is typed and in the units that the names say, for whoever looks with another program.
  test('stores numbers as numbers', async () => {
    const schema = await createSqlDatabase();
    const database = await open(schema.url);
    await database.migrate();
    await database.writeRollUps([tripRow(sampleTrip(3))], new Map([[1, 7]]));
    await database.writeRollUps([], new Map([[1, 8]]));
    const [row] = await schema.query('select started_at_ms, fuel_l, from_offset from trip');
    expect(row).toEqual({ started_at_ms: sampleTrip(3).startedAt, fuel_l: 0.1 + 0.2, from_offset: sampleTrip(3).from });
    expect(await schema.query('select * from roll_up_position')).toEqual([{ partition_no: 1, position: 8, generation: 2 }]);
    await database.close();
  });

  // Proves: chunks of hours, hundreds of kilobytes each, are stored and come back whole.
  test('takes large tracks', async () => {
    const database = await open(await urlOf('rollups'));
    await database.migrate();
    const chunks = Array.from({ length: 3 }, (_, no) => sampleTrack('large', no, 20_000));
    await database.writeRollUps(chunks.map(trackRow), new Map());
    const stored = await database.track('large');
    expect(stored).toHaveLength(3);
    expect(stored.at(-1)).toEqual(chunks.at(-1));
    await database.close();
  }, 90_000);

  // Proves: where two lock the same rows in opposite order, the one that the server gives up is tried again, and both end well.
  test('survives a deadlock', async () => {
    const database = await open(await urlOf('rollups'));
    await database.migrate();
    const ids = Array.from({ length: 200 }, (_, n) => sampleTrip(n));
    await database.writeRollUps(ids.map(tripRow), new Map());
    const other = await createConnection(await urlOf('rollups'));
    await other.beginTransaction();
    // Whoever changed less is given up: that is us.
    await other.query('update trip set idle_s = idle_s + 1 where id >= ?', [sampleTrip(1).id]);
    const written = database.writeRollUps([tripRow(sampleTrip(0)), tripRow(sampleTrip(1))], new Map());
    const looking = { everyMs: 150 }; // The server renews this view only when it was not looked at for 100 ms.
    await waitFor(
      'our write to wait',
      async () => {
        const [rows] = await other.query<RowDataPacket[]>(
          "select 1 from information_schema.innodb_trx where trx_state = 'LOCK WAIT'",
        );
        return rows.length > 0;
      },
      looking,
    );
    await other.query('update trip set idle_s = idle_s + 1 where id = ?', [sampleTrip(0).id]);
    await other.commit();
    await written;
    expect(database.counters.retries).toBe(1);
    expect(await database.trip(sampleTrip(1).id)).toEqual(sampleTrip(1));
    await other.end();
    await database.close();
  });

  // Proves: who is not let in learns host, port, database and user, and nobody learns the password.
  test('tells why it is not let in', async () => {
    const url = new URL(await urlOf('rollups'));
    url.password = 'wrong-secret';
    const stranger = await open(url.href);
    const refusal = await stranger.ping().catch((error: Error) => error);
    expect(refusal).toMatchObject({ code: 'DATABASE_ACCESS', fault: 'outage' });
    const { message } = refusal as Error;
    for (const part of [url.host, url.pathname.slice(1), url.username]) expect(message).toContain(part);
    expect(`${message} ${JSON.stringify(refusal)}`).not.toContain('wrong-secret');
    expect(message).not.toContain('\n');
    const nowhere = new URL(await urlOf('rollups'));
    nowhere.pathname = '/not_there';
    const lost = await open(nowhere.href);
    await expect(lost.migrate()).rejects.toThrow(/not_there/);
    await Promise.all([stranger.close(), lost.close()]);
    for (const wrong of ['nonsense with p4ss', 'mysql://u:p4ss@host:1', 'postgres://u:p4ss@host/x', 'mysql://u:p4ss%@h/x']) {
      const error = await open(wrong).catch((reason: Error) => reason);
      expect(error).toMatchObject({ code: 'DATABASE_ADDRESS' });
      expect((error as Error).message).not.toContain('p4ss');
    }
  });

  // Proves: while the server is away each call says so, and it works again by itself; nothing that was answered is lost.
  test('comes back with its server', async () => {
    const server = await startPrivateSqlServer();
    const database = await open((await createSqlDatabase(server.url)).url);
    await database.migrate();
    let written = 0;
    let outages = 0;
    let going = true;
    const writer = (async () => {
      while (going) {
        try {
          await database.writeRollUps([tripRow(sampleTrip(written))], new Map([[0, written]]));
          written++;
        } catch (error) {
          expect(error).toMatchObject({ code: 'DATABASE_UNAVAILABLE', fault: 'outage' });
          outages++;
          await wait(20);
        }
      }
    })();
    await waitFor('some rows', () => written > 10);
    await server.stop();
    await expect(database.trip('x')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await expect(Promise.all(Array.from({ length: 10 }, () => database.ping()))).rejects.toMatchObject({ fault: 'outage' });
    await waitFor('the writer to notice', () => outages > 0);
    const before = written;
    await server.start();
    await waitFor('rows after the outage', () => written > before + 10);
    going = false;
    await writer;
    expect(await database.rollUpPositions()).toEqual(new Map([[0, written - 1]]));
    expect((await database.trips({ limit: 10_000, cursor: undefined })).items).toHaveLength(written);
    await database.close();
  }, 90_000);

  // Proves: a network that swallows everything is an outage too, after a bounded time, and does not wedge the pool.
  test('does not wait for ever', async () => {
    const through = new URL(await urlOf('rollups'));
    const gate = await startTcpGate(through.hostname, Number(through.port || 3306));
    [through.hostname, through.port] = ['127.0.0.1', String(gate.port)];
    const limits = { connections: 2, connectWithin: 300, answerWithin: 300 };
    const database = await openDatabase({ url: through.href, inThread: false, limits: { mysql: limits } });
    await database.ping();
    gate.stall();
    const asked = Array.from({ length: 5 }, () => database.ping().catch((error: Error) => error));
    for (const answer of await Promise.all(asked)) expect(answer).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    gate.resume();
    await waitFor('the network', async () => (await database.ping()) === undefined && 'back');
    await database.close();
  });

  // Proves: a database of something else is left alone.
  test('refuses tables of something else', async () => {
    const schema = await createSqlDatabase(provided('TELLTALE_TEST_MYSQL_URL'));
    await schema.query('create table invoices (id int)');
    const database = await open(schema.url);
    await expect(database.migrate()).rejects.toThrow(/holds tables of something else \(invoices\)/);
    expect(await schema.query('show tables')).toHaveLength(1);
    await database.close();
  });
});

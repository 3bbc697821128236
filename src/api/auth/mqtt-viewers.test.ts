// Proves, over real MQTT: who may see alerts hears those of their groups and nothing else, says nothing, and is out when their rights
// are; devices are let in as before, and nobody is both.
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import mqtt, { type MqttClient } from 'mqtt';
import { HeldSink } from '../../../tests/mqtt/held-sink.js';
import { ManualClock } from '../../../tests/mqtt/manual-clock.js';
import { until } from '../../../tests/mqtt/until.js';
import { type MqttServer, openMqttServer } from '../../adapters/mqtt/mqtt-server.js';
import { alertTopic, notificationTopic } from '../../model/fleet-topics.js';
import { seconds } from '../../model/units.js';
import type { Role } from '../../ports/database.js';
import { deviceGate } from '../../streams/device-gate.js';
import { defaultApiConfig } from '../api-deps.js';
import { createFakeDatabase, type FakeDatabase } from '../testing/fake-database.js';
import { createAuthenticator } from './authenticator.js';
import { createMqttViewers } from './mqtt-viewers.js';
import { createPasswords } from './passwords.js';
import { secretHash } from './secret-hash.js';

const random = { fraction: Math.random, secret: (size: number) => randomBytes(size) };
const ADMIN = 'the-first-administrators-token';
let database: FakeDatabase;
let clock: ManualClock;
let broker: MqttServer;
let viewers: ReturnType<typeof createMqttViewers>;
const clients: MqttClient[] = [];

beforeEach(async () => {
  database = createFakeDatabase();
  clock = new ManualClock();
  const config = { ...defaultApiConfig, version: 'test', webRoot: '', adminTokenHash: secretHash(ADMIN) };
  const authenticator = createAuthenticator({ database, clock, random, config });
  viewers = createMqttViewers({ database, clock, random }, authenticator, viewer => broker.drop(viewer));
  const gate = deviceGate({ device: () => undefined }, clock, true, viewers);
  broker = await openMqttServer({ host: '127.0.0.1', port: 0, gate, sink: new HeldSink(true), clock });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.end(true);
  viewers.close();
  await broker.close();
});

const token = async (id: string, role: Role, groups: string[] = []) => {
  const secret = `tt_${id}_0123456789abcdef`;
  await database.putToken({
    ...{
      id,
      name: id,
      role,
      groups,
      driver: null,
      token_hash: secretHash(secret),
      expires_at: null,
      last_used_at: null,
      created_at: 0,
      made_by: null,
    },
  });
  return secret;
};

/** Logs in and subscribes. @returns what was granted and what is heard, or the refusal */
const listen = (username: string, password: string, filters: string[], clientId = `c${clients.length}`) =>
  new Promise<{ client: MqttClient; granted: number[]; heard: string[] }>((resolve, reject) => {
    const client = mqtt.connect(broker.address, {
      username,
      password,
      clientId,
      clean: false,
      reconnectPeriod: 0,
      protocolVersion: 5,
    });
    clients.push(client);
    const heard: string[] = [];
    client.on('message', (topic, payload) => heard.push(`${topic} ${payload}`));
    client.on('error', reject);
    client.on('connect', async () => {
      const granted: number[] = [];
      for (const filter of filters) {
        granted.push(
          await client.subscribeAsync(filter, { qos: 1 }).then(
            grants => grants[0]!.qos as number,
            () => 0x87,
          ),
        );
      }
      resolve({ client, granted, heard });
    });
  });

const say = (topic: string, text: string) => broker.deliver(topic, Buffer.from(text));

describe('who sees some groups', () => {
  test('hears those, by exact topic, and gets no wildcard', async () => {
    const secret = await token('t1', 'viewer', ['north', 'a/b']);
    const { granted, heard } = await listen('token:dispatch', secret, [
      alertTopic('north'),
      notificationTopic('north'),
      'telltale/v1/fleet/north/+',
      alertTopic('a/b'),
      alertTopic('south'),
      alertTopic(null),
      'telltale/v1/fleet/+/alerts',
      'telltale/v1/fleet/#',
      'telltale/v1/#',
      '#',
      '+/+/+/+/+',
      'telltale/v1/dev-1/events',
      'telltale/v1/dev-1/errors',
    ]);
    expect(granted).toEqual([1, 1, 1, 1, 0x87, 0x87, 0x87, 0x87, 0x87, 0x87, 0x87, 0x87, 0x87]);
    await say(alertTopic('south'), 'not this');
    await say(alertTopic(null), 'nor this');
    await say(alertTopic('a/b'), 'escaped');
    await say(alertTopic('north'), 'this');
    await until('the last', () => heard.some(text => text.endsWith(' this')));
    expect([...new Set(heard)].sort()).toEqual(['telltale/v1/fleet/a%2Fb/alerts escaped', 'telltale/v1/fleet/north/alerts this']);
  });

  test('says nothing: a publish to anything is refused', async () => {
    const { client } = await listen('token:', await token('t1', 'viewer'), []);
    for (const topic of ['telltale/v1/dev-1/events', alertTopic('north'), 'telltale/v1/viewer:token:t1/events']) {
      const refusal = await client.publishAsync(topic, 'x', { qos: 1 }).then(
        packet => (packet as { reasonCode?: number } | undefined)?.reasonCode,
        error => error,
      );
      expect([topic, refusal === undefined || refusal === 0]).toEqual([topic, false]);
      if (!client.connected) return;
    }
  });
});

test('who sees all groups may listen to all of them', async () => {
  const filters = ['telltale/v1/fleet/+/alerts', 'telltale/v1/fleet/+/notifications', alertTopic(null)];
  expect((await listen('token:', ADMIN, filters)).granted).toEqual([1, 1, 1]);
});

describe('who is not let in', () => {
  test.each<[string, Role]>([['driver', 'driver']])('the role %s, which sees no live alerts', async (_, role) => {
    await expect(listen('token:', await token('t', role), [])).rejects.toThrow(/Bad User Name|Not authorized|refused/i);
  });

  test('a wrong token, a wrong password, nobody, and a name without its sort', async () => {
    await database.putUser({
      ...{ id: 'u1', name: 'mo', role: 'viewer', groups: ['north'], driver: null, created_at: 0, disabled_at: null },
      password_hash: await createPasswords(random).hash('correct horse'),
    });
    await expect(listen('token:', 'tt_wrong', [])).rejects.toThrow();
    await expect(listen('token:', '', [])).rejects.toThrow();
    await expect(listen('user:mo', 'wrong horse', [])).rejects.toThrow();
    await expect(listen('user:nobody', 'correct horse', [])).rejects.toThrow();
    await expect(listen('viewer:user:u1', 'correct horse', [])).rejects.toThrow();
    expect((await listen('user:mo', 'correct horse', [alertTopic('north'), alertTopic('south')])).granted).toEqual([1, 0x87]);
    // In trial mode any device may connect; `mo` is one then, and hears nothing of the fleet.
    expect((await listen('mo', 'correct horse', [alertTopic('north')])).granted).toEqual([0x87]);
  });

  test('guessing is slowed', async () => {
    await database.putUser({
      ...{ id: 'u1', name: 'mo', role: 'viewer', groups: [], driver: null, created_at: 0, disabled_at: null },
      password_hash: await createPasswords(random).hash('correct horse'),
    });
    for (let n = 0; n < 6; n++) expect(await viewers.authenticate('user:mo', Buffer.from(`wrong ${n}`))).toBeUndefined();
    expect(await viewers.authenticate('user:mo', Buffer.from('correct horse'))).toBeUndefined();
    clock.advance(seconds(1_800));
    expect(await viewers.authenticate('user:mo', Buffer.from('correct horse'))).toMatch(/^viewer:user:u1:/);
  }, 20_000);
});

describe('rights that end', () => {
  test('a token that is deleted ends its connection and its session within a minute', async () => {
    const { client, heard } = await listen('token:', await token('t1', 'viewer', ['north']), [alertTopic('north')]);
    await database.deleteToken('t1');
    const closed = new Promise<void>(resolve => client.on('close', () => resolve()));
    for (let n = 0; n < 4; n++) {
      clock.advance(seconds(30));
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    await closed;
    await say(alertTopic('north'), 'too late');
    expect(heard).toEqual([]);
  });

  test('who comes back with fewer groups finds nothing of the old session', async () => {
    const before = await listen('token:', await token('t1', 'viewer', ['north', 'south']), [alertTopic('south')], 'the-same');
    before.client.end(true);
    const secret = await token('t1', 'viewer', ['north']);
    clock.advance(seconds(31));
    await say(alertTopic('south'), 'kept for somebody else');
    const after = await listen('token:', secret, [alertTopic('south'), alertTopic('north')], 'the-same');
    expect(after.granted).toEqual([0x87, 1]);
    await say(alertTopic('south'), 'not this');
    await say(alertTopic('north'), 'this');
    await until('the last', () => after.heard.length > 0);
    expect(after.heard).toEqual(['telltale/v1/fleet/north/alerts this']);
  });
});

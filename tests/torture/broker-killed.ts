import { setTimeout as wait } from 'node:timers/promises';
import { restClient } from '../harness/rest-client.js';
import { startMosquitto } from '../harness/start-mosquitto.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { waitFor } from '../harness/wait-for.js';
import { type Acked, compareWithPeace, fleetMessages, OPEN, publishFleet } from './fleet-run.js';
import { CannotRun, holdAlive, READY_MS, type Scenario } from './scenario.js';

const AWAY_MS = 5_000;
const ARRIVES_WITHIN_MS = 60_000;

/** How many of the acknowledged events the server does not have. */
const missing = async (server: Telltale, acked: Acked): Promise<number> => {
  const rest = restClient(server.http, server.adminToken);
  let count = 0;
  for (const [device, seqs] of acked) {
    const records = await rest.all<{ events: { seq: number }[] }>(`/vehicles/${device}/events`);
    const stored = new Set(records.flatMap(record => record.events.map(({ seq }) => seq)));
    count += seqs.filter(seq => !stored.has(seq)).length;
  }
  return count;
};

/**
 * What a broker acknowledged and had not saved is gone with it: our acknowledgement begins behind it. So the fleet says all of it once more in the end,
 * as a device with a memory of its own does, and what counts is that the server comes back to its broker by itself, and that nothing is doubled.
 */
export const brokerKilled: Scenario = {
  name: 'broker',
  about: 'an external Mosquitto is killed three times under load, or as often as --rounds says, and stays away for 5 s',
  run: async ({ seed, random, rounds = 3 }) => {
    if (!process.env.TELLTALE_TEST_MOSQUITTO) throw new CannotRun('there is no Mosquitto here to start');
    const messages = fleetMessages(seed);
    const broker = await startMosquitto({
      settings: ['max_queued_messages 100000', 'max_inflight_messages 200', 'autosave_on_changes true'],
    });
    const mqtt = `mqtt://127.0.0.1:${broker.port}`;
    const server = await startTelltale({ env: { ...OPEN, TELLTALE_MQTT_URL: mqtt }, readyWithinMs: READY_MS });
    let kills = 0;
    const sending = publishFleet(mqtt, messages, async () => {
      if (kills < rounds) await wait(100 + random.below(200));
    });
    for (; kills < rounds; kills++) {
      await wait(1_500 + random.below(2_000));
      await broker.kill9();
      await wait(AWAY_MS);
      await broker.restart();
    }
    const first = await sending;
    await wait(2_000);
    const lost = await missing(server, first);
    const acked = await publishFleet(mqtt, messages);
    const said = performance.now();
    // The broker acknowledges before it hands on: what waits in its queue is on its way, not lost.
    await waitFor('all that the broker holds to be stored', async () => (await missing(server, acked)) === 0, {
      timeoutMs: ARRIVES_WITHIN_MS,
      everyMs: 500,
    });
    const arrived_s = ((performance.now() - said) / 1_000).toFixed(1);
    await holdAlive(server);
    const seen = await compareWithPeace(server, messages, acked);
    return `${kills} kills; the broker took ${lost} acknowledged events with it, which were sent once more and had arrived after ${arrived_s} s; ${seen}`;
  },
};

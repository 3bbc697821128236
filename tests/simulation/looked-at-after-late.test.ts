// Proves, on the production fold under virtual time: late readings that become the newest of a vehicle give it deadlines of its own from the tick on
// that folds them, also where nothing else ever comes of it; and what is folded after them is the same whether the server went on or was killed
// and loaded the vehicle from a snapshot.
import { expect, test } from '@jest/globals';
import { defaultFleetSettings } from '../../src/model/fleet-settings.js';
import { START, setUp } from './fleet-drive.js';
import { SimulatedFold } from './simulated-fold.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const GAP = 4 * MINUTE;
/** When what was late arrives: the trip before has long ended by silence. */
const ARRIVES = 20 * MINUTE;

/** In the middle it stands, for longer than it is shown as driving (fold/live-view.ts). */
const STANDS_FROM = 100;
const DRIVES_ON = 180;

/** Drives north, an event a second. @param dtcFrom from this second on it reports a trouble code with each */
const drive = (from: number, until: number, dtcFrom = Number.POSITIVE_INFINITY) =>
  Array.from({ length: until - from }, (_, i) => {
    const second = from + i;
    const stands = second >= STANDS_FROM && second < DRIVES_ON;
    const driven = Math.min(second, Math.max(STANDS_FROM, second - DRIVES_ON + STANDS_FROM));
    return {
      ts: START + second * SECOND,
      seq: second + 1,
      gps: { lat: 50 + driven * 0.00013, lon: 8, speed_kmh: stands ? 0 : 52 },
      ignition: !stands,
      ...(second >= dtcFrom && { dtc: ['P0301'] }),
    };
  });

class Scene {
  readonly fold = new SimulatedFold();
  private now = START;

  constructor() {
    const { trip } = defaultFleetSettings;
    this.fold.say({ type: 'settings_put', settings: { ...defaultFleetSettings, trip: { ...trip, gap: GAP } } }, START);
    setUp(this.fold, []);
  }

  private tickTo(until: number): void {
    for (; this.now <= until; this.now += SECOND) this.fold.tick(this.now);
  }

  send(events: readonly object[], at: number): this {
    this.tickTo(START + at);
    this.fold.send({ device: 'v-1', received: START + at + 50, payload: JSON.stringify(events) });
    return this;
  }

  async run(until: number): Promise<this> {
    this.tickTo(START + until);
    await this.fold.run();
    return this;
  }

  trips(): unknown[] {
    return this.fold.outcome().trips;
  }
}

/** A drive whose trip ends by silence, and long after it more of it, in two messages: the second is late as well, and becomes the newest there is. */
const withLate = async (): Promise<Scene> => {
  const scene = new Scene();
  await scene.fold.start();
  scene
    .send(drive(0, 60), MINUTE)
    .send(drive(60, DRIVES_ON), ARRIVES)
    .send(drive(DRIVES_ON, 240), ARRIVES + 10 * SECOND);
  return scene.run(ARRIVES + 15 * SECOND);
};

test('a trip that late readings open again ends by silence in its time, where nothing else comes', async () => {
  const scene = await withLate();
  expect(scene.fold.counters.get('refolds_total')).toBe(2);
  const ends = ARRIVES + 10 * SECOND + GAP;
  await scene.run(ends - 5 * SECOND);
  expect(scene.trips()).toMatchObject([{ status: 'open' }]);
  await scene.run(ends + 5 * SECOND);
  expect(scene.trips()).toMatchObject([{ status: 'closed', endedAt: START + 239 * SECOND }]);
});

/** Then more of the drive, after that silence, in which a trouble code comes; and what was before it, in which it has come already. */
const toTheEnd = async (later: number, killed: boolean): Promise<Scene> => {
  const scene = await withLate();
  // In short hand-overs: who is saved is so at the end of one.
  for (let at = later - MINUTE; at <= later; at += 5 * SECOND) await scene.run(at);
  scene.send(drive(260, 280, 270), later);
  await scene.run(later);
  if (killed) await scene.fold.crash();
  scene.send(drive(240, 260, 250), later);
  return scene.run(later + 2 * GAP);
};

const codesTold = ({ fold }: Scene): string[] =>
  [...fold.alerts.values()]
    .filter(({ kind, status }) => kind === 'diagnostic_trouble_code' && status === 'open')
    .map(({ occurred_at }) => occurred_at);

/** Snapshots are half a minute apart: at one of these there are ticks between the newest one and what comes. */
test.each([0, 10, 20])('what comes %i s later is told the same by a server that was killed after it', async seconds => {
  const later = ARRIVES + 2 * GAP + seconds * SECOND;
  const [calm, killed] = [await toTheEnd(later, false), await toTheEnd(later, true)];
  expect(codesTold(calm)).toEqual([new Date(START + 250 * SECOND).toISOString()]);
  expect(codesTold(killed)).toEqual(codesTold(calm));
  expect(killed.fold.outcome()).toEqual(calm.fold.outcome());
});

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { aState } from '../src/api/testing/fake-streams.js';
import { ADMIN_TOKEN, startTestApi } from '../src/api/testing/start-test-api.js';
import { type Driven, driveOn, fleetOf } from './driven-fleet.js';

/** Asked by the parent; answered with a report. `drive` begins, `stand` ends it and says where everything is. */
export type ViewportRequest = 'drive' | 'stand' | 'look';

export interface ViewportReport {
  port: number;
  token: string;
  /** Of this process so far, ms. */
  cpu: number;
  rss: number;
  /** Of the event loop since the last report, ms. */
  delayP99: number;
  delayMax: number;
  /** Places, on `stand`. */
  fleet: readonly Driven[];
  conflated: number;
}

const TICKS_PER_SECOND = 4;

/** The websockets of the real server and what is behind them, over a fleet that only moves. */
const serve = async (vehicles: number): Promise<void> => {
  const api = await startTestApi();
  const fleet = fleetOf(vehicles, { towns: 60, spread: 4 });
  const put = (some: readonly Driven[]): void => {
    const at = Date.now();
    for (let n = 0; n < some.length; n += 1_000) {
      const step = some.slice(n, n + 1_000);
      api.live.put(...step.map(({ vehicle, lat, lon, heading }) => aState(vehicle, { at, lat, lon, heading, speed: 50 })));
    }
  };
  put(fleet);
  let turn = 0;
  let timer: NodeJS.Timeout | undefined;
  const delay = monitorEventLoopDelay({ resolution: 2 });
  delay.enable();
  process.on('message', async (request: ViewportRequest) => {
    if (request === 'drive') {
      timer ??= setInterval(() => {
        const some = fleet.filter((_, n) => n % TICKS_PER_SECOND === turn);
        turn = (turn + 1) % TICKS_PER_SECOND;
        for (const driven of some) driveOn(driven);
        put(some);
      }, 1_000 / TICKS_PER_SECOND);
    }
    if (request === 'stand') {
      clearInterval(timer);
      timer = undefined;
      // What was put last is told by then.
      await sleep(3_000);
    }
    const { user, system } = process.cpuUsage();
    process.send!({
      port: api.port,
      token: ADMIN_TOKEN,
      cpu: (user + system) / 1_000,
      rss: process.memoryUsage.rss(),
      delayP99: delay.percentile(99) / 1e6,
      delayMax: delay.max / 1e6,
      fleet: request === 'stand' ? fleet : [],
      conflated: api.counters.get('ws_positions_conflated') ?? 0,
    } satisfies ViewportReport);
    delay.reset();
  });
};

process.once('disconnect', () => process.exit(0));
await serve(Number(process.argv[2]));
process.send!('ready');

import type { World } from './world.js';

type Fault = (world: World) => { name: string; end: (() => void) | undefined };

/** For a while `set` holds, then `back` does. */
const spell =
  (name: string, set: (world: World) => void, back: (world: World) => void): Fault =>
  world => {
    set(world);
    return { name, end: () => back(world) };
  };

/** Everything that goes wrong in a world, each as likely as the others. */
export const everyFault: readonly Fault[] = [
  world => {
    world.kill('kill -9');
    return { name: 'the process was killed', end: undefined };
  },
  world => {
    // Twice in quick succession: also while it is still starting.
    world.kill('kill -9');
    world.time.after(world.chance.between(100, 3_200), () => world.kill('kill -9 at the start'));
    return { name: 'the process was killed, and again', end: undefined };
  },
  spell(
    'the disk is full',
    ({ disk }) => {
      disk.weather.full = true;
    },
    ({ disk }) => {
      disk.weather.full = false;
    },
  ),
  spell(
    'the disk is slow',
    ({ disk, chance }) => {
      disk.weather.slow = chance.between(200, 3_000);
    },
    ({ disk }) => {
      disk.weather.slow = 0;
    },
  ),
  spell(
    'writes fail now and then',
    ({ disk }) => {
      disk.weather.failing = 0.1;
    },
    ({ disk }) => {
      disk.weather.failing = 0;
    },
  ),
  spell(
    'no network',
    ({ network }) => {
      network.down = true;
    },
    ({ network }) => {
      network.down = false;
    },
  ),
  spell(
    'a bad network',
    ({ network, chance }) => {
      Object.assign(network, { loses: 0.3, doubles: 0.3, slow: chance.between(500, 9_000) });
    },
    ({ network }) => {
      Object.assign(network, { loses: 0, doubles: 0, slow: 60 });
    },
  ),
  spell(
    'SQL is down',
    ({ database }) => {
      database.weather.down = true;
    },
    ({ database }) => {
      database.weather.down = false;
    },
  ),
  spell(
    'SQL is slow and deadlocks',
    ({ database }) => {
      Object.assign(database.weather, { slow: 2_000, deadlocks: 0.3, cutAfterCommit: 0.2 });
    },
    ({ database }) => {
      Object.assign(database.weather, { slow: 0, deadlocks: 0, cutAfterCommit: 0 });
    },
  ),
  spell(
    'stages throw',
    world => {
      world.stageFails = 0.02;
    },
    world => {
      world.stageFails = 0;
    },
  ),
  world => {
    const error = world.chance.pick([-120_000, -5_000, 3_000, 90_000, 600_000]);
    world.setClock(error);
    return { name: `the clock is ${error / 1_000} s wrong`, end: () => world.setClock(0) };
  },
  spell(
    'devices send the newest first',
    ({ network }) => {
      network.newestFirst = true;
    },
    ({ network }) => {
      network.newestFirst = false;
    },
  ),
  world => {
    world.killThread();
    return { name: 'a thread of the fold died', end: undefined };
  },
];

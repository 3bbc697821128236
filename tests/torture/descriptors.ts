import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startTelltale } from '../harness/start-telltale.js';
import { compareWithPeace, fleetMessages, OPEN, publishFleet, startWitness } from './fleet-run.js';
import { CannotRun, hold, holdAlive, READY_MS, type Scenario } from './scenario.js';

const LEFT = 40;

export const descriptors: Scenario = {
  name: 'descriptors',
  about: 'file descriptors are used up by idle connections for 10 s under load (needs prlimit)',
  run: async ({ seed, random }) => {
    const messages = fleetMessages(seed);
    const server = await startTelltale({ env: OPEN, readyWithinMs: READY_MS });
    const witness = await startWitness(server.mqtt, 'witness');
    const { pid } = server.process;
    const open = async (): Promise<number> => (await readdir(`/proc/${pid}/fd`)).length;
    const limit = (await open()) + LEFT;
    await promisify(execFile)('prlimit', ['--pid', String(pid), `--nofile=${limit}:${limit}`]).catch(error => {
      throw new CannotRun(`prlimit is not here or refused: ${error.message}`);
    });
    let over = false;
    const sending = publishFleet(server.mqtt, messages, async () => {
      if (!over) await wait(50 + random.below(150));
    });
    await wait(1_000);
    const idle: Socket[] = [];
    let most = 0;
    for (const until = Date.now() + 10_000; Date.now() < until; await wait(200)) {
      for (let n = 0; n < LEFT && idle.length < 2_000; n++) {
        const port = Number(new URL(n % 2 ? server.http : server.mqtt).port);
        idle.push(connect(port, '127.0.0.1').on('error', () => undefined));
      }
      most = Math.max(most, await open());
    }
    for (const socket of idle) socket.destroy();
    over = true;
    const seen = await compareWithPeace(server, messages, await sending);
    await holdAlive(server);
    hold(most >= limit - 2, `only ${most} of ${limit} descriptors were used`);
    const { longest_ms, sent } = await witness.end();
    const said = [...server.process.stdout, ...server.process.stderr].find(line => /descriptors run out/.test(line));
    hold(said !== undefined, 'the server said nothing of its descriptors');
    return `${most} of ${limit} used; a device that was there waited ${longest_ms} ms at most over ${sent} messages; said: ${said?.slice(0, 160)}; ${seen}`;
  },
};

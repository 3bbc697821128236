import { randomOf } from '../../src/simulator/random.js';
import { endAll } from '../harness/at-end.js';
import { brokerKilled } from './broker-killed.js';
import { descriptors } from './descriptors.js';
import { fullDisk } from './full-disk.js';
import { flood, viewer } from './greedy-peers.js';
import { databaseKilled, kill, sigstop } from './killed-processes.js';
import { CannotRun, type Scenario } from './scenario.js';
import { slowLoris } from './slow-loris.js';

/**
 * `npm run torture [-- scenario… --rounds N --seed S]`: real servers, real sockets, real faults; one line for each scenario with its seed
 * and what was seen, and a summary. Ends with 1 where something was not as promised.
 */
const all: readonly Scenario[] = [kill, databaseKilled, brokerKilled, sigstop, fullDisk, descriptors, slowLoris, viewer, flood];

const args = process.argv.slice(2);
const option = (name: string): string | undefined => {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args.splice(at, 2)[1];
};
const seed = option('--seed') ?? String(Date.now());
const asked = option('--rounds');
const rounds = asked === undefined ? undefined : Number(asked);
const unknown = args.filter(name => !all.some(scenario => scenario.name === name));
if (unknown.length > 0 || (rounds !== undefined && !(rounds >= 1 && rounds <= 1_000))) {
  console.error(`torture: scenarios are\n${all.map(({ name, about }) => `  ${name.padEnd(12)} ${about}`).join('\n')}`);
  console.error('--rounds 1 to 1000: how often the fault comes; --seed: as an earlier run printed it');
  process.exit(2);
}

const verdicts: string[] = [];
const started = performance.now();
for (const { name, run } of all.filter(scenario => args.length === 0 || args.includes(scenario.name))) {
  const began = performance.now();
  let verdict = 'ok';
  let seen: string;
  try {
    seen = await run({ seed, random: randomOf(name, seed), rounds });
  } catch (error) {
    verdict = error instanceof CannotRun ? 'not run' : 'FAILED';
    seen = error instanceof Error ? error.message : String(error);
  }
  await endAll();
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  verdicts.push(verdict);
  console.log(`${name.padEnd(12)} ${verdict.padEnd(7)} ${seconds.padStart(6)} s  seed ${seed}  ${seen}`);
}
const count = (verdict: string): number => verdicts.filter(one => one === verdict).length;
const minutes = ((performance.now() - started) / 60_000).toFixed(1);
console.log(
  `${count('ok')} ok, ${count('FAILED')} failed, ${count('not run')} not run, in ${minutes} min; again with --seed ${seed}`,
);
process.exit(count('FAILED') > 0 ? 1 : 0);

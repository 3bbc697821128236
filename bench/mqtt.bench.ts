import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { openMqttServer } from '../src/adapters/mqtt/mqtt-server.js';
import { systemClock } from '../src/adapters/system/system-clock.js';
import type { DeviceGate, MessageSink } from '../src/ports/listener.js';
import type { Figure } from './figure.js';
import type { MqttLoad, MqttLoadReport } from './mqtt-load.js';

const WARM_UP_MS = 1_500;
const MEASURED_MS = 3_000;
const PAYLOAD_BYTES = 150;

const openGate: DeviceGate = {
  authenticate: user => ({ device: user ?? 'nobody' }),
  mayPublish: () => true,
  maySubscribe: () => true,
};

/** What the broker itself costs: a sink that takes everything at once. */
const instantSink: MessageSink = { full: false, onDrained: () => {}, take: (_message, done) => done() };

/** As the journal answers: everything that came in some milliseconds at once. */
const groupCommitSink = (): MessageSink => {
  let waiting: (() => void)[] = [];
  return {
    full: false,
    onDrained: () => {},
    take: (_message, done) => {
      if (waiting.push(done) > 1) return;
      setTimeout(() => {
        const group = waiting;
        waiting = [];
        for (const answer of group) answer();
      }, 2);
    },
  };
};

interface Case {
  name: string;
  connections: number;
  window: number;
  sink: MessageSink;
}

/** MQTT in, QoS 1: messages a second that the embedded broker takes and acknowledges, with the load in another process. */
export const run = async (): Promise<Figure[]> => {
  const cases: Case[] = [
    { name: '1000_connections', connections: 1_000, window: 1, sink: instantSink },
    { name: '1000_connections_group_commit', connections: 1_000, window: 1, sink: groupCommitSink() },
    { name: '10_connections_pipelined', connections: 10, window: 100, sink: instantSink },
  ];
  const figures: Figure[] = [];
  for (const each of cases) figures.push(...(await measure(each)));
  return figures;
};

const measure = async ({ name, connections, window, sink }: Case): Promise<Figure[]> => {
  const server = await openMqttServer({ host: '127.0.0.1', port: 0, gate: openGate, sink, clock: systemClock });
  const generator = fork(new URL('./mqtt-load.js', import.meta.url));
  try {
    const port = Number(new URL(server.address).port);
    await report(generator, { host: '127.0.0.1', port, connections, window, payloadBytes: PAYLOAD_BYTES } satisfies MqttLoad);
    await wait(WARM_UP_MS);
    const before = await report(generator, 'now');
    const startedAt = performance.now();
    const cpu = process.cpuUsage();
    await wait(MEASURED_MS);
    const after = await report(generator, 'now');
    const elapsed_s = (performance.now() - startedAt) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    const messages = after.acknowledged - before.acknowledged;
    const note = `QoS 1, ${PAYLOAD_BYTES} B, ${connections} connections, ${window} in flight each`;
    return [
      { name: `mqtt.qos1.${name}`, value: Math.round(messages / elapsed_s), unit: 'messages/s', note },
      { name: `mqtt.qos1.${name}.cpu`, value: Number(((user + system) / messages).toFixed(2)), unit: 'us/message', note },
    ];
  } finally {
    generator.disconnect();
    await once(generator, 'exit');
    await server.close();
  }
};

const report = async (generator: ChildProcess, question: MqttLoad | 'now'): Promise<MqttLoadReport> => {
  generator.send(question);
  const [answer] = await once(generator, 'message');
  return answer as MqttLoadReport;
};

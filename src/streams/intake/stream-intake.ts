import type { Counters } from '../../model/counters.js';
import { type Instant, minutes } from '../../model/units.js';
import type { Clock } from '../../ports/clock.js';
import type { StreamIntake } from '../../ports/device-intake.js';
import type { Registry } from '../../ports/registry.js';
import type { StreamProtocol } from '../../protocols/stream-protocol.js';
import type { RoutedSink } from './routed-sink.js';
import { type PeerParts, StreamPeer } from './stream-peer.js';

export interface StreamIntakeOptions {
  protocol: StreamProtocol;
  transport: 'tcp' | 'udp';
  registry: Pick<Registry, 'deviceByForeignId'>;
  sink: RoutedSink;
  clock: Pick<Clock, 'now'>;
  counters: Counters;
}

/** Damaged frames of nobody that are kept per minute: an open port must not wash everything else out of the quarantine. */
const KEPT_OF_STRANGERS = 30;

/** The name of a counter of one listener. */
export const streamCounter = (format: string, transport: string, what: string): string =>
  `stream_${format}_${transport}_${what}_total`;

/** Hears the devices of one format over TCP or UDP; registered foreign ids (IMEIs) are the allow-list. */
export const streamIntake = ({ protocol, transport, registry, sink, clock, counters }: StreamIntakeOptions): StreamIntake => {
  const format = protocol.name;
  const parts: PeerParts = {
    format,
    transport,
    sink,
    now: () => clock.now(),
    deviceOf: foreign => registry.deviceByForeignId(foreign.format, foreign.id)?.id,
    keepsOfStrangers: someEachMinute(KEPT_OF_STRANGERS, () => clock.now()),
    count: what => counters.add(streamCounter(format, transport, what)),
  };
  return {
    idle_s: protocol.idle_s,
    meet: line => new StreamPeer(protocol.open({ transport }), line, parts),
    get full() {
      return sink.full;
    },
    onDrained: resume => sink.onDrained(resume),
  };
};

const someEachMinute = (most: number, now: () => Instant): (() => boolean) => {
  let minute = 0;
  let used = 0;
  return () => {
    const current = Math.floor(now() / minutes(1));
    if (current !== minute) used = 0;
    minute = current;
    used += 1;
    return used <= most;
  };
};

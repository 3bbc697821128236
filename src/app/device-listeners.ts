import { openActor } from '../actors/open.actor.js';
import { openStreamListener } from '../adapters/stream/open-stream-listener.js';
import type { Settings } from '../config/settings.js';
import type { Counters } from '../model/counters.js';
import type { Clock } from '../ports/clock.js';
import type { Registry } from '../ports/registry.js';
import { freematics } from '../protocols/freematics/freematics.js';
import { queclink } from '../protocols/queclink/queclink.js';
import type { StreamProtocol } from '../protocols/stream-protocol.js';
import { teltonika } from '../protocols/teltonika/teltonika.js';
import type { RoutedSink } from '../streams/intake/routed-sink.js';
import { streamCounter, streamIntake } from '../streams/intake/stream-intake.js';

export interface DeviceListenerParts {
  settings: Settings;
  registry: Registry;
  sink: RoutedSink;
  clock: Clock;
  counters: Counters;
}

type Port = readonly [protocol: StreamProtocol, transport: 'tcp' | 'udp', port: number | undefined];

/** An actor for each TCP and UDP port that is set. */
export const deviceListeners = ({ settings, ...parts }: DeviceListenerParts): ReturnType<typeof openActor>[] => {
  const { clock, counters } = parts;
  const ports: readonly Port[] = [
    [teltonika, 'tcp', settings.teltonika_tcp_port],
    [teltonika, 'udp', settings.teltonika_udp_port],
    [queclink, 'tcp', settings.queclink_tcp_port],
    [queclink, 'udp', settings.queclink_udp_port],
    [freematics, 'udp', settings.freematics_udp_port],
  ];
  return ports.flatMap(([protocol, transport, port]) => {
    if (port === undefined) return [];
    const open = () =>
      openStreamListener({
        transport,
        host: settings.host,
        port,
        intake: streamIntake({ protocol, transport, ...parts }),
        clock,
        count: what => counters.add(streamCounter(protocol.name, transport, what)),
      });
    return [openActor(`${protocol.name}-${transport}`, open)];
  });
};

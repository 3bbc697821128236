import { openActor } from '../actors/open.actor.js';
import { openStreamListener } from '../adapters/stream/open-stream-listener.js';
import type { Settings } from '../config/settings.js';
import type { Counters } from '../model/counters.js';
import type { DeviceId } from '../model/ids.js';
import type { Clock } from '../ports/clock.js';
import type { StreamListener } from '../ports/device-intake.js';
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

/** What listens at TCP and UDP ports for devices of other makers. */
export interface DeviceListeners {
  /** One for each port that is set. */
  actors: ReturnType<typeof openActor>[];
  /** Hangs up on a device that is not to be known any more. */
  shutOut(device: DeviceId): void;
}

export const deviceListeners = ({ settings, ...parts }: DeviceListenerParts): DeviceListeners => {
  const { clock, counters } = parts;
  const ports: readonly Port[] = [
    [teltonika, 'tcp', settings.teltonika_tcp_port],
    [teltonika, 'udp', settings.teltonika_udp_port],
    [queclink, 'tcp', settings.queclink_tcp_port],
    [queclink, 'udp', settings.queclink_udp_port],
    [freematics, 'udp', settings.freematics_udp_port],
  ];
  const opened = new Map<string, StreamListener>();
  const actors = ports.flatMap(([protocol, transport, port]) => {
    if (port === undefined) return [];
    const name = `${protocol.name}-${transport}`;
    const open = async () => {
      const listener = await openStreamListener({
        transport,
        host: settings.host,
        port,
        intake: streamIntake({ protocol, transport, ...parts }),
        clock,
        count: what => counters.add(streamCounter(protocol.name, transport, what)),
      });
      opened.set(name, listener);
      return listener;
    };
    return [openActor(name, open)];
  });
  return {
    actors,
    shutOut: device => {
      for (const listener of opened.values()) listener.shutOut(device);
    },
  };
};

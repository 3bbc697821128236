import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket, type Server as TcpServer } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import type { DeviceId } from '../../model/ids.js';
import { seconds } from '../../model/units.js';
import type { Clock } from '../../ports/clock.js';
import type { DeviceGate, Listener, MessageSink } from '../../ports/listener.js';
import { type BrokerGate, brokerGate, gatedSink } from './broker-gate.js';
import type { BrokerParts } from './broker-parts.js';
import { ConnectionRoster } from './connection-roster.js';
import { LoginThrottle } from './login-throttle.js';
import { newServerCounters, type ServerCounters } from './mqtt-counters.js';
import { MqttListenError } from './mqtt-errors.js';
import { DEFAULT_MQTT_LIMITS, type MqttLimits } from './mqtt-limits.js';
import { REASON } from './reason-codes.js';
import { ServerConnection } from './server-connection.js';
import { SessionStore } from './session-store.js';
import { Wills } from './wills.js';
import { WriteBatcher } from './write-batcher.js';

/** PEM texts. */
export interface TlsFiles {
  cert: string | Buffer;
  key: string | Buffer;
}

export interface MqttServerOptions {
  host: string;
  /** 0 picks a free one. */
  port: number;
  /** With it the broker speaks TLS only. */
  tls?: TlsFiles;
  gate: DeviceGate;
  sink: MessageSink;
  clock: Clock;
  limits?: Partial<MqttLimits>;
}

/** The embedded broker. */
export interface MqttServer extends Listener {
  readonly counters: ServerCounters;
  /** Clients that are logged in now. */
  connections(): number;
  /** Ends the device's connections and sessions: it is no longer known, or has another secret now. */
  drop(device: DeviceId): void;
  /** New connections get this certificate; those that stand keep theirs. */
  renewTls(tls: TlsFiles): void;
}

/**
 * Opens the embedded broker: MQTT 3.1, 3.1.1 and 5 for devices that publish to us and hear what we tell them. Devices do not
 * hear each other. QoS 1 and 2 are acknowledged when `sink` says that they are taken.
 * @throws {MqttListenError} the port is taken, or the certificate is none
 */
export const openMqttServer = ({ gate, sink, ...options }: MqttServerOptions): Promise<MqttServer> =>
  openBroker({ ...options, gate: brokerGate(gate), sink: gatedSink(gate, sink) });

/** The broker with whoever answers it: the server on this thread, or one that is asked over a channel. */
export interface BrokerOptions extends Omit<MqttServerOptions, 'gate'> {
  gate: BrokerGate;
  /** Default: counters of its own. */
  counters?: ServerCounters;
  /** Told how many clients are logged in whenever that changes. */
  watch?: (connections: number) => void;
}

/** @throws {MqttListenError} the port is taken, or the certificate is none */
export const openBroker = async (options: BrokerOptions): Promise<MqttServer> => {
  const { sink, clock, tls } = options;
  const parts = brokerParts(options);
  const { roster, sessions, wills, counters } = parts;
  const { server, sockets } = await listen(options, parts);
  const port = (server.address() as AddressInfo).port;
  sink.onDrained(() => {
    // Wills first: they are older than what their devices say now.
    wills.drained();
    roster.drained(sink);
  });
  const stopTicking = clock.every(seconds(1), () => {
    roster.tick(clock.now());
    sessions.expire(clock.now());
  });
  let closing: Promise<void> | undefined;
  return {
    address: `${tls ? 'mqtts' : 'mqtt'}://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    connected: true,
    counters,
    connections: () => roster.loggedIn.size,
    publish: (topic, payload) => tell(parts, topic, Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)),
    deliver: async (topic, payload) => {
      tell(parts, topic, Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength));
      return true;
    },
    drop: device => sessions.dropDevice(device, REASON.notAuthorized),
    renewTls: files => {
      if ('setSecureContext' in server) server.setSecureContext(files);
    },
    close: () => {
      closing ??= close(server, sockets, parts, stopTicking);
      return closing;
    },
  };
};

const brokerParts = ({ gate, sink, clock, watch, counters = newServerCounters(), ...given }: BrokerOptions): BrokerParts => {
  const limits = { ...DEFAULT_MQTT_LIMITS, ...given.limits };
  const roster = new ConnectionRoster(limits, counters);
  if (watch) roster.watch = watch;
  const wills = new Wills(sink, clock, limits, counters);
  let assigned = 0;
  return {
    gate,
    sink,
    clock,
    limits,
    counters,
    wills,
    roster,
    sessions: new SessionStore(limits, counters, session => wills.sessionEnded(session)),
    throttle: new LoginThrottle(limits, counters),
    batcher: new WriteBatcher(),
    assignId: device => `${device}-${clock.now().toString(36)}-${(assigned++).toString(36)}`,
  };
};

interface Listening {
  server: TcpServer | TlsServer;
  /** Those in a TLS handshake too, which no connection stands for yet. */
  sockets: ReadonlySet<Socket>;
}

const listen = async ({ host, port, tls }: BrokerOptions, parts: BrokerParts): Promise<Listening> => {
  const { roster, limits, counters } = parts;
  const sockets = new Set<Socket>();
  try {
    const server = tls ? createTlsServer({ ...tls, handshakeTimeout: limits.connectTimeout_ms }) : createServer();
    server.on(tls ? 'secureConnection' : 'connection', socket => {
      if (roster.admit()) new ServerConnection(socket, parts);
      else socket.destroy();
    });
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    // Counts handshakes too, which `admit` does not see.
    server.maxConnections = limits.connections + limits.waitingLogins;
    server.on('drop', () => {
      counters.connections_refused_full += 1;
    });
    server.listen(port, host);
    await once(server, 'listening');
    // A handshake that fails, or an accept without file descriptors, is the peer's trouble or passes.
    server.on('error', () => {
      counters.failures += 1;
    });
    return { server, sockets };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new MqttListenError(`cannot listen for MQTT on ${host}:${port}: ${code ?? cause}`, { host, port, code }, { cause });
  }
};

/** Best effort: what has no room is dropped and counted. */
const tell = ({ sessions, counters }: BrokerParts, topic: string, payload: Buffer): void => {
  for (const [session, qos] of sessions.subscriptions.match(topic)) {
    if (qos === 1) {
      if (session.outbound.add(topic, payload)) session.link?.sendOutbound();
      else counters.outbound_dropped += 1;
    } else if (session.link?.sendQos0(topic, payload)) counters.outbound_sent += 1;
    else counters.outbound_dropped += 1;
  }
};

/** Reads nothing more, waits a moment for what is in the sink, acknowledges it, and hangs up. */
const close = async (
  server: TcpServer,
  sockets: ReadonlySet<Socket>,
  { roster, clock, limits }: BrokerParts,
  stopTicking: () => void,
): Promise<void> => {
  roster.stopping = true;
  const closed = once(server, 'close');
  server.close();
  for (const connection of roster.all) connection.stopReading();
  await new Promise<void>(resolve => {
    const giveUp = clock.after(limits.linger_ms, resolve);
    roster.whenIdle(() => {
      giveUp();
      resolve();
    });
  });
  for (const connection of roster.all) connection.shutDown();
  const cutOff = clock.after(limits.linger_ms, () => {
    for (const socket of sockets) socket.destroy();
  });
  await closed;
  cutOff();
  stopTicking();
};

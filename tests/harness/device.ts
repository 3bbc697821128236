import { encode } from 'cbor-x';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { atEnd } from './at-end.js';

export interface DeviceOptions {
  /** `mqtt://host:port` */
  mqtt: string;
  id: string;
  /** The device's secret; without it no login is sent. */
  secret?: string;
  /** 4 is MQTT 3.1.1. */
  protocolVersion?: 4 | 5;
  /** Comes back by itself after a break, with what was not acknowledged; else a break is final. */
  reconnect?: boolean;
  /** Anything else mqtt.js takes, such as a will. */
  client?: IClientOptions;
}

export interface PublishOptions {
  qos?: 0 | 1 | 2;
  encoding?: 'json' | 'cbor';
  /** The MQTT retain flag. */
  retain?: boolean;
}

/** One device, as a real MQTT client; the client id is the device's id. */
export interface Device {
  readonly id: string;
  /** One event or an array of them to `…/events`; resolves when the server has acknowledged (QoS 0: when it was written). */
  publish(events: unknown, options?: PublishOptions): Promise<void>;
  /** Bytes as they are, to any topic below `telltale/v1/{id}/`. */
  publishRaw(subtopic: string, payload: string | Buffer, options?: Omit<PublishOptions, 'encoding'>): Promise<void>;
  /** What came on `…/errors`, the last 1,000. */
  readonly errors: readonly { reason: string; detail?: unknown }[];
  connected(): boolean;
  /** Says goodbye; with `abruptly` it only cuts the line, and its will is published. */
  close(options?: { abruptly?: boolean }): Promise<void>;
}

const keptErrors = 1_000;

/** @throws {Error} of mqtt.js where the broker refuses it (its `code` is the return or reason code) or does not answer within 10 s */
export const connectDevice = async (options: DeviceOptions): Promise<Device> => {
  const { id, secret, protocolVersion = 4, reconnect = false } = options;
  const client = connect(options.mqtt, {
    clientId: id,
    ...(secret !== undefined && { username: id, password: secret }),
    protocolVersion,
    reconnectPeriod: reconnect ? 200 : 0,
    connectTimeout: 10_000,
    ...options.client,
  });
  atEnd(() => client.endAsync(true));
  const errors: { reason: string; detail?: unknown }[] = [];
  const base = `telltale/v1/${id}`;
  // Before it is connected: what waited in its session comes with the first packets.
  client.on('message', (topic, payload) => {
    if (topic !== `${base}/errors`) return;
    errors.push(JSON.parse(payload.toString()));
    if (errors.length > keptErrors) errors.shift();
  });
  await connected(client, reconnect);
  await client.subscribeAsync(`${base}/errors`, { qos: 1 });
  const publishRaw: Device['publishRaw'] = async (subtopic, payload, { qos = 1, retain = false } = {}) => {
    await client.publishAsync(`${base}/${subtopic}`, payload, { qos, retain });
  };
  return {
    id,
    publish: (events, { encoding = 'json', ...rest } = {}) =>
      publishRaw('events', encoding === 'cbor' ? Buffer.from(encode(events)) : JSON.stringify(events), rest),
    publishRaw,
    errors,
    connected: () => client.connected,
    close: async ({ abruptly = false } = {}) => {
      if (abruptly) client.stream.destroy();
      await client.endAsync(abruptly);
    },
  };
};

const connected = (client: MqttClient, patient: boolean): Promise<void> =>
  new Promise((resolve, reject) => {
    client.once('connect', () => resolve());
    // It stays: a break later shows in `connected()` and in publishes that fail, but unheard it would end the test run.
    client.on('error', error => {
      if (!patient) reject(error);
    });
    client.once('close', () => {
      if (!patient) reject(new Error('the broker closed the connection before it answered'));
    });
  });

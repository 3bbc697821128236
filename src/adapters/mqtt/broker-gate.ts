import type { DeviceId } from '../../model/ids.js';
import type { ArrivedMessage, DeviceGate, MessageSink } from '../../ports/listener.js';
import { PublishNotAllowedError } from './mqtt-errors.js';

export type Admission = { device: DeviceId } | { refused: 'bad_credentials' | 'not_authorized' };

/**
 * What the broker asks of the server about rights. At once where both are on one thread, after a way there and back where they
 * are not; who may publish where is decided when a message is taken (`gatedSink`), so that no message needs a way of its own.
 */
export interface BrokerGate {
  /** Who it is, and whether it may have its will said there. */
  admit(
    user: string | undefined,
    password: Uint8Array | undefined,
    willTopic: string | undefined,
  ): Admission | Promise<Admission>;
  /** One answer for each filter. */
  maySubscribe(device: DeviceId, filters: readonly string[]): readonly boolean[] | Promise<readonly boolean[]>;
}

/** The gate of devices, as the broker asks it. */
export const brokerGate = (gate: DeviceGate): BrokerGate => ({
  admit(user, password, willTopic) {
    const found = gate.authenticate(user, password);
    const withWill = (answer: Awaited<typeof found>): Admission =>
      'device' in answer && willTopic !== undefined && !gate.mayPublish(answer.device, willTopic)
        ? { refused: 'not_authorized' }
        : answer;
    return found instanceof Promise ? found.then(withWill) : withWill(found);
  },
  maySubscribe: (device, filters) => filters.map(filter => gate.maySubscribe(device, filter)),
});

/** A sink that takes what the gate lets through; to anything else it says {@link PublishNotAllowedError}. */
export const gatedSink = (gate: Pick<DeviceGate, 'mayPublish'>, sink: MessageSink): MessageSink => ({
  get full() {
    return sink.full;
  },
  onDrained: resume => sink.onDrained(resume),
  take(message: ArrivedMessage, done: (error?: Error) => void) {
    if (gate.mayPublish(message.device ?? '', message.topic)) sink.take(message, done);
    else done(new PublishNotAllowedError(`not allowed to publish to ${message.topic}`));
  },
});

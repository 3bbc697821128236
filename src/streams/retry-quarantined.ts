import { TelltaleError } from '../model/errors.js';
import type { Clock } from '../ports/clock.js';
import type { MessageSink } from '../ports/listener.js';
import type { Quarantine } from '../ports/live.js';
import type { RoutedSink } from './intake/routed-sink.js';

/** The entry cannot be taken again: it is gone, or only a part of it was kept. */
export class RetryError extends TelltaleError {
  readonly code = 'RETRY';
  readonly fault = 'input';
}

/**
 * Takes an entry of the quarantine once more, as if it arrived now: a message by its topic, a part that had been routed already by its format,
 * for the device that is registered by now. What still cannot be taken comes back as a new entry.
 */
export const retryQuarantined = async (
  quarantine: Quarantine,
  sink: MessageSink & Pick<RoutedSink, 'takeRouted'>,
  clock: Clock,
  id: string,
): Promise<void> => {
  const entry = await quarantine.entry(id);
  if (!entry) throw new RetryError(`there is no entry ${id}`, { id });
  if (entry.truncated) throw new RetryError(`only the first ${entry.bytes.length} bytes of ${id} were kept`, { id });
  const { topic, bytes, format, foreign } = entry;
  const device = entry.device ?? undefined;
  const received = clock.now();
  await new Promise<void>((resolve, reject) => {
    const done = (error?: Error) => (error ? reject(error) : resolve());
    if (format === undefined) sink.take({ device, topic, payload: bytes, qos: 1, dup: false, stored: false, received }, done);
    else {
      const routed = [{ device: device ?? '', slice: bytes, ...(foreign && { foreign }) }];
      sink.takeRouted(format, routed, { topic, received, ...(device !== undefined && { device }) }, done);
    }
  });
  await quarantine.remove(id);
};

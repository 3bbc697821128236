import { TelltaleError } from '../model/errors.js';
import type { Clock } from '../ports/clock.js';
import type { MessageSink } from '../ports/listener.js';
import type { Quarantine } from '../ports/live.js';

/** The entry cannot be taken again: it is gone, or only a part of it was kept. */
export class RetryError extends TelltaleError {
  readonly code = 'RETRY';
  readonly fault = 'input';
}

/** Takes an entry of the quarantine once more, as if it arrived now. What still cannot be taken comes back as a new entry. */
export const retryQuarantined = async (quarantine: Quarantine, sink: MessageSink, clock: Clock, id: string): Promise<void> => {
  const entry = await quarantine.entry(id);
  if (!entry) throw new RetryError(`there is no entry ${id}`, { id });
  if (entry.truncated) throw new RetryError(`only the first ${entry.bytes.length} bytes of ${id} were kept`, { id });
  const { device, topic, bytes } = entry;
  await new Promise<void>((resolve, reject) =>
    sink.take(
      { device: device ?? undefined, topic, payload: bytes, qos: 1, dup: false, stored: false, received: clock.now() },
      error => (error ? reject(error) : resolve()),
    ),
  );
  await quarantine.remove(id);
};

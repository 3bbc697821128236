import { useCallback } from 'react';
import { getJson } from '../api/request';
import { useLoaded } from '../app/use-loaded';
import { clockTime, exactTime } from '../format/time';
import { texts } from '../texts/texts';
import { Dialog } from '../ui/dialog';
import { Loading } from '../ui/loading';

interface RawEvent {
  offset: number;
  received_at: string;
  topic: string;
  events: unknown[];
  duplicate: boolean;
}

/** A device may have sent this second later than it happened; what came earlier cannot speak of it. */
const EARLIER_MS = 2_000;
const LATER_MS = 90_000;
const RECORDS = 200;

/** The messages in which the device spoke of this second, as they came in. */
export const RawFrames = ({ vehicle, at, onClose }: { vehicle: string; at: number; onClose: () => void }) => {
  const second = Math.floor(at / 1_000) * 1_000;
  const load = useCallback(
    async (signal: AbortSignal) => {
      const page = await getJson<{ items: RawEvent[] }>(
        `/vehicles/${encodeURIComponent(vehicle)}/events`,
        { from: second - EARLIER_MS, to: second + LATER_MS, limit: RECORDS },
        signal,
      );
      return page.items.flatMap(record => {
        const events = record.events.filter(event => isOf(event, second));
        return events.length === 0 ? [] : [{ ...record, events }];
      });
    },
    [vehicle, second],
  );
  const [loaded, retry] = useLoaded(load);
  return (
    <Dialog title={texts.raw.title(clockTime(second))} onClose={onClose} wide>
      <Loading of={loaded} onRetry={retry} failed={texts.raw.failed}>
        {records =>
          records.length === 0 ? (
            <p className="muted">{texts.raw.none}</p>
          ) : (
            records.map(({ offset, received_at, topic, events, duplicate }) => (
              <section key={offset} className="raw-record" aria-label={texts.raw.record(offset)}>
                <p className="muted">
                  <code>{topic}</code> · <time title={exactTime(received_at)}>{texts.raw.received(clockTime(received_at))}</time>{' '}
                  · {texts.raw.record(offset)}
                  {duplicate && <span className="tag">{texts.raw.duplicate}</span>}
                </p>
                {events.map((event, n) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: they never change
                  <pre key={n}>{JSON.stringify(event, null, 1)}</pre>
                ))}
              </section>
            ))
          )
        }
      </Loading>
    </Dialog>
  );
};

/** By its own time; an event without one came when it came. */
const isOf = (event: unknown, second: number): boolean => {
  const ts = (event as { ts?: string | number } | null)?.ts;
  if (ts === undefined) return false;
  const at = typeof ts === 'number' ? ts : Date.parse(ts);
  return at >= second && at < second + 1_000;
};

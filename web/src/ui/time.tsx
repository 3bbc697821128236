import { useNow } from '../app/use-now';
import { ago, clockTime, dateOf, dayTime, exactTime } from '../format/time';
import { texts } from '../texts/texts';

const WRITTEN = { clock: clockTime, dayTime, date: dateOf } as const;

/** A time in the fleet's zone, with the exact one on hover. `ago` keeps up with the clock. */
export const Time = ({ at, as }: { at: string | null; as: 'ago' | keyof typeof WRITTEN }) => {
  if (at === null) return <span className="muted">{texts.unknown}</span>;
  return (
    <time dateTime={at} title={exactTime(at)}>
      {as === 'ago' ? <Ago at={at} /> : WRITTEN[as](at)}
    </time>
  );
};

const Ago = ({ at }: { at: string }) => ago(at, useNow(5_000));

import type { Alert } from '../../model/alert.js';
import { csvLine } from '../../model/csv-cell.js';
import { recordOf } from '../../model/signal-columns.js';
import { type Instant, seconds } from '../../model/units.js';
import type { SampleColumns, Why } from '../../ports/history.js';
import { foldSlice } from '../../streams/history/fold-slice.js';
import type { PastView } from '../../streams/history/past-view.js';
import { SampleSeries } from '../../streams/history/sample-series.js';
import type { Slice } from '../../streams/history/slice.js';
import { type WhyContext, whyEach } from '../../streams/history/why.js';

export interface EvidenceQuestion {
  slice: Slice;
  trip: { startedAt: Instant; endedAt: Instant };
  /** Those that are explained. */
  alerts: readonly Alert[];
  /** Lines of the series at most. */
  lines: number;
  /** Readings that charts are drawn from. */
  points: number;
}

export interface FoldedEvidence {
  whys: Why[];
  /** What the records say, reading by reading: CSV in UTF-8. */
  csv: Uint8Array;
  samples: SampleColumns;
}

/** Folds what a pack of evidence tells, wherever there is time for it. */
export interface FoldsEvidence {
  /** @throws {ExpiredError} the records are gone */
  evidence(question: EvidenceQuestion): Promise<FoldedEvidence>;
}

const MARGIN = seconds(60);
const SHOWN = ['accelerations', 'cornerings', 'externalVoltage', 'ignition', 'odometer', 'driver', 'trip'] as const;

export const foldEvidence = async (
  past: PastView,
  { slice, trip, alerts, lines, points }: EvidenceQuestion,
  { now, breathe }: Required<Pick<WhyContext, 'now' | 'breathe'>>,
): Promise<FoldedEvidence> => {
  const whys = await whyEach(past, alerts, { now, breathe });
  const conditions = await past.conditions();
  const { lateness } = conditions.at(slice.to).settings;
  let series = new SampleSeries();
  await foldSlice({ journal: past.journal, conditions, lateness, now, breathe }, slice, () => {
    series = new SampleSeries(SHOWN);
    return {
      stepped: (_, moment, _memory, { conditions: { isPrivate } }) => {
        if (moment.at < trip.startedAt - MARGIN || moment.at > trip.endedAt + MARGIN) return;
        series.look(Object.keys(recordOf(moment.reading.signals)).map(name => `signals.${name}`));
        series.push(moment, isPrivate(moment.at));
      },
    };
  });
  return { whys, csv: csvOf(series.read(lines)), samples: series.read(points) };
};

const csvOf = (columns: SampleColumns): Uint8Array => {
  const names = Object.keys(columns);
  const cell = (value: string | number | boolean | null | undefined) => (typeof value === 'boolean' ? String(value) : value);
  const parts = [csvLine(names)];
  for (let n = 0; n < columns.ts.length; n++) parts.push(csvLine(names.map(name => cell(columns[name]![n]))));
  return new TextEncoder().encode(parts.join(''));
};

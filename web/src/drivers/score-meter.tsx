import type { Scorecard } from '../api/wire-types';
import { decimal } from '../format/quantity';
import { texts } from '../texts/texts';

const classOf = (score: number): string => (score < 60 ? 'score-low' : score < 80 ? 'score-middle' : 'score-high');

/** A score as a number and as a bar; the band over the bar is where it may as well be. */
export const ScoreMeter = ({
  score,
  band = null,
  note = null,
}: {
  score: number | null;
  band?: Scorecard['band'];
  /** Why there is none. */
  note?: string | null;
}) => {
  if (score === null) {
    return (
      <span className="muted" title={note ?? undefined}>
        {texts.drivers.noScore}
      </span>
    );
  }
  return (
    <span className="score" title={band ? texts.scorecard.bandHint : undefined}>
      <strong>{decimal(score, 0)}</strong>
      <svg className="score-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect className="score-ground" y="1" width="100" height="6" rx="3" />
        <rect className={classOf(score)} y="1" width={score} height="6" rx="3" />
        {band && <rect className="score-band" x={band.low} width={Math.max(1, band.high - band.low)} height="8" />}
      </svg>
      {band && (
        <span className="score-range">
          {decimal(band.low, 0)}–{decimal(band.high, 0)}
        </span>
      )}
    </span>
  );
};

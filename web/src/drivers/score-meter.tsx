import { decimal } from '../format/quantity';
import { texts } from '../texts/texts';

/** A score as a number and as a bar. */
export const ScoreMeter = ({ score }: { score: number | null }) => {
  if (score === null) return <span className="muted">{texts.drivers.noScore}</span>;
  return (
    <span className="score">
      <strong>{decimal(score, 0)}</strong>
      <svg className="score-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect className="score-ground" width="100" height="6" rx="3" />
        <rect className={score < 60 ? 'score-low' : score < 80 ? 'score-middle' : 'score-high'} width={score} height="6" rx="3" />
      </svg>
    </span>
  );
};

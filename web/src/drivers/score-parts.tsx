import type { Alert, Scorecard } from '../api/wire-types';
import { Link } from '../app/link';
import { decimal } from '../format/quantity';
import { dayTime, exactTime } from '../format/time';
import { texts } from '../texts/texts';
import { momentPath } from '../trips/moment-path';

/** Examples of what cost points, before the list below has to be read. */
const SHOWN = 4;

/** Part by part: its score, what it cost, and the moments that cost it, each of which opens its replay. */
export const ScoreParts = ({ card, events }: { card: Scorecard; events: readonly Alert[] }) => {
  const byId = new Map(events.map(event => [event.id, event]));
  const lost = new Map(card.lost_points.map(one => [one.part as string, one]));
  const parts = Object.entries(card.subscores).sort(([a], [b]) => (lost.get(b)?.points ?? 0) - (lost.get(a)?.points ?? 0));
  if (card.score === null && parts.every(([, score]) => score === null))
    return <p className="muted">{card.note ? texts.sentences(card.said, card.note) : texts.drivers.noScore}</p>;
  return (
    <ul className="score-parts">
      {parts.map(([part, score]) => {
        const { points = 0, alerts = [] } = lost.get(part) ?? {};
        const known = alerts.flatMap(id => byId.get(id) ?? []);
        return (
          <li key={part}>
            <span className="score-part-name">{texts.scorePart[part] ?? part}</span>
            <svg className="score-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
              <rect className="score-ground" y="1" width="100" height="6" rx="3" />
              {score !== null && (
                <rect
                  className={score < 60 ? 'score-low' : score < 80 ? 'score-middle' : 'score-high'}
                  y="1"
                  width={score}
                  height="6"
                  rx="3"
                />
              )}
            </svg>
            <strong className="score-part-value">{score === null ? texts.unknown : decimal(score, 0)}</strong>
            <span className={points > 0 ? 'score-part-lost' : 'score-part-lost muted'}>
              {points > 0 ? texts.scorecard.cost(decimal(points, 1)) : texts.scorecard.costNothing}
            </span>
            {known.length > 0 && (
              <span className="score-part-events">
                {known.slice(0, SHOWN).map(({ id, trip, kind, occurred_at }) =>
                  trip === null ? (
                    <time key={id} dateTime={occurred_at} title={exactTime(occurred_at)}>
                      {dayTime(occurred_at)}
                    </time>
                  ) : (
                    <Link
                      key={id}
                      to={momentPath(trip, occurred_at)}
                      label={texts.scorecard.replayOf(texts.kind[kind], dayTime(occurred_at))}
                      title={exactTime(occurred_at)}
                    >
                      {dayTime(occurred_at)}
                    </Link>
                  ),
                )}
                {alerts.length > SHOWN && (
                  <span className="muted">{texts.scorecard.andMore(alerts.length - Math.min(SHOWN, known.length))}</span>
                )}
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
};

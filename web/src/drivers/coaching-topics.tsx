import type { Alert, Scorecard } from '../api/wire-types';
import { Link } from '../app/link';
import { dayTime } from '../format/time';
import { texts } from '../texts/texts';

/** What to talk about, the costliest first, with the trips that show it. */
export const CoachingTopics = ({ topics, events }: { topics: Scorecard['coaching']; events: readonly Alert[] }) => (
  <ul className="coaching-topics">
    {topics.map(({ topic, text, said, trips }) => (
      <li key={topic}>
        <strong>{texts.scorePart[topic] ?? topic}</strong>
        <p>{texts.sentences(said, text)}</p>
        {trips.length > 0 && (
          <p className="coaching-trips no-print">
            {trips.map((trip, n) => {
              const event = events.findLast(one => one.trip === trip);
              return (
                <Link key={trip} to={`/trips/${encodeURIComponent(trip)}`}>
                  {event ? texts.scorecard.tripOf(dayTime(event.occurred_at)) : texts.scorecard.showingTrip(n + 1)}
                </Link>
              );
            })}
          </p>
        )}
      </li>
    ))}
  </ul>
);

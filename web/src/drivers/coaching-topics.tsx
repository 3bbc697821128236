import type { Scorecard } from '../api/wire-types';
import { Link } from '../app/link';
import { texts } from '../texts/texts';

/** What to talk about, the costliest first, with the trips that show it. */
export const CoachingTopics = ({ topics }: { topics: Scorecard['coaching'] }) => (
  <ul className="coaching-topics">
    {topics.map(({ topic, text, trips }) => (
      <li key={topic}>
        <strong>{texts.scorePart[topic] ?? topic}</strong>
        <p>{text}</p>
        {trips.length > 0 && (
          <p className="coaching-trips no-print">
            {trips.map((trip, n) => (
              <Link key={trip} to={`/trips/${encodeURIComponent(trip)}`}>
                {texts.scorecard.showingTrip(n + 1)}
              </Link>
            ))}
          </p>
        )}
      </li>
    ))}
  </ul>
);

import { lazy, Suspense, useCallback, useMemo } from 'react';
import { getJson } from '../api/request';
import type { Replay } from '../api/wire-types';
import { Link } from '../app/link';
import { useLocation } from '../app/location';
import { Notice } from '../app/notice';
import { useTheme } from '../app/theme';
import { useLoaded } from '../app/use-loaded';
import { distance, quantity } from '../format/quantity';
import { clockTime, dayTime, duration } from '../format/time';
import { useNames } from '../live/use-names';
import { texts } from '../texts/texts';
import { ReplayBar } from './replay-bar';
import { ReplayEvents } from './replay-events';
import { trackOf } from './track';
import { useReplayClock } from './use-replay-clock';

const ReplayMap = lazy(() => import('../map/replay-map'));

/** One trip, to be looked at again. */
export const TripPage = ({ id }: { id: string }) => {
  const [loaded, retry] = useLoaded(
    useCallback((signal: AbortSignal) => getJson<Replay>(`/trips/${encodeURIComponent(id)}/replay`, {}, signal), [id]),
  );
  if (loaded.state === 'ready') return <TripReplay replay={loaded.value} onReload={retry} />;
  return (
    <main className="page-centre">
      {loaded.state === 'loading' ? (
        <Notice busy title={texts.loading} />
      ) : (
        <Notice title={texts.replay.failed} onRetry={retry} />
      )}
    </main>
  );
};

const TripReplay = ({ replay, onReload }: { replay: Replay; onReload: () => void }) => {
  const theme = useTheme();
  const names = useNames();
  const { query } = useLocation();
  const track = useMemo(() => trackOf(replay), [replay]);
  const asked = Date.parse(query.get('at') ?? '');
  const clock = useReplayClock(track.from, track.to, Number.isNaN(asked) ? undefined : asked);
  const moment = track.at(clock.at);
  const { trip, alerts } = replay;
  return (
    <main id="main" className="replay" tabIndex={-1}>
      <section className="replay-map" aria-label={texts.replay.map}>
        <Suspense fallback={<Notice busy title={texts.loading} />}>
          <ReplayMap theme={theme} line={track.line} alerts={alerts} moment={moment} />
        </Suspense>
        {track.line.length === 0 && (
          <div className="map-note">
            <Notice title={texts.replay.noTrack} onRetry={onReload} />
          </div>
        )}
      </section>
      <aside className="replay-side">
        <Link to="/trips" className="replay-back">
          {texts.replay.back}
        </Link>
        <h1>{names.vehicle(trip.vehicle)}</h1>
        <p className="muted">
          {[trip.driver && names.driver(trip.driver), dayTime(trip.started_at)].filter(Boolean).join(' · ')}
          {trip.status === 'open' && <span className="tag">{texts.trips.open}</span>}
        </p>
        <dl className="figures">
          {(
            [
              [texts.replay.distance, distance(trip.distance_km)],
              [texts.replay.duration, duration(trip.duration_s)],
              [texts.replay.idle, duration(trip.idle_s)],
              [texts.replay.maxSpeed, quantity(trip.max_speed_kmh, 'km/h')],
              [texts.replay.fuel, quantity(trip.fuel_l, 'L')],
            ] as const
          ).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <h2>{texts.replay.events}</h2>
        <ReplayEvents replay={replay} at={clock.at} onSeek={clock.seek} />
      </aside>
      <ReplayBar track={track} alerts={alerts} clock={clock}>
        <output className="replay-now">
          <strong>{clockTime(clock.at)}</strong> {quantity(moment.speed_kmh, 'km/h')}
          <span className="muted wide-only"> {quantity(moment.engine_rpm, 'rpm')}</span>
        </output>
      </ReplayBar>
    </main>
  );
};

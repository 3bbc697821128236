import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { getJson } from '../api/request';
import type { Replay } from '../api/wire-types';
import { Icon } from '../app/icon';
import { Link } from '../app/link';
import { useLocation } from '../app/location';
import { Notice } from '../app/notice';
import { useTheme } from '../app/theme';
import { useLoaded } from '../app/use-loaded';
import { distance, quantity } from '../format/quantity';
import { clockTime, dayTime, duration, exactTime } from '../format/time';
import { useFleet } from '../live/fleet';
import { useNames } from '../live/use-names';
import { texts } from '../texts/texts';
import { Loading } from '../ui/loading';
import { Figures, useTitle } from '../ui/page';
import { useShortcuts } from '../ui/shortcuts';
import { ExportMenu } from './export-menu';
import { RawFrames } from './raw-frames';
import { ReplayBar } from './replay-bar';
import { ReplayCharts } from './replay-charts';
import { ReplayEvents } from './replay-events';
import { trackOf } from './track';
import { type TripEvent, tripEvents } from './trip-events';
import { SPEEDS, useReplayClock } from './use-replay-clock';
import { WhyAlert } from './why-alert';

const ReplayMap = lazy(() => import('../map/replay-map'));

const SECOND_MS = 1_000;
/** A step back to an event must not stop at the one that is being looked at. */
/** After so long what was sent of a trip is stored. */
const STORED_MS = 600_000;
const HERE_MS = 500;

/** One trip, to be looked at again. */
export const TripPage = ({ id }: { id: string }) => {
  const [loaded, retry] = useLoaded(
    useCallback((signal: AbortSignal) => getJson<Replay>(`/trips/${encodeURIComponent(id)}/replay`, {}, signal), [id]),
  );
  if (loaded.state === 'ready') return <TripReplay replay={loaded.value} onReload={retry} />;
  return (
    <main id="main" className="page-centre" tabIndex={-1}>
      <Loading of={loaded} onRetry={retry} failed={texts.replay.failed}>
        {() => null}
      </Loading>
    </main>
  );
};

const TripReplay = ({ replay, onReload }: { replay: Replay; onReload: () => void }) => {
  const theme = useTheme();
  const names = useNames();
  const { may } = useFleet();
  const { query } = useLocation();
  const track = useMemo(() => trackOf(replay), [replay]);
  const events = useMemo(() => tripEvents(replay), [replay]);
  const asked = Date.parse(query.get('at') ?? '');
  const clock = useReplayClock(track.from, track.to, Number.isNaN(asked) ? undefined : asked);
  const [follow, setFollow] = useState(false);
  const [rawAt, setRawAt] = useState<number>();
  const [why, setWhy] = useState<TripEvent>();
  const moment = track.at(clock.at);
  const current = events.findLast(({ at }) => at <= clock.at);
  const { trip } = replay;
  const title = `${names.vehicle(trip.vehicle)}, ${dayTime(trip.started_at)}`;
  useTitle(title);

  const step = (direction: -1 | 1): void => {
    const next =
      direction > 0 ? events.find(({ at }) => at > clock.at + HERE_MS) : events.findLast(({ at }) => at < clock.at - HERE_MS);
    if (next !== undefined) clock.seek(next.at);
  };
  const faster = (by: -1 | 1): void => {
    const next = SPEEDS[SPEEDS.indexOf(clock.speed as (typeof SPEEDS)[number]) + by];
    if (next !== undefined) clock.setSpeed(next);
  };
  const { keys } = texts.replay;
  useShortcuts(texts.replay.title, [
    { keys: ' ', text: keys.toggle, run: clock.toggle },
    { keys: 'ArrowLeft', text: keys.back, run: () => clock.seek(clock.at - SECOND_MS) },
    { keys: 'ArrowRight', text: keys.forward, run: () => clock.seek(clock.at + SECOND_MS) },
    { keys: 'p', text: texts.replay.previousEvent, run: () => step(-1) },
    { keys: 'n', text: texts.replay.nextEvent, run: () => step(1) },
    { keys: '-', text: keys.slower, run: () => faster(-1) },
    { keys: '+', text: keys.faster, run: () => faster(1) },
    { keys: 'f', text: texts.replay.follow, run: () => setFollow(!follow) },
    ...(may('evidence.read') ? [{ keys: 'r', text: texts.raw.open, run: () => setRawAt(clock.at) }] : []),
  ]);

  return (
    <main id="main" className="replay" tabIndex={-1}>
      <section className="replay-map" aria-label={texts.replay.map}>
        <Suspense fallback={<Notice busy title={texts.loading} />}>
          <ReplayMap theme={theme} lines={track.lines} events={events} moment={moment} follow={follow} onSeek={clock.seek} />
        </Suspense>
        {track.lines.length === 0 && (
          <div className="map-note">
            {trip.ended_at === null || Date.now() - Date.parse(trip.ended_at) < STORED_MS ? (
              <Notice title={texts.replay.noTrack} onRetry={onReload} />
            ) : (
              <Notice title={texts.replay.noTrackKept} />
            )}
          </div>
        )}
      </section>
      <aside className="replay-side" aria-label={texts.replay.about}>
        <div className="replay-head">
          <Link to="/trips" className="page-back">
            {texts.replay.back}
          </Link>
          <ExportMenu trip={trip.id} at={clock.at} />
        </div>
        <h1>{names.vehicle(trip.vehicle)}</h1>
        <p className="muted">
          {trip.driver && <span>{names.driver(trip.driver)} · </span>}
          <time title={exactTime(trip.started_at)}>{dayTime(trip.started_at)}</time>
          {trip.status === 'open' && <span className="tag">{texts.trips.open}</span>}
        </p>
        <Figures
          figures={[
            [texts.replay.distance, distance(trip.distance_km)],
            [texts.replay.duration, duration(trip.duration_s)],
            [texts.replay.idle, duration(trip.idle_s)],
            [texts.replay.maxSpeed, quantity(trip.max_speed_kmh, 'km/h')],
            [texts.replay.fuel, quantity(trip.fuel_l, 'L')],
            [texts.feed.title, replay.alerts.length],
          ]}
        />
        <h2>{texts.replay.events}</h2>
        <ReplayEvents events={events} current={current} onSeek={clock.seek} onWhy={setWhy} />
      </aside>
      <div className="replay-foot">
        <ReplayCharts track={track} events={events} at={clock.at} moment={moment} onSeek={clock.seek} />
        <ReplayBar track={track} events={events} clock={clock} onStep={step}>
          <output className="replay-now" data-testid="replay-now">
            <strong title={exactTime(clock.at)}>{clockTime(clock.at)}</strong>
            <span>{quantity(moment.speed_kmh, 'km/h')}</span>
            <span className="muted wide-only">{quantity(moment.engine_rpm, 'rpm')}</span>
          </output>
          <button
            type="button"
            className="button small"
            aria-label={texts.replay.follow}
            aria-pressed={follow}
            onClick={() => setFollow(!follow)}
          >
            <Icon name="follow" />
            <span className="wide-only">{texts.replay.follow}</span>
          </button>
          {may('evidence.read') && (
            <button
              type="button"
              className="button small"
              aria-label={texts.raw.open}
              title={texts.raw.open}
              onClick={() => setRawAt(clock.at)}
            >
              <Icon name="raw" />
              <span className="wide-only">{texts.raw.short}</span>
            </button>
          )}
        </ReplayBar>
      </div>
      {rawAt !== undefined && <RawFrames vehicle={trip.vehicle} at={rawAt} onClose={() => setRawAt(undefined)} />}
      {why?.alert && <WhyAlert alert={why.alert} onClose={() => setWhy(undefined)} />}
    </main>
  );
};

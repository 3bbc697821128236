import { useCallback, useMemo } from 'react';
import { getAll } from '../api/get-all';
import { getJson } from '../api/request';
import type { Alert, Scorecard } from '../api/wire-types';
import { Icon } from '../app/icon';
import { useLoaded } from '../app/use-loaded';
import { decimal, distance } from '../format/quantity';
import { duration, wireDay } from '../format/time';
import { useFleet } from '../live/fleet';
import { useNames } from '../live/use-names';
import { texts } from '../texts/texts';
import { Chart } from '../ui/chart';
import { Loading } from '../ui/loading';
import { Figures, Page, Section } from '../ui/page';
import { usePeriod } from '../ui/period';
import { PeriodPicker } from '../ui/period-picker';
import { CoachingNotes } from './coaching-notes';
import { CoachingTopics } from './coaching-topics';
import { DriverEvents } from './driver-events';
import { ScoreParts } from './score-parts';

/** One driver: how they drove, why the score is what it is, and what to talk about. @param own it is the reader's own */
export const DriverPage = ({ id, own = false }: { id: string; own?: boolean }) => {
  const { session, may } = useFleet();
  const names = useNames();
  const period = usePeriod('28d');
  const { firstDay: from, lastDay: to } = period;
  const path = `/drivers/${encodeURIComponent(id)}`;
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
  const trend = days > 45 ? 'week' : 'day';
  const [card, reload] = useLoaded(
    useCallback(
      (signal: AbortSignal) => getJson<Scorecard>(`${path}/scorecard`, { from, to, trend }, signal),
      [path, from, to, trend],
    ),
  );
  const [events, reloadEvents] = useLoaded(useCallback(() => getAll<Alert>(`${path}/events`, { from, to }), [path, from, to]));
  const name = own ? session.name : names.driver(id);
  return (
    <Page
      title={name}
      lead={texts.scorecard.lead(wireDay(from), wireDay(to))}
      {...(!own && { back: { to: '/drivers', text: texts.scorecard.back } })}
      actions={
        <>
          <PeriodPicker period={period} />
          <button type="button" className="button no-print" onClick={() => window.print()}>
            {texts.scorecard.print}
          </button>
          {may('drivers.export') && (
            <a className="button no-print" href={`/api/v1${path}/export`} download title={texts.scorecard.exportHint}>
              <Icon name="download" />
              {texts.scorecard.export}
            </a>
          )}
        </>
      }
    >
      <Loading of={card} onRetry={reload} failed={texts.scorecard.failed}>
        {found => (
          <div className="scorecard">
            <Summary card={found} />
            <Section title={texts.scorecard.why}>
              <ScoreParts card={found} events={events.state === 'ready' ? events.value : []} />
            </Section>
            <Section title={texts.scorecard.trend}>
              <Trend card={found} by={trend} />
            </Section>
            {found.coaching.length > 0 && (
              <Section title={texts.scorecard.coaching}>
                <CoachingTopics topics={found.coaching} events={events.state === 'ready' ? events.value : []} />
              </Section>
            )}
          </div>
        )}
      </Loading>
      <Section title={texts.scorecard.events}>
        <Loading of={events} onRetry={reloadEvents} failed={texts.scorecard.eventsFailed}>
          {found => (
            <DriverEvents
              events={found}
              onChanged={() => {
                reloadEvents();
                reload();
              }}
            />
          )}
        </Loading>
      </Section>
      {may('coaching.write') && <CoachingNotes driver={id} />}
    </Page>
  );
};

/** The score in large, and what it rests on. */
const Summary = ({ card }: { card: Scorecard }) => {
  const { score, band, note, rank, ranked_among: among } = card;
  return (
    <section className="card score-summary" aria-label={texts.drivers.score}>
      <div className="score-large">
        {score === null ? (
          <strong className="muted">{texts.unknown}</strong>
        ) : (
          <strong className={score < 60 ? 'text-low' : score < 80 ? 'text-middle' : 'text-high'}>{decimal(score, 0)}</strong>
        )}
        <span>
          {score === null ? (
            (note ?? texts.drivers.noScore)
          ) : (
            <>
              {texts.scorecard.outOf100}
              {band && (
                <small title={texts.scorecard.bandHint}>
                  {texts.scorecard.band(decimal(band.low, 0), decimal(band.high, 0))}
                </small>
              )}
            </>
          )}
        </span>
      </div>
      <Figures
        figures={[
          [
            texts.drivers.rank,
            rank === null ? texts.unknown : texts.scorecard.rankOf(rank, among.drivers),
            among.group === null ? texts.scorecard.amongAll : texts.scorecard.amongGroup(among.group),
          ],
          [texts.drivers.distance, distance(card.distance_km)],
          [texts.drivers.driving, duration(card.driving_s)],
          [texts.scorecard.idle, duration(card.idle_s)],
          [texts.scorecard.night, duration(card.night_s), texts.scorecard.nightHint],
          [texts.drivers.trips, card.trips],
        ]}
      />
      {score !== null && note && <p className="muted">{note}</p>}
      <p className="muted score-version">{texts.scorecard.version(card.version.formula, card.version.scoring)}</p>
    </section>
  );
};

const Trend = ({ card, by }: { card: Scorecard; by: 'day' | 'week' }) => {
  const [times, series] = useMemo(
    () => [
      card.trend.map(({ day }) => Date.parse(day)),
      [{ name: texts.drivers.score, unit: '', values: card.trend.map(({ score }) => score), area: true }],
    ],
    [card],
  );
  const known = card.trend.filter(({ score }) => score !== null).length;
  if (known < 2) return <p className="muted">{texts.scorecard.trendTooShort}</p>;
  return (
    <>
      <Chart label={texts.scorecard.trend} times={times} series={series} height={180} days range={RANGE} />
      <p className="muted">{texts.scorecard.trendBy[by]}</p>
    </>
  );
};

const RANGE = [0, 100] as const;

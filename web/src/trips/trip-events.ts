import { detailOf } from '../alerts/alert-item';
import type { Alert, Replay } from '../api/wire-types';
import { duration } from '../format/time';
import { texts } from '../texts/texts';

/** Something to jump to in a replay. */
export interface TripEvent {
  key: string;
  at: number;
  text: string;
  detail: string;
  lat: number | null;
  lon: number | null;
  /** One of both. */
  alert?: Alert;
  stop?: Replay['stops'][number];
}

/** Alerts and stops of a trip, in order of time. */
export const tripEvents = ({ alerts, stops }: Replay): TripEvent[] =>
  [
    ...alerts
      .filter(({ status }) => status !== 'retracted')
      .map(
        (alert): TripEvent => ({
          key: alert.id,
          at: Date.parse(alert.occurred_at),
          text: texts.kind[alert.kind],
          detail: detailOf(alert),
          lat: alert.location?.lat ?? null,
          lon: alert.location?.lon ?? null,
          alert,
        }),
      ),
    ...stops.map(
      (stop): TripEvent => ({
        key: `stop ${stop.from}`,
        at: Date.parse(stop.from),
        text: texts.replay.stop,
        detail: duration(stop.duration_s),
        lat: stop.lat,
        lon: stop.lon,
        stop,
      }),
    ),
  ].sort((a, b) => a.at - b.at);

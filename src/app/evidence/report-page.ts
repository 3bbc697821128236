import type { TripWire } from '../../api/wire/trip.js';
import type { Alert } from '../../model/alert.js';
import type { Signer } from '../../ports/evidence.js';
import type { SampleColumns, Why } from '../../ports/history.js';

interface Reported {
  trip: TripWire;
  alerts: readonly Alert[];
  whys: readonly Why[];
  samples: SampleColumns;
  signer: Pick<Signer, 'fingerprint'>;
}

const WIDTH = 720;
const MAP_HEIGHT = 420;
const CHART_HEIGHT = 120;
const CHARTS: readonly [column: string, title: string][] = [
  ['speed_kmh', 'Speed, km/h'],
  ['engine_rpm', 'Engine speed, rpm'],
  ['acceleration_mps2', 'Acceleration along, m/s²'],
  ['cornering_mps2', 'Acceleration across, m/s²'],
  ['external_voltage_v', 'Supply, V'],
];

/** A page for people: it prints well, draws with inline SVG, and runs no scripts. */
export const reportPage = ({ trip, alerts, whys, samples, signer }: Reported): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Trip of ${escaped(trip.vehicle)}, ${escaped(trip.started_at)}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
body{font:14px/1.45 system-ui,sans-serif;color:#111;background:#fff;max-width:${WIDTH}px;margin:2em auto;padding:0 1em}
h1{font-size:1.5em}h2{font-size:1.15em;margin-top:1.6em;border-bottom:1px solid #bbb}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25em .6em .25em 0;border-bottom:1px solid #ddd;vertical-align:top}
svg{width:100%;height:auto;border:1px solid #ccc}section,figure,tr{break-inside:avoid}figure{margin:1em 0}.no{color:#a00;font-weight:600}
code{word-break:break-all}@media print{body{margin:0;max-width:none}}
</style></head><body>
<h1>Trip of vehicle ${escaped(trip.vehicle)}</h1>
<table>${factRows(trip)}</table>
${mapOf(samples, alerts)}
${CHARTS.map(([column, title]) => chartOf(samples, column, title, alerts)).join('\n')}
<h2>Alerts</h2>
${alerts.length === 0 ? '<p>None.</p>' : alerts.map(alert => alertPart(alert, whys)).join('\n')}
<h2>How this can be checked</h2>
<p>This page is one file of a pack. <code>telltale verify FILE --key KEY</code> checks the pack without the server: that no byte was
changed, that the raw records stand in the server’s hash chain under a signed head, and that folding them again gives these alerts.
The key of the server has the fingerprint <code>${escaped(signer.fingerprint)}</code> (SHA-256); the server tells it at <code>/api/v1/public-key</code>.</p>
</body></html>
`;

const factRows = (trip: TripWire): string =>
  (
    [
      ['Trip', trip.id],
      ['Driver', trip.driver ?? 'not known'],
      ['Started', trip.started_at],
      ['Ended', trip.ended_at ?? 'still open'],
      ['Distance', `${trip.distance_km} km, by ${trip.distance_source}`],
      ['Moving, idling', `${trip.moving_s} s, ${trip.idle_s} s`],
      ['Highest speed', trip.max_speed_kmh === null ? 'not known' : `${trip.max_speed_kmh} km/h`],
    ] as const
  )
    .map(([name, value]) => `<tr><th scope="row">${name}</th><td>${escaped(value)}</td></tr>`)
    .join('');

const alertPart = (alert: Alert, whys: readonly Why[]): string => {
  const why = whys.find(each => each.alert.id === alert.id);
  const rows = (why?.conditions ?? []).map(
    ({ condition, saw, needs, holds }) =>
      `<tr><td>${escaped(condition)}</td><td>${escaped(String(saw ?? 'not sent'))}</td><td>${escaped(needs)}</td><td${holds ? '>yes' : ' class="no">no'}</td></tr>`,
  );
  const rule = why?.rule
    ? `Rule <code>${escaped(why.rule.id)}</code>, as set at offset ${why.rule.version.offset}: <code>${escaped(JSON.stringify(why.rule.params))}</code>`
    : '';
  return `<section><h3>${escaped(alert.occurred_at)} ${escaped(alert.kind)}, ${alert.severity}${alert.status === 'open' ? '' : ` (${alert.status})`}</h3>
<p>${escaped(alert.message)} ${rule}</p>
${rows.length === 0 ? '' : `<table><tr><th>Condition</th><th>Saw</th><th>Needs</th><th>Held</th></tr>${rows.join('')}</table>`}</section>`;
};

const numbers = (values: SampleColumns[string] | undefined): (number | null)[] =>
  (values ?? []).map(value => (typeof value === 'number' ? value : null));

const mapOf = (samples: SampleColumns, alerts: readonly Alert[]): string => {
  const [lat, lon] = [numbers(samples.lat), numbers(samples.lon)];
  const points = lat.flatMap((y, n) => (y === null || lon[n] === null || lon[n] === undefined ? [] : [[lon[n], y] as const]));
  if (points.length < 2) return '';
  const squeeze = Math.cos((points[0]![1] * Math.PI) / 180);
  const xs = points.map(([x]) => x * squeeze);
  const ys = points.map(([, y]) => y);
  const [west, south] = [least(xs), least(ys)];
  const scale = Math.min(WIDTH / Math.max(most(xs) - west, 1e-6), MAP_HEIGHT / Math.max(most(ys) - south, 1e-6)) * 0.92;
  const place = (x: number, y: number): string =>
    `${(WIDTH * 0.04 + (x * squeeze - west) * scale).toFixed(1)},${(MAP_HEIGHT * 0.96 - (y - south) * scale).toFixed(1)}`;
  const marks = alerts.flatMap(({ location, kind }) => {
    if (!location) return [];
    const [x, y] = place(location.lon, location.lat).split(',');
    return [`<circle cx="${x}" cy="${y}" r="5" fill="#c00"><title>${escaped(kind)}</title></circle>`];
  });
  const [first, last] = [points[0]!, points[points.length - 1]!].map(([x, y]) => place(x, y).split(','));
  return `<h2>Where</h2><figure><svg viewBox="0 0 ${WIDTH} ${MAP_HEIGHT}" role="img" aria-label="The way of the vehicle, north up">
<polyline fill="none" stroke="#15c" stroke-width="2.5" points="${points.map(([x, y]) => place(x, y)).join(' ')}"/>
<circle cx="${first![0]}" cy="${first![1]}" r="5" fill="#080"/><rect x="${Number(last![0]) - 5}" y="${Number(last![1]) - 5}" width="10" height="10" fill="#111"/>
${marks.join('')}</svg><figcaption>North is up. Green: start. Black: end. Red: alerts.</figcaption></figure>`;
};

const chartOf = (samples: SampleColumns, column: string, title: string, alerts: readonly Alert[]): string => {
  const values = numbers(samples[column]);
  const told = values.filter(value => value !== null);
  if (told.length < 2) return '';
  const times = samples.ts.map(Date.parse);
  const [begin, end] = [times[0]!, times[times.length - 1]!];
  const [low, high] = [Math.min(0, least(told)), Math.max(0, most(told))];
  const x = (at: number): string => (((at - begin) / Math.max(end - begin, 1)) * WIDTH).toFixed(1);
  const y = (value: number): string =>
    (CHART_HEIGHT - 6 - ((value - low) / Math.max(high - low, 1e-9)) * (CHART_HEIGHT - 12)).toFixed(1);
  const line = values.flatMap((value, n) => (value === null ? [] : [`${x(times[n]!)},${y(value)}`]));
  const marks = alerts
    .map(({ occurred_at }) => Date.parse(occurred_at))
    .filter(at => at >= begin && at <= end)
    .map(at => `<line x1="${x(at)}" x2="${x(at)}" y1="0" y2="${CHART_HEIGHT}" stroke="#c00" stroke-dasharray="3 3"/>`);
  return `<figure><figcaption>${title}: ${least(told)} to ${most(told)}</figcaption><svg viewBox="0 0 ${WIDTH} ${CHART_HEIGHT}" role="img" aria-label="${title} over time">
<line x1="0" x2="${WIDTH}" y1="${y(0)}" y2="${y(0)}" stroke="#bbb"/>${marks.join('')}<polyline fill="none" stroke="#15c" stroke-width="1.5" points="${line.join(' ')}"/></svg></figure>`;
};

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b));
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b));

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

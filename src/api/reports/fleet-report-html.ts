import type { FleetReportWire } from './fleet-report-wire.js';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const hours = (seconds: number): string => `${(seconds / 3_600).toFixed(0)} h`;
const share = (part: number, whole: number): string => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(0)} %`);
const signed = (value: number | null): string => (value === null ? '–' : `${value > 0 ? '+' : ''}${value.toFixed(1)}`);
const shown = (value: number | null, decimals = 1): string => (value === null ? '–' : value.toFixed(decimals));
const words = (kind: string): string => kind.replaceAll('_', ' ');
const thousands = (value: number): string => Math.round(value).toLocaleString('en');

const VERDICTS = {
  improved: 'fewer',
  worse: 'more',
  no_clear_change: 'no clear change',
  not_enough_driving: 'not enough driving',
} as const;

const row = (cells: readonly string[], tag: 'td' | 'th' = 'td'): string =>
  `<tr>${cells.map((cell, i) => `<${tag}${i === 0 ? ' class="text"' : ''}${tag === 'th' ? ' scope="col"' : ''}>${cell}</${tag}>`).join('')}</tr>`;

const table = (caption: string, head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<table><caption>${caption}</caption><thead>${row(head, 'th')}</thead><tbody>${rows.map(cells => row(cells)).join('\n')}</tbody></table>`;

/** A score as a line from 0 to 100: its band as a bar, the score as a mark on it. */
const meter = (score: number | null, band: { low: number; high: number } | null): string =>
  score === null || band === null
    ? ''
    : `<svg class="meter" viewBox="0 0 100 8" role="img" aria-label="${score}, between ${band.low} and ${band.high}">
<rect x="0" y="3" width="100" height="2" class="rail"/><rect x="${band.low}" y="1.5" width="${Math.max(0.5, band.high - band.low)}" height="5" class="band"/><rect x="${Math.max(0, score - 0.6)}" y="0" width="1.2" height="8" class="mark"/></svg>`;

/** Score by week as a line, kilometres as bars below it. */
const trendChart = (trend: FleetReportWire['trend']): string => {
  const scored = trend.flatMap(({ score, ...point }, i) => (score === null ? [] : [{ ...point, score, i }]));
  if (scored.length < 2) return '<p>Too few weeks for a trend.</p>';
  const [width, height] = [680, 130];
  const x = (i: number): number => 30 + (i * (width - 40)) / Math.max(1, trend.length - 1);
  const lowest = Math.max(0, Math.floor((Math.min(...scored.map(({ score }) => score)) - 5) / 10) * 10);
  const y = (score: number): number => 10 + ((100 - score) * (height - 40)) / (100 - lowest || 1);
  const most = Math.max(...trend.map(({ distance_km }) => distance_km));
  const bars = trend
    .map(({ distance_km }, i) => {
      const tall = most === 0 ? 0 : (distance_km * 18) / most;
      return `<rect x="${(x(i) - 4).toFixed(1)}" y="${(height - 12 - tall).toFixed(1)}" width="8" height="${tall.toFixed(1)}" class="rail"/>`;
    })
    .join('');
  const line = scored.map(({ score, i }) => `${x(i).toFixed(1)},${y(score).toFixed(1)}`).join(' ');
  const labels = scored
    .map(
      ({ score, i }) =>
        `<text x="${x(i).toFixed(1)}" y="${(y(score) - 5).toFixed(1)}" text-anchor="middle">${score.toFixed(0)}</text>`,
    )
    .join('');
  return `<svg class="trend" viewBox="0 0 ${width} ${height}" role="img" aria-label="Score by week">${bars}<polyline points="${line}"/>${labels}
<text x="${x(0)}" y="${height}" text-anchor="start">${trend[0]!.day}</text><text x="${x(trend.length - 1)}" y="${height}" text-anchor="end">${trend.at(-1)!.day}</text></svg>`;
};

const STYLE = `@page{size:A4;margin:16mm}*{box-sizing:border-box}body{font:13px/1.45 system-ui,sans-serif;color:#1a1a1a;max-width:760px;margin:24px auto;padding:0 16px}
h1{font-size:22px;margin:0 0 4px}h2{font-size:15px;margin:22px 0 6px;break-after:avoid}.quiet{color:#555}dl{display:grid;grid-template-columns:repeat(4,1fr);gap:10px;margin:14px 0}
dl div{border:1px solid #ccc;border-radius:4px;padding:8px}dt{color:#555;font-size:11px}dd{margin:0;font-size:18px;font-variant-numeric:tabular-nums}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;margin:6px 0}caption{text-align:left;font-weight:600;padding:6px 0;break-after:avoid}
thead{display:table-header-group}tr{break-inside:avoid}th,td{text-align:right;padding:3px 6px;border-bottom:1px solid #ddd}th{font-weight:600;font-size:11px;color:#444;vertical-align:bottom}
.text{text-align:left}svg.meter{width:110px;height:9px;vertical-align:middle}svg.trend{width:100%;height:auto}svg text{font-size:10px;fill:#444}.rail{fill:#d9d9d9}.band{fill:#8fb3d9}.mark{fill:#1f4e79}polyline{fill:none;stroke:#1f4e79;stroke-width:2}
@media print{body{margin:0;padding:0;max-width:none}}`;

/** The report as a page of its own: no script, nothing loaded, made to be printed. */
export const fleetReportHtml = (report: FleetReportWire): string => {
  const {
    from,
    to,
    zone,
    group,
    exposure,
    exposure_before: past,
    score,
    rates,
    groups,
    drivers,
    trend,
    compared_with: earlier,
  } = report;
  const title = `Fleet report ${from} to ${to}${group === null ? '' : `, ${escaped(group)}`}`;
  const figures: [string, string][] = [
    ['Score of the fleet', `${shown(score.mean)} <small class="quiet">${signed(score.change)}</small>`],
    ['Distance', `${thousands(exposure.distance_km)} km`],
    ['Driving', hours(exposure.driving_s)],
    ['Drivers', String(exposure.drivers)],
    ['Trips', thousands(exposure.trips)],
    ['Idling', share(exposure.idle_s, exposure.driving_s + exposure.idle_s)],
    ['At night', share(exposure.night_s, exposure.driving_s)],
    ['Distance before', `${thousands(past.distance_km)} km`],
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${STYLE}</style></head><body>
<h1>${title}</h1>
<p class="quiet">Days in ${escaped(zone)}, compared with ${earlier.from} to ${earlier.to}. Made ${report.made_at}. ${
    report.pseudonyms ? 'Names are replaced by pseudonyms of this report.' : ''
  }</p>
<dl>${figures.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join('')}</dl>
<h2>Trend by week</h2>${trendChart(trend)}
<h2>Events per 100 km</h2>
${table(
  'Rates with 80 % intervals',
  ['Event', 'Count', 'Rate', 'Interval', 'Before', 'Change'],
  rates.map(({ kind, count, rate, low, high, before, verdict }) => [
    ...[
      words(kind),
      String(count),
      rate.toFixed(2),
      `${low.toFixed(2)} – ${high.toFixed(2)}`,
      before.toFixed(2),
      VERDICTS[verdict],
    ],
  ]),
)}
<h2>Benchmark</h2>
${table(
  'Groups',
  ['Group', 'Drivers', 'Distance, km', 'Score', 'Events per 100 km'],
  groups.map(one => [
    ...[escaped(one.group ?? 'no group'), String(one.drivers), thousands(one.distance_km), shown(one.score)],
    one.events_per_100km.toFixed(2),
  ]),
)}
<p>Half of the scored drivers are between ${score.quartiles === null ? '–' : `${shown(score.quartiles[0]!)} and ${shown(score.quartiles[2]!)}, the median is ${shown(score.quartiles[1]!)}`}.</p>
<p>Best: ${report.best.map(escaped).join(', ') || '–'}. To look after: ${report.worst.map(escaped).join(', ') || '–'}.</p>
<h2>Drivers</h2>
${table(
  'Best first; who drove too little has no score',
  ['Driver', 'Rank', 'Score', 'Band', '', 'To fleet', 'Change', 'Distance, km'],
  drivers.map(one => [
    ...[escaped(one.driver), one.rank === null ? '–' : String(one.rank), shown(one.score)],
    one.band === null ? '–' : `${one.band.low.toFixed(0)} – ${one.band.high.toFixed(0)}`,
    ...[meter(one.score, one.band), signed(one.against_fleet), signed(one.change), thousands(one.distance_km)],
  ]),
)}
<p class="quiet">A score is 100 less the points that events, speeding and idling cost; its band is where it is but for chance and for what could not be measured. Formula ${report.version.formula}, weights ${report.version.scoring}, rules ${report.version.rules.map(({ id, version }) => `${escaped(id)} ${version}`).join(', ') || 'none'}. Scores are not fitted to claims: they order drivers by how often they did what is widely taken for risky.</p>
</body></html>
`;
};

/** What was seen at one moment of a soak. */
export interface Sample {
  /** Since it began. */
  at_s: number;
  resident_mb: number;
  heap_mb: number;
  descriptors: number;
  lag_records: number;
  events_per_s: number;
  ack_p99_ms: number;
  /** Undefined where no alert was due. */
  alert_p99_ms: number | undefined;
}

export interface Fault {
  at_s: number;
  name: string;
}

interface Chart {
  title: string;
  /** Orders of magnitude are what counts. */
  log?: boolean;
  lines: { name: string; colour: string; value(sample: Sample): number | undefined }[];
}

const BLUE = '#1f6feb';
const ORANGE = '#d9730d';
const charts: readonly Chart[] = [
  {
    title: 'Memory, MB',
    lines: [
      { name: 'resident', colour: BLUE, value: ({ resident_mb }) => resident_mb },
      { name: 'heap in use', colour: ORANGE, value: ({ heap_mb }) => heap_mb },
    ],
  },
  { title: 'Open descriptors', lines: [{ name: '', colour: BLUE, value: ({ descriptors }) => descriptors }] },
  { title: 'Events acknowledged, /s', lines: [{ name: '', colour: BLUE, value: ({ events_per_s }) => events_per_s }] },
  { title: 'Records not folded yet', log: true, lines: [{ name: '', colour: BLUE, value: ({ lag_records }) => lag_records }] },
  {
    title: 'Latency p99, ms',
    log: true,
    lines: [
      { name: 'acknowledgement', colour: BLUE, value: ({ ack_p99_ms }) => ack_p99_ms },
      { name: 'alert on the websocket', colour: ORANGE, value: ({ alert_p99_ms }) => alert_p99_ms },
    ],
  },
];

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, GAP] = [960, 150, 72, 16, 78, 40] as const;

/** One picture of all charts over the same time, with a line where each fault began and a letter that says which. */
export const drawCharts = (title: string, samples: readonly Sample[], faults: readonly Fault[]): string => {
  const end = samples[samples.length - 1]?.at_s ?? 1;
  const x = (at: number): string => (LEFT + (at / end) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const kinds = [...new Set(faults.map(({ name }) => name))];
  const letterOf = (name: string): string => String.fromCharCode(0x41 + kinds.indexOf(name));
  const height = TOP + charts.length * (HEIGHT + GAP) + 10;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="#24292f">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="20" font-size="14" font-weight="600">${asXml(title)}</text>`,
    `<text x="${LEFT}" y="40" fill="#cf222e">${asXml(kinds.map(name => `${letterOf(name)} ${name}`).join(' · '))}</text>`,
  ];
  charts.forEach((chart, i) => {
    const top = TOP + i * (HEIGHT + GAP);
    parts.push(`<g transform="translate(0 ${top})">`, ...drawOne(chart, samples, x));
    for (const { at_s: at, name } of faults)
      parts.push(`<path d="M${x(at)} 0V${HEIGHT}" stroke="#cf222e" stroke-opacity="0.35"><title>${asXml(name)}</title></path>`);
    if (i === 0)
      for (const { at_s: at, name } of faults)
        parts.push(`<text x="${x(at)}" y="-2" font-size="9" text-anchor="middle" fill="#cf222e">${letterOf(name)}</text>`);
    for (let minute = 0; minute * 60 <= end; minute += Math.max(1, Math.round(end / 600)))
      parts.push(
        `<text x="${x(minute * 60)}" y="${HEIGHT + 14}" font-size="10" text-anchor="middle" fill="#57606a">${minute} min</text>`,
      );
    parts.push('</g>');
  });
  return `${[...parts, '</svg>'].join('\n')}\n`;
};

const drawOne = ({ title, log, lines }: Chart, samples: readonly Sample[], x: (at: number) => string): string[] => {
  const values = samples.flatMap(sample => lines.flatMap(({ value }) => value(sample) ?? []));
  const most = niceAbove(Math.max(1, ...values), log);
  const share = (value: number): number => (log ? Math.log10(1 + value) / Math.log10(1 + most) : value / most);
  const y = (value: number): string => (HEIGHT * (1 - share(value))).toFixed(1);
  const marks = log ? powers(most) : [0, most / 4, most / 2, (most * 3) / 4, most];
  const parts = [`<text x="${LEFT}" y="-14" font-weight="600">${title}</text>`];
  for (const mark of marks) {
    parts.push(`<path d="M${LEFT} ${y(mark)}H${WIDTH - RIGHT}" stroke="#d0d7de" stroke-width="0.5"/>`);
    parts.push(
      `<text x="${LEFT - 6}" y="${Number(y(mark)) + 4}" text-anchor="end" fill="#57606a">${mark.toLocaleString('en')}</text>`,
    );
  }
  lines.forEach(({ name, colour, value }, n) => {
    let path = '';
    let drawn = false;
    for (const sample of samples) {
      const now = value(sample);
      if (now === undefined) drawn = false;
      else {
        path += `${drawn ? 'L' : 'M'}${x(sample.at_s)} ${y(now)}`;
        drawn = true;
      }
    }
    parts.push(`<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.3"/>`);
    if (name) parts.push(`<text x="${WIDTH - RIGHT - 170 * (lines.length - n)}" y="-14" fill="${colour}">— ${name}</text>`);
  });
  return parts;
};

const niceAbove = (value: number, log = false): number => {
  const power = 10 ** Math.floor(Math.log10(value));
  return log ? power * 10 : power * ([1, 2, 4, 5, 8, 10].find(step => step * power >= value) ?? 10);
};

const powers = (most: number): number[] => {
  const marks = [0];
  for (let mark = 1; mark <= most; mark *= 10) marks.push(mark);
  return marks;
};

const asXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

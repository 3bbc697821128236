import type { Metres } from '../../model/units.js';
import { type Random, randomOf } from '../random.js';
import { DISTRICT_NAMES, INDUSTRY_NAMES, LAKE_NAME, PARK_NAMES, RIVER_NAME, TOWN_NAME, WOOD_NAMES } from './names.js';
import { distance, type Point, smooth } from './plane.js';
import type { Area, Place } from './town.js';

/** How wide the river is drawn. */
const RIVER_WIDTH: Metres = 70;

/** Everything that was there before the roads. */
export interface Landscape {
  /** The middle of the river, from its spring lake to the sea. */
  river: readonly Point[];
  parks: readonly Area[];
  areas: readonly Area[];
  places: readonly Place[];
}

/** Where things are is set by hand, so that it reads like a town; the seed draws their outlines. */
export const shapeLandscape = (seed: string): Landscape => {
  const random = randomOf(seed, 'landscape');
  const lake = at(-2_480, 2_640);
  const river = smooth(
    [
      lake,
      at(-1_750, 2_050),
      at(-1_050, 1_500),
      at(-700, 650),
      at(150, 150),
      at(700, -650),
      at(1_650, -1_100),
      at(2_450, -1_900),
      at(3_900, -3_200),
      at(5_600, -4_500),
    ],
    8,
  ).flatMap((leg, i) => (i === 0 ? leg : leg.slice(1)));

  const parks = [at(-1_500, 450), at(1_100, 700), at(-350, -1_350), at(1_750, 1_750), at(-1_900, -1_650)].map((middle, i) =>
    blob(random, { kind: 'park', class: 'park', name: PARK_NAMES[i]! }, middle, [340, 300, 330, 230, 260][i]!, 0.16),
  );
  const areas: Area[] = [
    blob(random, { kind: 'land', class: 'island', name: undefined }, at(0, 0), 4_700, 0.07),
    blob(random, { kind: 'urban', class: 'built_up', name: undefined }, at(0, 0), 2_800, 0.03),
    ...[at(-3_600, -900), at(3_300, 2_500), at(400, 3_750), at(-1_200, -3_650)].map((middle, i) =>
      blob(random, { kind: 'wood', class: 'wood', name: WOOD_NAMES[i]! }, middle, 380 + 60 * i, 0.22),
    ),
    blob(random, { kind: 'industrial', class: 'industrial', name: INDUSTRY_NAMES[0]! }, at(1_950, -350), 560, 0.12),
    blob(random, { kind: 'industrial', class: 'industrial', name: INDUSTRY_NAMES[1]! }, at(-1_950, 1_150), 330, 0.12),
    ...parks,
    blob(random, { kind: 'water', class: 'lake', name: LAKE_NAME }, lake, 300, 0.18),
    blob(random, { kind: 'water', class: 'pond', name: undefined }, at(-1_480, 430), 95, 0.15),
    { kind: 'water', class: 'river', name: RIVER_NAME, outline: banks(river, RIVER_WIDTH) },
  ];
  const districts = [
    at(100, -250),
    at(100, 1_750),
    at(-1_900, 800),
    at(-1_850, -600),
    at(-650, 250),
    at(2_000, 250),
    at(250, -1_900),
    at(-2_150, -1_250),
  ];
  const places: Place[] = [
    { class: 'town', name: TOWN_NAME, at: at(350, 450) },
    ...districts.map((middle, i): Place => ({ class: 'district', name: DISTRICT_NAMES[i]!, at: middle })),
    ...parks.map((park): Place => ({ class: 'park', name: park.name!, at: middleOf(park.outline) })),
    { class: 'water', name: LAKE_NAME, at: lake },
  ];
  return { river, parks, areas, places };
};

const at = (x: Metres, y: Metres): Point => ({ x, y });

/** A round outline with bays: three waves of different length on a circle. */
const blob = (random: Random, what: Omit<Area, 'outline'>, middle: Point, radius: Metres, roughness: number): Area => {
  const waves = [2, 3, 5, 8].map((count, i) => ({ count, phase: random.between(0, 2 * Math.PI), size: roughness / (i + 1) }));
  const points = Math.max(24, Math.round(radius / 35));
  const outline = Array.from({ length: points }, (_, i) => {
    const angle = (i / points) * 2 * Math.PI;
    const r = radius * (1 + waves.reduce((sum, { count, phase, size }) => sum + size * Math.sin(count * angle + phase), 0));
    return { x: middle.x + r * Math.cos(angle), y: middle.y + r * Math.sin(angle) };
  });
  return { ...what, outline: [...outline, outline[0]!] };
};

/** The outline of a line of some width. */
const banks = (line: readonly Point[], width: Metres): Point[] => {
  const left: Point[] = [];
  const right: Point[] = [];
  for (let i = 0; i < line.length; i++) {
    const before = line[Math.max(0, i - 1)]!;
    const after = line[Math.min(line.length - 1, i + 1)]!;
    const length = distance(before, after) || 1;
    // Wider towards the mouth.
    const half = (width / 2) * (0.6 + (0.9 * i) / line.length);
    const dx = (-(after.y - before.y) / length) * half;
    const dy = ((after.x - before.x) / length) * half;
    left.push({ x: line[i]!.x + dx, y: line[i]!.y + dy });
    right.push({ x: line[i]!.x - dx, y: line[i]!.y - dy });
  }
  return [...left, ...right.reverse(), left[0]!];
};

/** True where the point lies within the outline (even-odd). */
export const within = (outline: readonly Point[], point: Point): boolean => {
  let inside = false;
  for (let i = 1; i < outline.length; i++) {
    const a = outline[i - 1]!;
    const b = outline[i]!;
    if (a.y > point.y !== b.y > point.y && point.x < ((b.x - a.x) * (point.y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
  }
  return inside;
};

const middleOf = (outline: readonly Point[]): Point => {
  const points = outline.slice(1);
  return {
    x: points.reduce((sum, p) => sum + p.x, 0) / points.length,
    y: points.reduce((sum, p) => sum + p.y, 0) / points.length,
  };
};

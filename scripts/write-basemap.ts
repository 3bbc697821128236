/** Writes the demo basemap from the town that the simulator drives in. Run after a change of the town: `node dist/scripts/write-basemap.js`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buildTown } from '../src/simulator/town/build-town.js';
import { townGeoJson } from '../src/simulator/town/town-geojson.js';

const file = resolve('web/public/basemap/town.geojson');
const { type, features } = townGeoJson(buildTown());
// One feature a line, so that a change can be read.
const text = `{"type":"${type}","features":[\n${features.map(feature => JSON.stringify(feature)).join(',\n')}\n]}\n`;
await mkdir(resolve('web/public/basemap'), { recursive: true });
await writeFile(file, text);
console.log(`${file}: ${features.length} features, ${Math.round(text.length / 1_000)} kB`);

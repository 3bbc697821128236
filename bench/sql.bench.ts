import { type DatabaseOptions, openDatabase } from '../src/adapters/sql/open-database.js';
import { sampleTrack, sampleTrip, trackRow, tripRow } from '../src/adapters/sql/sample-rows.js';
import type { RollUpRow } from '../src/ports/database.js';
import { onBothDatabases } from './both-databases.js';
import type { Figure } from './figure.js';

const trips = 20_000;
const chunks = 500;
const inCall = 1_000;

/** Roll-ups through the thread, as the server writes them: first into empty tables, then the same rows once more. */
export const run = (): Promise<Figure[]> => onBothDatabases(measure);

const measure = async (name: string, where: DatabaseOptions): Promise<Figure[]> => {
  const database = await openDatabase(where);
  try {
    await database.migrate();
    const perSecond = async (rows: readonly RollUpRow[]): Promise<number> => {
      const began = performance.now();
      for (let from = 0; from < rows.length; from += inCall)
        await database.writeRollUps(rows.slice(from, from + inCall), new Map([[0, from]]));
      return Math.round((rows.length / (performance.now() - began)) * 1_000);
    };
    const tripRows = Array.from({ length: trips }, (_, n) => tripRow(sampleTrip(n)));
    const trackRows = Array.from({ length: chunks }, (_, n) => trackRow(sampleTrack(`t-${n}`, 0, 600)));
    const note = `${inCall} rows a transaction, chunks of 600 points, through the thread`;
    return [
      { name: `sql.${name}.trips_new`, value: await perSecond(tripRows), unit: 'rows/s', note },
      { name: `sql.${name}.trips_again`, value: await perSecond(tripRows), unit: 'rows/s', note },
      { name: `sql.${name}.track_chunks`, value: await perSecond(trackRows), unit: 'rows/s', note },
    ];
  } finally {
    await database.close();
  }
};

import { describe, expect, test } from '@jest/globals';
import { dayRow, fuelRow, healthRow, sampleDay, sampleFuelDay, sampleHealthDay } from '../sample-rows.js';
import { type ContractDatabases, none, range } from './databases-of-contract.js';

/** What is kept by day: driving, fuel, health. */
export const daysContract = ({ fresh }: ContractDatabases): void => {
  describe('days', () => {
    // Proves: days are found by their borders, by driver and by vehicles, in a fixed order.
    test('of driver days answer what is asked', async () => {
      const db = await fresh('days');
      const days = range(0, 28).map(n => sampleDay(n));
      await db.writeRollUps(days.toReversed().map(dayRow), none);
      expect(await db.driverDays({ from: '2026-11-03', to: '2026-11-05' })).toEqual(days.slice(2, 5));
      expect(await db.driverDays({ from: '2026-11-01', to: '2026-11-28', driver: '', vehicles: ['van-0'] })).toEqual([
        days[0],
        days[20],
      ]);
    });

    // Proves: days of fuel and of health come back as they were written, are found by their borders and by vehicles, replaced and removed.
    test('of fuel and health days answer what is asked', async () => {
      const db = await fresh('vehicle-days');
      const fuel = range(0, 28).map(n => sampleFuelDay(n));
      const health = range(0, 28).map(n => sampleHealthDay(n));
      await db.writeRollUps([...fuel.toReversed().map(fuelRow), ...health.toReversed().map(healthRow)], none);
      expect(await db.fuelDays({ from: '2026-11-03', to: '2026-11-05' })).toEqual(fuel.slice(2, 5));
      const ofVan = [health[0], health[10], health[20]];
      expect(await db.healthDays({ from: '2026-11-01', to: '2026-11-28', vehicles: ['van-0'] })).toEqual(ofVan);
      expect(await db.healthDays({ from: '2026-11-01', to: '2026-11-02' })).toEqual([health[0], health[1]]);
      expect(await db.fuelDays({ from: '2026-11-01', to: '2026-11-28', vehicles: [] })).toEqual([]);
      const more = sampleHealthDay(10, { milOn: true });
      const { key } = fuelRow(fuel[2]!);
      await db.writeRollUps([healthRow(more), { table: 'fuel_day', key, remove: true }], none);
      expect(await db.healthDays({ from: '2026-11-01', to: '2026-11-28', vehicles: ['van-0'] })).toEqual([
        health[0],
        more,
        health[20],
      ]);
      expect(await db.fuelDays({ from: '2026-11-03', to: '2026-11-05' })).toEqual(fuel.slice(3, 5));
    });
  });
};

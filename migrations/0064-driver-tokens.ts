import type { Migration } from '../src/adapters/sql/migration.js';

/** Tokens may belong to a driver, as users do; null in rows of before. */
export const driverTokens: Migration = {
  name: '0064-driver-tokens',
  statements: ({ addColumn, word }) => addColumn('api_token', 'driver', word(64)),
};

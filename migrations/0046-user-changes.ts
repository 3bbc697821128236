import type { Migration } from '../src/adapters/sql/migration.js';

/** Users can be shut out, and tokens go with the user who made them; null in rows of before. */
export const userChanges: Migration = {
  name: '0046-user-changes',
  statements: ({ addColumn, word, integer }) => [
    ...addColumn('user', 'disabled_at_ms', integer),
    ...addColumn('api_token', 'made_by', word(64)),
  ],
};

import type { Kysely } from 'kysely';
import type { CoachingNote, ScoreDatabase } from '../../ports/scores.js';
import { putRows } from './put-rows.js';
import type { SqlDialect } from './sql-dialect.js';
import type { CoachingNoteTable, Tables } from './tables.js';

type CoachingPart = 'coachingNotes' | 'coachingNote' | 'putCoachingNote' | 'deleteCoachingNote';

/** Notes of one driver that are read at once; older ones are kept. */
const MOST_NOTES = 1_000;

export const coachingStore = (db: Kysely<Tables>, dialect: SqlDialect): Pick<ScoreDatabase, CoachingPart> => ({
  async coachingNotes(driver) {
    const rows = await db
      .selectFrom('coaching_note')
      .selectAll()
      .where('driver', '=', driver)
      .orderBy('at_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(MOST_NOTES)
      .execute();
    return rows.map(noteOf);
  },

  async coachingNote(id) {
    const row = await db.selectFrom('coaching_note').selectAll().where('id', '=', id).executeTakeFirst();
    return row && noteOf(row);
  },

  putCoachingNote: note => putRows(db, dialect, 'coaching_note', 'id', [rowOf(note)]),

  async deleteCoachingNote(id) {
    await db.deleteFrom('coaching_note').where('id', '=', id).execute();
  },
});

const rowOf = ({ id, driver, at, changed_at, by_id, by, topic, note, follow_up, done }: CoachingNote): CoachingNoteTable => ({
  ...{ id, driver, at_ms: at, changed_at_ms: changed_at, by_id, by_whom: by, topic, note, follow_up },
  done: done ? 1 : 0,
});

const noteOf = (row: CoachingNoteTable): CoachingNote => ({
  id: row.id,
  driver: row.driver,
  at: row.at_ms,
  changed_at: row.changed_at_ms,
  by_id: row.by_id,
  by: row.by_whom,
  topic: row.topic,
  note: row.note,
  follow_up: row.follow_up,
  done: row.done === 1,
});

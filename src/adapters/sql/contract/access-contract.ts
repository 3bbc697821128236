import { beforeAll, describe, expect, test } from '@jest/globals';
import type { ApiToken, Database } from '../../../ports/database.js';
import { NameTakenError } from '../errors.js';
import { sampleStart, sampleUser } from '../sample-rows.js';
import { all, type ContractDatabases } from './databases-of-contract.js';

/** Who may log in, and with what. */
export const accessContract = ({ fresh }: ContractDatabases): void => {
  describe('users, tokens and sessions', () => {
    let database: Database;
    beforeAll(async () => {
      database = await fresh('access');
    });

    // Proves: a user can be changed, and one who takes another's name overwrites nobody.
    test('users keep their names to themselves', async () => {
      const [one, two] = [sampleUser(1), sampleUser(2, { role: 'driver', driver: 'd1', groups: [] })];
      await database.putUser(one);
      await database.putUser(two);
      await database.putUser(one);
      expect(await all(page => database.users(page), 1)).toEqual([one, two]);
      await expect(database.putUser(sampleUser(3, { name: one.name }))).rejects.toBeInstanceOf(NameTakenError);
      await expect(database.putUser({ ...two, name: one.name })).rejects.toMatchObject({ code: 'NAME_TAKEN', fault: 'input' });
      expect(await all(page => database.users(page), 10)).toEqual([one, two]);
      await database.putUser({ ...one, name: 'new', role: 'admin' });
      expect(await database.userNamed('new')).toEqual({ ...one, name: 'new', role: 'admin' });
      expect(await database.userNamed(one.name)).toBeUndefined();
      expect(await database.userNamed('NEW')).toBeUndefined();
    });

    // Proves: a user who is cut off leaves no session and no token of theirs, and no other's is touched; one session may be left. Who
    // administers everything is known, and a user who may not log in has no session that counts.
    test('users are cut off and removed', async () => {
      const db = await fresh('cut');
      const admin = (n: number, changes: object = {}) => sampleUser(n, { role: 'admin', groups: [], ...changes });
      for (const one of [
        admin(1),
        admin(2),
        admin(3, { groups: ['north'] }),
        admin(4, { disabled_at: sampleStart }),
        sampleUser(5),
      ])
        await db.putUser(one);
      expect((await db.administrators()).toSorted()).toEqual(['user-1', 'user-2']);
      expect(await db.user('user-4')).toEqual(admin(4, { disabled_at: sampleStart }));
      expect(await db.user('nobody')).toBeUndefined();
      const hash = (n: number) => String(n).repeat(64);
      const open = async (n: number, user: string) => db.putSession({ id_hash: hash(n), user, expires_at: Date.now() + 60_000 });
      for (const [n, user] of [
        [1, 'user-1'],
        [2, 'user-1'],
        [3, 'user-2'],
        [4, 'user-4'],
      ] as const)
        await open(n, user);
      const token = {
        role: 'viewer',
        groups: [],
        driver: null,
        expires_at: null,
        last_used_at: null,
        created_at: sampleStart,
      } as const;
      for (const [n, made_by] of [
        [1, 'user-1'],
        [2, 'user-2'],
        [3, null],
      ] as const)
        await db.putToken({ ...token, id: `t-${n}`, name: `t ${n}`, token_hash: hash(n), made_by });
      expect(await db.sessionByHash(hash(4))).toBeUndefined();
      expect(await db.cutUser('user-1', { tokens: false, except: hash(2) })).toEqual([]);
      expect(await db.sessionByHash(hash(1))).toBeUndefined();
      expect(await db.sessionByHash(hash(2))).toMatchObject({ user: 'user-1' });
      expect(await db.tokenByHash(hash(1))).toMatchObject({ made_by: 'user-1' });
      expect(await db.cutUser('user-1', { tokens: true })).toEqual(['t-1']);
      expect(await db.sessionByHash(hash(2))).toBeUndefined();
      expect(await db.user('user-1')).toEqual(admin(1));
      expect(await db.deleteUser('user-2')).toEqual(['t-2']);
      expect(await db.user('user-2')).toBeUndefined();
      expect(await db.sessionByHash(hash(3))).toBeUndefined();
      expect((await all(page => db.tokens(page), 5)).map(({ id }) => id)).toEqual(['t-3']);
      expect(await db.deleteUser('nobody')).toEqual([]);
    });

    // Proves: tokens are found by hash, changed by id, and gone once deleted.
    test('tokens are put, found and deleted', async () => {
      const token = (n: number): ApiToken => ({
        id: `token-${n}`,
        name: `script ${n}`,
        role: 'investigator',
        groups: ['north'],
        driver: n === 3 ? 'd-1' : null,
        token_hash: String(n).repeat(64),
        expires_at: n === 1 ? null : sampleStart,
        last_used_at: null,
        created_at: sampleStart,
        made_by: n === 2 ? null : 'user-1',
      });
      for (const n of [3, 1, 2]) await database.putToken(token(n));
      await database.putToken({ ...token(2), last_used_at: sampleStart + 1 });
      expect(await all(page => database.tokens(page), 2)).toEqual([
        token(1),
        { ...token(2), last_used_at: sampleStart + 1 },
        token(3),
      ]);
      expect(await database.tokenByHash('1'.repeat(64))).toEqual(token(1));
      await database.touchToken('token-1', sampleStart + 5);
      expect(await database.tokenByHash('1'.repeat(64))).toEqual({ ...token(1), last_used_at: sampleStart + 5 });
      expect(await database.deleteToken('token-1')).toBe(true);
      expect(await database.deleteToken('token-1')).toBe(false);
      expect(await database.tokenByHash('1'.repeat(64))).toBeUndefined();
      await database.touchToken('token-1', sampleStart + 6);
      expect(await database.tokenByHash('1'.repeat(64))).toBeUndefined();
    });

    // Proves: a session gives its user as of now, and none once it has expired, was deleted, or has no user.
    test('sessions end', async () => {
      const user = sampleUser(9);
      await database.putUser(user);
      const expires_at = Date.now() + 60_000;
      const [valid, expired, orphan] = ['a', 'b', 'c'].map(letter => letter.repeat(64)) as [string, string, string];
      await database.putSession({ id_hash: expired, user: user.id, expires_at: Date.now() - 1 });
      await database.putSession({ id_hash: valid, user: user.id, expires_at });
      await database.putSession({ id_hash: orphan, user: 'nobody', expires_at });
      await database.putUser({ ...user, role: 'coach' });
      expect(await database.sessionByHash(valid)).toEqual({
        id_hash: valid,
        user: user.id,
        expires_at,
        as: { ...user, role: 'coach' },
      });
      expect(await database.sessionByHash(expired)).toBeUndefined();
      expect(await database.sessionByHash(orphan)).toBeUndefined();
      await database.deleteSession(valid);
      expect(await database.sessionByHash(valid)).toBeUndefined();
    });
  });
};

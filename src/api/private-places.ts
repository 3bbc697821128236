import { z } from 'zod';
import type { Caller } from './caller.js';
import { forbidden } from './http/problem.js';
import { mayDo } from './roles.js';

/** Raw records hold what a device sent, places of private trips too: who wants those has to say so. */
export const privatePlaces = z
  .enum(['hide', 'show'])
  .default('hide')
  .describe('`show`: with the places of private trips; for administrators, and in the audit trail');

/** @throws {ApiProblem} 403 they are not for this caller */
export const showsPrivate = (caller: Caller, asked: z.output<typeof privatePlaces>): boolean => {
  if (asked === 'hide') return false;
  if (!mayDo(caller.role, 'private.read'))
    throw forbidden(`The role ${caller.role} may not see the places of private trips.`, { code: 'role_may_not' });
  return true;
};

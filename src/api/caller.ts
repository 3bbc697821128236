import type { DriverId } from '../model/ids.js';
import type { Instant } from '../model/units.js';
import type { Role } from '../ports/database.js';

/** Who is asking, whichever way they proved it. */
export interface Caller {
  /** Goes into the journal with what they do, where names of people may not. */
  id: string;
  /** For people: audit and `GET /session`. */
  name: string;
  role: Role;
  /** Empty = all groups. */
  groups: readonly string[];
  /** The driver that a caller with the role `driver` is. */
  driver: DriverId | null;
  /** Id of the user behind it: themselves, or who made the token; null = the first administrator. */
  user: string | null;
  /** A cookie is sent by the browser unasked, so what comes with one has to prove that our own page sent it. */
  via: 'bearer' | 'cookie';
  expiresAt: Instant | null;
}

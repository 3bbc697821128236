import type { AlertFilter } from './alert-filter.js';
import type { Instant } from './units.js';

/** An address that is called with each alert that passes its filter. */
export interface Webhook extends AlertFilter {
  id: string;
  name: string;
  url: string;
  /** What calls are signed with. Kept in clear, since it has to sign; it leaves the server in the answer to its creation only. */
  secret: string;
  /** The one before, which signs as well until `old_valid_until`. */
  old_secret: string | null;
  old_valid_until: Instant | null;
  enabled: boolean;
  created_at: Instant;
}

import { DatabaseUnavailableError } from '../../../src/adapters/sql/errors.js';
import type { RollUpRow } from '../../../src/ports/database.js';
import type { Chance } from './chance.js';
import type { VirtualTime } from './virtual-time.js';

export interface SqlWeather {
  down: boolean;
  /** A statement takes up to so long, ms. */
  slow: number;
  /** The chance that a transaction is chosen as a deadlock's victim. */
  deadlocks: number;
  /** The chance that the line breaks after the commit: it happened, and nobody was told. */
  cutAfterCommit: number;
}

/** The SQL server of the world: a machine of its own, which outlives the process that writes to it. */
export class SimDatabase {
  readonly rows = new Map<string, unknown>();
  readonly weather: SqlWeather = { down: false, slow: 0, deadlocks: 0, cutAfterCommit: 0 };

  constructor(
    private readonly time: VirtualTime,
    private readonly chance: Chance,
  ) {}

  async migrate(): Promise<void> {
    await this.answer();
  }

  async writeRollUps(rows: readonly RollUpRow[]): Promise<void> {
    await this.answer();
    if (this.chance.of(this.weather.deadlocks)) throw new DatabaseUnavailableError('deadlock found when trying to get lock');
    for (const row of rows) {
      const key = `${row.table} ${row.key}`;
      if ('remove' in row) this.rows.delete(key);
      else this.rows.set(key, JSON.parse(JSON.stringify(row.row)));
    }
    if (this.chance.of(this.weather.cutAfterCommit)) throw new DatabaseUnavailableError('connection lost');
  }

  private async answer(): Promise<void> {
    const { weather, time, chance } = this;
    await time.sleep(weather.slow > 0 ? chance.between(1, weather.slow) : 1);
    if (weather.down) throw new DatabaseUnavailableError('connection refused');
  }
}

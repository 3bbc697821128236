import type { Offset } from '../../model/record.js';
import type { StateStore, StateWrite } from '../../ports/state-store.js';
import type { SharedFact } from './conditions.js';

const FACTS = 'fold/fact/';

/** Facts for every partition, as snapshots hold them: also those whose records are gone. In order. */
export async function* readSharedFacts(state: Pick<StateStore, 'range'>): AsyncIterable<{ offset: Offset; fact: SharedFact }> {
  for await (const [key, value] of state.range(FACTS, `${FACTS}\uffff`)) {
    yield { offset: Number(key.slice(FACTS.length)), fact: JSON.parse(value) as SharedFact };
  }
}

export const sharedFactWrite = (offset: Offset, fact: SharedFact): StateWrite => ({
  put: `${FACTS}${String(offset).padStart(16, '0')}`,
  value: JSON.stringify(fact),
});

import type { AlertOutcome } from '../../model/alert.js';
import type { OutcomeSink } from '../track/outcome-sink.js';

/** Where a fold puts what it finds. The objects belong to the memory: copy what is kept. */
export interface FoldOutput extends OutcomeSink {
  /** An alert that is new, or was amended in order. */
  alert(outcome: AlertOutcome, change: 'raised' | 'updated'): void;
}

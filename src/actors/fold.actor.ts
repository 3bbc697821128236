import { minutes, seconds } from '../model/units.js';
import { type PipelineParts, startPipeline } from '../streams/pipeline.js';
import { type ActorDefinition, defineActor } from './define-actor.js';

/** Folds the journal. A failed run leaves nothing behind: the next loads the last snapshots and folds the tail again. */
export const foldActor = (parts: () => PipelineParts): ActorDefinition =>
  defineActor({
    name: 'fold',
    start: async ({ fail }) => {
      const pipeline = await startPipeline(parts(), fail);
      return () => pipeline.stop();
    },
    restart: { minBackoff: 200, maxBackoff: seconds(10), jitter: 0.2, maxRestarts: 8, within: minutes(2) },
    drainWithin: seconds(6),
  });

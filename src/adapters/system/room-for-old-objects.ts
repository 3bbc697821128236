import { setFlagsFromString } from 'node:v8';

/**
 * From here on V8 collects old objects when they are four times what the collection before left of them, not at less than twice: a large fleet's take
 * a third of a second to look through, in which alerts are late (docs/decisions/0110-old-objects-are-collected-seldom.md). Where the heap's limit is
 * nearer than that, it counts as before.
 */
export const roomForOldObjects = (): void => setFlagsFromString('--heap-growing-percent=300');

import { setFlagsFromString } from 'node:v8';

/**
 * From here on V8 collects old objects when they are four times what the collection before left of them, not at less than twice: a large fleet's take
 * a third of a second to look through, in which alerts are late (docs/decisions/0110-old-objects-are-collected-seldom.md). Where the heap's limit is
 * nearer than that, it counts as before.
 *
 * And all objects are made among the young ones. V8 would make those of a place in the code among the old ones, once they were seen to live long there, as
 * messages do that wait in a rush. When the rush is over they do not, and still it would go on: each dead message keeps the block of memory
 * that it came in until old objects are collected, which these blocks then bring about (docs/decisions/0111-messages-are-young.md).
 */
export const roomForOldObjects = (): void => {
  setFlagsFromString('--heap-growing-percent=300');
  setFlagsFromString('--no-allocation-site-pretenuring');
};

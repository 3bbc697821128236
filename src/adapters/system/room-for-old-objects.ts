import { setFlagsFromString } from 'node:v8';

/**
 * How V8 of the server collects old objects from here on, for a large fleet's take a third of a second to look through, in which alerts are late. Its memory reducer, which begins a collection
 * when 100 s have passed since the last one, is left out by a flag on the command line (docs/decisions/0126-the-memory-reducer-is-left-out.md). Flags, all in force for what is made from now on:
 * - They are collected when they are four times what the collection before left of them, not at less than twice
 *   (docs/decisions/0110-old-objects-are-collected-seldom.md). Where the heap's limit is nearer than that, it counts as before.
 * - All objects are made among the young ones. V8 would make those of a place in the code among the old ones, once they were seen to live long there, as
 *   messages do that wait in a rush. When the rush is over they do not, and still it would go on: each dead message keeps the block of memory
 *   that it came in until old objects are collected, which these blocks then bring about (docs/decisions/0111-messages-are-young.md).
 */
export const roomForOldObjects = (): void => {
  setFlagsFromString('--heap-growing-percent=300');
  setFlagsFromString('--no-allocation-site-pretenuring');
};

import { setFlagsFromString } from 'node:v8';

/**
 * How V8 of the server collects old objects from here on, for a large fleet's take a third of a second to look through, in which alerts are late. Flags, all in
 * force for what is made from now on:
 * - They are collected when they are four times what the collection before left of them, not at less than twice
 *   (docs/decisions/0110-old-objects-are-collected-seldom.md). Where the heap's limit is nearer than that, it counts as before.
 * - Not because 100 s have passed since the last time, which is what V8's memory reducer begins one for, in the midst of the day, and with it takes away the
 *   room for young objects (docs/decisions/0126-the-memory-reducer-waits.md). It looks for such time once an hour.
 * - All objects are made among the young ones. V8 would make those of a place in the code among the old ones, once they were seen to live long there, as
 *   messages do that wait in a rush. When the rush is over they do not, and still it would go on: each dead message keeps the block of memory
 *   that it came in until old objects are collected, which these blocks then bring about (docs/decisions/0111-messages-are-young.md).
 */
export const roomForOldObjects = (): void => {
  setFlagsFromString('--heap-growing-percent=300');
  setFlagsFromString('--gc-memory-reducer-start-delay-ms=3600000');
  setFlagsFromString('--no-allocation-site-pretenuring');
};

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SubscriptionTree } from './subscription-tree.js';
import { isTopicFilter } from './topic-filter.js';

/** MQTT §4.7 by the letter, one filter at a time. */
const matches = (filter: string, topic: string): boolean => {
  const [want, have] = [filter.split('/'), topic.split('/')];
  if (topic.startsWith('$') && (want[0] === '+' || want[0] === '#')) return false;
  for (let at = 0; at < want.length; at++) {
    if (want[at] === '#') return true;
    if (at >= have.length || (want[at] !== '+' && want[at] !== have[at])) return false;
  }
  return want.length === have.length;
};

describe('the subscription tree', () => {
  const name = fc.constantFrom('a', 'b', '', '$s');
  const topic = fc.array(name, { minLength: 1, maxLength: 4 }).map(levels => levels.join('/'));
  const filter = fc
    .tuple(fc.array(fc.oneof(name, fc.constant('+')), { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([levels, open]) => (open ? [...levels, '#'] : levels).join('/'));

  // Proves: it finds whom the standard's rules find, after any comings and goings, and is empty when all have gone.
  test('finds what the standard says', () => {
    const change = fc.record({ filter, subscriber: fc.nat(3), add: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), topic, (changes, published) => {
        const tree = new SubscriptionTree<number>();
        const model = new Map<string, { filter: string; subscriber: number }>();
        for (const { filter, subscriber, add } of changes) {
          if (add) tree.add(filter, subscriber, 1);
          else tree.remove(filter, subscriber);
          if (add) model.set(`${subscriber} ${filter}`, { filter, subscriber });
          else model.delete(`${subscriber} ${filter}`);
        }
        const expected = new Set([...model.values()].filter(({ filter }) => matches(filter, published)).map(m => m.subscriber));
        expect(new Set(tree.match(published).keys())).toEqual(expected);
        for (const { filter, subscriber } of model.values()) tree.remove(filter, subscriber);
        expect(tree.empty).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  // Proves: overlapping filters send once, with the highest QoS granted (MQTT 3.1.1 §3.3.5).
  test('gives the highest QoS of overlapping filters', () => {
    const tree = new SubscriptionTree<string>();
    tree.add('a/#', 's', 1);
    tree.add('a/b', 's', 0);
    expect([...tree.match('a/b')]).toEqual([['s', 1]]);
  });
});

// Proves: what is a filter and what is not, by MQTT §4.7.1.
test.each([
  ['a/b', true],
  ['a/+/b', true],
  ['+', true],
  ['#', true],
  ['/', true],
  ['a/#', true],
  ['', false],
  ['a/#/b', false],
  ['a#', false],
  ['a/b+', false],
  ['a\u0000', false],
  ['1/2/3/4/5', false],
])('filter %j: %s', (filter, valid) => {
  expect(isTopicFilter(filter, 4)).toBe(valid);
});

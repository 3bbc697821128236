// Proves: of a shard's partitions one long re-fold goes on at a time, the one that is to end first; what is done does not keep the next one waiting, but no more than two are held; and
// whoever leaves makes room.
import { expect, test } from '@jest/globals';
import { LongShare } from './long-share.js';

const underWay = (until: number) => ({ until, isDone: false });

/** Those that may go on, of some that are asked in turn, as at a tick. */
const goOn = <T extends { until: number; isDone: boolean }>(share: LongShare, all: readonly T[]): T[] =>
  all.filter(one => share.mayGoOn(one));

test('one at a time, the one that is to end first, until it is done', () => {
  const share = new LongShare();
  const [first, second, third] = [underWay(30), underWay(20), underWay(40)];
  const all = [first, second, third];
  for (const one of all) share.add(one);
  expect(goOn(share, all)).toEqual([second]);
  // One that ends sooner does not take its place.
  const sooner = underWay(10);
  share.add(sooner);
  expect(goOn(share, [...all, sooner])).toEqual([second]);
  second.isDone = true;
  expect(goOn(share, [...all, sooner])).toEqual([sooner]);
});

test('no more than two are held, and who leaves makes room', () => {
  const share = new LongShare();
  const all = [underWay(10), underWay(20), underWay(30)];
  for (const one of all) share.add(one);
  for (const one of all.slice(0, 2)) {
    expect(goOn(share, all)).toEqual([one]);
    one.isDone = true;
  }
  expect(goOn(share, all)).toEqual([]);
  share.delete(all[0]!);
  expect(goOn(share, all)).toEqual([all[2]]);
  share.delete(all[2]!);
  expect(goOn(share, all.slice(0, 2))).toEqual([]);
});

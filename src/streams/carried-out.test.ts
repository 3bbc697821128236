// Proves: who waits for an offset of a partition goes on when what came of it has been carried out, and not before; over restarts of the fold,
// where what was reached once is not taken for what is known now.
import { expect, test } from '@jest/globals';
import { CarriedOut } from './carried-out.js';

const scene = () => {
  const carriedOut = new CarriedOut();
  const gone: string[] = [];
  const wait = (p: number, offset: number) => void carriedOut.reached(p, offset).then(() => gone.push(`${p}/${offset}`));
  const told = async () => {
    await new Promise(resolve => setImmediate(resolve));
    return gone.splice(0);
  };
  return { carriedOut, wait, told };
};

test('each goes on at its own offset, of its own partition', async () => {
  const { carriedOut, wait, told } = scene();
  carriedOut.assigned(0, 5);
  carriedOut.assigned(1, 0);
  for (const offset of [4, 5, 7, 9]) wait(0, offset);
  wait(1, 0);
  expect(await told()).toEqual(['0/4']);
  carriedOut.settled(0, 7);
  expect(await told()).toEqual(['0/5', '0/7']);
  carriedOut.settled(1, 3);
  expect(await told()).toEqual(['1/0']);
  carriedOut.settled(0, 20);
  expect(await told()).toEqual(['0/9']);
});

test('after a restart who waited goes on, at once where the state that was loaded is past it', async () => {
  const { carriedOut, wait, told } = scene();
  carriedOut.assigned(0, 0);
  carriedOut.settled(0, 10);
  wait(0, 12);
  wait(0, 15);
  carriedOut.released(0);
  // Reached before; but the state that is loaded next may be older.
  wait(0, 8);
  expect(await told()).toEqual([]);
  carriedOut.assigned(0, 8);
  expect(await told()).toEqual([]);
  carriedOut.settled(0, 9);
  expect(await told()).toEqual(['0/8']);
  carriedOut.released(0);
  carriedOut.assigned(0, 14);
  expect(await told()).toEqual(['0/12']);
});

// Proves: who changes the same takes turns in the order they came, also over several names and over all of a kind, and nobody waits for what they
// do not share, for one that failed, or for each other.
import { expect, test } from '@jest/globals';
import { createTurns } from './turns.js';

/** Work that ends when it is told to, and notes when it begins. */
const held = () => {
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const work = (name: string) => () =>
    new Promise<string>((resolve, reject) => {
      begun.push(name);
      ends.set(name, error => (error ? reject(error) : resolve(name)));
    });
  const end = async (name: string, error?: Error): Promise<void> => {
    ends.get(name)!(error);
    await new Promise(resolve => setImmediate(resolve));
  };
  return { begun, work, end };
};
const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

test('one at a time by name, in order; others pass', async () => {
  const turns = createTurns();
  const { begun, work, end } = held();
  const first = turns(['vehicle/a'], work('1'));
  const second = turns(['vehicle/a', 'device/x'], work('2'));
  const third = turns(['device/x'], work('3'));
  const other = turns(['vehicle/b'], work('other'));
  const free = turns([], work('free'));
  await settle();
  expect(begun).toEqual(['free', '1', 'other']);
  await end('1');
  expect(begun).toEqual(['free', '1', 'other', '2']);
  await end('2');
  for (const name of ['3', 'other', 'free']) await end(name);
  expect(await Promise.all([first, second, third, other, free])).toEqual(['1', '2', '3', 'other', 'free']);
});

test('all of a kind wait for each of it, and each for them', async () => {
  const turns = createTurns();
  const { begun, work, end } = held();
  const names: readonly string[][] = [['vehicle/a'], ['vehicle/'], ['vehicle/a'], ['vehicle/b'], ['vehicle/'], ['driver/a']];
  names.forEach((of, n) => {
    void turns(of, work(String(n)));
  });
  await settle();
  expect(begun).toEqual(['0', '5']);
  await end('0');
  expect(begun).toEqual(['0', '5', '1']);
  await end('1');
  expect(begun).toEqual(['0', '5', '1', '2', '3']);
  await end('3');
  expect(begun).not.toContain('4');
  await end('2');
  expect(begun.at(-1)).toBe('4');
});

test('two that name the same in another order do not wait for each other, and one that fails lets the next one go', async () => {
  const turns = createTurns();
  const { work, end } = held();
  const failing = turns(['a', 'b'], work('1'));
  const next = turns(['b', 'a'], work('2'));
  await settle();
  const failed = expect(failing).rejects.toThrow('of its own');
  await end('1', new Error('of its own'));
  await end('2');
  await failed;
  expect(await next).toBe('2');
});

test('too many that wait are refused, and there is room again when they are gone', async () => {
  const turns = createTurns(1);
  const { work, end } = held();
  const first = turns(['a'], work('1'));
  await settle();
  const second = turns(['a'], work('2'));
  await expect(turns(['a'], work('3'))).rejects.toMatchObject({ status: 503, reason: 'busy' });
  await end('1');
  await end('2');
  expect([await first, await second, await turns(['a'], () => 'again')]).toEqual(['1', '2', 'again']);
});

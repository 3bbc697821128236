// Proves: from a mark and the readings after it everything later can be folded again; a mark whose time gets a further reading is given up;
// and the window keeps some marks and the readings after the oldest of them, however long it lives.
import { expect, test } from '@jest/globals';
import { emptyReading } from '../../../model/reading.js';
import { Window } from './window.js';

const reading = (at: number) => emptyReading(at, at, 'd', at, 0);

test('stays bounded, and whole from its oldest mark on', () => {
  const window = new Window(-1, []);
  let marks = 0;
  for (let at = 0; at < 5_000; at++) {
    if (window.append(reading(at))) {
      window.mark(at, `memory ${at}`);
      marks++;
    }
    expect(window.size).toBeLessThan(1_000);
  }
  expect(marks).toBeGreaterThan(50);
  expect(window.since(window.after).map(({ at }) => at)).toEqual(
    Array.from({ length: 4_999 - window.after }, (_, i) => window.after + 1 + i),
  );
  const mark = window.markBefore(4_900)!;
  expect(mark.at).toBeLessThan(4_900);
  expect(mark.memory).toBe(`memory ${mark.at}`);
  expect(mark.at).toBeGreaterThanOrEqual(window.after);
  expect(window.since(mark.at)[0]!.at).toBe(mark.at + 1);
  // What is older than all marks has to come from elsewhere.
  expect(window.markBefore(window.after)).toBeUndefined();
});

test('a mark holds only readings of other times than those after it', () => {
  const window = new Window(-1, [reading(1), reading(2)]);
  window.mark(1, 'one');
  window.mark(2, 'two');
  expect(window.markBefore(2)?.memory).toBe('one');
  expect(window.markBefore(3)?.memory).toBe('two');
  window.spoil(2);
  expect(window.markBefore(3)?.memory).toBe('one');
  window.spoil(7);
  window.mark(1, 'again');
  expect(window.markBefore(3)?.memory).toBe('again');
});

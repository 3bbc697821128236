import { useCallback, useEffect, useRef, useState } from 'react';
import { setQuery } from '../app/location';
import { wholeSecond } from './moment-path';

export interface ReplayClock {
  at: number;
  playing: boolean;
  speed: number;
  setSpeed(speed: number): void;
  /** Jumps; the address keeps the moment, so that a link opens at this very second. */
  seek(at: number): void;
  toggle(): void;
}

export const SPEEDS = [0.5, 1, 2, 5, 10, 30, 60, 120, 300] as const;
const USUAL_SPEED = 10;
/** The charts and the list need no more frames than this; the map glides by itself. */
const FRAME_MS = 33;
/** While it plays, the address follows this often: a reload goes on about here. */
const REMEMBER_MS = 2_000;
/** The address is written once a slider rests: browsers refuse a hundred changes in a breath. */
const REST_MS = 250;

const remember = (time: number): void => setQuery({ at: wholeSecond(time) });

/** A clock between `from` and `to` that runs some times as fast as the world's. */
export const useReplayClock = (from: number, to: number, startAt: number | undefined): ReplayClock => {
  const [at, setAt] = useState(() => Math.min(to, Math.max(from, startAt ?? from)));
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<number>(USUAL_SPEED);
  const atNow = useRef(at);
  const resting = useRef<number>(undefined);
  atNow.current = at;

  useEffect(() => {
    if (!playing) return;
    let frame = 0;
    let last = performance.now();
    let told = last;
    const step = (now: number): void => {
      frame = requestAnimationFrame(step);
      if (now - last < FRAME_MS) return;
      const next = Math.min(to, atNow.current + (now - last) * speed);
      last = now;
      atNow.current = next;
      setAt(next);
      if (now - told > REMEMBER_MS) {
        told = now;
        remember(next);
      }
      if (next >= to) setPlaying(false);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [playing, speed, to]);

  useEffect(() => () => window.clearTimeout(resting.current), []);

  const seek = useCallback(
    (time: number) => {
      const within = Math.min(to, Math.max(from, time));
      atNow.current = within;
      setAt(within);
      window.clearTimeout(resting.current);
      resting.current = window.setTimeout(() => remember(within), REST_MS);
    },
    [from, to],
  );
  return {
    ...{ at, playing, speed, setSpeed, seek },
    toggle() {
      if (playing) remember(at);
      else if (at >= to) setAt(from);
      setPlaying(!playing);
    },
  };
};

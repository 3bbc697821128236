import { useCallback, useEffect, useRef, useState } from 'react';
import { setQuery } from '../app/location';

export interface ReplayClock {
  at: number;
  playing: boolean;
  speed: number;
  setSpeed(speed: number): void;
  /** Jumps; the address keeps the moment, so that a link opens at this very second. */
  seek(at: number): void;
  toggle(): void;
}

/** A clock between `from` and `to` that runs some times as fast as the world's. */
export const useReplayClock = (from: number, to: number, startAt: number | undefined): ReplayClock => {
  const [at, setAt] = useState(() => Math.min(to, Math.max(from, startAt ?? from)));
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(10);
  const atNow = useRef(at);
  atNow.current = at;

  useEffect(() => {
    if (!playing) return;
    let frame = 0;
    let last = performance.now();
    const step = (now: number): void => {
      const next = Math.min(to, atNow.current + (now - last) * speed);
      last = now;
      setAt(next);
      if (next >= to) setPlaying(false);
      else frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [playing, speed, to]);

  return {
    ...{ at, playing, speed, setSpeed },
    seek: useCallback(
      time => {
        const within = Math.min(to, Math.max(from, time));
        setAt(within);
        remember(within);
      },
      [from, to],
    ),
    toggle() {
      if (playing) remember(at);
      else if (at >= to) setAt(from);
      setPlaying(!playing);
    },
  };
};

const remember = (time: number): void =>
  setQuery({ at: new Date(Math.round(time / 1_000) * 1_000).toISOString().replace('.000', '') });

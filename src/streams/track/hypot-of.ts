/**
 * What `Math.hypot` of three numbers answers, to the last bit (scaled by the largest, summed after Kahan), without its call: that makes a list
 * of its arguments on the heap, and this is asked with every sample of an accelerometer.
 */
export const hypotOf = (x: number, y: number, z: number): number => {
  const a = Math.abs(x);
  const b = Math.abs(y);
  const c = Math.abs(z);
  const most = Math.max(a, b, c);
  if (most === 0) return 0;
  if (!(most < Infinity)) return Math.hypot(x, y, z);
  // The first of Kahan's corrections is always nothing.
  const first = (a / most) * (a / most);
  const next = (b / most) * (b / most);
  const two = first + next;
  const last = (c / most) * (c / most) - (two - first - next);
  return Math.sqrt(two + last) * most;
};

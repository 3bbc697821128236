import { lazy, Suspense } from 'react';
import type { ChartProps } from './chart-canvas';

const ChartCanvas = lazy(() => import('./chart-canvas'));

/** A chart over time; the code that draws it is loaded with the first one. Its place is kept until then. */
export const Chart = (props: ChartProps) => (
  <Suspense fallback={<div className="chart" style={{ height: props.height }} />}>
    <ChartCanvas {...props} />
  </Suspense>
);

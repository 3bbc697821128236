import type { Observable } from 'rxjs';

/** A stage of the pipeline: a plain operator over batches. What it remembers lives behind a port, never in the stream. */
export type Stage<In, Out> = (batches$: Observable<In>) => Observable<Out>;

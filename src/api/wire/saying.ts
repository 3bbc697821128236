import { z } from 'zod';

/** A sentence of a text for other languages (`src/model/saying.ts` lists the codes, and what stands in each). */
const saying = z
  .looseObject({ code: z.string().describe('Which sentence; what stands in it is beside it') })
  .meta({ id: 'Saying' });

export const sayings = z.array(saying).readonly();

import { type Fault, faultOf, TelltaleError } from '../../model/errors.js';

/** An error as a plain object: between threads an error loses its class, and with it its code and fault. */
export interface CarriedError {
  code: string | undefined;
  fault: Fault;
  message: string;
  stack: string | undefined;
  context: Readonly<Record<string, unknown>>;
}

/** What went wrong on the other side of a line, with the code and the fault that it had there. */
export class ErrorOfThread extends TelltaleError {
  readonly code: Uppercase<string>;
  readonly fault: Fault;

  constructor({ code, fault, message, stack, context }: CarriedError) {
    super(message, context);
    this.code = (code ?? 'SHARD_THREAD') as Uppercase<string>;
    this.fault = fault;
    // Where it came from is on the other side.
    if (stack !== undefined) this.stack = stack;
  }
}

export const carry = (error: unknown): CarriedError => {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const known = error instanceof TelltaleError ? error : undefined;
  // Context may hold what cannot go over a line.
  const context = JSON.parse(JSON.stringify(known?.context ?? {})) as CarriedError['context'];
  return { code: known?.code, fault: faultOf(error), message, stack, context };
};

export const uncarry = (error: CarriedError): Error => new ErrorOfThread(error);

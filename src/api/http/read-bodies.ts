import express, { type RequestHandler, Router } from 'express';
import { IMPORT_BYTES } from '../transfer/import-file.js';
import { invalid } from './problem.js';
import { readWithin } from './read-within.js';

const JSON_TYPES = ['json', '+json'];
const BODY_BYTES = 1024 * 1024;
/** Of a log-in: the one body that is read from nobody. */
const LOGIN_BYTES = 4 * 1024;

/**
 * Reads bodies, each up to what its route can need; a compressed one counts by what it unpacks to, so that a small one cannot become
 * a large one here.
 */
export const readBodies = (): RequestHandler => {
  const router = Router();
  router.use('/session', jsonWithin(LOGIN_BYTES));
  router.use(
    '/import',
    readWithin(IMPORT_BYTES, express.text({ limit: IMPORT_BYTES, type: 'text/csv' })),
    jsonWithin(IMPORT_BYTES),
  );
  router.use(jsonWithin(BODY_BYTES));
  router.use(refuseNul);
  return router;
};

const jsonWithin = (limit: number): RequestHandler => readWithin(limit, express.json({ limit, type: JSON_TYPES }));

/** The embedded database ends a text at its first NUL: what is kept would be less than what was answered. */
const refuseNul: RequestHandler = (req, _res, next) => {
  if (holdsNul(req.body)) throw invalid([{ field: 'body', message: 'holds the character NUL, which no text has here' }]);
  next();
};

/** Not by recursion: a body may be nested deeper than calls can be. */
const holdsNul = (body: unknown): boolean => {
  const left: unknown[] = [body];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === 'string' && value.includes('\0')) return true;
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, held] of Object.entries(value)) {
      if (key.includes('\0')) return true;
      if (typeof held === 'string' || typeof held === 'object') left.push(held);
    }
  }
  return false;
};

import express, { type RequestHandler, Router } from 'express';
import { IMPORT_BYTES } from '../transfer/import-file.js';

const JSON_TYPES = ['json', '+json'];
const BODY_LIMIT = '1mb';
/** Of a log-in: the one body that is read from nobody. */
const LOGIN_LIMIT = '4kb';

/**
 * Reads bodies, each up to what its route can need; a compressed one counts by what it unpacks to, so that a small one cannot become
 * a large one here.
 */
export const readBodies = (): RequestHandler => {
  const router = Router();
  router.use('/session', express.json({ limit: LOGIN_LIMIT, type: JSON_TYPES }));
  router.use(
    '/import',
    express.text({ limit: IMPORT_BYTES, type: 'text/csv' }),
    express.json({ limit: IMPORT_BYTES, type: JSON_TYPES }),
  );
  router.use(express.json({ limit: BODY_LIMIT, type: JSON_TYPES }));
  return router;
};

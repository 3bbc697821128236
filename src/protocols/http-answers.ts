import type { HttpAnswer } from './http-protocol.js';

export const emptyAnswer = (status: number): HttpAnswer => ({ status, body: '', contentType: 'text/plain' });

export const textAnswer = (status: number, body: string): HttpAnswer => ({
  status,
  body,
  contentType: 'text/plain; charset=utf-8',
});

export const jsonAnswer = (status: number, body: string): HttpAnswer => ({ status, body, contentType: 'application/json' });

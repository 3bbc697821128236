// Proves, against a real SMTP server: mail arrives as it was meant, to one address, with no header that somebody else wrote; refusals
// and absences are told, not thrown.
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { SmtpMailer } from './smtp-mailer.js';

let server: SMTPServer;
let mailer: SmtpMailer;
const mails: { from: string; to: string[]; raw: string; user: unknown }[] = [];

beforeEach(async () => {
  mails.length = 0;
  server = new SMTPServer({
    authOptional: false,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _, done) =>
      username === 'telltale' && password === 'p@ss' ? done(null, { user: username }) : done(new Error('no')),
    onRcptTo: ({ address }, _, done) => (address.startsWith('nobody') ? done(new Error('no such mailbox')) : done()),
    onData(stream, session, done) {
      let raw = '';
      stream.on('data', chunk => {
        raw += chunk;
      });
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          raw,
          user: session.user,
        });
        done();
      });
    },
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  mailer = new SmtpMailer({ url: `smtp://telltale:p%40ss@127.0.0.1:${port}`, from: 'Telltale <alerts@fleet.example>' });
});
afterEach(async () => {
  mailer.close();
  await new Promise<void>(resolve => server.close(() => resolve()));
});

const mail = { id: 'abc', to: 'night@example.com', subject: '[Telltale] critical: tow, Bus Köln', text: 'Zeile 1\nZeile 2' };

test('logs in, and delivers subject and text', async () => {
  expect(await mailer.send(mail)).toEqual({ ok: true, status: null });
  const [{ from, to, raw, user }] = mails as [(typeof mails)[number]];
  expect({ from, to, user }).toEqual({ from: 'alerts@fleet.example', to: ['night@example.com'], user: 'telltale' });
  expect(raw).toContain('Message-ID: <abc@telltale>');
  expect(raw).toContain('Auto-Submitted: auto-generated');
  expect(raw).toMatch(/Subject: =\?UTF-8\?Q\?[\s\S]*=C3=B6ln\?=/);
  expect(raw).toContain('Zeile 1\r\nZeile 2');
});

test('what stands in a name writes no header and adds no recipient', async () => {
  await mailer.send({ ...mail, subject: 'x\r\nBcc: thief@example.com\r\n\r\nbody' });
  await mailer.send({ ...mail, to: 'night@example.com, thief@example.com' });
  for (const { raw, to } of mails) {
    expect(raw).not.toMatch(/^Bcc:/m);
    expect(to).not.toContain('thief@example.com');
  }
});

test('a refused mailbox and a server that is away', async () => {
  expect(await mailer.send({ ...mail, to: 'nobody@example.com' })).toMatchObject({ ok: false, reason: 'smtp', status: 550 });
  const away = new SmtpMailer({ url: 'smtp://127.0.0.1:1', from: 'a@b.example' });
  expect(await away.send(mail)).toMatchObject({ ok: false, reason: 'smtp', detail: expect.stringContaining('ECONN') });
  away.close();
});

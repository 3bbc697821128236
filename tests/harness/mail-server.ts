import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { atEnd } from './at-end.js';

export interface ReceivedMail {
  to: string[];
  raw: string;
}

export interface MailServer {
  readonly url: string;
  readonly mails: ReceivedMail[];
  stop(): Promise<void>;
}

/** A real SMTP server that keeps what it gets. @param port 0 picks a free one */
export const startMailServer = async (port = 0): Promise<MailServer> => {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, done) {
      let raw = '';
      stream.on('data', chunk => {
        raw += chunk;
      });
      stream.on('end', () => {
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw });
        done();
      });
    },
  });
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', () => resolve()));
  const stop = () => new Promise<void>(resolve => server.close(() => resolve()));
  const taken = atEnd(stop);
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    mails,
    stop: async () => {
      taken();
      await stop();
    },
  };
};

import { createTransport, type Transporter } from 'nodemailer';
import type { Mail, Mailer } from '../../ports/notifier.js';
import type { Sent } from '../../ports/outlets.js';

export interface SmtpOptions {
  /** `smtp[s]://user:password@host:port`; `?requireTLS=true` refuses a server that does not encrypt. */
  url: string;
  from: string;
}

const TIMEOUT_MS = 15_000;

/** Sends mail through one SMTP server. */
export class SmtpMailer implements Mailer {
  readonly #transport: Transporter;

  constructor({ url, from }: SmtpOptions) {
    this.#transport = createTransport(
      // Defaults first: what the URL says in its query goes before them.
      {
        url,
        pool: true,
        maxConnections: 2,
        connectionTimeout: TIMEOUT_MS,
        greetingTimeout: TIMEOUT_MS,
        socketTimeout: TIMEOUT_MS,
        // Nothing of a mail is ever a path or an address to be loaded.
        disableFileAccess: true,
        disableUrlAccess: true,
      } as Parameters<typeof createTransport>[0],
      { from },
    );
  }

  async send({ id, to, subject, text }: Mail): Promise<Sent> {
    try {
      const { rejected } = await this.#transport.sendMail({
        // As an object it is one address, whatever commas stand in it.
        to: { name: '', address: to },
        subject,
        text,
        // The same at each attempt: a mail that comes twice is seen to be one.
        messageId: `<${id}@telltale>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
      if (rejected !== undefined && rejected.length > 0)
        return { ok: false, status: null, reason: 'rejected', detail: `the mail server will not have ${to}` };
      return { ok: true, status: null };
    } catch (error) {
      const { code, responseCode, message } = error as Error & { code?: string; responseCode?: number };
      const detail = [code, message.slice(0, 200)].filter(Boolean).join(': ');
      return { ok: false, status: responseCode ?? null, reason: 'smtp', detail };
    }
  }

  close(): void {
    this.#transport.close();
  }
}

import { roomForOldObjects } from '../adapters/system/room-for-old-objects.js';
import { startApp } from '../app.js';
import { environmentName, settingsSchema } from '../config/settings.js';
import { createLogger } from '../observability/logger.js';
import type { Command } from './command.js';
import { readSettings } from './read-settings.js';

const settingsHelp = (): string => {
  const shape = settingsSchema.shape;
  const lines = Object.entries(shape).map(([name, schema]) => {
    const fallback = settingsSchema.partial().safeParse({}).success ? schema.safeParse(undefined) : undefined;
    const shown = fallback?.success && fallback.data !== undefined ? ` [${String(fallback.data)}]` : '';
    return `  ${environmentName(name).padEnd(24)} ${schema.description ?? ''}${shown}`;
  });
  return lines.join('\n');
};

/** Runs the server until a signal ends it. */
export const serve: Command = {
  name: 'serve',
  summary: 'the server',
  help: `telltale serve    runs the server; settings come from the environment, or a YAML file that TELLTALE_CONFIG names

${settingsHelp()}

When it listens it prints one line of JSON: {"event":"listening","http":…,"mqtt":…}. It is ready when GET /readyz answers 200.
SIGTERM and SIGINT drain and end it; SIGHUP reads certificates again.
`,
  run: async () => {
    roomForOldObjects();
    const settings = await readSettings(process.env);
    const log = createLogger(settings.log_level);
    return new Promise<number>((resolve, reject) => {
      startApp(settings, log, error => {
        log.fatal({ err: error }, 'giving up');
        process.stderr.write(`telltale: ${error.message}\n`);
        process.exit(1);
      }).then(app => {
        const { http, mqtt, adminTokenFile } = app;
        process.stdout.write(`${JSON.stringify({ event: 'listening', http, mqtt })}\n`);
        log.info({ http, mqtt, node: process.version, pid: process.pid }, 'listening');
        if (adminTokenFile?.fresh) process.stderr.write(`The administrator's token was made and is in ${adminTokenFile.path}\n`);
        const end = (signal: string) => {
          log.info({ signal }, 'draining');
          const late = setTimeout(() => {
            log.error('not drained within 9 s; what was acknowledged is on disk');
            process.exit(0);
          }, 9_000);
          app.stop().then(() => {
            clearTimeout(late);
            resolve(0);
            // Whatever still holds the loop has nothing to lose.
            process.exit(0);
          }, reject);
        };
        process.once('SIGTERM', end);
        process.once('SIGINT', end);
        process.on(
          'SIGHUP',
          () => void app.renewTls().catch(error => log.error({ err: error }, 'certificates were not renewed')),
        );
      }, reject);
    });
  },
};

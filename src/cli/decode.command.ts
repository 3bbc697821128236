import { once } from 'node:events';
import type { Command } from './command.js';
import type { Answer } from './decode/answer.js';
import { boundedLines } from './decode/bounded-lines.js';
import { formatNames } from './decode/decode-device.js';
import { decodeLine } from './decode/decode-line.js';
import { readFlags, UsageError } from './flags.js';

/** Room for the largest message that the server takes, written as hex or with every character escaped. */
const MOST_LINE_BYTES = 4 * 1_024 * 1_024;

const help = `telltale decode    what the server makes of a device's bytes: JSON Lines on stdin, one JSON line for each on stdout

  {"id":1,"input":"41 0C 1A F8"}
        OBD text as an ELM327 answers it; "context" may hold {"request","protocol":"can"|"legacy"}
        → {"id":1,"signals":[{"mode":"01","pid":"0C","name":"engine_rpm","value":1726,"unit":"rpm"}]}, and "error" where something failed

  {"id":2,"format":"owntracks","in":{"transport":"mqtt","topic":"owntracks/u/d","payload":"{…}"}}
        a message of a device; "in" is one of
          {"transport":"mqtt","topic","payload"} or {"transport":"mqtt","messages":[{"topic","payload"},…]}
          {"transport":"http","method","target","headers","body"}
          {"transport":"tcp"|"udp","payload"} with text, or "payload_hex"
        → {"id":2,"events":[…],"device","reply","reply_hex","status","reject"}, as far as there is something to say;
          "unknown" names what was sent and is not known here, "faults" what could not be taken

  formats: ${formatNames().join(' ')}

A line that cannot be understood is answered with {"error","detail"}; the rest goes on.`;

const run = async (args: string[]): Promise<number> => {
  const { positionals } = readFlags(args, {});
  if (positionals.length > 0) throw new UsageError(`decode reads stdin and does not understand ${positionals.join(' ')}`);
  let open = true;
  // Whoever reads us may have seen enough (`| head`): that is no error.
  process.stdout.on('error', () => {
    open = false;
  });
  for await (const lines of boundedLines(process.stdin, MOST_LINE_BYTES)) {
    let answers = '';
    for (const line of lines) {
      const answer = 'tooLong' in line ? tooLong : line.text.trim() === '' ? undefined : decodeLine(line.text, Date.now());
      if (answer !== undefined) answers += `${JSON.stringify(answer)}\n`;
    }
    if (!open) break;
    if (!process.stdout.write(answers)) await Promise.race([once(process.stdout, 'drain'), once(process.stdout, 'close')]);
  }
  return 0;
};

const tooLong: Answer = { error: 'too_long', detail: `a line has at most ${MOST_LINE_BYTES} bytes` };

export const decode: Command = {
  name: 'decode',
  summary: "what the server makes of a device's bytes: JSON Lines on stdin and stdout",
  help,
  run,
};

/** `sandpost logs`: the mail log, or one message's lines; `-f` follows it. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CommandError, withConnection, type Context } from '../context.ts';
import { EX_USAGE, forTerminal, parseOptions, positive } from '../options.ts';

const OPTIONS = {
  follow: { type: 'boolean', short: 'f' },
  lines: { type: 'string', short: 'n' },
  json: { type: 'boolean' },
} as const;
const DEFAULT_LINES = 50;

/** The last lines of the file, and of the one before it when that is not enough. */
function lastLines(dataDir: string, count: number): readonly string[] {
  const files = ['mail.log.1', 'mail.log'].map((name) => path.join(dataDir, name));
  const lines = files
    .filter((file) => existsSync(file))
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .filter((line) => line !== '');
  return lines.slice(-count);
}

export async function run(context: Context, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, OPTIONS);
  const print = (line: string) => {
    context.out(values.json === true ? `${JSON.stringify({ line })}\n` : `${forTerminal(line)}\n`);
  };
  const [queueId] = positionals;
  if (queueId !== undefined) {
    return withConnection(context, async ({ client }) => {
      const { lines } = await client.queue.log({ queueId });
      lines.forEach(print);
      return lines.length === 0 ? 1 : 0;
    });
  }
  lastLines(context.folders.dataDir, positive(values.lines, '--lines') ?? DEFAULT_LINES).forEach(print);
  if (values.follow !== true) return 0;
  if (context.running() === undefined) {
    throw new CommandError('nothing to follow: no sandbox is running on this configuration', EX_USAGE);
  }
  return withConnection(context, async ({ client }) => {
    for await (const event of await client.sandbox.events()) {
      if (event.kind === 'log') event.lines.forEach(print);
    }
    return 0;
  });
}

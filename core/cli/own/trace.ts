/** `sandpost trace RECIPIENT...`: what would become of a message, and which setting decides it. Nothing is sent. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { CommandError, withConnection, type Context } from '../context.ts';
import { EX_USAGE, parseOptions } from '../options.ts';
import { SESSION_OPTIONS, sessionInput } from './session-options.ts';
import { tellRun } from '../tell-journey.ts';

const OPTIONS = { ...SESSION_OPTIONS, draft: { type: 'string' }, json: { type: 'boolean' } } as const;

/** The files of a folder as a draft of the configuration: one that is begun elsewhere. */
function readDraft(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name));
  const files = names.filter((name) => statSync(path.join(folder, name)).isFile());
  if (files.length === 0) throw new CommandError(`${folder} has no configuration files`);
  return Object.fromEntries(files.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
}

export async function run(context: Context, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, OPTIONS);
  if (positionals.length === 0) throw new CommandError('trace needs at least one recipient', EX_USAGE);
  const input = sessionInput(context, values, positionals);
  const { draft: folder } = values;
  return withConnection(context, async ({ client }) => {
    if (folder === undefined) {
      const answer = await client.trace.run(input);
      context.out(values.json === true ? `${JSON.stringify(answer)}\n` : tellRun(answer));
      return 0;
    }
    const answer = await client.trace.compare({ ...input, draft: readDraft(folder) });
    if (values.json === true) {
      context.out(`${JSON.stringify(answer)}\n`);
      return 0;
    }
    const { inUse, draft, difference } = answer;
    const verdict = difference === null ? 'the same decisions' : `differs from step ${difference + 1} on`;
    context.out(`in use:\n\n${tellRun(inUse, difference ?? undefined)}\n`);
    context.out(`draft ${folder}: ${verdict}\n\n${tellRun(draft, difference ?? undefined)}`);
    return 0;
  });
}

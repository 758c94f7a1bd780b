/** `sandpost trace RECIPIENT...`: what would become of a message, and which setting decides it. Nothing is sent. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { SandpostClient } from '../../api/client.ts';
import { CommandError, withConnection, type Context } from '../context.ts';
import { EX_USAGE, parseOptions, positive } from '../options.ts';
import { tellRun } from '../tell-journey.ts';

const OPTIONS = {
  from: { type: 'string', short: 'f' },
  client: { type: 'string' },
  'client-name': { type: 'string' },
  helo: { type: 'string' },
  service: { type: 'string' },
  tls: { type: 'boolean' },
  login: { type: 'string' },
  message: { type: 'string', short: 'm' },
  id: { type: 'string' },
  draft: { type: 'string' },
  json: { type: 'boolean' },
} as const;

type Input = Parameters<SandpostClient['trace']['run']>[0];

/** The files of a folder as a draft of the configuration: one that is begun elsewhere. */
function readDraft(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name));
  const files = names.filter((name) => statSync(path.join(folder, name)).isFile());
  if (files.length === 0) throw new CommandError(`${folder} has no configuration files`);
  return Object.fromEntries(files.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
}

/** Nothing for an option that was not given: its default is the contract's. */
const given = <Name extends keyof Input>(name: Name, value: Input[Name]): Partial<Input> =>
  value === undefined ? {} : { [name]: value };

export async function run(context: Context, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, OPTIONS);
  if (positionals.length === 0) throw new CommandError('trace needs at least one recipient', EX_USAGE);
  const raw =
    values.message === undefined ? undefined : readFileSync(values.message === '-' ? 0 : values.message);
  const messageId = positive(values.id, '--id');
  const input: Input = {
    recipients: positionals,
    sender: values.from ?? context.actor.name,
    ...given('clientAddress', values.client),
    ...given('clientName', values['client-name']),
    ...given('helo', values.helo),
    ...given('service', values.service),
    ...given('tls', values.tls),
    ...given('login', values.login),
    ...given('rawBase64', raw?.toString('base64')),
    ...given('messageId', messageId),
  };
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

/** `sandpost trace RECIPIENT...`: what would become of a message, and which setting decides it. Nothing is sent. */
import { readFileSync } from 'node:fs';
import type { JourneyEntry } from '../../mail/journey.ts';
import { CommandError, withConnection, type Context } from '../context.ts';
import { EX_USAGE, forTerminal, parseOptions, table } from '../options.ts';

const OPTIONS = {
  from: { type: 'string', short: 'f' },
  client: { type: 'string' },
  'client-name': { type: 'string' },
  helo: { type: 'string' },
  service: { type: 'string' },
  message: { type: 'string', short: 'm' },
  json: { type: 'boolean' },
} as const;

/** `main.cf:7 mydestination = localhost`, `hash:/x/aliases: root -> you`. */
export function tellSource(source: JourneyEntry['source']): string {
  switch (source?.kind) {
    case undefined:
      return '';
    case 'parameter':
      return `${place(source)}${source.name} = ${source.value}`;
    case 'table':
      return `${source.table}${source.line === undefined ? '' : `:${source.line}`} ${source.key} -> ${source.value}`;
    case 'restriction':
      return `${place(source)}${source.list}: ${source.name}`;
    case 'standard':
      return source.name;
  }
}

function place({ file, line }: { readonly file?: string; readonly line?: number }): string {
  return file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`} `;
}

/** One decision a line: program, verdict, what, for whom; below it, indented, the setting and more. */
export function tellJourney(journey: readonly JourneyEntry[]): string {
  const rows = journey.map((entry) => [
    entry.program,
    entry.verdict,
    entry.recipient === undefined ? entry.what : `${entry.what}  <${entry.recipient}>`,
    [tellSource(entry.source), entry.detail ?? ''].filter((text) => text !== '').join('; '),
  ]);
  return forTerminal(
    table(
      rows.map(([program = '', verdict = '', what = '', why = '']) => [
        program,
        verdict,
        why === '' ? what : `${what}  [${why}]`,
      ]),
    ),
  );
}

export async function run(context: Context, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, OPTIONS);
  if (positionals.length === 0) throw new CommandError('trace needs at least one recipient', EX_USAGE);
  const raw =
    values.message === undefined ? undefined : readFileSync(values.message === '-' ? 0 : values.message);
  return withConnection(context, async ({ client }) => {
    const answer = await client.trace.run({
      recipients: positionals,
      sender: values.from ?? context.actor.name,
      ...(values.client === undefined ? {} : { clientAddress: values.client }),
      ...(values['client-name'] === undefined ? {} : { clientName: values['client-name'] }),
      ...(values.helo === undefined ? {} : { helo: values.helo }),
      ...(values.service === undefined ? {} : { service: values.service }),
      ...(raw === undefined ? {} : { rawBase64: raw.toString('base64') }),
    });
    if (values.json === true) {
      context.out(`${JSON.stringify(answer)}\n`);
      return 0;
    }
    // A reply of several lines stands below its command.
    const replies = answer.replies.flatMap(({ command, reply }) =>
      reply.split('\n').map((line, index) => [index === 0 ? command : '', line]),
    );
    context.out(table(replies));
    if (answer.replies.length > 0) context.out('\n');
    // The contract's optional fields may be undefined; the words' may only be absent.
    context.out(tellJourney(answer.journey as readonly JourneyEntry[]));
    context.out('\n');
    const fates = answer.fates.map(({ recipient, status, mailbox, reason }) => [
      recipient,
      status,
      mailbox === undefined ? reason : `into ${mailbox}  ${reason}`,
    ]);
    context.out(forTerminal(table(fates)));
    return 0;
  });
}

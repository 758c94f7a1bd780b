/** `sandpost mail list|show|export|import|resend|inject`: captured mail on the command line. */
import { messageUrl, storedMessage } from '../../api/contract/resources.ts';
import type { JourneyEntry } from '../../mail/journey.ts';
import { CommandError, withConnection, type Connection, type Context } from '../context.ts';
import { EX_USAGE, forTerminal, positive, table } from '../options.ts';
import { folderOf, parseMailOptions, searchOf, type MailOptions } from './mail-options.ts';
import { tellJourney } from '../tell-journey.ts';

const LONGEST_CELL = 48;

const cut = (text: string) => (text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL - 1)}…` : text);
const day = (at: number) => new Date(at).toISOString().slice(0, 16).replace('T', ' ');

async function list(context: Context, { client }: Connection, options: MailOptions): Promise<number> {
  const before = positive(options.before, '--before');
  const answer = await client.mail.list({
    folder: folderOf(options),
    search: searchOf(options),
    limit: positive(options.limit, '--limit') ?? 50,
    ...(before === undefined ? {} : { before }),
  });
  if (options.json === true) {
    context.out(`${JSON.stringify(answer)}\n`);
    return 0;
  }
  const rows = answer.messages.map((row) => [
    String(row.id),
    day(row.arrivedAt),
    row.isRead ? ' ' : '*',
    cut(row.from),
    cut(row.to),
    [...new Set(row.fates.map(({ status }) => status))].join(','),
    cut(row.subject),
  ]);
  context.out(forTerminal(table(rows)));
  const last = answer.messages.at(-1);
  if (answer.hasMore && last !== undefined) context.err(`older ones: --before ${last.id}\n`);
  return 0;
}

async function show(
  context: Context,
  connection: Connection,
  options: MailOptions & { id: number },
): Promise<number> {
  const { id } = options;
  if (options.source === true || options.delivered === true) {
    const kind = options.source === true ? 'source' : 'delivered';
    const { mailbox } = options;
    const bytes = await connection.bytes(messageUrl(storedMessage(id), kind, { mailbox }));
    if (bytes === undefined) throw new CommandError(`there is no message ${id}`);
    context.out(bytes);
    return 0;
  }
  const message = await connection.client.mail.get({ id });
  if (options.json === true) {
    context.out(`${JSON.stringify(message)}\n`);
    return 0;
  }
  // The contract's optional fields may be undefined; the words' may only be absent.
  const journey = tellJourney(message.journey as readonly JourneyEntry[]);
  if (options.journey === true) {
    context.out(journey);
    return 0;
  }
  const headers = message.headers.map(({ name, value }) => `${name}: ${value}\n`).join('');
  const fates = message.fates.map((fate) => [fate.address, fate.status, fate.reason]);
  context.out(forTerminal(`${headers}\n${message.text}\n`));
  context.out(`\n-- ${message.queueId}\n${forTerminal(table(fates))}`);
  return 0;
}

/** They have options of their own. */
const HAND_IN = ['resend', 'inject'] as const;

export async function run(context: Context, args: readonly string[]): Promise<number> {
  const handIn = HAND_IN.find((name) => name === args[0]);
  if (handIn !== undefined) return (await import('./mail-hand-in.ts'))[handIn](context, args.slice(1));
  const { values, positionals } = parseMailOptions(args);
  const [verb = 'list', ...words] = positionals;
  if (verb === 'list') return withConnection(context, (connection) => list(context, connection, values));
  if (verb === 'show') {
    const id = positive(words[0], 'mail show');
    if (id === undefined)
      throw new CommandError('mail show needs a message number; see "mail list"', EX_USAGE);
    return withConnection(context, (connection) => show(context, connection, { ...values, id }));
  }
  if (verb === 'export') {
    const { exportMail } = await import('./mail-export.ts');
    const ids = words.map((word) => positive(word, 'mail export') ?? 0);
    return withConnection(context, (connection) => exportMail(context, connection, { ...values, ids }));
  }
  if (verb === 'import') {
    const { importMail } = await import('./mail-import.ts');
    return withConnection(context, (connection) =>
      importMail(context, connection, { ...values, files: words }),
    );
  }
  throw new CommandError(`mail list, show, export, import, resend or inject, not "${verb}"`, EX_USAGE);
}

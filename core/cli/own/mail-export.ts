/**
 * `sandpost mail export`: messages as other programs read them. `mbox` to a file or standard output, `eml` (one file a
 * message) and `maildir` to a folder. Of a mailbox, what was delivered there; otherwise what came in.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { toMbox } from '../../message/export.ts';
import { messageUrl, storedMessage } from '../../api/contract/resources.ts';
import type { MessageRow } from '../../api/contract/mail.ts';
import { CommandError, type Connection, type Context } from '../context.ts';
import { EX_USAGE } from '../options.ts';
import { folderOf, searchOf, type MailOptions } from './mail-options.ts';

export { toMbox };

const PAGE = 200;
const LF = 0x0a;

interface Exported {
  /** The message's number, with the copy's behind it where a mailbox has several. */
  readonly name: string;
  readonly arrivedAt: number;
  readonly isRead: boolean;
  readonly sender: string;
  readonly bytes: Buffer;
}

/** Oldest page last, as the list gives them. */
async function* rows(connection: Connection, options: MailOptions): AsyncGenerator<MessageRow> {
  let before: number | undefined;
  for (;;) {
    const { messages, hasMore } = await connection.client.mail.list({
      folder: folderOf(options),
      search: searchOf(options),
      limit: PAGE,
      ...(before === undefined ? {} : { before }),
    });
    yield* messages;
    before = messages.at(-1)?.id;
    if (!hasMore || before === undefined) return;
  }
}

/** The bytes of one message: what came in, or every copy in a mailbox. */
async function* copies(
  connection: Connection,
  id: number,
  mailbox: string | undefined,
): AsyncGenerator<Uint8Array> {
  const kind = mailbox === undefined ? 'source' : 'delivered';
  const first = await connection.bytes(messageUrl(storedMessage(id), kind, { mailbox }));
  if (first === undefined) throw new CommandError(`there is no message ${id}`);
  yield first;
  for (let copy = 1; mailbox !== undefined; copy += 1) {
    const next = await connection.bytes(messageUrl(storedMessage(id), kind, { mailbox, copy }));
    if (next === undefined) return;
    yield next;
  }
}

async function* chosen(
  connection: Connection,
  options: MailOptions,
  ids: readonly number[],
): AsyncGenerator<Exported> {
  const found: (number | MessageRow)[] = [...ids];
  if (ids.length === 0) for await (const row of rows(connection, options)) found.push(row);
  for (const item of found.reverse()) {
    const id = typeof item === 'number' ? item : item.id;
    const { arrivedAt, isRead, envelope } = await connection.client.mail.get({ id });
    let copy = 0;
    for await (const bytes of copies(connection, id, options.mailbox)) {
      const name = copy === 0 ? String(id) : `${id}-${copy}`;
      yield { name, arrivedAt, isRead, sender: envelope.sender, bytes: Buffer.from(bytes) };
      copy += 1;
    }
  }
}

function withLocalLineEnds(bytes: Buffer): Buffer {
  const text = Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
  return text.at(-1) === LF ? text : Buffer.concat([text, Buffer.from('\n')]);
}

type Write = (message: Exported) => void;

function toFolder(format: 'eml' | 'maildir', folder: string): Write {
  const inside = format === 'eml' ? [''] : ['new', 'cur', 'tmp'];
  for (const name of inside) mkdirSync(path.join(folder, name), { recursive: true, mode: 0o700 });
  if (format === 'eml')
    return ({ name, bytes }) => {
      writeFileSync(path.join(folder, `${name}.eml`), bytes);
    };
  return ({ name, arrivedAt, isRead, bytes }) => {
    const unique = `${Math.floor(arrivedAt / 1000)}.M${name}.sandpost`;
    const file = isRead ? path.join('cur', `${unique}:2,S`) : path.join('new', unique);
    writeFileSync(path.join(folder, file), withLocalLineEnds(bytes));
  };
}

function writer(context: Context, options: MailOptions): Write {
  const { format = 'mbox', output } = options;
  if (format === 'mbox') {
    if (output === undefined || output === '-')
      return (message) => {
        context.out(toMbox(message));
      };
    writeFileSync(output, '', { flag: 'wx' });
    return (message) => {
      writeFileSync(output, toMbox(message), { flag: 'a' });
    };
  }
  if (format !== 'eml' && format !== 'maildir') {
    throw new CommandError(`--format is mbox, eml or maildir, not "${format}"`, EX_USAGE);
  }
  if (output === undefined) throw new CommandError(`--format ${format} needs a folder: -o FOLDER`, EX_USAGE);
  return toFolder(format, output);
}

export async function exportMail(
  context: Context,
  connection: Connection,
  options: MailOptions & { readonly ids: readonly number[] },
): Promise<number> {
  const write = writer(context, options);
  let count = 0;
  for await (const message of chosen(connection, options, options.ids)) {
    write(message);
    count += 1;
  }
  context.err(`exported ${count} message${count === 1 ? '' : 's'}\n`);
  return 0;
}

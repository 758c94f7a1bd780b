/**
 * `sandpost mail export`: messages as other programs read them. `mbox` to a file or standard output, `eml` (one file a
 * message) and `maildir` to a folder, or with `--zip` to one archive. Of a mailbox, what was delivered there; otherwise
 * what came in, with envelope and marks noted beside it, so that an import brings back the same.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { messageUrl, storedMessage } from '../../api/contract/resources.ts';
import type { MessageRow } from '../../api/contract/mail.ts';
import type { OutgoingMessage } from '../../archive/archived.ts';
import { MANIFEST, noteOf, writeManifest, type Noted } from '../../archive/manifest.ts';
import { toMbox } from '../../archive/mbox.ts';
import {
  createArchive,
  EXPORT_FORMATS,
  messageFile,
  withFinalLineEnd,
  type ExportFormat,
} from '../../archive/write.ts';
import { CommandError, type Connection, type Context } from '../context.ts';
import { EX_USAGE } from '../options.ts';
import { folderOf, searchOf, type MailOptions } from './mail-options.ts';

const PAGE = 200;

/** Newest first, as the list gives them. */
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
): AsyncGenerator<OutgoingMessage> {
  const found: (number | MessageRow)[] = [...ids];
  if (ids.length === 0) for await (const row of rows(connection, options)) found.push(row);
  for (const item of found.reverse()) {
    const id = typeof item === 'number' ? item : item.id;
    const { arrivedAt, isRead, isStarred, envelope } = await connection.client.mail.get({ id });
    const { sender, recipients } = envelope;
    let copy = 0;
    for await (const raw of copies(connection, id, options.mailbox)) {
      const name = copy === 0 ? String(id) : `${id}-${copy}`;
      yield { name, arrivedAt, isRead, isStarred, sender, recipients, raw };
      copy += 1;
    }
  }
}

interface Writer {
  add(message: OutgoingMessage): void;
  end(): void;
}

/** `isDelivered`: a mailbox's copies have their envelope in their own headers, so nothing of ours is put in. */
function toMboxFile(context: Context, output: string | undefined, isDelivered: boolean): Writer {
  const write =
    output === undefined || output === '-'
      ? (bytes: Uint8Array) => {
          context.out(bytes);
        }
      : (bytes: Uint8Array) => {
          writeFileSync(output, bytes, { flag: 'a' });
        };
  if (output !== undefined && output !== '-') writeFileSync(output, '', { flag: 'wx' });
  return {
    add({ sender, recipients, arrivedAt, raw }) {
      write(toMbox({ sender, arrivedAt, raw, ...(isDelivered ? {} : { recipients }) }));
    },
    end: () => undefined,
  };
}

function toFolder(format: 'eml' | 'maildir', folder: string, isDelivered: boolean): Writer {
  const inside = format === 'eml' ? [''] : ['new', 'cur', 'tmp'];
  for (const name of inside) mkdirSync(path.join(folder, name), { recursive: true, mode: 0o700 });
  const notes: Noted[] = [];
  return {
    add(message) {
      const { name, bytes, ends } = messageFile(format, message);
      writeFileSync(path.join(folder, name), isDelivered ? withFinalLineEnd(bytes) : bytes);
      notes.push(noteOf(message, name, ends));
    },
    end() {
      if (!isDelivered) writeFileSync(path.join(folder, MANIFEST), writeManifest(notes));
    },
  };
}

function toZip(format: ExportFormat, output: string): Writer {
  const archive = createArchive(format, new Date());
  writeFileSync(output, '', { flag: 'wx' });
  return {
    add: (message) => {
      archive.add(message);
    },
    end() {
      for (const piece of archive.end()) writeFileSync(output, piece, { flag: 'a' });
    },
  };
}

function writer(context: Context, { format: wanted = 'mbox', output, mailbox, zip }: MailOptions): Writer {
  const format = EXPORT_FORMATS.find((known) => known === wanted);
  if (format === undefined)
    throw new CommandError(`--format is mbox, eml or maildir, not "${wanted}"`, EX_USAGE);
  if (format === 'mbox') return toMboxFile(context, output, mailbox !== undefined);
  if (output === undefined)
    throw new CommandError(
      `--format ${format} needs ${zip === true ? 'a file: -o FILE' : 'a folder: -o FOLDER'}`,
      EX_USAGE,
    );
  return zip === true ? toZip(format, output) : toFolder(format, output, mailbox !== undefined);
}

export async function exportMail(
  context: Context,
  connection: Connection,
  options: MailOptions & { readonly ids: readonly number[] },
): Promise<number> {
  const out = writer(context, options);
  let count = 0;
  for await (const message of chosen(connection, options, options.ids)) {
    out.add(message);
    count += 1;
  }
  out.end();
  context.err(`exported ${count} message${count === 1 ? '' : 's'}\n`);
  return 0;
}

/**
 * `sandpost mail import`: messages of files (mbox, .eml, ZIP archives of these), maildirs and folders. Handed in as
 * sendmail(1) would, through cleanup and the aliases, or with --into put into a mailbox as they are. What cannot be
 * read is told and does not keep the rest back.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ImportInput } from '../../api/contract/hand-in.ts';
import type { ArchivedMessage } from '../../archive/archived.ts';
import { MANIFEST, readManifest, type Noted } from '../../archive/manifest.ts';
import { messageOfFile, readMail, type ReadMessage } from '../../archive/read.ts';
import { CommandError, type Connection, type Context } from '../context.ts';
import { EX_USAGE, forTerminal } from '../options.ts';
import type { MailOptions } from './mail-options.ts';

/** Fits well into one call, however small the messages. */
const BATCH_MESSAGES = 100;
const BATCH_BYTES = 4 * 1024 * 1024;

async function* readOne(name: string, noted: Noted | undefined, shown: string): AsyncGenerator<ReadMessage> {
  if (noted !== undefined) {
    const bytes = await readFile(name);
    yield { kind: 'message', message: messageOfFile(bytes, shown, noted), from: shown, doneBytes: 0 };
    return;
  }
  const file = await open(name);
  try {
    const { size } = await file.stat();
    const read = async (start: number, end: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
      return buffer.subarray(0, bytesRead);
    };
    yield* readMail({ size, read }, shown);
  } finally {
    await file.close();
  }
}

const isVisible = (name: string) => !name.startsWith('.') && name !== MANIFEST;

/** A maildir's `new` and `cur`, or every file of a folder, folders inside as well. */
function filesOf(folder: string): readonly string[] {
  const names = readdirSync(folder).sort();
  const isMaildir = ['new', 'cur', 'tmp'].every((name) => names.includes(name));
  const wanted = isMaildir ? ['new', 'cur'] : names.filter(isVisible);
  return wanted.flatMap((name) => {
    const inside = path.join(folder, name);
    return statSync(inside).isDirectory() ? filesOf(inside) : [inside];
  });
}

async function* readAll(names: readonly string[]): AsyncGenerator<ReadMessage> {
  for (const name of names) {
    if (!existsSync(name)) throw new CommandError(`there is no ${name}`);
    if (!statSync(name).isDirectory()) {
      yield* readOne(name, undefined, name);
      continue;
    }
    const manifest = path.join(name, MANIFEST);
    const notes = existsSync(manifest)
      ? readManifest(await readFile(manifest, 'utf8'))
      : new Map<string, Noted>();
    for (const file of filesOf(name)) {
      const inside = path.relative(name, file).split(path.sep).join('/');
      yield* readOne(file, notes.get(inside), file);
    }
  }
}

/** Messages with where each is from, in batches. */
async function* batches(
  reading: AsyncGenerator<ReadMessage>,
  onUnreadable: (from: string, reason: string) => void,
): AsyncGenerator<{ readonly message: ArchivedMessage; readonly from: string }[]> {
  let batch: { message: ArchivedMessage; from: string }[] = [];
  let bytes = 0;
  for await (const read of reading) {
    if (read.kind === 'unreadable') {
      onUnreadable(read.from, read.reason);
      continue;
    }
    batch.push(read);
    bytes += read.message.raw.length;
    if (batch.length < BATCH_MESSAGES && bytes < BATCH_BYTES) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}

function toInput({ raw, sender, recipients, isRead, isStarred }: ArchivedMessage) {
  return {
    rawBase64: Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('base64'),
    ...(sender === undefined ? {} : { sender }),
    ...(recipients === undefined ? {} : { recipients: [...recipients] }),
    isRead: isRead === true,
    isStarred: isStarred === true,
  };
}

const plural = (count: number) => `${count} message${count === 1 ? '' : 's'}`;

/** Exit status 1 when something was not taken. */
export async function importMail(
  context: Context,
  { client }: Connection,
  options: MailOptions & { readonly files: readonly string[] },
): Promise<number> {
  const { files, into, from, to } = options;
  if (files.length === 0) throw new CommandError('mail import needs a file, a maildir or a folder', EX_USAGE);
  if (into !== undefined && (from !== undefined || to !== undefined))
    throw new CommandError('--into puts mail into a mailbox as it is: no --from, no --to', EX_USAGE);
  const as: ImportInput['as'] =
    into === undefined
      ? { kind: 'sent', sender: from ?? '', recipients: to ?? [] }
      : { kind: 'mailbox', name: into };
  let count = 0;
  let failed = 0;
  const fail = (source: string, reason: string) => {
    failed += 1;
    context.err(`${forTerminal(`${source}: ${reason}`)}\n`);
  };
  for await (const batch of batches(readAll(files), fail)) {
    const { results } = await client.mail.import({
      messages: batch.map(({ message }) => toInput(message)),
      as,
    });
    results.forEach(({ refused }, at) => {
      if (refused === undefined) count += 1;
      else fail(batch[at]?.from ?? '', refused);
    });
  }
  context.err(`imported ${plural(count)}${failed === 0 ? '' : `, ${failed} not`}\n`);
  return failed === 0 ? 0 : 1;
}

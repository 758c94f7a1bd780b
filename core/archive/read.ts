/**
 * Messages of a file that somebody hands over: an mbox, a ZIP archive of message files or mboxes, one message. Piece by
 * piece, however large it is. What cannot be read is told beside what can.
 */
import { fromMessageFile, type ArchivedMessage } from './archived.ts';
import { decode, headerLines } from './bytes.ts';
import { fromLocalLines } from './local-lines.ts';
import { MANIFEST, readManifest, type Noted } from './manifest.ts';
import { createMboxSplitter, fromMbox, isMbox } from './mbox.ts';
import { isZip, openZip, UnreadableArchiveError, type ByteSource, type ZipEntry } from './unzip.ts';

export type ReadMessage =
  | {
      readonly kind: 'message';
      readonly message: ArchivedMessage;
      /** The file it is in, or the archive's file. */
      readonly from: string;
      /** How far the file is read, in bytes. */
      readonly doneBytes: number;
    }
  | {
      readonly kind: 'unreadable';
      readonly from: string;
      readonly reason: string;
      readonly doneBytes: number;
    };

const PIECE = 4 * 1024 * 1024;
const LARGEST_MESSAGE = 512 * 1024 * 1024;
/** What archives have beside mail. */
const NO_MAIL = /(?:^|\/)(?:\.|__MACOSX\/|Thumbs\.db$)/;

/** It begins with a header field, or its name says so: what is broken is listed too. */
const looksLikeMail = (bytes: Uint8Array, name: string) => {
  if (bytes.length > 0 && /\.eml$/i.test(name)) return true;
  const [first = ''] = headerLines(bytes.subarray(0, 4096));
  return /^[!-9;-~]+[ \t]*:/.test(first);
};

const unreadable = (from: string, reason: string, doneBytes: number): ReadMessage => ({
  kind: 'unreadable',
  from,
  reason,
  doneBytes,
});

async function* readMbox(source: ByteSource, from: string): AsyncGenerator<ReadMessage> {
  const splitter = createMboxSplitter();
  for (let start = 0; start < source.size; start += PIECE) {
    const doneBytes = Math.min(start + PIECE, source.size);
    for (const entry of splitter.push(await source.read(start, doneBytes)))
      yield { kind: 'message', message: fromMbox(entry), from, doneBytes };
  }
  for (const entry of splitter.end())
    yield { kind: 'message', message: fromMbox(entry), from, doneBytes: source.size };
}

/** `:2,FS` at the end of a maildir's file name, or after whatever stands for the colon. */
function flagsOf(name: string): Pick<ArchivedMessage, 'isRead' | 'isStarred'> {
  const flags = /[^A-Za-z0-9.]2,([A-Z]*)$/.exec(name)?.[1];
  return flags === undefined ? {} : { isRead: flags.includes('S'), isStarred: flags.includes('F') };
}

/** One file with one message; what the manifest says about it has precedence. */
export function messageOfFile(bytes: Uint8Array, name: string, noted?: Noted): ArchivedMessage {
  const raw = noted === undefined ? bytes : fromLocalLines({ bytes, ends: noted.ends });
  const found = { ...fromMessageFile(raw), ...flagsOf(name) };
  if (noted === undefined) return found;
  const { sender = found.sender, recipients, isRead, isStarred } = noted;
  return { raw, sender, recipients, isRead, isStarred };
}

const inMemory = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: (start, end) => Promise.resolve(bytes.subarray(start, end)),
});

async function* readEntry(
  entry: ZipEntry,
  noted: Noted | undefined,
  doneBytes: number,
): AsyncGenerator<ReadMessage> {
  const { name } = entry;
  try {
    const bytes = await entry.read();
    if (noted !== undefined || looksLikeMail(bytes, name))
      yield { kind: 'message', message: messageOfFile(bytes, name, noted), from: name, doneBytes };
    else if (isMbox(bytes)) {
      for await (const read of readMbox(inMemory(bytes), name)) yield { ...read, doneBytes };
    } else yield unreadable(name, 'it is no mail', doneBytes);
  } catch (cause) {
    if (!(cause instanceof UnreadableArchiveError)) throw cause;
    yield unreadable(name, cause.message, doneBytes);
  }
}

async function* readZip(source: ByteSource, from: string): AsyncGenerator<ReadMessage> {
  let entries: readonly ZipEntry[];
  let notes: ReadonlyMap<string, Noted> = new Map();
  try {
    entries = (await openZip(source)).filter(({ name }) => !NO_MAIL.test(name));
    const manifest = entries.find(({ name }) => name === MANIFEST);
    if (manifest !== undefined) notes = readManifest(decode(await manifest.read()));
  } catch (cause) {
    if (!(cause instanceof UnreadableArchiveError)) throw cause;
    yield unreadable(from, cause.message, source.size);
    return;
  }
  const mail = entries.filter(({ name }) => name !== MANIFEST);
  let done = 0;
  for (const entry of mail) {
    done += 1;
    yield* readEntry(entry, notes.get(entry.name), Math.floor((source.size * done) / mail.length));
  }
}

/** @param from the file's name, for what is said about it */
export async function* readMail(source: ByteSource, from: string): AsyncGenerator<ReadMessage> {
  const first = await source.read(0, Math.min(source.size, 4096));
  if (isZip(first)) yield* readZip(source, from);
  else if (isMbox(first)) yield* readMbox(source, from);
  else if (!looksLikeMail(first, from)) yield unreadable(from, 'it is no mail', source.size);
  else if (source.size > LARGEST_MESSAGE) yield unreadable(from, 'it is larger than 512 MB', source.size);
  else {
    const bytes = await source.read(0, source.size);
    yield { kind: 'message', message: messageOfFile(bytes, from), from, doneBytes: source.size };
  }
}

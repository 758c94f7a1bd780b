/**
 * The maildrop: what sendmail(1) takes while no sandbox runs waits here, one file a message, and is picked up at the
 * next start (postdrop(1), pickup(8)). A file is written under another name, synced, then renamed: it is there whole
 * or not at all.
 *
 * A crash between storing a message and removing its file must not deliver it twice. So the message keeps the queue id
 * that it got here: a file whose queue id is in the store is only removed.
 */
import {
  chmodSync,
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  watch,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { isQueueId, type QueueId } from '../mail/queue-id.ts';
import { submitInput, type SubmitInput } from './contract/mail.ts';

const FOLDER = 'maildrop';

const header = z.object({
  queueId: z.custom<QueueId>((text) => typeof text === 'string' && isQueueId(text)),
  arrivedAt: z.number(),
  input: submitInput.omit({ rawBase64: true }),
});

export interface DroppedMessage {
  readonly queueId: QueueId;
  readonly arrivedAt: number;
  /** Bytes of the message. */
  readonly size: number;
  /** The user id that the file belongs to. */
  readonly owner: number;
  readonly input: SubmitInput;
}

export interface Maildrop {
  /** Resolves when the message is on disk. */
  put(message: { readonly queueId: string; readonly arrivedAt: number; readonly input: SubmitInput }): void;
  /** Oldest first. Files that are not readable as messages are left out, and left alone. */
  list(): readonly DroppedMessage[];
  remove(queueId: string): void;
  /** Lets every user of the machine leave messages, as Postfix does: for a sandbox that root runs. */
  openToAll(): void;
  /** Calls back when something may have been left; answers how to stop that. */
  watch(onChange: () => void): () => void;
}

function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The folder may be open to all: a link, which could lead to a file of somebody else, is no message. */
function readDropped(file: string): DroppedMessage | undefined {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found?.isFile() !== true || found.nlink !== 1) return undefined;
  const bytes = readFileSync(file);
  const end = bytes.indexOf(0x0a);
  if (end < 0) return undefined;
  try {
    const { queueId, arrivedAt, input } = header.parse(JSON.parse(bytes.subarray(0, end).toString('utf8')));
    const raw = bytes.subarray(end + 1);
    return {
      queueId,
      arrivedAt,
      size: raw.length,
      owner: found.uid,
      input: { ...input, rawBase64: raw.toString('base64') },
    };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

export function createMaildrop(dataDir: string): Maildrop {
  const folder = path.join(dataDir, FOLDER);

  /** Files that are whole: a draft has a suffix. */
  function files(): readonly string[] {
    if (statSync(folder, { throwIfNoEntry: false }) === undefined) return [];
    return readdirSync(folder).filter((name) => isQueueId(name));
  }

  return {
    put({ queueId, arrivedAt, input: { rawBase64, ...input } }) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const file = path.join(folder, queueId);
      const draft = `${file}.new`;
      const handle = openSync(draft, 'wx', 0o600);
      try {
        writeSync(handle, `${JSON.stringify({ queueId, arrivedAt, input })}\n`);
        const raw = Buffer.from(rawBase64, 'base64');
        for (let at = 0; at < raw.length;) at += writeSync(handle, raw, at);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      renameSync(draft, file);
      syncFolder(folder);
    },
    list() {
      return files()
        .flatMap((name) => {
          const found = readDropped(path.join(folder, name));
          // a file speaks for itself only
          return found?.queueId === name ? found : [];
        })
        .sort((a, b) => a.arrivedAt - b.arrivedAt);
    },
    openToAll() {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      // sticky: a file is its owner's to rename or remove
      chmodSync(folder, 0o1777);
    },
    watch(onChange) {
      const watcher = watch(folder, () => {
        onChange();
      });
      watcher.on('error', () => {
        watcher.close();
      });
      return () => {
        watcher.close();
      };
    },
    remove(queueId) {
      if (isQueueId(queueId)) rmSync(path.join(folder, queueId), { force: true });
    },
  };
}

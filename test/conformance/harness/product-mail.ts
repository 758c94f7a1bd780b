/** Mailboxes and queue of a sandbox in the form of records. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createClient, readThroughSocket } from '../../../core/api/client.ts';
import { messageUrl, storedMessage } from '../../../core/api/contract/resources.ts';
import type { Connection } from '../../../core/cli/context.ts';
import { ConfigError } from '../../../core/config/config.ts';
import { fromLine, quoteFromLines } from '../../../core/delivery/prefix.ts';
import { listQueueAsJson } from '../../../core/cli/postfix/queue-listing.ts';
import { withLf } from '../../../core/mail/delivered-form.ts';
import type { Folders } from '../../../core/util/paths.ts';
import { parseMbox } from './messages.ts';
import { toLines } from './text.ts';
import type { MessageRecord, QueueRecord } from './types.ts';

const PAGE = 500;
const MOST_ENTRIES = 100_000;

export interface ProductMail {
  /** True when nothing is waiting to be delivered now. */
  isQuiet(): Promise<boolean>;
  /** Every copy in every mailbox; a virtual mailbox's name has a slash, and is a file below vmail in a record. */
  mailboxes(): Promise<MessageRecord[]>;
  /** One mailbox as an mbox file. */
  mbox(mailbox: string): Promise<string>;
  queue(): Promise<readonly QueueRecord[]>;
  /** What the log has to say so far is in its file. */
  finishLog(): Promise<void>;
}

/** What a sandbox is asked through: its socket, or its own calls. */
type Calls = Pick<Connection, 'client' | 'bytes'>;

/** Mail of the sandbox that runs on this configuration folder. */
export function useRunning<T>(configDir: string, use: (mail: ProductMail) => Promise<T>): Promise<T> {
  const { socket } = JSON.parse(readFileSync(path.join(configDir, '.sandbox.json'), 'utf8')) as {
    readonly socket: string;
  };
  const client = createClient({ socketPath: socket });
  return use(createProductMail({ client, bytes: (url) => readThroughSocket(socket, url) }));
}

/** Mail of a sandbox that does not run. Undefined: it cannot be opened, its configuration being what a scenario made of it. */
export async function useStopped<T>(
  folders: Folders,
  use: (mail: ProductMail) => Promise<T>,
): Promise<T | undefined> {
  const { openHere } = await import('../../../core/cli/open-sandbox.ts');
  let connection: Connection;
  try {
    connection = await openHere(folders);
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
  try {
    return await use(createProductMail(connection));
  } finally {
    await connection.close();
  }
}

/** What `postqueue -j` prints. */
export function parseQueue(text: string): readonly QueueRecord[] {
  return toLines(text).map((line) => {
    const { queue_name, sender, recipients, forced_expire } = JSON.parse(line) as QueueRecord;
    return { queue_name, sender, ...(forced_expire === true ? { forced_expire } : {}), recipients };
  });
}

function createProductMail({ client, bytes: read }: Calls): ProductMail {
  async function copies(id: number, mailbox: string): Promise<Uint8Array[]> {
    const found: Uint8Array[] = [];
    for (;;) {
      const bytes = await read(messageUrl(storedMessage(id), 'delivered', { mailbox, copy: found.length }));
      if (bytes === undefined) return found;
      found.push(bytes);
    }
  }

  async function mbox(mailbox: string): Promise<string> {
    const { messages } = await client.mail.list({ folder: { kind: 'mailbox', name: mailbox }, limit: PAGE });
    const texts: string[] = [];
    for (const { id, arrivedAt } of [...messages].reverse()) {
      const { envelope } = await client.mail.get({ id });
      for (const bytes of await copies(id, mailbox)) {
        const text = quoteFromLines(withLf(bytes)).toString('utf8');
        const end = text.endsWith('\n') ? '\n' : '\n\n';
        texts.push(`${fromLine(envelope.sender, arrivedAt)}\n${text}${end}`);
      }
    }
    return texts.join('');
  }

  return {
    async isQuiet() {
      const { counts } = await client.queue.list({ limit: 1 });
      return counts.incoming === 0 && counts.active === 0;
    },
    async mailboxes() {
      const { mailboxes } = await client.mail.folders();
      const found: MessageRecord[] = [];
      for (const { name } of mailboxes) {
        const isVirtual = name.includes('/');
        const shown = isVirtual ? `vmail/${name.replace(/^\.\//, '')}` : name;
        const messages = parseMbox(await mbox(name), shown);
        // A maildir has no From_ line.
        found.push(...(name.endsWith('/') ? messages.map(withoutFromLine) : messages));
      }
      return found;
    },
    mbox,
    async finishLog() {
      // Lines are written when somebody asks for those of a message, whichever.
      await client.queue.log({ queueId: 'AAAAAA' });
    },
    async queue() {
      const { entries } = await client.queue.list({ limit: MOST_ENTRIES });
      return parseQueue(listQueueAsJson(entries));
    },
  };
}

function withoutFromLine(message: MessageRecord): MessageRecord {
  const copy = { ...message };
  delete copy.fromLine;
  return copy;
}

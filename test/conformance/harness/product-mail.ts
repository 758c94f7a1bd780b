/** Mailboxes and queue of a running sandbox through its socket, in the form of records. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createClient, readThroughSocket } from '../../../core/api/client.ts';
import { messageUrl, storedMessage } from '../../../core/api/contract/resources.ts';
import { toMbox } from '../../../core/cli/own/mail-export.ts';
import { parseMbox } from './messages.ts';
import type { MessageRecord } from './types.ts';

const PAGE = 500;

export interface ProductMail {
  /** True when nothing is waiting to be delivered now. */
  isQuiet(): Promise<boolean>;
  /** Every copy in every mailbox; a virtual mailbox's name has a slash, and is a file below vmail in a record. */
  mailboxes(): Promise<MessageRecord[]>;
  /** One mailbox as an mbox file. */
  mbox(mailbox: string): Promise<string>;
}

export function openProductMail(configDir: string): ProductMail {
  const running = JSON.parse(readFileSync(path.join(configDir, '.sandbox.json'), 'utf8')) as {
    readonly socket: string;
  };
  const client = createClient({ socketPath: running.socket });

  async function copies(id: number, mailbox: string): Promise<Uint8Array[]> {
    const found: Uint8Array[] = [];
    for (;;) {
      const url = messageUrl(storedMessage(id), 'delivered', { mailbox, copy: found.length });
      const bytes = await readThroughSocket(running.socket, url);
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
        texts.push(
          toMbox({ sender: envelope.sender, arrivedAt, bytes: Buffer.from(bytes) }).toString('utf8'),
        );
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
  };
}

function withoutFromLine(message: MessageRecord): MessageRecord {
  const copy = { ...message };
  delete copy.fromLine;
  return copy;
}

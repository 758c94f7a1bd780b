/** The mail side of the store: lists, one message, marks, Bin. */
import type { MailboxDelivery } from '../mail/message.ts';
import { messageNumbers, type QueueId } from '../mail/queue-id.ts';
import type { Clock } from '../util/clock.ts';
import type { ChangeCollector } from './changes.ts';
import { INT, type Connection } from './database.ts';
import type { MailStore } from './mail-store.ts';
import { createContentReader } from './read/content.ts';
import { createFolderReader, type ReadCounter } from './read/counts.ts';
import { createListMail } from './read/mail-list.ts';
import { createRecordReader } from './read/mail-record.ts';
import { createMailboxBytes } from './read/mailbox-bytes.ts';
import type { Search } from './searcher.ts';
import type { Writer } from './writer.ts';

/** Messages purged in one transaction: mail that comes in meanwhile waits no longer than for these. */
const PURGED_AT_ONCE = 200;

export interface MailSideDependencies {
  readonly db: Connection;
  readonly writer: Writer;
  readonly changes: ChangeCollector;
  readonly readCounter: ReadCounter;
  readonly clock: Clock;
  readonly search: Search;
}

export function createMailStore(dependencies: MailSideDependencies): MailStore {
  const { db, writer, changes, readCounter, clock, search } = dependencies;
  const records = createRecordReader(db);
  const deliveries = createDeliveryReader(db);
  const selectBin = db
    .prepare('SELECT id FROM message INDEXED BY message_bin WHERE deleted_at IS NOT NULL')
    .pluck();
  const hasQueueId = db.prepare('SELECT 1 FROM message WHERE id = ? AND queue_id = ?').pluck();
  const findEntry = db.prepare('SELECT message_id FROM queue_entry WHERE queue_id = ?').pluck();

  const tell = (ids: readonly number[]) => {
    changes.changed(ids);
    return ids;
  };
  async function purge(ids: readonly number[]): Promise<readonly number[]> {
    const gone: number[] = [];
    for (let at = 0; at < ids.length; at += PURGED_AT_ONCE) {
      gone.push(...(await writer.write('purge', { ids: ids.slice(at, at + PURGED_AT_ONCE) })));
      changes.purged();
    }
    return gone;
  }
  return {
    list: createListMail(db, search),
    folders: createFolderReader(db, readCounter),
    get: (id) => records.get(id),
    parts: (id) => records.parts(id),
    content: createContentReader(db),
    deliveries,
    delivery: (id, mailbox) => deliveries(id).find((d) => d.mailbox.toLowerCase() === mailbox.toLowerCase()),
    findByQueueId(queueId) {
      const number = messageNumbers(queueId as QueueId).find((n) => hasQueueId.get(n, queueId) !== undefined);
      return number ?? (findEntry.get(queueId) as number | undefined);
    },
    async mark(ids, { isRead, isStarred }) {
      const marks = {
        ...(isRead === undefined ? {} : { isRead }),
        ...(isStarred === undefined ? {} : { isStarred }),
      };
      return tell(await writer.write('mark', { ids, ...marks }));
    },
    remove: async (ids) => tell(await writer.write('bin', { ids, at: clock.now() })),
    restore: async (ids) => tell(await writer.write('restore', { ids })),
    purge: (ids) => purge(ids ?? (selectBin.all() as number[])),
    mailboxBytes: createMailboxBytes(db),
    totals: () => ({ messages: readCounter('messages'), bytes: readCounter('bytes') }),
  };
}

interface DeliveryRow {
  readonly recipient_idx: number;
  readonly mailbox: string;
  readonly address: string;
  readonly head: string;
}

function createDeliveryReader(db: Connection): (id: number) => readonly MailboxDelivery[] {
  const select = db.prepare(
    `SELECT recipient_idx, mailbox, address, head FROM delivery WHERE message_id = ${INT} ORDER BY recipient_idx, mailbox, address, nth`,
  );
  return (id) =>
    (select.all(id) as DeliveryRow[]).map(({ recipient_idx, mailbox, address, head }) => ({
      recipientIndex: recipient_idx,
      mailbox,
      address,
      head,
    }));
}

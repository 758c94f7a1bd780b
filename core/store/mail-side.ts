/** The mail side of the store: lists, one message, marks, Bin. */
import type { MailboxDelivery } from '../mail/message.ts';
import { messageNumbers, type QueueId } from '../mail/queue-id.ts';
import type { Clock } from '../util/clock.ts';
import type { ChangeCollector } from './changes.ts';
import { INT, type Connection } from './database.ts';
import type { MailStore } from './mail-store.ts';
import { createBeyondReader } from './read/beyond.ts';
import { createContentReader, createHeaderReader } from './read/content.ts';
import { createFolderReader, type ReadCounter } from './read/counts.ts';
import { createAddressReader } from './read/addresses.ts';
import { createListMail } from './read/mail-list.ts';
import { createRecordReader } from './read/mail-record.ts';
import { createMailboxBytes } from './read/mailbox-bytes.ts';
import type { Search } from './searcher.ts';
import type { Writer } from './writer.ts';

/** Messages changed in one transaction: mail that comes in meanwhile waits no longer than for these. */
const CHANGED_AT_ONCE = 1000;
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
  const lists = createListMail(db, search, () => clock.now());
  const deliveries = createDeliveryReader(db);
  const selectBin = db
    .prepare('SELECT id FROM message INDEXED BY message_bin WHERE deleted_at IS NOT NULL')
    .pluck();
  // Also of those in the Bin.
  const selectFiled = db.prepare('SELECT message_id FROM filed WHERE folder_id = ?').pluck();
  const hasQueueId = db.prepare('SELECT 1 FROM message WHERE id = ? AND queue_id = ?').pluck();
  const findEntry = db.prepare('SELECT message_id FROM queue_entry WHERE queue_id = ?').pluck();

  const changed = (ids: readonly number[]) => {
    changes.changed(ids);
  };
  const tag: MailStore['tag'] = (all, { add, remove }) =>
    inPieces(all, CHANGED_AT_ONCE, (ids) => writer.write('tag', { ids, add, remove }), changed);
  return {
    list: (query) => lists.list(query),
    ids: (query) => lists.ids(query),
    thread: (id) => lists.thread(id),
    addresses: createAddressReader(db),
    folders: createFolderReader(db, readCounter),
    get: (id) => records.get(id),
    parts: (id) => records.parts(id),
    subject: (id) => records.subject(id),
    content: createContentReader(db),
    header: createHeaderReader(db),
    deliveries,
    delivery: (id, mailbox) => deliveries(id).find((d) => d.mailbox.toLowerCase() === mailbox.toLowerCase()),
    findByQueueId(queueId) {
      const number = messageNumbers(queueId as QueueId).find((n) => hasQueueId.get(n, queueId) !== undefined);
      return number ?? (findEntry.get(queueId) as number | undefined);
    },
    mark(all, { isRead, isStarred }) {
      const marks = {
        ...(isRead === undefined ? {} : { isRead }),
        ...(isStarred === undefined ? {} : { isStarred }),
      };
      return inPieces(all, CHANGED_AT_ONCE, (ids) => writer.write('mark', { ids, ...marks }), changed);
    },
    tag,
    async renameTag(from, to) {
      const isRenamed = await writer.write('renameTag', { from, to });
      if (isRenamed) changes.purged([]);
      return isRenamed;
    },
    async removeTag(name) {
      const folder = db
        .prepare("SELECT id FROM folder WHERE kind = 'tag' AND name = ? COLLATE NOCASE")
        .pluck();
      const id = folder.get(name) as number | undefined;
      const ids = id === undefined ? [] : (selectFiled.all(id) as number[]);
      const changed = await tag(ids, { add: [], remove: [name] });
      await writer.write('dropTag', { name });
      changes.sidebar();
      return changed;
    },
    remove: (all) =>
      inPieces(all, CHANGED_AT_ONCE, (ids) => writer.write('bin', { ids, at: clock.now() }), changed),
    restore: (all) => inPieces(all, CHANGED_AT_ONCE, (ids) => writer.write('restore', { ids }), changed),
    purge: (some) => {
      const all = some ?? (selectBin.all() as number[]);
      return inPieces(
        all,
        PURGED_AT_ONCE,
        (ids) => writer.write('purge', { ids }),
        (gone) => {
          changes.purged(gone);
        },
      );
    },
    ...createBeyondReader(db, readCounter),
    expel: (all) =>
      inPieces(
        all,
        PURGED_AT_ONCE,
        (ids) => writer.write('expel', { ids }),
        (gone) => {
          changes.purged(gone);
        },
      ),
    mailboxBytes: createMailboxBytes(db),
    totals: () => ({ messages: readCounter('messages'), bytes: readCounter('bytes') }),
  };
}

/** One piece after the other; `tell` learns of each once it is on disk. Answers all that changed. */
async function inPieces(
  ids: readonly number[],
  size: number,
  write: (ids: readonly number[]) => Promise<readonly number[]>,
  tell: (ids: readonly number[]) => void,
): Promise<readonly number[]> {
  const done: number[] = [];
  for (let at = 0; at < ids.length; at += size) {
    const piece = await write(ids.slice(at, at + size));
    for (const id of piece) done.push(id);
    if (piece.length > 0) tell(piece);
  }
  return done;
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

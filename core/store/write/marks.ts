/** Read, starred, Bin and gone for good. Counts move with the rows. */
import type { Connection } from '../database.ts';
import type { Operations } from '../wire.ts';
import type { Counters } from './counters.ts';
import { createFiling } from './filing.ts';
import { toFlags, type FlagRow } from './flags.ts';

interface SizedRow extends FlagRow {
  readonly size: number;
}

export interface Marks {
  mark(order: Operations['mark']['in']): readonly number[];
  bin(order: Operations['bin']['in']): readonly number[];
  restore(order: Operations['restore']['in']): readonly number[];
  purge(order: Operations['purge']['in']): readonly number[];
  expel(order: Operations['expel']['in']): readonly number[];
}

const bit = (value: boolean | undefined, otherwise: number) =>
  value === undefined ? otherwise : value ? 1 : 0;

/** Tables whose rows belong to one message. */
const OWNED = [
  'content',
  'recipient',
  'outcome',
  'delivery',
  'journey',
  'filed',
  'digest',
  'part',
  'mention',
  'thread',
];

export function createMarks(db: Connection, counters: Counters): Marks {
  const selectFlags = db.prepare(
    'SELECT is_read, is_starred, is_undeliverable, deleted_at, size FROM message WHERE id = ?',
  );
  const setFlags = db.prepare('UPDATE message SET is_read = ?, is_starred = ? WHERE id = ?');
  const setDeleted = db.prepare('UPDATE message SET deleted_at = ? WHERE id = ?');
  const filing = createFiling(db, counters);
  const isQueued = db.prepare('SELECT 1 FROM queue_entry WHERE message_id = ?').pluck();
  const purgeOne = createPurge(db, counters);

  /** Runs `change` for each message that is there; answers those that it changed. */
  const each = (ids: readonly number[], change: (id: number, row: SizedRow) => boolean) =>
    [...new Set(ids)].filter((id) => {
      const row = selectFlags.get(id) as SizedRow | undefined;
      return row !== undefined && change(id, row);
    });

  return {
    mark: ({ ids, isRead, isStarred }) =>
      each(ids, (id, row) => {
        const read = bit(isRead, row.is_read);
        const starred = bit(isStarred, row.is_starred);
        if (read === row.is_read && starred === row.is_starred) return false;
        setFlags.run(read, starred, id);
        const before = toFlags(row);
        const folders = read === row.is_read || before.isDeleted ? [] : filing.foldersOf(id);
        counters.reflag(before, { ...before, isRead: read === 1, isStarred: starred === 1 }, folders);
        return true;
      }),
    bin: ({ ids, at }) =>
      each(ids, (id, row) => {
        if (row.deleted_at !== null) return false;
        setDeleted.run(at, id);
        counters.reflag(toFlags(row), { ...toFlags(row), isDeleted: true }, filing.foldersOf(id));
        filing.hide(id);
        return true;
      }),
    restore: ({ ids }) =>
      each(ids, (id, row) => {
        if (row.deleted_at === null) return false;
        setDeleted.run(null, id);
        counters.reflag(toFlags(row), { ...toFlags(row), isDeleted: false }, filing.foldersOf(id));
        filing.show(id);
        return true;
      }),
    purge: ({ ids }) =>
      each(ids, (id, row) => {
        if (row.deleted_at === null) return false;
        purgeOne(id, row.size);
        counters.reflag(toFlags(row), null, []);
        return true;
      }),
    expel: ({ ids }) =>
      each(ids, (id, row) => {
        if (row.is_starred === 1 || isQueued.get(id) !== undefined) return false;
        if (row.deleted_at === null) {
          counters.reflag(toFlags(row), { ...toFlags(row), isDeleted: true }, filing.foldersOf(id));
          filing.hide(id);
        }
        purgeOne(id, row.size);
        counters.reflag({ ...toFlags(row), isDeleted: true }, null, []);
        return true;
      }),
  };
}

function createPurge(db: Connection, counters: Counters): (id: number, size: number) => void {
  const queueOf = db.prepare('SELECT queue FROM queue_entry WHERE message_id = ?').pluck();
  const deleteEntry = db.prepare('DELETE FROM queue_entry WHERE message_id = ?');
  const dropUnindexed = db.prepare('DELETE FROM unindexed WHERE message_id = ?');
  const dropSearch = db.prepare('DELETE FROM search WHERE rowid = ?');
  const dropMessage = db.prepare('DELETE FROM message WHERE id = ?');
  const dropOwned = OWNED.map((table) => db.prepare(`DELETE FROM ${table} WHERE message_id = ?`));

  return (id, size) => {
    const queue = queueOf.get(id) as 'incoming' | 'deferred' | 'hold' | undefined;
    if (queue !== undefined) {
      deleteEntry.run(id);
      counters.add(`queue:${queue}`, -1);
    }
    if (dropUnindexed.run(id).changes === 0) dropSearch.run(id);
    for (const drop of dropOwned) drop.run(id);
    dropMessage.run(id);
    counters.add('messages', -1);
    counters.add('bytes', -size);
  };
}

/** What is no longer to be kept: a few at a time, read off indexes from the old end. */
import { INT, type Connection } from '../database.ts';
import type { MailStore } from '../mail-store.ts';
import { HOUR_MS } from '../write/counters.ts';
import type { ReadCounter } from './counts.ts';

/** What a person wants to keep, or the queue still needs, stays whatever its age. */
const MAY_GO = 'm.is_starred = 0 AND NOT EXISTS (SELECT 1 FROM queue_entry q WHERE q.message_id = m.id)';

export const BINNED_SQL =
  'SELECT id FROM message INDEXED BY message_binned WHERE deleted_at IS NOT NULL AND deleted_at < ? ORDER BY deleted_at LIMIT ?';
const OLDEST_SQL = `SELECT m.id FROM message m INDEXED BY message_kept WHERE m.deleted_at IS NULL AND ${MAY_GO} ORDER BY m.id LIMIT ?`;
/** The bound of the numbers keeps it from going through all mail when nothing is old. */
export const OLD_SQL = `SELECT m.id FROM message m INDEXED BY message_kept WHERE m.deleted_at IS NULL AND m.id <= ${INT} AND m.arrived_at < ? AND ${MAY_GO} ORDER BY m.id LIMIT ?`;

export function createBeyondReader(
  db: Connection,
  readCounter: ReadCounter,
): Pick<MailStore, 'binnedBefore' | 'beyond'> {
  const binned = db.prepare(BINNED_SQL).pluck();
  const oldest = db.prepare(OLDEST_SQL).pluck();
  const old = db.prepare(OLD_SQL).pluck();
  const lastOfHours = db.prepare('SELECT max(last_id) FROM arrival WHERE hour <= ?').pluck();

  const binnedBefore = (at: number, limit: number) => binned.all(at, limit) as number[];

  function tooMany(most: number | null, limit: number): readonly number[] {
    const excess = most === null ? 0 : readCounter('kept') - most;
    return excess <= 0 ? [] : (oldest.all(Math.min(excess, limit)) as number[]);
  }
  function tooOld(before: number | null, limit: number): readonly number[] {
    if (before === null) return [];
    const last = (lastOfHours.get(Math.floor(before / HOUR_MS)) as number | null) ?? 0;
    return old.all(last, before, limit) as number[];
  }
  function tooLarge(most: number | null, limit: number): readonly number[] {
    if (most === null || readCounter('bytes') <= most) return [];
    // What is in the Bin goes first.
    const first = binnedBefore(Number.MAX_SAFE_INTEGER, limit).filter((id) => mayGo.get(id) !== undefined);
    return takeBytes(first.length > 0 ? first : (oldest.all(limit) as number[]), readCounter('bytes') - most);
  }
  const mayGo = db.prepare(`SELECT 1 FROM message m WHERE m.id = ? AND ${MAY_GO}`).pluck();
  const sizeOf = db.prepare('SELECT size FROM message WHERE id = ?').pluck();

  /** So many of them that the excess is gone. */
  function takeBytes(ids: readonly number[], excess: number): readonly number[] {
    const taken: number[] = [];
    for (let left = excess; left > 0 && taken.length < ids.length;) {
      const id = ids[taken.length] ?? 0;
      taken.push(id);
      left -= (sizeOf.get(id) as number | undefined) ?? 0;
    }
    return taken;
  }

  return {
    binnedBefore,
    beyond({ mostMessages, arrivedBefore, mostBytes }, limit) {
      for (const ids of [tooOld(arrivedBefore, limit), tooMany(mostMessages, limit)]) {
        if (ids.length > 0) return ids;
      }
      return tooLarge(mostBytes, limit);
    },
  };
}

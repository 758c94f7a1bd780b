/** Adds decisions to a message's journey. */
import type { JourneyEntry } from '../../mail/journey.ts';
import type { Connection } from '../database.ts';

export type AddJourney = (messageId: number, entries: readonly JourneyEntry[] | undefined) => void;

export function createAddJourney(db: Connection): AddJourney {
  const insert = db.prepare(
    `INSERT INTO journey (message_id, seq, entries)
     VALUES (?, (SELECT coalesce(max(seq) + 1, 0) FROM journey WHERE message_id = ?), ?)`,
  );
  return (messageId, entries) => {
    if (entries === undefined || entries.length === 0) return;
    insert.run(messageId, messageId, JSON.stringify(entries));
  };
}

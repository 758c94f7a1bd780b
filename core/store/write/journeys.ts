/** Adds decisions to a message's journey. */
import type { JourneyEntry } from '../../mail/journey.ts';
import type { Connection } from '../database.ts';
import type { Counters } from './counters.ts';

export type AddJourney = (messageId: number, entries: readonly JourneyEntry[] | undefined) => void;

export function createAddJourney(db: Connection, counters: Pick<Counters, 'nextSeq'>): AddJourney {
  const insert = db.prepare('INSERT INTO journey (message_id, seq, entries) VALUES (?, ?, ?)');
  return (messageId, entries) => {
    if (entries === undefined || entries.length === 0) return;
    insert.run(messageId, counters.nextSeq(), JSON.stringify(entries));
  };
}

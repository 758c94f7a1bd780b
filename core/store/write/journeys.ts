/** Adds decisions to a message's journey. */
import type { Connection } from '../database.ts';
import type { Counters } from './counters.ts';

/** `entries` is a JSON array, '' for none. */
export type AddJourney = (messageId: number, entries: string) => void;

export function createAddJourney(db: Connection, counters: Pick<Counters, 'nextSeq'>): AddJourney {
  const insert = db.prepare('INSERT INTO journey (message_id, seq, entries) VALUES (?, ?, ?)');
  return (messageId, entries) => {
    if (entries !== '') insert.run(messageId, counters.nextSeq(), entries);
  };
}

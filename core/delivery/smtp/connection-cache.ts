/** Sessions that wait for another message: by next hop and by address (scache(8)). */
import type { Clock } from '../../util/clock.ts';
import type { Session } from './session.ts';

export interface ConnectionCache {
  /** @param keys under which the session can be found again */
  save(session: Session, keys: readonly string[]): void;
  take(key: string): Session | undefined;
}

interface Entry {
  readonly session: Session;
  readonly keys: readonly string[];
  readonly stop: () => void;
}

/** @param keepMs a session that nobody wants for so long is closed */
export function createConnectionCache(clock: Clock, keepMs: number): ConnectionCache {
  const entries = new Set<Entry>();

  function remove(entry: Entry): void {
    entries.delete(entry);
    entry.stop();
    entry.session.connection.unpark();
  }

  return {
    save(session, keys) {
      const expire = () => {
        remove(entry);
        session.connection.close();
      };
      const entry: Entry = { session, keys, stop: clock.schedule(clock.now() + keepMs, expire) };
      entries.add(entry);
      session.connection.park(expire);
    },
    take(key) {
      for (const entry of entries) {
        if (!entry.keys.includes(key)) continue;
        remove(entry);
        return entry.session;
      }
      return undefined;
    },
  };
}

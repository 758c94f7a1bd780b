/**
 * Connection and request counts by client, as anvil(8) keeps them for smtpd: connections at a time, and events per
 * `anvil_rate_time_unit`. Kept in memory for the whole server, so that they survive a reload.
 */
type AnvilEvent = 'connect' | 'mail' | 'rcpt';

export interface Anvil {
  /** Counts one connection; answers how many there are now, and how many began in this time unit. */
  connect(key: string, unitMs: number): { readonly count: number; readonly rate: number };
  disconnect(key: string): void;
  /** Counts one request; answers how many there were in this time unit. */
  count(key: string, event: Exclude<AnvilEvent, 'connect'>, unitMs: number): number;
}

interface Entry {
  connections: number;
  startedAt: number;
  readonly rates: Record<AnvilEvent, number>;
}

export function createAnvil(now: () => number): Anvil {
  const entries = new Map<string, Entry>();

  function entryOf(key: string, unitMs: number): Entry {
    const at = now();
    let entry = entries.get(key);
    if (entry === undefined) {
      entry = { connections: 0, startedAt: at, rates: { connect: 0, mail: 0, rcpt: 0 } };
      entries.set(key, entry);
    }
    if (at - entry.startedAt >= unitMs) {
      entry.startedAt = at;
      entry.rates.connect = entry.rates.mail = entry.rates.rcpt = 0;
    }
    return entry;
  }

  return {
    connect(key, unitMs) {
      const entry = entryOf(key, unitMs);
      entry.connections++;
      entry.rates.connect++;
      return { count: entry.connections, rate: entry.rates.connect };
    },
    disconnect(key) {
      const entry = entries.get(key);
      if (entry === undefined) return;
      entry.connections--;
      // Rates are forgotten with the last connection of a quiet client, or the map would grow for ever.
      if (entry.connections <= 0 && entries.size > 10_000) entries.delete(key);
    },
    count: (key, event, unitMs) => ++entryOf(key, unitMs).rates[event],
  };
}

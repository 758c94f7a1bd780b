/**
 * verify(8): what is known about whether mail to an address would arrive, and when to find out anew
 * (ADDRESS_VERIFICATION_README).
 *
 * A question is answered at once with what is known, `Address verification in progress` at first; a probe then finds
 * out, and the next question has its answer. Answers are kept for address_verify_positive_expire_time or
 * address_verify_negative_expire_time, and probed again in the background from the refresh times on. A failed probe never takes
 * the place of an answer that was good and has not expired.
 *
 * Differs from Postfix: a probe is a decision, not a message: it goes through cleanup, the resolver and the delivery
 * agents, which say what they would do, and nothing is queued. What is known is kept in memory, whatever
 * address_verify_map says: a sandbox that is started again asks again.
 */
import type { Config } from '../config/config.ts';
import type { Clock } from '../util/clock.ts';

/** DEL_RCPT_STAT_*. */
export type AddressStatus = 'deliverable' | 'deferred' | 'undeliverable' | 'pending';

export interface AddressAnswer {
  readonly kind: AddressStatus;
  readonly reason: string;
}

/** What a probe found out about one address. */
export interface ProbeResult extends AddressAnswer {
  readonly address: string;
}

/** Finds out what would become of mail to an address. Empty: it could not be found out. */
export type Probe = (address: string) => Promise<readonly ProbeResult[]>;

export interface Verify {
  /** What is known now. Starts a probe where that is due. */
  query(address: string): AddressAnswer;
}

export interface VerifyDependencies {
  readonly config: () => Config;
  readonly probe: Probe;
  readonly clock: Clock;
  /** A probe that failed with an exception. */
  readonly onError: (error: unknown) => void;
}

interface Entry extends AddressAnswer {
  /** When the probe that is under way began, seconds since the epoch; 0: none is. */
  readonly probed: number;
  /** When the answer came; 0: none has. */
  readonly updated: number;
}

/** A probe without an answer for so long is lost, seconds. */
const PROBE_TTL = 1000;
const IN_PROGRESS: Entry = {
  kind: 'pending',
  reason: 'Address verification in progress',
  probed: 0,
  updated: 0,
};

interface Times {
  readonly expire: number;
  readonly refresh: number;
}

function timesOf(config: Config, { kind }: AddressAnswer): Times {
  const sign = kind === 'deliverable' ? 'positive' : 'negative';
  return {
    expire: config.seconds(`address_verify_${sign}_expire_time`),
    refresh: config.seconds(`address_verify_${sign}_refresh_time`),
  };
}

export function createVerify({ config, probe, clock, onError }: VerifyDependencies): Verify {
  const known = new Map<string, Entry>();
  let cleanedAt = clock.now();
  let probes = 0;
  const seconds = () => Math.floor(clock.now() / 1000);

  const isExpired = (entry: Entry, now: number): boolean =>
    now - entry.probed > PROBE_TTL && entry.updated + timesOf(config(), entry).expire < now;

  /** Now and then, what has expired is thrown away (address_verify_cache_cleanup_interval; 0: never). */
  function cleanUp(): void {
    const interval = config().seconds('address_verify_cache_cleanup_interval') * 1000;
    if (interval === 0 || clock.now() - cleanedAt < interval) return;
    cleanedAt = clock.now();
    for (const [address, entry] of known) if (isExpired(entry, seconds())) known.delete(address);
  }

  const keepsNegative = () => config().boolean('address_verify_negative_cache');

  function update({ address, kind, reason }: ProbeResult): void {
    const key = address.toLowerCase();
    const before = known.get(key);
    const isGoodBefore = before?.kind === 'deliverable' && !isExpired(before, seconds());
    if (kind !== 'deliverable' && (isGoodBefore || !keepsNegative())) return;
    known.set(key, { kind, reason, probed: 0, updated: seconds() });
  }

  async function run(address: string): Promise<void> {
    probes += 1;
    try {
      for (const result of await probe(address)) update(result);
    } catch (error) {
      onError(error);
    } finally {
      probes -= 1;
    }
  }

  return {
    query(address) {
      cleanUp();
      const key = address.toLowerCase();
      const now = seconds();
      const found = known.get(key);
      const entry = found === undefined || isExpired(found, now) ? IN_PROGRESS : found;
      if (entry === IN_PROGRESS && !keepsNegative()) known.delete(key);
      const isDue = now - entry.probed > PROBE_TTL && entry.updated + timesOf(config(), entry).refresh < now;
      if (isDue && probes < config().integer('address_verify_pending_request_limit')) {
        if (entry.updated !== 0 || keepsNegative()) known.set(key, { ...entry, probed: now });
        void run(address);
      }
      return { kind: entry.kind, reason: entry.reason };
    },
  };
}

/** For dry runs: the answer that a probe has now, and nothing remembered. */
export function verifyNow(probe: Probe): (address: string) => Promise<AddressAnswer> {
  return async (address) => {
    const results = await probe(address);
    const found = results.find((result) => result.address.toLowerCase() === address.toLowerCase());
    return found ?? results[0] ?? IN_PROGRESS;
  };
}

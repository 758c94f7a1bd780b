/**
 * The last SMTP sessions with what was said in them, in memory: bounded, secrets masked by smtpd, message content left
 * out. Each session has a number of its own, which stands in brackets in its log lines as a process number does in
 * Postfix, where a session is a process: log tools put the lines of a session together by it.
 */
import type { TranscriptLine } from '../mail/refusal.ts';
import type { QueueId } from '../mail/queue-id.ts';
import type { RecordSession } from '../smtpd/smtpd.ts';
import type { Clock } from '../util/clock.ts';

const MOST_SESSIONS = 2000;
/** Of all transcripts, and what a line costs beside its text. */
const MOST_BYTES = 3 * 1024 * 1024;
const LINE_BYTES = 120;
/** Of one session. */
const MOST_LINES = 5000;
/** Linux's largest process number. */
const LARGEST_NUMBER = 4_194_304;

export interface KeptSession {
  readonly number: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** null: it is under way. */
  readonly endedAt: number | null;
  readonly service: string;
  readonly clientName: string;
  readonly clientAddress: string;
  readonly helo: string;
  readonly queueIds: readonly QueueId[];
  /** Replies of 400 and above. */
  readonly refusals: number;
  readonly transcript: readonly TranscriptLine[];
}

export interface SessionKeeper {
  readonly record: RecordSession;
  /** Newest first. */
  list(limit: number): readonly KeptSession[];
  get(number: number): KeptSession | undefined;
}

type Mutable = { -readonly [K in keyof KeptSession]: KeptSession[K] } & {
  readonly queueIds: QueueId[];
  readonly transcript: TranscriptLine[];
  /** What its transcript counts of MOST_BYTES. */
  bytes: number;
};

/** @param first the number of the first session */
export function createSessionKeeper(clock: Pick<Clock, 'now'>, first: number): SessionKeeper {
  const sessions = new Map<number, Mutable>();
  let number = first - 1;
  let bytes = 0;
  const costOf = ({ line }: TranscriptLine) => line.length + LINE_BYTES;

  function nextNumber(): number {
    number = number >= LARGEST_NUMBER ? first : number + 1;
    return number;
  }

  /** The oldest go, also one that is under way: a client that never ends must not be all that is remembered. */
  function forget(): void {
    for (const [oldest, session] of sessions) {
      if (sessions.size <= MOST_SESSIONS && bytes <= MOST_BYTES) return;
      sessions.delete(oldest);
      bytes -= session.bytes;
    }
  }

  function add(session: Mutable, said: TranscriptLine): void {
    const { from, line } = said;
    if (from === 'server' && /^[45]\d\d /.test(line)) session.refusals += 1;
    if (from === 'client') session.helo = /^\s*(?:EHLO|HELO)\s+(.*)$/i.exec(line)?.[1] ?? session.helo;
    if (!sessions.has(session.number) || session.transcript.length > MOST_LINES) return;
    const isLast = session.transcript.length === MOST_LINES;
    const kept = isLast ? { ...said, line: '(more was said)' } : said;
    session.transcript.push(kept);
    const cost = costOf(kept);
    session.bytes += cost;
    bytes += cost;
    if (bytes > MOST_BYTES) forget();
  }

  return {
    record({ service, client }) {
      const session: Mutable = {
        number: nextNumber(),
        at: clock.now(),
        endedAt: null,
        service,
        clientName: client.name,
        clientAddress: client.address,
        helo: '',
        queueIds: [],
        refusals: 0,
        transcript: [],
        bytes: 0,
      };
      sessions.delete(session.number);
      sessions.set(session.number, session);
      forget();
      return {
        number: session.number,
        add: (line) => {
          add(session, line);
        },
        accepted(queueId) {
          session.queueIds.push(queueId);
        },
        end() {
          session.endedAt = clock.now();
        },
      };
    },
    list: (limit) => [...sessions.values()].slice(-limit).reverse(),
    get: (wanted) => sessions.get(wanted),
  };
}

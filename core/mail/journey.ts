/** One decision about a message: who decided what, and by which setting. A message's journey is their order. */
export type Source =
  | {
      readonly kind: 'parameter';
      readonly name: string;
      readonly value: string;
      readonly file?: string;
      readonly line?: number;
    }
  | {
      readonly kind: 'table';
      readonly table: string;
      readonly key: string;
      readonly value: string;
      readonly line?: number;
    }
  | {
      readonly kind: 'restriction';
      readonly name: string;
      readonly list: string;
      readonly file?: string;
      readonly line?: number;
    }
  | { readonly kind: 'standard'; readonly name: string };

export type Verdict = 'ok' | 'info' | 'hold' | 'defer' | 'bad';

export interface JourneyEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** smtpd, pickup, cleanup, trivial-rewrite, qmgr, local, virtual, error, discard, smtp, bounce, ... */
  readonly program: string;
  readonly verdict: Verdict;
  /** What was decided, in plain words that follow the program's name: `alias root -> you`. */
  readonly what: string;
  /** More, where there is more to say: the reply, dsn and time taken. */
  readonly detail?: string;
  /** The recipient this is about; absent when about the whole message. */
  readonly recipient?: string;
  readonly source?: Source;
}

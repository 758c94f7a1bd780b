/**
 * What the calls need from a running sandbox. `core/sandbox.ts` implements it from the areas; tests implement it in a
 * few lines. Everything speaks the contract's words, so that the handlers only decide which answer is which error.
 *
 * Unknown ids are values (`undefined`, a count of 0), not exceptions.
 */
import type { Socket } from 'node:net';
import type { CommandResult } from '../util/command-result.ts';
import type { Clock } from '../util/clock.ts';
import type { Problem } from './contract/common.ts';
import type { ConfigArea } from './areas/config.ts';
import type { FindingArea } from './areas/finding.ts';
import type { DraftArea, HandInArea } from './areas/hand-in.ts';
import type { DnsArea } from './areas/dns.ts';
import type { MailArea, RefusalArea } from './areas/mail.ts';
import type { QueueArea } from './areas/queue.ts';
import type { LogArea, SessionArea } from './areas/log.ts';
import type { LabArea } from './areas/lab.ts';
import type { RecipeArea } from './areas/recipes.ts';
import type { ClockState } from './contract/clock.ts';
import type { Status } from './contract/sandbox.ts';
import type { SubmitInput, SubmitResult } from './contract/mail.ts';
import type { UserRow } from './contract/config.ts';

/** One thing that happened. Told for every message, so a listener must be cheap; `events.ts` merges them for clients. */
export type EngineEvent =
  /** A message was accepted (it is on disk). */
  | { readonly kind: 'arrived'; readonly id: number }
  /** Rows that look different now: a recipient's fate, read, starred, in the Bin. */
  | { readonly kind: 'changed'; readonly ids: readonly number[] }
  /** Messages that are gone for good: lists have to be read again. */
  | { readonly kind: 'purged' }
  | { readonly kind: 'queue' }
  | { readonly kind: 'refused' }
  /** Files of the configuration folder changed on disk, or were applied; with none named, the configuration was read again. */
  | { readonly kind: 'config'; readonly files: readonly string[] }
  /** Listeners, warnings or configuration changed. */
  | { readonly kind: 'status' }
  /** One line of the mail log in syslog form, without newline. */
  | { readonly kind: 'log'; readonly line: string };

/** The sandbox's clock, which can run ahead. */
export interface TimeArea {
  state(): ClockState;
  /** Resolves when what was due in between has happened. */
  skip(milliseconds: number): Promise<void>;
  /** Every second so much; 0 ends it. */
  run(msPerSecond: number): void;
  reset(): Promise<void>;
}

export interface UserArea {
  list(): Promise<readonly UserRow[]>;
  /** false: there is such a user already. */
  add(name: string): Promise<boolean>;
  /** false: there is no such user. */
  remove(name: string): Promise<boolean>;
}

export interface Engine {
  /** The machine's time, whatever the sandbox's clock does: what clients are told at what pace. */
  readonly clock: Clock;
  readonly time: TimeArea;
  status(): Promise<Status>;
  /** Reads the configuration again; with errors in it the one in use stays, and the errors are answered. */
  reload(): Promise<{ readonly revision: number; readonly problems: readonly Problem[] }>;
  /** Asks the host to stop this sandbox; returns at once, what is under way is finished after that. */
  requestStop(): void;
  /** Calls the listener for everything from now on; returns what ends that. */
  subscribe(listener: (event: EngineEvent) => void): () => void;
  /** Local submission: sendmail(1), postdrop(1), pickup(8). Resolves when the message is on disk. */
  submit(input: SubmitInput): Promise<SubmitResult>;
  /** sendmail -bs: SMTP for a local user on a connection that is open already. Absent: not while it is not running. */
  readonly serveSmtp?: (socket: Socket, uid: number) => void;
  /** postmap(1), postalias(1), newaliases(1) with their own arguments. */
  runTableCommand(
    command: 'postmap' | 'postalias' | 'newaliases',
    args: readonly string[],
    stdin: string | undefined,
  ): Promise<CommandResult>;
  readonly mail: MailArea;
  readonly finding: FindingArea;
  readonly drafts: DraftArea;
  readonly handIn: HandInArea;
  readonly refusals: RefusalArea;
  readonly queue: QueueArea;
  readonly config: ConfigArea;
  readonly recipes: RecipeArea;
  readonly lab: LabArea;
  readonly log: LogArea;
  readonly sessions: SessionArea;
  readonly users: UserArea;
  readonly dns: DnsArea;
}

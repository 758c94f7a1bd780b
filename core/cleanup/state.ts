/** One message on its way through cleanup: what is known and decided so far. */
import type { AddressMapper } from '../address/map.ts';
import type { AddressFinder } from '../address/find.ts';
import type { Rewriter } from '../address/rewrite.ts';
import type { JourneyEntry, Source } from '../mail/journey.ts';
import type { BodyEncoding, NewRecipient, Outcome, Submission } from '../mail/message.ts';
import type { LookupResult } from '../tables/table.ts';
import type { Log } from '../util/log.ts';
import { INCOMPLETE, PROBLEM } from './errors.ts';
import type { CleanupSettings } from './settings.ts';

export interface Tools {
  readonly settings: CleanupSettings;
  readonly rewriter: Rewriter;
  readonly finder: AddressFinder;
  readonly mapper: AddressMapper;
  readonly isMasqueradeException: (name: string) => Promise<boolean | 'unavailable'>;
  readonly log: Log;
  readonly now: () => number;
}

export interface State {
  readonly tools: Tools;
  readonly submission: Submission;
  readonly at: number;
  readonly journey: JourneyEntry[];
  /** Which problems end the work at once. */
  readonly stopMask: number;
  problems: number;
  /** With a DSN code in front; what the client is told. */
  reason: string | null;
  /** Header and body checks are still made. */
  isChecking: boolean;
  readonly mapsAddresses: boolean;
  readonly addsBcc: boolean;
  discard: string | null;
  hold: string | null;
  filter: string;
  redirect: string;
  /** BCC actions of checks. */
  readonly extraBcc: string[];
  sender: string;
  /** The last recipient, rewritten: log lines of checks have it. */
  lastRecipient: string | null;
  readonly recipients: NewRecipient[];
  readonly seenRecipients: Set<string>;
  /** NOTIFY=SUCCESS for an alias: reported as `expanded`. */
  readonly expanded: Outcome[];
  smtputf8: boolean;
  encoding: BodyEncoding;
  hopCount: number;
  isResent: boolean;
  /** Names in lower case of the headers that cleanup knows. */
  readonly seenHeaders: Set<string>;
  /** The header so far: a byte string, LF after each line. */
  header: string;
}

/** Origins whose undeliverable mail cleanup(8) itself bounces: nobody is there to be told. */
const BOUNCED_HERE: ReadonlySet<Submission['origin']> = new Set(['sendmail', 'local', 'requeue']);

export const isBouncedHere = (submission: Submission): boolean => BOUNCED_HERE.has(submission.origin);

export function createState(tools: Tools, submission: Submission): State {
  const { orders, skip } = submission;
  return {
    tools,
    submission,
    at: tools.now(),
    journey: [...submission.journey],
    stopMask: isBouncedHere(submission) ? INCOMPLETE : -1,
    problems: 0,
    reason: null,
    isChecking: skip.checks !== true,
    mapsAddresses: skip.addressMappings !== true,
    addsBcc: skip.bcc !== true && skip.addressMappings !== true,
    discard: orders.discard ?? null,
    hold: orders.hold ?? null,
    filter: orders.filter ?? '',
    redirect: orders.redirect ?? '',
    extraBcc: [],
    sender: '',
    lastRecipient: null,
    recipients: [],
    seenRecipients: new Set(),
    expanded: [],
    smtputf8: submission.smtputf8,
    encoding: submission.encoding,
    hopCount: 0,
    isResent: false,
    seenHeaders: new Set(),
    header: '',
  };
}

/** Whether it still makes sense to go on. */
export const isGoing = (state: State): boolean =>
  (state.problems & state.stopMask) === 0 && state.discard === null;

export function note(
  state: State,
  verdict: JourneyEntry['verdict'],
  what: string,
  more: { readonly source?: Source; readonly recipient?: string; readonly detail?: string } = {},
): void {
  state.journey.push({ at: state.at, program: 'cleanup', verdict, what, ...more });
}

/** @param key what to show as the key where the looked-up text is long */
export function tableSource(result: Extract<LookupResult, { kind: 'found' }>, key = result.key): Source {
  const { table, value, line } = result;
  return { kind: 'table', table, key, value, ...(line === undefined ? {} : { line }) };
}

/** A table does not answer: the message is not accepted now. */
export function tableFailed(state: State, about: string, result: { table: string; reason: string }): void {
  const text = `${state.submission.queueId}: ${about} -- message not accepted, try again later`;
  state.tools.log.warning(text);
  state.problems |= PROBLEM.write;
  note(state, 'defer', about, { detail: `${result.table}: ${result.reason}` });
}

/**
 * cleanup(8): completes and checks one message before it is queued.
 *
 * In Postfix's order: the envelope sender and recipients are rewritten (trivial-rewrite), mapped (canonical_maps,
 * masquerade_domains), expanded (virtual_alias_maps) and copied (bcc maps, always_bcc); headers are checked
 * (header_checks and its kin), dropped (message_drop_headers), their addresses rewritten; what is missing is added
 * (Message-Id, Date, From); the body is checked. The result is a message to store, or why there is none.
 *
 * Decides only: nothing is stored, so that a dry run asks the same code. Log lines are Postfix's. A table that does
 * not answer refuses the message for now (451 4.3.0); mail is never dropped but by DISCARD.
 *
 * Standards: RFC 5321 section 4.4, RFC 5322 section 3.6, RFC 2045, RFC 3461 section 5.2.7. Message text is handled as
 * bytes (text.ts). Differs from Postfix: no Milters; headers of MIME parts are cut at header_size_limit only where checks
 * look into the message.
 */
import { createAddressFinder } from '../address/find.ts';
import { createAddressMapper } from '../address/map.ts';
import type { AddressResolver } from '../address/resolution.ts';
import type { Rewriter } from '../address/rewrite.ts';
import type { Config } from '../config/config.ts';
import type { NewMessage, Submission } from '../mail/message.ts';
import { createMatchList } from '../tables/match-list.ts';
import { chain, type Maybe } from '../tables/maybe.ts';
import type { Tables } from '../tables/table.ts';
import type { Clock } from '../util/clock.ts';
import type { LogFactory } from '../util/log.ts';
import { remembered } from '../util/remembered.ts';
import type { Content } from './content.ts';
import { processContent } from './content.ts';
import { processEnvelope, processLateRecipients, redirected } from './envelope.ts';
import { CANNOT_BOUNCE, PROBLEM, verdictOf } from './errors.ts';
import type { Cleanup, CleanupOutcome } from './outcome.ts';
import { queueFileBytes } from './queue-file-size.ts';
import { readSettings } from './settings.ts';
import type { State, Tools } from './state.ts';
import { createState, isBouncedHere, isGoing, note } from './state.ts';
import { summarise } from './summary.ts';

export interface CleanupDependencies {
  readonly config: Config;
  readonly tables: Tables;
  readonly rewriter: Rewriter;
  readonly resolver: AddressResolver;
  readonly log: LogFactory;
  readonly clock: Clock;
}

const NO_CONTENT: Content = {
  raw: new Uint8Array(0),
  header: new Uint8Array(0),
  bodyOffset: 0,
  body: null,
  size: 0,
  queueSize: 0,
};

/** What no envelope of a few recipients fills: nothing has to be added up for nearly all messages. */
const isFarBelow = (limit: number, state: State, content: Content): boolean =>
  state.recipients.length <= 20 && limit - content.queueSize > 200_000;

/** message_size_limit is a limit of the queue file: envelope and line ends count. */
function checkSize(state: State, content: Content): void {
  const { settings, log } = state.tools;
  const limit = settings.messageSizeLimit;
  if (limit <= 0 || isFarBelow(limit, state, content)) return;
  if (queueFileBytes(state, content.queueSize) <= limit) return;
  log.warning(`${state.submission.queueId}: queue file size limit exceeded`);
  state.problems |= PROBLEM.size;
  note(state, 'bad', 'message is too large', {
    source: { kind: 'parameter', name: 'message_size_limit', value: String(limit) },
  });
}

function messageOf(state: State, content: Content): NewMessage {
  const { submission } = state;
  return {
    queueId: submission.queueId,
    messageId: submission.messageId,
    arrivedAt: submission.arrivedAt,
    origin: submission.origin,
    client: submission.client,
    sender: state.sender,
    ret: submission.ret,
    envid: submission.envid,
    smtputf8: state.smtputf8,
    encoding: state.encoding,
    recipients: redirected(state),
    content: { raw: content.raw, header: content.header, bodyOffset: content.bodyOffset, body: content.body },
    size: content.size,
    queueSize: content.queueSize,
    summary: summarise(state.header),
    hold: state.hold,
    filter: state.filter,
    verify: submission.verify === true,
    wantsReport: submission.wantsReport === true,
    verp: submission.verp ?? '',
    journey: state.journey,
  };
}

function refused(state: State, content: Content): CleanupOutcome {
  const { journey, problems, reason } = state;
  const verdict = verdictOf(problems, reason);
  const isHard = (problems & CANNOT_BOUNCE) === 0;
  const failure = isHard ? 'hard' : 'soft';
  const detail = { errorClass: verdict.errorClass, dsn: verdict.dsn, reason: verdict.reason };
  const base = { kind: 'refused', reply: verdict.reply, failure, journey, ...detail } as const;
  if (!isHard || !isBouncedHere(state.submission)) return base;
  // unfiltered and oversized content is not returned
  const isContentKept = (problems & (PROBLEM.content | PROBLEM.size)) === 0;
  const message = messageOf(state, content);
  return { ...base, message: isContentKept ? message : { ...message, ret: 'HDRS' } };
}

function conclude(state: State, content: Content): CleanupOutcome {
  if (isGoing(state) && state.lastRecipient === null) state.problems |= PROBLEM.noRecipients;
  if (state.discard !== null) return { kind: 'discarded', reason: state.discard, journey: state.journey };
  if (state.problems !== 0) return refused(state, content);
  if (state.hold !== null) note(state, 'hold', 'put on hold', { detail: state.hold });
  const message = messageOf(state, content);
  return state.expanded.length === 0
    ? { kind: 'queued', message }
    : { kind: 'queued', message, expanded: state.expanded };
}

function prepare(tools: Tools, submission: Submission): Maybe<CleanupOutcome> {
  const state = createState(tools, submission);
  return chain(processEnvelope(state), () => {
    if (!isGoing(state)) return conclude(state, NO_CONTENT);
    return chain(processContent(state), (content) => {
      if (isGoing(state)) checkSize(state, content);
      const late = isGoing(state) ? processLateRecipients(state) : undefined;
      return chain(late, () => conclude(state, content));
    });
  });
}

/** How many addresses are remembered: the same few come again and again. */
const REMEMBERED_ADDRESSES = 2000;

/** A rewriter that remembers: what it answers depends on nothing but the configuration. */
function remembering(rewriter: Rewriter): Rewriter {
  const local = remembered(REMEMBERED_ADDRESSES, (address) => rewriter.rewrite('local', address));
  const remote = remembered(REMEMBERED_ADDRESSES, (address) => rewriter.rewrite('remote', address));
  return {
    ...rewriter,
    rewrite: (context, address) => (context === 'local' ? local(address) : remote(address)),
  };
}

export function createCleanup(deps: CleanupDependencies): Cleanup {
  const { config, tables, clock } = deps;
  const rewriter = remembering(deps.rewriter);
  const finder = createAddressFinder({ config, tables });
  const exceptions = createMatchList({ config, tables, parameter: 'masquerade_exceptions', kind: 'string' });
  const tools: Tools = {
    settings: readSettings(config, tables),
    rewriter,
    finder,
    mapper: createAddressMapper({ finder, rewriter }),
    async isMasqueradeException(name) {
      const match = await exceptions.match(name);
      return match.kind === 'unavailable' ? 'unavailable' : match.kind === 'found';
    },
    log: deps.log('cleanup', config.get('syslog_name')),
    now: () => clock.now(),
  };
  return { prepare: (submission) => prepare(tools, submission) };
}

/**
 * Dry runs: the journey that a message would have. The same SMTP conversation, the same cleanup, the same routes,
 * agents and settlement as for real mail run here, over a world whose log goes nowhere, agents without effects and an
 * intake that keeps nothing: what they decide is collected, nothing is done. So a dry run cannot disagree with the
 * real one. Forwards and notices are followed in the same way.
 *
 * Time stands still in a dry run: `sleep` and the tarpit take none, and everything happens at one instant.
 *
 * Known limits: delivery agents that talk to another server (smtp, lmtp, pipe) are named, not asked; a file or a
 * command that local(8) delivers to is taken to be able to.
 */
import type { TraceResult } from '../api/contract/trace.ts';
import type { SmtpdWorld } from '../smtpd/service.ts';
import type { Cleanup, CleanupOutcome } from '../cleanup/outcome.ts';
import type { Config, MasterService } from '../config/config.ts';
import type { JourneyEntry } from '../mail/journey.ts';
import type { NewMessage, Outcome, Submission } from '../mail/message.ts';
import type { QmgrWorld } from '../queue/world.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import type { Dns } from '../util/dns.ts';
import { SILENT } from '../util/log.ts';
import { createDryAgents } from './dry-agents.ts';
import { talk, type SmtpdGivens, type Talk } from './dry-conversation.ts';
import { attemptDelivery, type DryDelivery, type Fate } from './dry-delivery.ts';
import { createDryNumbers } from './dry-numbers.ts';

export type { SmtpdGivens } from './dry-conversation.ts';
export type DryInput = Talk['input'];

/** One state of the configuration, with a log that goes nowhere. */
export interface DryWorld extends SmtpdWorld, QmgrWorld {
  readonly config: Config;
  readonly cleanup: Cleanup;
}

export interface DryRunDependencies {
  readonly world: DryWorld;
  readonly store: Pick<Store, 'users' | 'mail'>;
  /** When it happens, ms since the epoch. */
  readonly at: number;
  readonly dns: Dns;
  readonly smtpd: SmtpdGivens;
}

/** There is no listener of this name. */
export class NoListenerError extends Error {
  override readonly name = 'NoListenerError';
}

/** A message that ends nowhere must end here: forwards of forwards, notices about notices. */
const MOST_CREATED = 50;

const PROBE = 'Subject: trace\r\n\r\nThis message exists only to find out where it would go.\r\n';

/** @param raw the message; undefined: a short one is made up. Line ends are made CRLF, as any client does. */
export async function dryRun(
  dependencies: DryRunDependencies,
  input: DryInput,
  raw: Uint8Array | undefined,
): Promise<TraceResult> {
  const { world, store, dns, smtpd } = dependencies;
  const clock = stopped(dependencies);
  const allocate = createDryNumbers(clock.now());
  const agentOf = createDryAgents(world.agents, {
    ...world,
    users: store.users,
    log: () => SILENT,
    clock,
    dns,
    allocate,
    mailboxBytes: (mailbox) => store.mail.mailboxBytes(mailbox),
  });
  const dry: DryDelivery = { world, agentOf, clock, allocate };
  let told: Told = { journey: [], fates: [], created: [] };
  const talked = await talk({
    world,
    smtpd,
    clock,
    allocate,
    input,
    content: asClientSends(raw ?? Buffer.from(PROBE)),
    service: serviceOf(world.config, input.service),
    async submit(submission) {
      const outcome = await world.cleanup.prepare(submission);
      told = await follow(dry, submission, outcome);
      return outcome;
    },
  });
  return {
    replies: [...talked.replies],
    journey: [...talked.journey, ...told.journey],
    fates: [...told.fates, ...talked.refused.map(({ recipient, reply }) => refusedFate(recipient, reply))],
    created: told.created,
  };
}

/** The instant of the run; what is to happen later happens at once. */
function stopped({ at }: DryRunDependencies): Clock {
  return {
    now: () => at,
    schedule(_at, run) {
      queueMicrotask(run);
      return () => undefined;
    },
  };
}

/** Line ends CRLF, the last line ended. */
export function asClientSends(raw: Uint8Array): Buffer {
  const text = Buffer.from(raw).toString('latin1');
  const lines = text.replace(/\r\n|\n/g, '\r\n');
  return Buffer.from(lines === '' || lines.endsWith('\r\n') ? lines : `${lines}\r\n`, 'latin1');
}

/** The listener of this name, '' the first. @throws NoListenerError */
export function serviceOf(config: Config, name: string): MasterService {
  const listeners = config.services.filter(({ type, command }) => type === 'inet' && command === 'smtpd');
  const found = name === '' ? listeners[0] : listeners.find((service) => service.name === name);
  if (found === undefined) {
    const text = name === '' ? 'master.cf has no smtpd listener' : `master.cf has no smtpd listener ${name}`;
    throw new NoListenerError(text);
  }
  return found;
}

/** `550 5.1.1 text`: the first line of a reply says why. */
function refusedFate(recipient: string, reply: string): Fate {
  const dsn = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3}) /.exec(reply)?.[1] ?? '';
  return { recipient, address: '', status: 'refused', dsn, reason: reply };
}

interface Told {
  readonly journey: readonly JourneyEntry[];
  readonly fates: readonly Fate[];
  readonly created: TraceResult['created'];
}

/** What cleanup decided, then every recipient's way, then that of the messages which come of it. */
async function follow(dry: DryDelivery, submission: Submission, outcome: CleanupOutcome): Promise<Told> {
  const since = submission.journey.length;
  if (outcome.kind === 'refused') return { journey: outcome.journey.slice(since), fates: [], created: [] };
  if (outcome.kind === 'discarded') {
    const { journey, reason } = outcome;
    const fates = submission.recipients.map(({ originalAddress, address }): Fate => {
      return { recipient: originalAddress || address, address, status: 'discarded', dsn: '2.0.0', reason };
    });
    return { journey: journey.slice(since), fates, created: [] };
  }
  const { message, expanded = [] } = outcome;
  const first = await followOne(dry, message, expanded);
  const waiting = [...first.created];
  const created: TraceResult['created'] = [];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (created.length >= MOST_CREATED) break;
    const one = await followOne(dry, next.message, next.expanded);
    created.push(tell(next.message, one));
    waiting.push(...one.created);
  }
  return { journey: [...message.journey.slice(since), ...first.journey], fates: first.fates, created };
}

interface Followed {
  readonly journey: readonly JourneyEntry[];
  readonly fates: readonly Fate[];
  readonly created: readonly { readonly message: NewMessage; readonly expanded: readonly Outcome[] }[];
}

async function followOne(
  dry: DryDelivery,
  message: NewMessage,
  expanded: readonly Outcome[],
): Promise<Followed> {
  if (message.hold !== null) {
    const reason = message.hold;
    const fates = message.recipients.map(({ originalAddress, address }): Fate => ({
      recipient: originalAddress || address,
      address,
      status: 'held',
      dsn: '',
      reason,
    }));
    return { journey: [], fates, created: [] };
  }
  const { journey, fates, ...more } = await attemptDelivery(dry, message, expanded);
  const created = more.created.map((one) => ({
    message: one,
    expanded: more.expanded.get(one.queueId) ?? [],
  }));
  return { journey, fates, created };
}

function tell(message: NewMessage, { journey, fates }: Followed): TraceResult['created'][number] {
  return {
    kind: message.origin === 'local' ? 'forward' : 'notice',
    sender: message.sender,
    recipients: message.recipients.map(({ originalAddress, address }) => originalAddress || address),
    subject: message.summary.subject,
    journey: [...message.journey, ...journey],
    fates: [...fates],
  };
}

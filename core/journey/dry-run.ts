/**
 * Dry runs: the journey that a message would have. The same SMTP conversation, the same cleanup and the same planning
 * as for real mail run here, over a world whose log goes nowhere and an intake that keeps nothing: what they decide is
 * collected, nothing is done. So a dry run cannot disagree with the real one.
 *
 * Known limits: delivery agents that talk to another server (smtp, lmtp, pipe) are named, not asked.
 */
import type { AddressResolver, AddressRewriter } from '../address/resolution.ts';
import type { TraceInput, TraceResult } from '../api/contract/sandbox.ts';
import type { Cleanup } from '../cleanup/outcome.ts';
import type { Config, MasterService } from '../config/config.ts';
import { createLocalPlanner } from '../delivery/local/plan.ts';
import { readLocalSettings } from '../delivery/local/settings.ts';
import type { LocalAction, LocalPlan } from '../delivery/local/action.ts';
import { parseHeaders } from '../message/message.ts';
import type { JourneyEntry } from '../mail/journey.ts';
import type {
  DeliveryAgent,
  NewMessage,
  QueuedMessage,
  QueuedRecipient,
  Submission,
} from '../mail/message.ts';
import { queuedMessageOf } from '../queue/active-message.ts';
import { readRouteRules, routeRecipient } from '../queue/route.ts';
import type { UserStore } from '../store/store.ts';
import type { Tables } from '../tables/table.ts';
import type { Clock } from '../util/clock.ts';
import { talk } from './dry-conversation.ts';
import type { SmtpdGivens } from './dry-conversation.ts';

/** One state of the configuration, with a log that goes nowhere. */
export interface DryWorld {
  readonly config: Config;
  readonly tables: Tables;
  readonly rewriter: AddressRewriter;
  readonly resolver: AddressResolver;
  readonly cleanup: Cleanup;
  readonly agents: (transport: string) => DeliveryAgent | undefined;
}

export interface DryRunDependencies {
  readonly world: DryWorld;
  readonly users: UserStore;
  readonly clock: Clock;
  readonly smtpd: SmtpdGivens;
}

type Fate = TraceResult['fates'][number];

interface Told {
  readonly journey: JourneyEntry[];
  readonly fates: Fate[];
}

export async function dryRun(dependencies: DryRunDependencies, input: TraceInput): Promise<TraceResult> {
  const { world } = dependencies;
  const told: Told = { journey: [], fates: [] };
  const talked = await talk({ ...dependencies, input, service: serviceOf(world.config, input.service) });
  told.journey.push(...talked.journey);
  for (const { recipient, reply } of talked.refused)
    told.fates.push({ recipient, status: 'refused', reason: reply });
  if (talked.submission !== undefined) await complete(dependencies, talked.submission, told);
  return { ...told, replies: [...talked.replies] };
}

function serviceOf(config: Config, name: string): MasterService {
  const listeners = config.services.filter(({ type, command }) => type === 'inet' && command === 'smtpd');
  const found = name === '' ? listeners[0] : listeners.find((service) => service.name === name);
  if (found === undefined) {
    throw new RangeError(
      name === '' ? 'master.cf has no smtpd listener' : `master.cf has no smtpd listener ${name}`,
    );
  }
  return found;
}

/** cleanup, then every recipient's way. */
async function complete(dependencies: DryRunDependencies, submission: Submission, told: Told): Promise<void> {
  const outcome = await dependencies.world.cleanup.prepare(submission);
  const recipients = submission.recipients.map(({ originalAddress, address }) => originalAddress || address);
  switch (outcome.kind) {
    case 'discarded':
      told.journey.push(...outcome.journey.slice(submission.journey.length));
      for (const recipient of recipients)
        told.fates.push({ recipient, status: 'discarded', reason: outcome.reason });
      break;
    case 'refused':
      told.journey.push(...outcome.journey.slice(submission.journey.length));
      for (const recipient of recipients) {
        told.fates.push({ recipient, status: 'refused', reason: outcome.reply.lines.join(' ') });
      }
      break;
    case 'queued':
      told.journey.push(...outcome.message.journey.slice(submission.journey.length));
      if (outcome.message.hold === null) await deliver(dependencies, outcome.message, told);
      else
        for (const recipient of recipients)
          told.fates.push({ recipient, status: 'held', reason: outcome.message.hold });
  }
}

async function deliver(dependencies: DryRunDependencies, stored: NewMessage, told: Told): Promise<void> {
  const { world, clock } = dependencies;
  const rules = readRouteRules(world.config);
  const message = queuedMessageOf(stored);
  for (const recipient of message.recipients) {
    const question = { message, recipient, isFlushed: false, at: clock.now() };
    const route = await routeRecipient(world, rules, question);
    const asGiven = recipient.originalAddress || recipient.address;
    if (route.kind === 'discard') {
      told.fates.push({
        recipient: asGiven,
        status: 'discarded',
        reason: 'nobody reads mail to double-bounce',
      });
      continue;
    }
    told.journey.push(route.journey);
    const at = { ...route, message, stored, asGiven };
    const service = world.config.services.findLast(
      ({ name, type }) => name === route.transport && type === 'unix',
    );
    if (service?.command === 'local') await planLocally(dependencies, at, service, told);
    else await askAgent(dependencies, at, service, told);
  }
}

interface Leg {
  readonly transport: string;
  readonly nexthop: string;
  readonly recipient: QueuedRecipient;
  readonly message: QueuedMessage;
  readonly stored: NewMessage;
  /** The recipient as the client gave it. */
  readonly asGiven: string;
}

async function planLocally(
  { world, users, clock }: DryRunDependencies,
  leg: Leg,
  service: MasterService,
  told: Told,
): Promise<void> {
  const config = world.config.forService(service);
  const planner = createLocalPlanner(
    service.name,
    { ...world, config, users, clock },
    readLocalSettings(config),
  );
  const plan: LocalPlan = await planner(leg.message, leg.recipient, deliveredTo(leg.stored));
  told.journey.push(...plan.journey);
  told.fates.push(...plan.actions.flatMap((action) => fateOf(action, leg.asGiven)));
}

/** Delivered-To headers that are there already: where the loop check looks. */
function deliveredTo(message: NewMessage): ReadonlySet<string> {
  const found = parseHeaders(message.content.header).filter(
    ({ name }) => name.toLowerCase() === 'delivered-to',
  );
  return new Set(found.map(({ value }) => value.trim().toLowerCase()));
}

function fateOf(action: LocalAction, recipient: string): Fate[] {
  const { at } = action;
  switch (action.kind) {
    case 'mailbox':
      return [{ recipient, status: 'delivered', mailbox: action.mailbox, reason: 'delivered to mailbox' }];
    case 'file':
      return [
        { recipient, status: 'delivered', mailbox: action.path, reason: `delivered to file: ${action.path}` },
      ];
    case 'command':
      return [{ recipient, status: 'delivered', reason: `delivered to command: ${action.command}` }];
    case 'forward':
      return [{ recipient, status: 'relayed', reason: `forwarded to ${at.address}` }];
    case 'pass':
      return [{ recipient, status: 'relayed', reason: `passed to ${action.service}` }];
    case 'sent':
      return [{ recipient, status: 'discarded', reason: action.verdict.reason }];
    case 'bounced':
    case 'deferred':
      return [{ recipient, status: action.kind, reason: action.verdict.reason }];
    case 'expanded':
      return [];
  }
}

/** Agents whose answer is a pure decision. Others would really deliver, so they are only named. */
const PURE = new Set(['error', 'discard', 'virtual']);

async function askAgent(
  { world, clock }: DryRunDependencies,
  leg: Leg,
  service: MasterService | undefined,
  told: Told,
): Promise<void> {
  const { transport, nexthop, asGiven: recipient } = leg;
  const agent = world.agents(transport);
  if (service === undefined || agent === undefined) {
    told.fates.push({ recipient, status: 'deferred', reason: 'mail transport unavailable' });
    return;
  }
  if (!PURE.has(service.command)) {
    told.fates.push({ recipient, status: 'relayed', reason: `handed to ${transport}:${nexthop}` });
    return;
  }
  const result = await agent.deliver({
    message: leg.message,
    recipients: [leg.recipient],
    transport,
    nexthop,
    read: () => Promise.resolve(new Uint8Array(0)),
    readHeader: () => Promise.resolve(leg.stored.content.header),
    activeAt: clock.now(),
  });
  told.journey.push(...result.journey);
  for (const { status, reason } of result.outcomes) {
    const mailbox = result.mailboxDeliveries[0]?.mailbox;
    const isKept = status === 'sent' && mailbox !== undefined;
    const sent = isKept ? 'delivered' : 'discarded';
    told.fates.push({
      recipient,
      status: status === 'sent' ? sent : status === 'deferred' ? 'deferred' : 'bounced',
      reason,
      ...(isKept ? { mailbox } : {}),
    });
  }
}

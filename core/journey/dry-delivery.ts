/** One attempt to deliver a message, as the queue manager makes it, with agents that do nothing. */
import { ConfigError } from '../config/config.ts';
import type { TraceResult } from '../api/contract/trace.ts';
import { deliveredForm } from '../mail/delivered-form.ts';
import type { JourneyEntry } from '../mail/journey.ts';
import type {
  AgentResult,
  DeliveryRequest,
  MailboxDelivery,
  NewMessage,
  Outcome,
  QueuedRecipient,
} from '../mail/message.ts';
import type { QueueId } from '../mail/queue-id.ts';
import { activate, collect, queuedMessageOf, type ActiveMessage } from '../queue/active-message.ts';
import { deferredResult, discardedResult } from '../queue/own-outcomes.ts';
import { readRouteRules, routeRecipient } from '../queue/route.ts';
import { readSchedule } from '../queue/schedule.ts';
import { prepareEnd, takeCollected } from '../queue/settle.ts';
import type { QmgrWorld } from '../queue/world.ts';
import type { Clock } from '../util/clock.ts';
import { SILENT } from '../util/log.ts';
import type { AgentOf } from './dry-agents.ts';
import type { Numbers } from './dry-numbers.ts';

export type Fate = TraceResult['fates'][number];

export interface DryDelivery {
  readonly world: QmgrWorld;
  readonly agentOf: AgentOf;
  readonly clock: Clock;
  readonly allocate: () => Numbers;
}

export interface Attempted {
  /** What this attempt added to the journey. */
  readonly journey: readonly JourneyEntry[];
  readonly fates: readonly Fate[];
  /** Forwards and notices, completed by cleanup. */
  readonly created: readonly NewMessage[];
  /** Virtual aliases in them whose sender wants to hear of success. */
  readonly expanded: ReadonlyMap<QueueId, readonly Outcome[]>;
}

const UNAVAILABLE = { dsn: '4.3.0', reason: 'mail transport unavailable' };
const log = () => SILENT;

export async function attemptDelivery(
  dry: DryDelivery,
  stored: NewMessage,
  unreported: readonly Outcome[],
): Promise<Attempted> {
  const { world, clock, allocate } = dry;
  const { header } = stored.content;
  const active = activate(queuedMessageOf(stored), {
    header,
    activeAt: clock.now(),
    isFlushed: false,
    unreported,
  });
  const rules = readRouteRules(world.config);
  const mailboxes: MailboxDelivery[] = [];
  const stuck: Fate[] = [];
  for (const recipient of active.message.recipients) {
    const question = { message: active.message, recipient, isFlushed: false, at: clock.now() };
    const route = await routeRecipient(world, rules, question);
    if (route.kind === 'discard') {
      const about = { message: active.message, activeAt: active.activeAt };
      collect(active, [recipient], discardedResult({ log, clock, world }, about, recipient));
      continue;
    }
    active.collected.journey.push(route.journey);
    const result = await ask(dry, requestFor(active, stored, route));
    if ('problem' in result) {
      active.collected.journey.push(result.problem);
      stuck.push(stuckFate(recipient, result.problem));
      continue;
    }
    mailboxes.push(...result.mailboxDeliveries);
    collect(active, [route.recipient], result);
  }
  const { settlement, created, expanded } = await prepareEnd(
    { store: { content: () => stored.content }, intake: { allocate }, log, clock },
    { world, schedule: readSchedule(world.config), active, taken: takeCollected(active) },
  );
  const fates = [...latest(active.outcomes).map((outcome) => fateOf(outcome, mailboxes)), ...stuck];
  return { journey: settlement.journey, fates, created, expanded };
}

function requestFor(
  { message, activeAt }: ActiveMessage,
  { content }: NewMessage,
  route: { readonly transport: string; readonly nexthop: string; readonly recipient: QueuedRecipient },
): DeliveryRequest {
  return {
    message,
    recipients: [route.recipient],
    transport: route.transport,
    nexthop: route.nexthop,
    read: () => Promise.resolve(deliveredForm(content)),
    readHeader: () => Promise.resolve(content.header),
    activeAt,
  };
}

/** The agent's answer, or that its program cannot start: then the message waits for another configuration. */
async function ask(
  { agentOf, world, clock }: DryDelivery,
  request: DeliveryRequest,
): Promise<AgentResult | { readonly problem: JourneyEntry }> {
  const agent = agentOf(request.transport);
  try {
    if (agent !== undefined) return await agent.deliver(request);
    const nexthop = `${UNAVAILABLE.dsn} ${UNAVAILABLE.reason}`;
    const retried = await agentOf('retry')?.deliver({ ...request, transport: 'retry', nexthop });
    return retried ?? deferredResult({ log, clock, world }, request, UNAVAILABLE);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const what = `cannot start: ${error.message}`;
    return { problem: { at: clock.now(), program: request.transport, verdict: 'defer', what } };
  }
}

const stuckFate = ({ address, originalAddress }: QueuedRecipient, { what }: JourneyEntry): Fate => ({
  recipient: originalAddress || address,
  address,
  status: 'deferred',
  dsn: '',
  reason: what,
});

/** The last answer for each address. Aliases that are only reported as expanded are no recipients. */
function latest(outcomes: readonly Outcome[]): readonly Outcome[] {
  const found = new Map<string, Outcome>();
  for (const outcome of outcomes) found.set(`${outcome.recipientIndex} ${outcome.address}`, outcome);
  return [...found.values()].sort((a, b) => a.recipientIndex - b.recipientIndex);
}

function statusOf(outcome: Outcome, mailbox: string | undefined): Fate['status'] {
  if (outcome.status === 'deferred') return 'deferred';
  if (outcome.status !== 'sent') return 'bounced';
  if (outcome.action === 'relayed') return 'relayed';
  return mailbox === undefined && outcome.relay === 'none' ? 'discarded' : 'delivered';
}

function fateOf(outcome: Outcome, mailboxes: readonly MailboxDelivery[]): Fate {
  const { recipientIndex, address, originalAddress, dsn, reason } = outcome;
  const mailbox = mailboxes.find(
    (m) => m.recipientIndex === recipientIndex && m.address === address,
  )?.mailbox;
  return {
    recipient: originalAddress,
    address,
    status: statusOf(outcome, outcome.status === 'sent' ? mailbox : undefined),
    dsn,
    reason,
    ...(mailbox === undefined ? {} : { mailbox }),
  };
}

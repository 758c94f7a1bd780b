/** The few outcomes that are the queue manager's own: it says so in the log itself. */
import { quoteLocal } from '../mail/quote.ts';
import type { JourneyEntry } from '../mail/journey.ts';
import type { AgentResult, DeliveryRequest, Outcome, QueuedRecipient } from '../mail/message.ts';
import { formatDelays, formatOutcomeLine } from '../mail/outcome-line.ts';
import type { Clock } from '../util/clock.ts';
import type { LogFactory } from '../util/log.ts';
import type { QmgrWorld } from './world.ts';

interface Saying {
  readonly log: LogFactory;
  readonly clock: Clock;
  readonly world: Pick<QmgrWorld, 'config'>;
}

export const quoteAddress = (address: string): string => (address === '' ? '' : quoteLocal(address));

function outcomeOf(
  { log, clock, world }: Saying,
  request: Pick<DeliveryRequest, 'message' | 'activeAt'>,
  recipient: QueuedRecipient,
  said: Pick<Outcome, 'status' | 'dsn' | 'reason' | 'action'>,
): Outcome {
  const now = clock.now();
  const { queueId, arrivedAt } = request.message;
  const outcome: Outcome = {
    recipientIndex: recipient.index,
    address: recipient.address,
    originalAddress: recipient.originalAddress,
    relay: 'none',
    startedAt: now,
    finishedAt: now,
    ...said,
  };
  const times = { arrivedAt, activeAt: request.activeAt, startedAt: now, finishedAt: now };
  const delays = formatDelays(times, world.config.integer('delay_logging_resolution_limit'));
  const parts = { queueId, outcome, delays, statusWord: said.status, quote: quoteAddress };
  log('qmgr').info(formatOutcomeLine(parts));
  return outcome;
}

function resultOf(outcomes: readonly Outcome[], verdict: JourneyEntry['verdict']): AgentResult {
  const journey = outcomes.map((outcome): JourneyEntry => {
    const { finishedAt: at, address: recipient, reason: what } = outcome;
    return { at, program: 'qmgr', verdict, what, recipient };
  });
  return { outcomes, mailboxDeliveries: [], forwards: [], journey };
}

/** Recipients that are put off without an attempt, where there is no retry service to say so. */
export function deferredResult(
  saying: Saying,
  request: DeliveryRequest,
  why: { readonly dsn: string; readonly reason: string },
): AgentResult {
  const said = { ...why, status: 'deferred', action: 'delayed' } as const;
  return resultOf(
    request.recipients.map((recipient) => outcomeOf(saying, request, recipient, said)),
    'defer',
  );
}

/** Mail to the double bounce address has reached its end. */
export function discardedResult(
  saying: Saying,
  request: Pick<DeliveryRequest, 'message' | 'activeAt'>,
  recipient: QueuedRecipient,
): AgentResult {
  const reason = 'undeliverable postmaster notification discarded';
  const said = { status: 'sent', dsn: '2.0.0', reason, action: 'delivered' } as const;
  return resultOf([outcomeOf(saying, request, recipient, said)], 'info');
}

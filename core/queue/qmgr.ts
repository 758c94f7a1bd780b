/**
 * qmgr(8), the queue manager: takes messages from the store (or, new ones, from memory), finds out where each
 * recipient goes, hands them to delivery agents within their limits, and stores the outcome.
 *
 * Exactly once: nothing is kept in memory that is not in the store, and everything that an attempt brought (outcomes,
 * mailbox deliveries, forwards, notices, the next state) is one transaction, `QueueStore.settle`. A process that is
 * killed starts over with what the store says. Agents' own effects outside the store may be repeated then.
 *
 * Bounded: at most qmgr_message_active_limit messages are active; the others wait in the store until there is room.
 * Bodies are read when an agent or a notice needs them. A store that cannot write (disk full) is asked again, with the
 * message still active: nothing is lost, nothing is delivered twice.
 *
 * Schedule: schedule.ts. A deferred message is tried when its time has come, not at the next scan of the deferred
 * queue; queue_run_delay counts for what postsuper -H released. Differs from Postfix: destinations have a fixed
 * concurrency limit without feedback, and messages are served first come, first served, without preemption.
 */
import type { NewMessage, Outcome, QueuedMessage } from '../mail/message.ts';
import type { QueueId } from '../mail/queue-id.ts';
import type { Settlement } from '../store/store.ts';
import { activate, collect, queuedMessageOf, recallAnswers, type ActiveMessage } from './active-message.ts';
import { createCommitter } from './committer.ts';
import { createDispatcher } from './dispatcher.ts';
import { createListing, type QueueListing } from './listing.ts';
import { createOperations, type QueueOperations } from './operations.ts';
import { discardedResult, quoteAddress } from './own-outcomes.ts';
import { createRefill } from './refill.ts';
import { createRounds } from './rounds.ts';
import { expiredRoute, routeRecipient, type Route } from './route.ts';
import { createRules } from './rules.ts';
import { nextQueueRunAt, type Schedule } from './schedule.ts';
import { hasCollected } from './settle.ts';
import { createSlices } from './slices.ts';
import type { QmgrDependencies } from './world.ts';

export type { QmgrDependencies, QmgrWorld, QueueChange, QueueCleanup } from './world.ts';
export type { QueueListEntry } from './showq.ts';

export interface Qmgr extends QueueOperations, QueueListing {
  /** Takes up what is in the store and due. */
  start(): void;
  /** Starts no new delivery, and resolves when those under way are stored. */
  stop(): Promise<void>;
  /**
   * Tells of messages that are in the store since a moment ago. What there is no room for is found there later.
   * `expanded`: virtual aliases that cleanup found, whose sender wants to hear of success.
   */
  notify(messages: readonly NewMessage[], expanded?: ReadonlyMap<QueueId, readonly Outcome[]>): void;
  /** The messages being worked on. */
  active(): ReadonlySet<QueueId>;
  /** When messages are tried, warned about and given up; undefined: no configuration could be used yet. */
  schedule(): Schedule | undefined;
  /** The configuration was reloaded. */
  refresh(): void;
}

type TransportRoute = Route & { kind: 'transport' };
type TakeOptions = Pick<Parameters<typeof activate>[1], 'isFlushed' | 'unreported' | 'header'>;

/** May change while something is awaited. */
const isGone = (active: ActiveMessage): boolean => active.isWithdrawn;

const RECIPIENTS_AT_ONCE = 100;
const nextTurn = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });

/** While delivering is held back, more than this wait in the store and not in memory. */
const PRESSED_ACTIVE_LIMIT = 100;
/** Room that new mail leaves to what waits in the store, so that a burst without end starves nobody. */
const KEPT_FOR_WAITING = 20;

/** How long a message waits whose recipients could not be routed for a reason that should not be. */
const TROUBLE_WAIT_MS = 10_000;

export function createQmgr(dependencies: QmgrDependencies): Qmgr {
  const { store, world, log, clock, isPressed } = dependencies;
  const logger = log('qmgr');
  const slices = createSlices(isPressed);
  const activeMessages = new Map<QueueId, ActiveMessage>();
  const startedAt = clock.now();
  let isStarted = false;
  let isStopping = false;

  const rules = createRules(dependencies, logger);
  const committer = createCommitter({ store, clock, log });
  const dispatcher = createDispatcher({ store, world, log, clock, slices, onAnswer });
  const refill = createRefill({
    store,
    clock,
    activeIds: () => activeMessages,
    activeLimit,
    take: (message, isFlushed) => {
      take(message, { isFlushed, unreported: store.unreported(message.messageId) });
    },
  });
  const rounds = createRounds({ ...dependencies, rules, committer, onCreated: notify, onFinished });
  const operations = createOperations({
    ...dependencies,
    activeMessages,
    refill,
    nextRunAt: () => nextQueueRunAt(rules.last().schedule, startedAt, clock.now()),
    notify,
  });

  function activeLimit(): number {
    const limit = rules.now()?.activeLimit ?? 0;
    return isPressed() ? Math.min(limit, PRESSED_ACTIVE_LIMIT) : limit;
  }

  function take(message: QueuedMessage, options: TakeOptions): void {
    const active = activate(message, { ...options, activeAt: clock.now() });
    activeMessages.set(message.queueId, active);
    slices.add(() => {
      void begin(active);
    });
  }

  async function begin(active: ActiveMessage): Promise<void> {
    if (isStopping || isGone(active)) return;
    try {
      await assign(active);
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      logger.error(`${active.message.queueId}: ${text}`);
      clock.schedule(clock.now() + TROUBLE_WAIT_MS, () => void begin(active));
    }
  }

  /** Resolves the recipients and gives them to the dispatcher. */
  async function assign(active: ActiveMessage): Promise<void> {
    const { message } = active;
    logger.info(
      `${message.queueId}: from=<${quoteAddress(message.sender)}>, size=${message.queueSize}, nrcpt=${message.recipients.length} (queue active)`,
    );
    const found = message.forcedExpire ? expired(active) : await routeAll(active);
    if (isGone(active)) return;
    active.collected.journey.push(...found.map((route) => route.journey));
    dispatcher.assign(active, found, rules.last().routes);
    if (active.pending === 0) void rounds.finish(active);
  }

  /** postsuper -e: no delivery is tried, what was answered before is returned. */
  function expired(active: ActiveMessage): readonly TransportRoute[] {
    const untried = recallAnswers(active, store.deferredOutcomes(active.message.messageId));
    return untried.map((recipient) => expiredRoute(recipient, clock.now()));
  }

  async function routeAll(active: ActiveMessage): Promise<readonly TransportRoute[]> {
    const { message } = active;
    const { routes, world: current } = rules.last();
    const found: TransportRoute[] = [];
    for (const [n, recipient] of message.recipients.entries()) {
      // a list of thousands must not keep sockets waiting
      if (n % RECIPIENTS_AT_ONCE === RECIPIENTS_AT_ONCE - 1) await nextTurn();
      const question = { message, recipient, isFlushed: active.isFlushed, at: clock.now() };
      const route = await routeRecipient(current, routes, question);
      if (route.kind === 'transport') {
        found.push(route);
      } else {
        const request = { message, activeAt: active.activeAt };
        collect(active, [recipient], discardedResult({ log, clock, world: current }, request, recipient));
      }
    }
    return found;
  }

  function onAnswer(active: ActiveMessage): void {
    if (active.pending === 0 && !active.isWithdrawn) {
      void rounds.finish(active);
      return;
    }
    // more answers may come in this slice; what is there after it is stored without waiting for the slow ones
    slices.afterwards(() => {
      if (active.pending > 0 && hasCollected(active)) void rounds.storePart(active);
    });
  }

  function onFinished(active: ActiveMessage, next: Settlement['next']): void {
    const { queueId } = active.message;
    activeMessages.delete(queueId);
    if (next?.kind === 'removed') logger.info(`${queueId}: removed`);
    else if (next?.kind === 'deferred') refill.wakeAt(next.nextAttemptAt);
    // While accepting presses new mail takes the room from memory: a look at the store for each would cost more than it brings.
    if (isPressed()) refill.lookLater();
    else refill.roomMade();
  }

  function notify(
    messages: readonly NewMessage[],
    expanded?: ReadonlyMap<QueueId, readonly Outcome[]>,
  ): void {
    if (!isStarted || isStopping) return;
    const limit = isPressed() ? activeLimit() - KEPT_FOR_WAITING : activeLimit();
    for (const message of messages) {
      if (message.hold !== null || activeMessages.has(message.queueId)) continue;
      if (activeMessages.size >= limit) {
        refill.lookLater();
        return;
      }
      const { header } = message.content;
      const unreported = expanded?.get(message.queueId) ?? [];
      take(queuedMessageOf(message), { header, isFlushed: false, unreported });
    }
  }

  async function stop(): Promise<void> {
    isStopping = true;
    refill.stop();
    dispatcher.stop();
    committer.stop();
    await dispatcher.idle();
    const all = [...activeMessages.values()];
    const parts = all.filter(hasCollected).map((active) => rounds.storePart(active));
    await Promise.allSettled([...parts, ...all.map((active) => active.tail)]);
  }

  return {
    ...operations,
    ...createListing({ store, activeMessages }),
    start() {
      isStarted = true;
      refill.start();
    },
    stop,
    notify,
    active: () => new Set(activeMessages.keys()),
    schedule: () => rules.schedule(),
    refresh() {
      dispatcher.refresh();
      if (isStarted) refill.scan();
    },
  };
}

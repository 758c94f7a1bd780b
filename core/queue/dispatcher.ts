/**
 * Hands waiting recipients to delivery agents, within the limits of transports and destinations, and collects the
 * answers (qmgr_deliver, qmgr_transport, qmgr_queue).
 */
import { ConfigError } from '../config/config.ts';
import type { AgentResult, DeliveryAgent, QueuedRecipient } from '../mail/message.ts';
import { collect, type ActiveMessage } from './active-message.ts';
import { requestOf } from './delivery-request.ts';
import { deferredResult } from './own-outcomes.ts';
import { queueNameOf, type Route, type RouteRules } from './route.ts';
import type { Slices } from './slices.ts';
import { createThrottle } from './throttle.ts';
import {
  connectionsFor,
  createTransport,
  enqueue,
  findQueue,
  forgetIfIdle,
  readLimits,
  release,
  revive,
  takeNext,
} from './transport.ts';
import type { DestinationQueue, Entry, Suspension, Transport } from './transport.ts';
import type { QmgrDependencies, QmgrWorld } from './world.ts';

type TransportRoute = Route & { kind: 'transport' };

export interface Dispatcher {
  /** Queues a message's recipients; `active.pending` counts the requests made of them. */
  assign(active: ActiveMessage, routes: readonly TransportRoute[], rules: RouteRules): void;
  /** The configuration changed: limits and agents are looked up anew, dead transports get another chance. */
  refresh(): void;
  /** Starts nothing any more. */
  stop(): void;
  /** Resolves when no agent is at work. */
  idle(): Promise<void>;
}

export interface DispatcherDependencies extends Pick<QmgrDependencies, 'store' | 'world' | 'log' | 'clock'> {
  readonly slices: Slices;
  /** An answer for a message was collected; `active.pending` is up to date. */
  readonly onAnswer: (active: ActiveMessage) => void;
}

interface Group {
  readonly nexthop: string;
  readonly recipients: QueuedRecipient[];
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By domain, then by address, without regard to case: the order in which agents see them (qmgr_message_sort). */
function inOrder({ address: first }: QueuedRecipient, { address: second }: QueuedRecipient): number {
  const [a, b] = [first.toLowerCase(), second.toLowerCase()];
  return compareText(a.slice(a.lastIndexOf('@')), b.slice(b.lastIndexOf('@'))) || compareText(a, b);
}

export function createDispatcher(dependencies: DispatcherDependencies): Dispatcher {
  const { world } = dependencies;
  const transports = new Map<string, Transport>();
  const runner = createRunner(dependencies);
  let known: QmgrWorld | undefined;

  function findTransport(name: string): Transport {
    let transport = transports.get(name);
    if (transport === undefined) {
      transport = createTransport(name, readLimits(world().config, name, warn));
      transports.set(name, transport);
    }
    return transport;
  }

  const warn = (text: string) => {
    dependencies.log('qmgr').warning(text);
  };

  /** postqueue -f: what is suspended is tried again. */
  function retry(transport: Transport, queue: DestinationQueue): void {
    transport.suspended = undefined;
    if (queue.suspended !== undefined) revive(queue);
    runner.unjam(transport);
  }

  function groupRoutes(active: ActiveMessage, routes: readonly TransportRoute[], rules: RouteRules) {
    const groups = new Map<DestinationQueue, Group>();
    for (const route of routes) {
      const transport = findTransport(route.transport);
      const queue = findQueue(transport, queueNameOf(route, transport.limits.recipients, rules));
      if (active.isFlushed) retry(transport, queue);
      const group = groups.get(queue);
      if (group === undefined) groups.set(queue, { nexthop: route.nexthop, recipients: [route.recipient] });
      else group.recipients.push(route.recipient);
    }
    return groups;
  }

  function refresh(): void {
    known = world();
    for (const transport of transports.values()) {
      transport.limits = readLimits(known.config, transport.name, warn);
      transport.suspended = undefined;
      // A queue manager that starts anew knows nothing of dead destinations.
      for (const queue of transport.queues.values()) revive(queue);
      runner.unjam(transport);
    }
  }

  return {
    assign(active, routes, rules) {
      if (known !== world()) refresh();
      const groups = groupRoutes(active, routes, rules);
      for (const [queue, group] of groups) {
        const { nexthop } = group;
        const recipients = group.recipients.sort(inOrder);
        const isVerp = active.message.verp !== '';
        const limit = isVerp ? 1 : queue.transport.limits.recipients || recipients.length;
        for (let i = 0; i < recipients.length; i += limit) {
          runner.add({ active, recipients: recipients.slice(i, i + limit), nexthop, queue });
        }
        runner.pump(queue.transport);
      }
    },
    refresh,
    stop: runner.stop,
    idle: runner.idle,
  };
}

/** Starts entries when they may, and takes their answers. */
function createRunner(dependencies: DispatcherDependencies) {
  const { store, world, log, clock, slices, onAnswer } = dependencies;
  const underWay = new Set<Promise<void>>();
  let isStopped = false;
  const throttle = createThrottle({
    world,
    log,
    clock,
    pump,
    putOff: (entry, why) => void track(putOff(entry, why)),
  });

  function track(promise: Promise<void>): Promise<void> {
    underWay.add(promise);
    return promise.finally(() => underWay.delete(promise));
  }

  function answered({ active, recipients }: Entry, result: AgentResult): void {
    active.pending -= 1;
    collect(active, recipients, result);
    onAnswer(active);
  }

  /** Defers without trying, as the retry service does it: the log and the queue say why. */
  async function putOff(entry: Entry, why: Suspension): Promise<void> {
    const request = { ...requestOf(entry, store), transport: 'retry', nexthop: `${why.dsn} ${why.reason}` };
    const retry = world().agents('retry');
    const result = await retry?.deliver(request).catch(() => undefined);
    answered(entry, result ?? deferredResult({ log, clock, world: world() }, request, why));
  }

  async function run(entry: Entry, agent: DeliveryAgent): Promise<void> {
    const connections = connectionsFor(entry.queue, clock.now());
    let result: AgentResult | undefined;
    let problem: unknown;
    try {
      result = await agent.deliver({
        ...requestOf(entry, store),
        ...(connections === undefined ? {} : { connections }),
      });
    } catch (error) {
      problem = error;
    }
    entry.active.running -= 1;
    if (result?.unreachable !== undefined) throttle.unreachable(entry.queue, result.unreachable);
    else if (result !== undefined) throttle.reached(entry.queue);
    pause(entry.queue);
    release(entry, clock.now());
    if (result !== undefined) {
      if (result.hasDied === true) throttle.died(entry.queue.transport);
      answered(entry, result);
    } else if (problem instanceof ConfigError) {
      throttle.jam(entry, problem);
    } else {
      throttle.crashed(entry, problem);
    }
    pump(entry.queue.transport);
  }

  function begin(entry: Entry): void {
    const { transport } = entry.queue;
    if (isStopped || entry.active.isWithdrawn) {
      release(entry, clock.now());
      entry.active.pending -= 1;
      pump(transport);
      return;
    }
    const agent = world().agents(transport.name);
    if (agent === undefined) {
      release(entry, clock.now());
      throttle.unavailable(entry);
      return;
    }
    entry.active.running += 1;
    void track(run(entry, agent));
  }

  const later = (milliseconds: number, run: () => void) =>
    clock.schedule(clock.now() + milliseconds, () => {
      if (!isStopped) run();
    });

  /** After a delivery: the destination gets no other for a while. A dead one has its own time. */
  function pause(queue: DestinationQueue): void {
    const { destinationDelayMs } = queue.transport.limits;
    if (destinationDelayMs === 0 || queue.suspended !== undefined) return;
    queue.isPausing = true;
    later(destinationDelayMs, () => {
      queue.isPausing = false;
      forgetIfIdle(queue);
      pump(queue.transport);
    });
  }

  /** One delivery, after a pause in front of it; then the next. */
  function pumpSlowly(transport: Transport): void {
    if (transport.isPausing || transport.ready.length === 0) return;
    transport.isPausing = true;
    later(transport.limits.transportDelayMs, () => {
      transport.isPausing = false;
      const entry = takeNext(transport);
      if (entry !== undefined) begin(entry);
      pump(transport);
    });
  }

  function pump(transport: Transport): void {
    if (transport.limits.transportDelayMs > 0) {
      pumpSlowly(transport);
      return;
    }
    for (let entry = takeNext(transport); entry !== undefined; entry = takeNext(transport)) {
      const taken = entry;
      slices.add(() => {
        begin(taken);
      });
    }
  }

  return {
    pump,
    unjam: throttle.unjam,
    add(entry: Entry): void {
      entry.active.pending += 1;
      const why = entry.queue.transport.suspended ?? entry.queue.suspended;
      if (why === undefined) enqueue(entry);
      else void track(putOff(entry, why));
    },
    stop: () => {
      isStopped = true;
    },
    idle: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}

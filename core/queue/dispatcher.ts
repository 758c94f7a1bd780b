/**
 * Hands waiting recipients to delivery agents, within the limits of transports and destinations, and collects the
 * answers (qmgr_deliver, qmgr_transport, qmgr_queue, qmgr_defer).
 */
import { ConfigError } from '../config/config.ts';
import type { AgentResult, DeliveryAgent, DeliveryRequest, QueuedRecipient } from '../mail/message.ts';
import { collect, type ActiveMessage } from './active-message.ts';
import { deliveredForm } from './content.ts';
import { deferredResult } from './own-outcomes.ts';
import { queueNameOf, type Route, type RouteRules } from './route.ts';
import type { Slices } from './slices.ts';
import {
  createTransport,
  drain,
  enqueue,
  findQueue,
  forgetIfIdle,
  putBack,
  readLimits,
  release,
  takeNext,
  type DestinationQueue,
  type Entry,
  type Suspension,
  type Transport,
} from './transport.ts';
import type { QmgrDependencies, QmgrWorld } from './world.ts';

export interface Dispatcher {
  /** Queues a message's recipients; `active.pending` counts the requests made of them. */
  assign(active: ActiveMessage, routes: readonly (Route & { kind: 'transport' })[], rules: RouteRules): void;
  /** Lets suspended destinations of this message be tried at once (postqueue -f). */
  revive(transport: string, nexthop: string): void;
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

const UNAVAILABLE: Suspension = { dsn: '4.3.0', reason: 'mail transport unavailable' };
const CRASHED: Suspension = { dsn: '4.3.0', reason: 'unknown mail transport error' };

export function createDispatcher(dependencies: DispatcherDependencies): Dispatcher {
  const { store, world, log, clock, slices, onAnswer } = dependencies;
  const transports = new Map<string, Transport>();
  const underWay = new Set<Promise<void>>();
  let known: QmgrWorld | undefined;
  let isStopped = false;

  function findTransport(name: string): Transport {
    let transport = transports.get(name);
    if (transport === undefined) {
      transport = createTransport(name, readLimits(world().config, name));
      transports.set(name, transport);
    }
    return transport;
  }

  const serviceOf = (name: string) => world().config.services.findLast((s) => s.name === name);

  function requestOf(entry: Entry): DeliveryRequest {
    const { active, recipients, nexthop, queue } = entry;
    const { messageId, queueId } = active.message;
    const content = () => {
      const found = store.content(messageId);
      if (found === undefined) throw new Error(`${queueId}: content is gone`);
      return found;
    };
    return {
      message: active.message,
      recipients,
      transport: queue.transport.name,
      nexthop,
      read: () => Promise.resolve().then(() => deliveredForm(content())),
      readHeader: () =>
        active.header === undefined
          ? Promise.resolve().then(() => content().header)
          : Promise.resolve(active.header),
      activeAt: active.activeAt,
    };
  }

  function answered(entry: Entry, result: AgentResult): void {
    const { active } = entry;
    active.pending -= 1;
    collect(active, entry.recipients, result);
    onAnswer(active);
  }

  /** Defers without trying, as the retry service does it: the log and the queue say why. */
  async function putOff(entry: Entry, why: Suspension): Promise<void> {
    const request = { ...requestOf(entry), transport: 'retry', nexthop: `${why.dsn} ${why.reason}` };
    const retry = world().agents('retry');
    const result = await (retry?.deliver(request).catch(() => undefined) ?? Promise.resolve(undefined));
    answered(entry, result ?? deferredResult({ log, clock, world: world() }, request, why));
  }

  function putAllOff(queues: Iterable<DestinationQueue>, why: Suspension): void {
    for (const entry of drain(queues)) track(putOff(entry, why));
  }

  function suspendTransport(transport: Transport, why: Suspension): void {
    transport.suspended = why;
    const retryAt = clock.now() + world().config.seconds('transport_retry_time') * 1000;
    clock.schedule(retryAt, () => {
      transport.suspended = undefined;
    });
    putAllOff(transport.queues.values(), why);
  }

  function suspendQueue(queue: DestinationQueue, why: Suspension): void {
    const reason = `delivery temporarily suspended: ${why.reason}`;
    const dsn = why.dsn;
    queue.suspended = { dsn, reason };
    queue.transport.queues.set(queue.name, queue);
    const retryAt = clock.now() + world().config.seconds('minimal_backoff_time') * 1000;
    clock.schedule(retryAt, () => {
      queue.suspended = undefined;
      forgetIfIdle(queue);
      pump(queue.transport);
    });
    putAllOff([queue], queue.suspended);
  }

  /** The program says fatal before it takes a request: master(8) starts it again after a while. */
  function jam(entry: Entry, problem: ConfigError): void {
    const { transport } = entry.queue;
    putBack(entry);
    if (transport.isStuck) return;
    transport.isStuck = true;
    const command = serviceOf(transport.name)?.command ?? transport.name;
    const program = `${world().config.get('daemon_directory')}/${command}`;
    log(command).fatal(problem.message);
    log('master').warning(`process ${program} pid ${process.pid} exit status 1`);
    log('master').warning(`${program}: bad command startup -- throttling`);
    const retryAt = clock.now() + world().config.seconds('service_throttle_time') * 1000;
    clock.schedule(retryAt, () => {
      unjam(transport);
    });
  }

  function unjam(transport: Transport): void {
    if (!transport.isStuck) return;
    transport.isStuck = false;
    for (const queue of transport.queues.values()) {
      const entries = queue.todo.splice(0);
      for (const entry of entries) enqueue(entry);
    }
    pump(transport);
  }

  function crashed(entry: Entry, error: unknown): void {
    const { transport } = entry.queue;
    const command = serviceOf(transport.name)?.command ?? transport.name;
    log(command).fatal(error instanceof Error ? error.message : String(error));
    log('qmgr').warning(
      `transport ${transport.name} failure -- see a previous warning/fatal/panic logfile record for the problem description`,
    );
    putBack(entry);
    suspendTransport(transport, CRASHED);
  }

  async function run(entry: Entry, agent: DeliveryAgent): Promise<void> {
    let result: AgentResult | undefined;
    let problem: unknown;
    try {
      result = await agent.deliver(requestOf(entry));
    } catch (error) {
      problem = error;
    }
    entry.active.running -= 1;
    release(entry);
    if (result !== undefined) {
      if (result.unreachable !== undefined) suspendQueue(entry.queue, result.unreachable);
      answered(entry, result);
    } else if (problem instanceof ConfigError) {
      jam(entry, problem);
    } else {
      crashed(entry, problem);
    }
    pump(entry.queue.transport);
  }

  function track(promise: Promise<void>): void {
    underWay.add(promise);
    void promise.finally(() => underWay.delete(promise));
  }

  function begin(entry: Entry): void {
    const { transport } = entry.queue;
    if (isStopped || entry.active.isWithdrawn) {
      release(entry);
      entry.active.pending -= 1;
      pump(transport);
      return;
    }
    const agent = world().agents(transport.name);
    if (agent === undefined) {
      release(entry);
      log('qmgr').warning(`connect to transport private/${transport.name}: No such file or directory`);
      putBack(entry);
      suspendTransport(transport, UNAVAILABLE);
      return;
    }
    entry.active.running += 1;
    track(run(entry, agent));
  }

  function pump(transport: Transport): void {
    for (let entry = takeNext(transport); entry !== undefined; entry = takeNext(transport)) {
      const taken = entry;
      slices.add(() => {
        begin(taken);
      });
    }
  }

  function addEntry(
    active: ActiveMessage,
    queue: DestinationQueue,
    nexthop: string,
    recipients: readonly QueuedRecipient[],
  ): void {
    active.pending += 1;
    const entry: Entry = { active, recipients, nexthop, queue };
    const why = queue.transport.suspended ?? queue.suspended;
    if (why === undefined) enqueue(entry);
    else track(putOff(entry, why));
  }

  return {
    assign(active, routes, rules) {
      if (known !== world()) this.refresh();
      const groups = new Map<DestinationQueue, { nexthop: string; recipients: QueuedRecipient[] }>();
      for (const route of routes) {
        const transport = findTransport(route.transport);
        if (active.isFlushed) this.revive(route.transport, route.nexthop);
        const queue = findQueue(transport, queueNameOf(route, transport.limits.recipients, rules));
        const group = groups.get(queue);
        if (group === undefined) groups.set(queue, { nexthop: route.nexthop, recipients: [route.recipient] });
        else group.recipients.push(route.recipient);
      }
      for (const [queue, { nexthop, recipients }] of groups) {
        const limit = queue.transport.limits.recipients || recipients.length;
        for (let i = 0; i < recipients.length; i += limit) {
          addEntry(active, queue, nexthop, recipients.slice(i, i + limit));
        }
        pump(queue.transport);
      }
    },
    revive(name, nexthop) {
      const transport = transports.get(name);
      if (transport === undefined) return;
      transport.suspended = undefined;
      for (const queue of transport.queues.values()) {
        if (queue.name.endsWith(nexthop.toLowerCase())) queue.suspended = undefined;
      }
      unjam(transport);
    },
    refresh() {
      known = world();
      for (const transport of transports.values()) {
        transport.limits = readLimits(known.config, transport.name);
        transport.suspended = undefined;
        unjam(transport);
      }
    },
    stop() {
      isStopped = true;
    },
    async idle() {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}

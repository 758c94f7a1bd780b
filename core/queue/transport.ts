/** One transport's waiting deliveries: destination queues with a concurrency limit each, and the process limit (qmgr_transport, qmgr_queue). */
import type { Config } from '../config/config.ts';
import type { QueuedRecipient } from '../mail/message.ts';
import type { ActiveMessage } from './active-message.ts';
import { openWindow, readConcurrency, type ConcurrencyRules, type Window } from './concurrency.ts';

/** Recipients of one message for one destination: what becomes one delivery request. */
export interface Entry {
  readonly active: ActiveMessage;
  readonly recipients: readonly QueuedRecipient[];
  readonly nexthop: string;
  readonly queue: DestinationQueue;
}

export interface Suspension {
  readonly dsn: string;
  readonly reason: string;
}

export interface DestinationQueue {
  readonly name: string;
  readonly transport: Transport;
  running: number;
  readonly window: Window;
  /** When a delivery ended last, ms since the epoch. */
  lastDoneAt: number;
  /** Deliveries follow each other closely: connections are kept open for the next. */
  keepsConnections: boolean;
  /** Connections may still be open from when they were kept. */
  mayHaveConnections: boolean;
  /** In its transport's `ready`. */
  isReady: boolean;
  readonly todo: Entry[];
  /** Dead: nothing is tried until the time is over. */
  suspended: Suspension | undefined;
  /** transport_destination_rate_delay: the pause behind a delivery. */
  isPausing: boolean;
}

export interface TransportLimits {
  /** Processes of the service in master.cf; 0: no limit. */
  readonly processes: number;
  /** transport_destination_recipient_limit; 0: no limit. */
  readonly recipients: number;
  readonly concurrency: ConcurrencyRules;
  /** transport_destination_rate_delay: between deliveries to one destination, which are made one at a time. */
  readonly destinationDelayMs: number;
  /** transport_transport_rate_delay: before each delivery of the transport. */
  readonly transportDelayMs: number;
}

export interface Transport {
  readonly name: string;
  limits: TransportLimits;
  running: number;
  readonly queues: Map<string, DestinationQueue>;
  /** Queues with something to do and room to do it, in the order they are served. */
  readonly ready: DestinationQueue[];
  suspended: Suspension | undefined;
  /** The program does not start: what waits goes on waiting. */
  isStuck: boolean;
  /** transport_transport_rate_delay is running down. */
  isPausing: boolean;
}

/** The name that counts: the transport's own parameter where it has a value. */
function nameOf(config: Config, transport: string, suffix: string): string {
  const own = `${transport}_${suffix}`;
  if (config.get(own) !== '') return own;
  return suffix.startsWith('initial_') ? suffix : `default_${suffix}`;
}

function processLimit(config: Config, transport: string): number {
  const service = config.services.findLast((s) => s.name === transport && s.type === 'unix');
  const column = service?.processLimit ?? '-';
  return column === '-' ? config.integer('default_process_limit') : Number(column);
}

export function readLimits(config: Config, transport: string, warn: (text: string) => void): TransportLimits {
  const name = (suffix: string) => nameOf(config, transport, suffix);
  const destinationDelayMs = config.seconds(name('destination_rate_delay')) * 1000;
  const concurrency = readConcurrency(config, name, warn);
  return {
    processes: processLimit(config, transport),
    recipients: config.integer(name('destination_recipient_limit')),
    concurrency: destinationDelayMs > 0 ? { ...concurrency, limit: 1, initial: 1 } : concurrency,
    destinationDelayMs,
    transportDelayMs: config.seconds(name('transport_rate_delay')) * 1000,
  };
}

export function createTransport(name: string, limits: TransportLimits): Transport {
  return {
    name,
    limits,
    running: 0,
    queues: new Map(),
    ready: [],
    suspended: undefined,
    isStuck: false,
    isPausing: false,
  };
}

export function findQueue(transport: Transport, name: string): DestinationQueue {
  let queue = transport.queues.get(name);
  if (queue === undefined) {
    queue = {
      name,
      transport,
      running: 0,
      window: openWindow(transport.limits.concurrency),
      lastDoneAt: -Infinity,
      keepsConnections: false,
      mayHaveConnections: false,
      isReady: false,
      todo: [],
      suspended: undefined,
      isPausing: false,
    };
    transport.queues.set(name, queue);
  }
  return queue;
}

const hasRoom = (queue: DestinationQueue): boolean => !queue.isPausing && queue.running < queue.window.size;

/** A destination that was dead is tried again, from the beginning. */
export function revive(queue: DestinationQueue): void {
  queue.suspended = undefined;
  Object.assign(queue.window, openWindow(queue.transport.limits.concurrency));
}

function makeReady(queue: DestinationQueue): void {
  const { transport } = queue;
  if (queue.todo.length === 0 || !hasRoom(queue) || queue.isReady) return;
  queue.isReady = true;
  transport.ready.push(queue);
}

export function enqueue(entry: Entry): void {
  entry.queue.todo.push(entry);
  makeReady(entry.queue);
}

/** The next entry to start: destinations take turns. undefined: nothing may start now. */
export function takeNext(transport: Transport): Entry | undefined {
  const { processes } = transport.limits;
  if (transport.isStuck || (processes !== 0 && transport.running >= processes)) return undefined;
  for (let queue = transport.ready.shift(); queue !== undefined; queue = transport.ready.shift()) {
    queue.isReady = false;
    const entry = queue.todo.shift();
    if (entry === undefined) continue;
    queue.running += 1;
    transport.running += 1;
    makeReady(queue);
    return entry;
  }
  return undefined;
}

/** Deliveries that follow each other within this time are back to back. */
const BACK_TO_BACK_MS = 1000;

/**
 * Whether a delivery that begins now may use a connection again: once deliveries of a backlog follow each other, and
 * for as long as they do (qmgr_entry_select).
 */
export function connectionsFor(queue: DestinationQueue, now: number): 'use' | 'keep' | undefined {
  const isBackToBack = now - queue.lastDoneAt <= BACK_TO_BACK_MS;
  if (!queue.keepsConnections) queue.keepsConnections = isBackToBack;
  else if (queue.running <= 1 && !isBackToBack) queue.keepsConnections = false;
  queue.mayHaveConnections ||= queue.keepsConnections;
  if (queue.keepsConnections) return 'keep';
  return queue.mayHaveConnections ? 'use' : undefined;
}

/** An agent is done with an entry (or it was skipped). */
export function release(entry: Entry, now: number): void {
  const { queue } = entry;
  queue.lastDoneAt = now;
  queue.running -= 1;
  queue.transport.running -= 1;
  forgetIfIdle(queue);
}

/** Back to the head of its queue, for another program start, or to be put off with the rest. */
export function putBack(entry: Entry): void {
  entry.queue.transport.queues.set(entry.queue.name, entry.queue);
  entry.queue.todo.unshift(entry);
}

/** Whether the queue can be forgotten: nothing waits, runs, pauses or is suspended. */
export function forgetIfIdle(queue: DestinationQueue): void {
  const isEmpty = queue.todo.length === 0 && queue.running === 0;
  const isIdle = isEmpty && queue.suspended === undefined && !queue.isPausing;
  if (isIdle) queue.transport.queues.delete(queue.name);
  else makeReady(queue);
}

/** Takes everything that waits, for a transport or one of its queues, out of it. */
export function drain(queues: Iterable<DestinationQueue>): readonly Entry[] {
  const entries: Entry[] = [];
  for (const queue of queues) entries.push(...queue.todo.splice(0));
  return entries;
}

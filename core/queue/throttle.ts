/** What becomes of deliveries whose transport or destination does not work: put off, or kept until it does (qmgr_defer, qmgr_transport_throttle). */
import type { ConfigError } from '../config/config.ts';
import { drain, enqueue, forgetIfIdle, putBack } from './transport.ts';
import type { DestinationQueue, Entry, Suspension, Transport } from './transport.ts';
import type { QmgrDependencies } from './world.ts';

export interface Throttle {
  /** No such service: what waits for it is put off, and it is asked again after transport_retry_time. */
  unavailable(entry: Entry): void;
  /** The agent threw: the same, with another reason. */
  crashed(entry: Entry, error: unknown): void;
  /** The next hop is out of reach: the others that wait for it are put off with the same answer. */
  unreachable(queue: DestinationQueue, why: Suspension): void;
  /** The program says fatal before it takes a request: master(8) starts it again after a while; mail stays active. */
  jam(entry: Entry, problem: ConfigError): void;
  /** The program said fatal after it had taken a request, which has its answer: master(8) starts it again after a while. */
  died(transport: Transport): void;
  readonly unjam: (transport: Transport) => void;
}

const UNAVAILABLE: Suspension = { dsn: '4.3.0', reason: 'mail transport unavailable' };
const CRASHED: Suspension = { dsn: '4.3.0', reason: 'unknown mail transport error' };

export function createThrottle(
  dependencies: Pick<QmgrDependencies, 'world' | 'log' | 'clock'> & {
    readonly putOff: (entry: Entry, why: Suspension) => void;
    readonly pump: (transport: Transport) => void;
  },
): Throttle {
  const { world, log, clock, putOff, pump } = dependencies;
  const later = (parameter: string, run: () => void) =>
    clock.schedule(clock.now() + world().config.seconds(parameter) * 1000, run);
  const commandOf = (name: string) =>
    world().config.services.findLast((s) => s.name === name)?.command ?? name;

  function putAllOff(queues: Iterable<DestinationQueue>, why: Suspension): void {
    for (const entry of drain(queues)) putOff(entry, why);
  }

  function suspendTransport(transport: Transport, why: Suspension): void {
    transport.suspended = why;
    later('transport_retry_time', () => {
      transport.suspended = undefined;
    });
    putAllOff(transport.queues.values(), why);
  }

  function unjam(transport: Transport): void {
    if (!transport.isStuck) return;
    transport.isStuck = false;
    for (const queue of transport.queues.values()) {
      for (const entry of queue.todo.splice(0)) enqueue(entry);
    }
    pump(transport);
  }

  /** master(8) waits before it starts a program again that failed at once. */
  function holdBack(transport: Transport): void {
    transport.isStuck = true;
    const program = `${world().config.get('daemon_directory')}/${commandOf(transport.name)}`;
    log('master').warning(`process ${program} pid ${process.pid} exit status 1`);
    log('master').warning(`${program}: bad command startup -- throttling`);
    later('service_throttle_time', () => {
      unjam(transport);
    });
  }

  return {
    unavailable(entry) {
      const { transport } = entry.queue;
      log('qmgr').warning(`connect to transport private/${transport.name}: No such file or directory`);
      putBack(entry);
      suspendTransport(transport, UNAVAILABLE);
    },
    crashed(entry, error) {
      const { transport } = entry.queue;
      log(commandOf(transport.name)).fatal(error instanceof Error ? error.message : String(error));
      log('qmgr').warning(
        `transport ${transport.name} failure -- see a previous warning/fatal/panic logfile record for the problem description`,
      );
      putBack(entry);
      suspendTransport(transport, CRASHED);
    },
    unreachable(queue, why) {
      const suspended = { dsn: why.dsn, reason: `delivery temporarily suspended: ${why.reason}` };
      queue.suspended = suspended;
      queue.transport.queues.set(queue.name, queue);
      later('minimal_backoff_time', () => {
        queue.suspended = undefined;
        forgetIfIdle(queue);
        pump(queue.transport);
      });
      putAllOff([queue], suspended);
    },
    jam(entry, problem) {
      const { transport } = entry.queue;
      putBack(entry);
      if (transport.isStuck) return;
      log(commandOf(transport.name)).fatal(problem.message);
      holdBack(transport);
    },
    died(transport) {
      log('qmgr').warning(`private/${transport.name} socket: malformed response`);
      if (!transport.isStuck) holdBack(transport);
    },
    unjam,
  };
}

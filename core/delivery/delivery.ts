/**
 * Delivery agents: what master.cf's transports do with the recipients that the queue manager hands them.
 *
 * Every agent is a function of one request that answers with outcomes, mailbox deliveries and new messages; it
 * stores nothing itself. The queue manager stores all of it in one transaction, so killing the process repeats an
 * attempt or completes it, never half of it. Exceptions are what leaves the store: /file/names and commands, which
 * run before the attempt is stored, as in Postfix (a crash in between delivers them twice).
 *
 * Each folder here is one program of Postfix: local(8), virtual(8), error(8), discard(8), smtp(8), pipe(8). `agents.ts` finds the
 * program of a transport by its line in master.cf. What all of them share is beside this file: `report.ts` makes
 * outcomes and writes the `to=<>` lines, `prefix.ts` is what is put in front of a delivered message.
 *
 * Failure: mail's trouble is an outcome (bounced or deferred with a DSN code). A setting that keeps the program from
 * starting at all is a ConfigError; the queue manager then keeps the mail and tries the program again later.
 */
import type { AddressResolver, AddressRewriter } from '../address/resolution.ts';
import type { Config } from '../config/config.ts';
import type { DeliveryAgent, Submission } from '../mail/message.ts';
import type { UserStore } from '../store/store.ts';
import type { Tables } from '../tables/table.ts';
import type { Clock } from '../util/clock.ts';
import type { Dns } from '../util/dns.ts';
import type { LogFactory } from '../util/log.ts';

export interface AgentDependencies {
  /** The configuration with the overrides of the agent's own master.cf line. */
  readonly config: Config;
  readonly tables: Tables;
  readonly users: UserStore;
  readonly rewriter: AddressRewriter;
  readonly resolver: AddressResolver;
  readonly log: LogFactory;
  readonly clock: Clock;
  /** Where smtp(8) finds servers. */
  readonly dns: Dns;
  /** 0 up to 1, for servers of equal preference; absent: Math.random. */
  readonly random?: () => number;
  /** Number, queue id and time of a new message (local(8) forwards). */
  readonly allocate: () => Pick<Submission, 'queueId' | 'messageId' | 'arrivedAt'>;
  /** Bytes in a mailbox now, for the size limits; absent: no limit is enforced. */
  readonly mailboxBytes?: (mailbox: string) => number;
  /** The agent of another transport, for what one agent passes on to another (mailbox_transport). */
  readonly agentOf: (transport: string) => DeliveryAgent | undefined;
}

/** Makes the agent of one master.cf service. `service` is the first column: `local`, `retry`. */
export type AgentFactory = (service: string, dependencies: AgentDependencies) => DeliveryAgent;

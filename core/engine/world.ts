/** Everything that follows from one state of the configuration. A reload makes another; a session keeps its own. */
import { createResolver } from '../address/resolve.ts';
import { createRewriter } from '../address/rewrite.ts';
import type { AddressResolver, AddressRewriter } from '../address/resolution.ts';
import { createBounce, type Bounce } from '../bounce/bounce.ts';
import { createCleanup } from '../cleanup/cleanup.ts';
import type { Cleanup } from '../cleanup/outcome.ts';
import type { Config } from '../config/config.ts';
import { createAgents } from '../delivery/agents.ts';
import type { DeliveryAgent, Submission } from '../mail/message.ts';
import type { Store } from '../store/store.ts';
import type { Drafts } from '../tables/lines.ts';
import type { Tables } from '../tables/table.ts';
import { createTables } from '../tables/tables.ts';
import type { Clock } from '../util/clock.ts';
import type { Dns } from '../util/dns.ts';
import type { LogFactory } from '../util/log.ts';

export interface World {
  readonly config: Config;
  readonly tables: Tables;
  readonly rewriter: AddressRewriter;
  readonly resolver: AddressResolver;
  readonly cleanup: Cleanup;
  readonly bounce: Bounce;
  readonly agents: (transport: string) => DeliveryAgent | undefined;
}

export interface WorldDependencies {
  readonly config: Config;
  readonly store: Pick<Store, 'compiled' | 'users' | 'mail'>;
  readonly log: LogFactory;
  readonly clock: Clock;
  readonly dns: Dns;
  readonly allocate: () => Pick<Submission, 'queueId' | 'messageId' | 'arrivedAt'>;
  /** Texts in place of files. */
  readonly drafts?: Drafts;
}

export function createWorld(dependencies: WorldDependencies): World {
  const { config, store, log, clock, dns, allocate, drafts } = dependencies;
  const { compiled, users } = store;
  const tables = createTables({
    config,
    compiled,
    users,
    log,
    clock,
    ...(drafts === undefined ? {} : { drafts }),
  });
  const rewriter = createRewriter(config);
  const resolver = createResolver({ config, tables, log, rewriter });
  return {
    config,
    tables,
    rewriter,
    resolver,
    cleanup: createCleanup({ config, tables, rewriter, resolver, log, clock }),
    bounce: createBounce({ config, log, clock }),
    agents: createAgents({
      config,
      tables,
      users,
      rewriter,
      resolver,
      log,
      clock,
      dns,
      allocate,
      mailboxBytes: (mailbox) => store.mail.mailboxBytes(mailbox),
    }),
  };
}

/** Which program serves a transport: the service of that name in master.cf, made once, when it is first needed. */
import { ConfigError, type Config, type MasterService } from '../config/config.ts';
import type { DeliveryAgent } from '../mail/message.ts';
import type { AgentDependencies, AgentFactory } from './delivery.ts';
import { createDiscard } from './discard/discard.ts';
import { createError } from './error/error.ts';
import { createLocal } from './local/local.ts';
import { createPipe } from './pipe/pipe.ts';
import { createLmtp, createSmtp } from './smtp/smtp.ts';
import { createVirtual } from './virtual/virtual.ts';

/** Programs of delivery agents, by master.cf's command column. */
export type Programs = Readonly<Record<string, AgentFactory>>;

const BUILT_IN: Programs = {
  local: createLocal,
  virtual: createVirtual,
  error: createError,
  discard: (_service, dependencies) => createDiscard(dependencies),
  smtp: createSmtp,
  lmtp: createLmtp,
  pipe: createPipe,
};

export interface AgentsDependencies extends Omit<AgentDependencies, 'agentOf' | 'config'> {
  readonly config: Config;
  /** More programs, or others in place of the built-in ones. */
  readonly programs?: Programs;
}

/** An agent whose program cannot start: every request says why, and the mail stays. */
function unstartable(problem: ConfigError): DeliveryAgent {
  return { deliver: () => Promise.reject(problem) };
}

function findService(config: Config, transport: string): MasterService | undefined {
  // master.cf may list a service twice; the last entry is the one that runs
  return config.services.findLast((s) => s.name === transport && (s.type === 'unix' || s.type === 'pass'));
}

/**
 * undefined: master.cf has no such service, or one whose program this sandbox does not have: mail for it is deferred
 * (`mail transport unavailable`). A program that cannot start with its settings answers each request with a ConfigError.
 */
export function createAgents(
  dependencies: AgentsDependencies,
): (transport: string) => DeliveryAgent | undefined {
  const { config, programs, ...rest } = dependencies;
  const known: Programs = { ...BUILT_IN, ...programs };
  const agents = new Map<string, DeliveryAgent | undefined>();

  function make(transport: string): DeliveryAgent | undefined {
    const service = findService(config, transport);
    const factory = service === undefined ? undefined : known[service.command];
    if (service === undefined || factory === undefined) return undefined;
    try {
      const own = config.forService(service);
      const dns = (service.chroot === 'y' && rest.dns.jailed?.(own.get('queue_directory'))) || rest.dns;
      return factory(service.name, { ...rest, dns, config: own, agentOf });
    } catch (error) {
      if (error instanceof ConfigError) return unstartable(error);
      throw error;
    }
  }

  function agentOf(transport: string): DeliveryAgent | undefined {
    if (!agents.has(transport)) agents.set(transport, make(transport));
    return agents.get(transport);
  }
  return agentOf;
}

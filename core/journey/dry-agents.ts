/**
 * Delivery agents that decide and do nothing. local(8) is its plan with the effects that stay inside values; what it
 * would write to a file or hand to a command counts as delivered. Agents that talk to somebody are named, not asked.
 */
import { deliveredToAddresses } from '../delivery/delivered.ts';
import type { AgentDependencies } from '../delivery/delivery.ts';
import type { LocalAction, LocalPlan } from '../delivery/local/action.ts';
import type { EffectDependencies } from '../delivery/local/doing.ts';
import { performPlan } from '../delivery/local/effects.ts';
import { createLocal, createLocalPlanner } from '../delivery/local/local.ts';
import { readLocalSettings } from '../delivery/local/settings.ts';
import { createReport, journeyOf, readReportSettings } from '../delivery/report.ts';
import { readStatusFilter } from '../delivery/status-filter.ts';
import type { MasterService } from '../config/config.ts';
import type { AgentResult, DeliveryAgent, DeliveryRequest } from '../mail/message.ts';

/** Programs whose answer is a decision of their own. Any other could reach the world outside. */
const PURE = new Set(['error', 'discard', 'virtual']);

export type AgentOf = (transport: string) => DeliveryAgent | undefined;

/** @param real the agents of the same configuration, with a log that goes nowhere */
export function createDryAgents(
  real: AgentOf,
  dependencies: Omit<AgentDependencies, 'agentOf' | 'config'> & Pick<AgentDependencies, 'config'>,
): AgentOf {
  const { config } = dependencies;

  function make(service: MasterService, agent: DeliveryAgent): DeliveryAgent {
    if (PURE.has(service.command)) return agent;
    const own = { ...dependencies, config: config.forService(service), agentOf };
    return service.command === 'local' ? dryLocal(service.name, own) : named(service.name, own);
  }

  function agentOf(transport: string): DeliveryAgent | undefined {
    const agent = real(transport);
    const service = config.services.findLast(
      ({ name, type }) => name === transport && (type === 'unix' || type === 'pass'),
    );
    return agent === undefined || service === undefined ? undefined : make(service, agent);
  }
  return agentOf;
}

function dryLocal(service: string, dependencies: AgentDependencies): DeliveryAgent {
  const { config, log } = dependencies;
  const settings = readLocalSettings(config);
  const planner = createLocalPlanner(service, dependencies, settings);
  const logger = log('local');
  const effects: EffectDependencies = {
    ...dependencies,
    service,
    settings,
    reporting: readReportSettings(config),
    logger,
    statusFilter: readStatusFilter('local', dependencies, logger),
  };
  return {
    async deliver(request) {
      // throws the ConfigError of settings with which local(8) does not start
      createLocal(service, dependencies);
      const deliveredTo = deliveredToAddresses(await request.readHeader());
      const results: AgentResult[] = [];
      for (const recipient of request.recipients) {
        const startedAt = dependencies.clock.now();
        const plan = harmless(await planner(request.message, recipient, deliveredTo), settings.allowCommands);
        results.push(await performPlan(effects, { request, recipient, plan, startedAt }));
      }
      return joined(results);
    },
  };
}

/** The plan with what it would do to this machine said instead of done. */
function harmless(plan: LocalPlan, runsCommands: boolean): LocalPlan {
  const actions = plan.actions.map((action): LocalAction => {
    const { at } = action;
    if (action.kind === 'file') {
      const reason = action.path.endsWith('/') ? 'delivered to maildir' : `delivered to file: ${action.path}`;
      return { kind: 'sent', at, verdict: { dsn: '2.0.0', reason } };
    }
    if (action.kind === 'command' && runsCommands) {
      return {
        kind: 'sent',
        at,
        verdict: { dsn: '2.0.0', reason: `delivered to command: ${action.command}` },
      };
    }
    return action;
  });
  return { ...plan, actions };
}

/** Hands over, as far as a dry run can tell. */
function named(service: string, { config, log, clock }: AgentDependencies): DeliveryAgent {
  const settings = readReportSettings(config);
  return {
    deliver(request: DeliveryRequest): Promise<AgentResult> {
      const report = createReport({ log: log(service), clock, request, relay: service, settings });
      const reason = `handed to ${request.transport}:${request.nexthop}`;
      const outcomes = request.recipients.map((recipient) =>
        report.sent(recipient, { dsn: '2.0.0', reason, action: 'relayed' }),
      );
      const journey = outcomes.map((outcome) => journeyOf(service, outcome, reason));
      return Promise.resolve({ outcomes, mailboxDeliveries: [], forwards: [], journey });
    },
  };
}

function joined(results: readonly AgentResult[]): AgentResult {
  return {
    outcomes: results.flatMap((r) => r.outcomes),
    mailboxDeliveries: results.flatMap((r) => r.mailboxDeliveries),
    forwards: results.flatMap((r) => r.forwards),
    journey: results.flatMap((r) => r.journey),
  };
}

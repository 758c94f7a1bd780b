/**
 * local(8): delivery to the sandbox's users, with aliases, :include: lists, .forward files, commands and files.
 *
 * `plan.ts` decides: it expands one recipient into actions (put into a mailbox, forward, run a command, bounce ...),
 * each with the journey entries that led to it, and touches nothing. `effects.ts` does them. A dry run is the plan
 * without the effects.
 *
 * Differences from Postfix, on purpose: a user is a user of the sandbox, whose home folder lies in the data folder;
 * their mailbox is in the store, whatever home_mailbox and mail_spool_directory say (both show in the log's words
 * where Postfix shows them); commands run only with sandpost_allow_commands = yes; mailbox_size_limit
 * counts only where main.cf sets it; there is no biff. Rights: what
 * Postfix does with a user's or default_privs' rights is done with those only where the engine runs as root.
 *
 * Standards: aliases(5), local(8), RFC 3461 section 5.2.7 (what aliases do to NOTIFY, ENVID, RET and ORCPT).
 */
import { ConfigError, type Config } from '../../config/config.ts';
import type { AgentResult, DeliveryAgent, DeliveryRequest, QueuedRecipient } from '../../mail/message.ts';
import type { AgentDependencies } from '../delivery.ts';
import { createReport, journeyOf, readReportSettings } from '../report.ts';
import { deliveredToAddresses } from '../delivered.ts';
import { readStatusFilter } from '../status-filter.ts';
import type { EffectDependencies } from './doing.ts';
import { performPlan } from './effects.ts';
import { createLocalPlanner, type LocalPlanner } from './plan.ts';
import { readLocalSettings } from './settings.ts';

export type { LocalAction, LocalPlan } from './action.ts';
export { createLocalPlanner, type LocalPlanner } from './plan.ts';

/** mailbox_size_limit must let the largest message in: local(8) refuses to start otherwise. */
function checkLimits(config: Config): void {
  const mailbox = config.integer('mailbox_size_limit');
  if (mailbox === 0) return;
  const message = config.integer('message_size_limit');
  if (message === 0 || mailbox < message) {
    throw new ConfigError('configuration error: mailbox_size_limit is smaller than message_size_limit');
  }
}

/** @throws ConfigError when the settings keep the program from starting. */
export function createLocal(service: string, dependencies: AgentDependencies): DeliveryAgent {
  const { config, log, clock } = dependencies;
  checkLimits(config);
  const settings = readLocalSettings(config);
  const planner: LocalPlanner = createLocalPlanner(service, dependencies, settings);
  const logger = log('local', config.get('syslog_name'));
  const effects: EffectDependencies = {
    ...dependencies,
    service,
    settings,
    reporting: readReportSettings(config),
    logger,
    statusFilter: readStatusFilter('local', dependencies, logger),
  };

  async function deliverOne(request: DeliveryRequest, index: number): Promise<AgentResult> {
    const recipient = request.recipients[index];
    if (recipient === undefined) throw new Error('no such recipient in the request');
    const startedAt = clock.now();
    const deliveredTo = deliveredToAddresses(await request.readHeader());
    try {
      const plan = await planner(request.message, recipient, deliveredTo);
      return await performPlan(effects, { request, recipient, plan, startedAt });
    } catch (error) {
      return failed(request, recipient, error);
    }
  }

  /** A fault of this program's: one recipient waits, the others are not held up. */
  function failed(request: DeliveryRequest, recipient: QueuedRecipient, error: unknown): AgentResult {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    effects.logger.error(`${request.message.queueId}: ${text}`);
    const report = createReport({
      log: effects.logger,
      clock,
      request,
      relay: service,
      settings: effects.reporting,
    });
    const outcome = report.deferred(recipient, { dsn: '4.3.0', reason: 'local delivery agent error' });
    return {
      outcomes: [outcome],
      mailboxDeliveries: [],
      forwards: [],
      journey: [journeyOf('local', outcome)],
    };
  }

  return {
    async deliver(request) {
      if (request.recipients.length === 1) return deliverOne(request, 0);
      const results: AgentResult[] = [];
      for (let i = 0; i < request.recipients.length; i += 1) results.push(await deliverOne(request, i));
      return {
        outcomes: results.flatMap((r) => r.outcomes),
        mailboxDeliveries: results.flatMap((r) => r.mailboxDeliveries),
        forwards: results.flatMap((r) => r.forwards),
        journey: results.flatMap((r) => r.journey),
      };
    },
  };
}

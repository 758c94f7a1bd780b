/**
 * error(8): answers every recipient with the next hop's text. The service named `error` bounces, the one named
 * `retry` defers. A DSN code in front of the text is used where its class fits; else 5.0.0 or 4.0.0.
 */
import { ConfigError } from '../../config/config.ts';
import { splitDsn } from '../../mail/dsn.ts';
import type { AgentResult, DeliveryAgent } from '../../mail/message.ts';
import type { AgentDependencies } from '../delivery.ts';
import { createReport, journeyOf, readReportSettings } from '../report.ts';

type ErrorDependencies = Pick<AgentDependencies, 'config' | 'log' | 'clock'>;

/** @throws ConfigError for a service that is called neither `error` nor `retry`. */
export function createError(service: string, { config, log, clock }: ErrorDependencies): DeliveryAgent {
  if (service !== 'error' && service !== 'retry') throw new ConfigError(`bad error service name: ${service}`);
  const settings = readReportSettings(config);
  const logger = log('error', config.get('syslog_name'));
  return {
    deliver(request): Promise<AgentResult> {
      const report = createReport({ log: logger, clock, request, relay: 'none', settings });
      const nexthop = request.nexthop === '' ? 'Address is undeliverable' : request.nexthop;
      const split = splitDsn(nexthop);
      const verdict = {
        dsn: split?.code ?? (service === 'error' ? '5.0.0' : '4.0.0'),
        reason: split?.text ?? nexthop,
      };
      const answer = service === 'error' ? report.bounced : report.deferred;
      const outcomes = request.recipients.map((recipient) => answer(recipient, verdict));
      return Promise.resolve({
        outcomes,
        mailboxDeliveries: [],
        forwards: [],
        journey: outcomes.map((outcome) => journeyOf(service, outcome)),
      });
    },
  };
}

/** discard(8): takes every recipient and throws the mail away; the next hop is the reason that the log tells. */
import { splitDsn } from '../../mail/dsn.ts';
import type { AgentResult, DeliveryAgent } from '../../mail/message.ts';
import type { AgentDependencies } from '../delivery.ts';
import { createReport, journeyOf, readReportSettings } from '../report.ts';

type DiscardDependencies = Pick<AgentDependencies, 'config' | 'log' | 'clock'>;

export function createDiscard({ config, log, clock }: DiscardDependencies): DeliveryAgent {
  const settings = readReportSettings(config);
  const logger = log('discard', config.get('syslog_name'));
  return {
    deliver(request): Promise<AgentResult> {
      const report = createReport({ log: logger, clock, request, relay: 'none', settings });
      const split = splitDsn(request.nexthop);
      const verdict = { dsn: split?.code ?? '2.0.0', reason: split?.text ?? request.nexthop };
      const outcomes = request.recipients.map((recipient) => report.sent(recipient, verdict));
      return Promise.resolve({
        outcomes,
        mailboxDeliveries: [],
        forwards: [],
        journey: outcomes.map((outcome) => journeyOf('discard', outcome, `discarded: ${outcome.reason}`)),
      });
    },
  };
}

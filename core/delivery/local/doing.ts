/** What is shared while a plan is carried out. */
import type { JourneyEntry } from '../../mail/journey.ts';
import type { DeliveryRequest, MailboxDelivery, Outcome, QueuedRecipient } from '../../mail/message.ts';
import type { Log } from '../../util/log.ts';
import type { AgentDependencies } from '../delivery.ts';
import type { FilteredReport } from '../filtered-report.ts';
import { journeyOf, type ReportSettings } from '../report.ts';
import type { StatusFilter } from '../status-filter.ts';
import type { Expanded, LocalPlan } from './action.ts';
import type { LocalSettings } from './settings.ts';

export interface EffectDependencies extends AgentDependencies {
  readonly service: string;
  readonly settings: LocalSettings;
  readonly reporting: ReportSettings;
  readonly logger: Log;
  readonly statusFilter: StatusFilter;
}

export interface Task {
  readonly request: DeliveryRequest;
  readonly recipient: QueuedRecipient;
  readonly plan: LocalPlan;
  readonly startedAt: number;
}

export interface Doing {
  readonly deps: EffectDependencies;
  readonly task: Task;
  readonly report: FilteredReport;
  readonly outcomes: Outcome[];
  readonly mailboxDeliveries: MailboxDelivery[];
  readonly journey: JourneyEntry[];
}

/** The recipient of an outcome: what the expansion made of the queued one. */
export function reported(doing: Doing, at: Expanded) {
  return {
    index: doing.task.recipient.index,
    address: at.address,
    originalAddress: at.originalAddress,
  };
}

/** What every verdict of an expanded address carries. */
export function expandedPart(doing: Doing, at: Expanded) {
  const { startedAt, recipient } = doing.task;
  const notify = at.notify === recipient.notify ? {} : { notify: at.notify };
  const orcpt = at.orcpt === recipient.orcpt ? {} : { orcpt: at.orcpt };
  return { startedAt, ...notify, ...orcpt };
}

export function conclude(doing: Doing, outcome: Outcome, what?: string): void {
  doing.outcomes.push(outcome);
  doing.journey.push(journeyOf('local', outcome, what));
}

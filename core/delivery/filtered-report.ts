/** Outcomes whose code and text go through the agent's delivery status filter first (dsn_filter(3)). */
import type { Outcome } from '../mail/message.ts';
import {
  createReport,
  type Report,
  type ReportDependencies,
  type ReportedRecipient,
  type Verdict,
} from './report.ts';
import type { StatusFilter } from './status-filter.ts';

type Saying = (recipient: ReportedRecipient, verdict: Verdict) => Promise<Outcome>;

/** As Report; a filter may soften what is final, and make final what was to be tried again. */
export interface FilteredReport extends Pick<Report, 'expanded'> {
  readonly sent: Saying;
  readonly bounced: Saying;
  readonly deferred: Saying;
}

const SAYINGS: Readonly<Record<string, 'sent' | 'bounced' | 'deferred'>> = {
  '2': 'sent',
  '4': 'deferred',
  '5': 'bounced',
};

export function createFilteredReport(dependencies: ReportDependencies, filter: StatusFilter): FilteredReport {
  const report = createReport(dependencies);
  const saying =
    (kind: 'sent' | 'bounced' | 'deferred'): Saying =>
    async (recipient, verdict) => {
      const said = await filter(verdict);
      // only a filter can have changed the class
      const isChanged = said.dsn.charAt(0) !== verdict.dsn.charAt(0);
      return report[(isChanged && SAYINGS[said.dsn.charAt(0)]) || kind](recipient, said);
    };
  return {
    sent: saying('sent'),
    bounced: saying('bounced'),
    deferred: saying('deferred'),
    expanded: report.expanded,
  };
}

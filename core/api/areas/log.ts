/** The mail log and the sessions as the calls need them. */
import type { LogFilter, LogLine, SessionDetail, SessionRow } from '../contract/log.ts';

export interface LogPage {
  readonly first: number;
  readonly next: number;
  readonly lines: readonly LogLine[];
}

export interface LogArea {
  /** Without `from` the newest. */
  read(query: { readonly from?: number | undefined; readonly limit: number }): Promise<LogPage>;
  /** The newest that pass. */
  find(
    query: LogFilter & {
      readonly after?: number | undefined;
      readonly before?: number | undefined;
      readonly limit: number;
    },
  ): Promise<LogPage>;
  /** The message that has this queue id. */
  messageOf(queueId: string): number | undefined;
}

export interface SessionArea {
  /** Newest first. */
  list(limit: number): readonly SessionRow[];
  get(number: number): SessionDetail | undefined;
}

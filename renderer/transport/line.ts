/** A line to the engine: made by dialling, good until it is closed. Message port and WebSocket are the two kinds. */
import type { ClientContext, ClientLink } from '@orpc/client';

export interface Line {
  readonly link: ClientLink<ClientContext>;
  /** Resolves when the line is gone, whoever closed it. */
  readonly closed: Promise<void>;
  close(): void;
}

/** Resolves once calls can be made; rejects when nobody answers. */
export type Dial = () => Promise<Line>;

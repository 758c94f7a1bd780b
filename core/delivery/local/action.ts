/** What local(8) can decide to do with a recipient, and what is known while it is being expanded. */
import type { Action, Notify, Ret } from '../../mail/dsn.ts';
import type { JourneyEntry } from '../../mail/journey.ts';
import type { ExpansionKind } from './settings.ts';

/** With whose rights a /file or |command is used; no user: default_privs. */
export interface Rights {
  readonly user: string;
  readonly home: string;
}

/** One recipient during expansion. Handed down by value: what an alias changes is seen below it only. */
export interface Expanded {
  /** Calls deep, as Postfix counts them; beyond 100 it is a loop. */
  readonly level: number;
  readonly address: string;
  /** As the client gave it; '' below an owner- alias. */
  readonly originalAddress: string;
  readonly notify: readonly Notify[];
  readonly orcpt: string;
  readonly sender: string;
  readonly envid: string;
  readonly ret: Ret;
  /** The local part, its user and its extension, folded to lower case. */
  readonly local: string;
  readonly user: string;
  readonly extension: string | undefined;
  readonly domain: string;
  /** The part of the extension that is still to be passed on. */
  readonly unmatched: string | undefined;
  /** Who forwards: the owner- alias, or the user whose .forward this is. */
  readonly owner: string | undefined;
  /** What Delivered-To will say. */
  readonly delivered: string | undefined;
  readonly kind: ExpansionKind | 'none';
  /** The name that was expanded last: an alias that lists itself means the user. */
  readonly from: string | undefined;
  readonly rights: Rights;
}

export interface StatusVerdict {
  readonly dsn: string;
  readonly reason: string;
  readonly action?: Action;
  readonly returnTo?: string;
}

export type LocalAction = { readonly at: Expanded } & (
  | {
      readonly kind: 'mailbox';
      readonly mailbox: string;
      readonly path: string;
      readonly style: 'mailbox' | 'maildir';
    }
  | { readonly kind: 'file'; readonly path: string; readonly returnTo: string | undefined }
  | { readonly kind: 'command'; readonly command: string; readonly returnTo: string | undefined }
  | { readonly kind: 'forward' }
  /** mailbox_transport, fallback_transport: another agent takes it, `transport:nexthop`. */
  | { readonly kind: 'pass'; readonly service: string }
  | { readonly kind: 'sent' | 'bounced' | 'deferred' | 'expanded'; readonly verdict: StatusVerdict }
);

export interface LocalPlan {
  readonly actions: readonly LocalAction[];
  readonly journey: readonly JourneyEntry[];
  /** What local(8) writes to the log as warnings. */
  readonly warnings: readonly string[];
}

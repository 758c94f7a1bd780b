/** What the parts of the expansion share: the message, the tables, the duplicate filter and the plan in the making. */
import type { AddressResolver, AddressRewriter } from '../../address/resolution.ts';
import type { JourneyEntry, Source, Verdict } from '../../mail/journey.ts';
import type { QueuedMessage } from '../../mail/message.ts';
import type { SandboxUser, UserStore } from '../../store/store.ts';
import type { LookupResult, Maps } from '../../tables/table.ts';
import type { Clock } from '../../util/clock.ts';
import type { Expanded, LocalAction, StatusVerdict } from './action.ts';
import type { LocalSettings } from './settings.ts';

/** What adduser gives a person: sandbox users have no shell of their own. */
export const PERSONS_SHELL = '/bin/bash';

export interface LocalMaps {
  readonly aliases: Maps;
  readonly mailboxTransport: Maps;
  readonly mailboxCommand: Maps;
  readonly fallbackTransport: Maps;
}

/** true: something below has to be tried again. */
export type IsDeferred = boolean;

export interface Expansion {
  readonly service: string;
  readonly settings: LocalSettings;
  readonly maps: LocalMaps;
  readonly users: UserStore;
  readonly rewriter: AddressRewriter;
  readonly resolver: AddressResolver;
  readonly message: QueuedMessage;
  /** Addresses of the message's Delivered-To headers, folded. */
  readonly deliveredTo: ReadonlySet<string>;
  /** Expands an address that an alias, list or .forward file gave, or the luser_relay. */
  readonly address: (at: Expanded, address: string) => Promise<IsDeferred>;
  readonly text: (at: Expanded, text: string) => Promise<{ deferred: IsDeferred; count: number }>;
  readonly file: (at: Expanded, content: string) => Promise<{ deferred: IsDeferred; count: number }>;
  /** Whether this was here before; remembers it (been_here(3), folded, at most duplicate_filter_limit). */
  readonly seen: (what: string) => boolean;
  readonly wasSeen: (what: string) => boolean;
  readonly add: (action: LocalAction) => void;
  readonly warn: (text: string) => void;
  readonly note: (at: Expanded, what: string, source?: Source, verdict?: Verdict) => void;
}

export const bounce = (x: Expansion, at: Expanded, verdict: StatusVerdict): IsDeferred => {
  x.add({ kind: 'bounced', at, verdict });
  return false;
};

export const defer = (x: Expansion, at: Expanded, verdict: StatusVerdict): IsDeferred => {
  x.add({ kind: 'deferred', at, verdict });
  return true;
};

export const SYSTEM_ERROR = { dsn: '5.3.5', reason: 'mail system configuration error' } as const;
export const TABLE_FAILURE = { dsn: '4.3.0', reason: 'table lookup failure' } as const;

export function deeper(at: Expanded, change: Partial<Expanded> = {}): Expanded {
  return { ...at, ...change, level: at.level + 1 };
}

/** The journey's source of a table's answer. */
export function sourceOf(result: LookupResult & { kind: 'found' }): Source {
  return {
    kind: 'table',
    table: result.table,
    key: result.key,
    value: result.value,
    ...(result.line === undefined ? {} : { line: result.line }),
  };
}

/** The recipient's own values for `$name` in parameters (local_expand). */
export function valuesOf(at: Expanded, user: SandboxUser | undefined): (name: string) => string | undefined {
  const delimiter = at.local.charAt(at.user.length);
  const values: Record<string, string | undefined> = {
    user: at.user,
    home: user?.home,
    shell: user === undefined ? undefined : PERSONS_SHELL,
    domain: at.domain,
    local: at.local,
    mailbox: at.local,
    recipient: at.address,
    extension: at.extension,
    recipient_delimiter: delimiter === '' ? undefined : delimiter,
    original_recipient: at.originalAddress,
    sender: at.sender,
  };
  return (name) => values[name];
}

export interface RecordedPlan {
  readonly actions: readonly LocalAction[];
  readonly journey: readonly JourneyEntry[];
  readonly warnings: readonly string[];
}

/** The writing half of an expansion. */
export function createRecorder(clock: Clock, duplicateFilterLimit: number) {
  const actions: LocalAction[] = [];
  const journey: JourneyEntry[] = [];
  const warnings: string[] = [];
  const been = new Set<string>();
  return {
    plan: { actions, journey, warnings } as RecordedPlan,
    seen(what: string): boolean {
      const folded = what.toLowerCase();
      if (been.has(folded)) return true;
      if (duplicateFilterLimit === 0 || been.size < duplicateFilterLimit) been.add(folded);
      return false;
    },
    wasSeen: (what: string): boolean => been.has(what.toLowerCase()),
    add(action: LocalAction): void {
      actions.push(action);
    },
    warn(text: string): void {
      warnings.push(text);
    },
    note(at: Expanded, what: string, source?: Source, verdict: Verdict = 'info'): void {
      const entry = { at: clock.now(), program: 'local', verdict, what, recipient: at.address };
      journey.push(source === undefined ? entry : { ...entry, source });
    },
  };
}

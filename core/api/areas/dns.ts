/** The sandbox's DNS table as the calls need it. */
import type {
  DnsLookup,
  DnsLookupType,
  DnsProblem,
  DnsQuestionRow,
  DnsRecordDraft,
  DnsRecordRow,
} from '../contract/dns.ts';

export type DnsPutResult =
  | { readonly kind: 'stored'; readonly records: readonly DnsRecordRow[] }
  /** Nothing was stored. */
  | { readonly kind: 'wrong'; readonly problems: readonly DnsProblem[] };

export interface DnsArea {
  list(): Promise<readonly DnsRecordRow[]>;
  set(drafts: readonly DnsRecordDraft[], replace: boolean): Promise<DnsPutResult>;
  import(text: string, replace: boolean): Promise<DnsPutResult>;
  /** How many were removed, or what is wrong with the value. */
  remove(selection: {
    readonly name: string;
    readonly type?: DnsRecordRow['type'] | undefined;
    readonly value?: string | undefined;
  }): Promise<number | DnsProblem>;
  clear(): Promise<number>;
  export(): Promise<string>;
  /** Oldest first. */
  questions(): Promise<readonly DnsQuestionRow[]>;
  lookup(name: string, type: DnsLookupType): Promise<DnsLookup>;
}

/** What decisions are made with: the world of one configuration, and the services that some restrictions ask. */
import type { AddressFinder } from '../../address/find.ts';
import type { AddressResolver } from '../../address/resolution.ts';
import type { Config } from '../../config/config.ts';
import type { ListMatch, MatchList } from '../../tables/match-list.ts';
import type { Maybe } from '../../tables/maybe.ts';
import type { Maps, Tables } from '../../tables/table.ts';
import type { Dns } from '../../util/dns.ts';
import type { SmtpClient } from '../client.ts';
import type { PolicyServer } from '../policy-server/policy-server.ts';
import type { SmtpdSettings } from '../settings.ts';

/** What verify(8) knows about an address. */
export type Verification =
  | { readonly kind: 'deliverable' }
  | { readonly kind: 'undeliverable'; readonly reason: string }
  | { readonly kind: 'deferred'; readonly reason: string }
  /** The probe is still under way. */
  | { readonly kind: 'pending'; readonly reason: string }
  | { readonly kind: 'unavailable' };

/** Asks whether mail to this address could be delivered, by a probe (ADDRESS_VERIFICATION_README). */
export type VerifyAddress = (address: string) => Promise<Verification>;

/**
 * Asks a policy server (SMTPD_POLICY_README); `request` is the text of policyRequest. The answer is an access(5) action;
 * undefined when there was none, and `warn` has been told why.
 */
export type AskPolicyServer = (
  server: PolicyServer,
  request: string,
  warn: (text: string) => void,
) => Promise<string | undefined>;

export interface PolicyServices {
  readonly dns: Dns;
  readonly verify?: VerifyAddress;
  readonly askPolicyServer?: AskPolicyServer;
  /** Waits, for the restriction `sleep`; a dry run returns at once. */
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export interface PolicyContext {
  readonly config: Config;
  readonly settings: SmtpdSettings;
  readonly tables: Tables;
  readonly resolver: AddressResolver;
  readonly finder: AddressFinder;
  readonly services: PolicyServices;
  readonly isInMynetworks: (client: SmtpClient) => Maybe<ListMatch>;
  readonly relayDomains: MatchList;
  readonly mxBackupNetworks: MatchList;
  readonly permitLog: MatchList;
  /** smtpd_access_maps is in parent_domain_matches_subdomains. */
  readonly accessMatchesSubdomains: boolean;
  readonly isOwnAddress: (address: string) => boolean;
  /** By its own address, whatever XCLIENT says. */
  readonly isOwnClient: (client: SmtpClient) => boolean;
  /** The tables of a word in a restriction list, opened once. */
  readonly accessMaps: (word: string) => Maps;
  /** The server of a word after check_policy_service. */
  readonly policyServer: (word: string) => PolicyServer;
  /** The tables of a parameter such as `virtual_alias_maps`, opened once. */
  readonly parameterMaps: (name: string) => Maps;
}

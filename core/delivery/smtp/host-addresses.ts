/** The addresses of one host, from the DNS or as the machine itself would find them (smtp_addr_one in smtp_addr(3)). */
import {
  dnsFailureText,
  failureRank,
  hostLookupWords,
  tellDnsAnswer,
  type Dns,
  type DnsFailure,
} from '../../util/dns.ts';
import type { Trouble } from './addresses.ts';

/** What is asked for: by inet_protocols. */
export type AddressType = 'A' | 'AAAA';

export interface HostAnswer {
  /** With the name that has the address: another than was asked for, when CNAME records led there. */
  readonly addresses: readonly { readonly address: string; readonly name: string }[];
  /** Why there are none. */
  readonly trouble: Trouble | undefined;
  /** The native name service may know more. */
  readonly mayBeNative: boolean;
  /** Questions and answers in words. */
  readonly told: readonly string[];
}

/** @param isSoft something before has failed in a way that may pass */
function dsnOf({ kind, why }: DnsFailure, isSoft: boolean): string {
  if (kind === 'servfail') return '4.4.3';
  if (why === 'policy') return '4.7.0';
  return `${isSoft ? 4 : 5}.4.${why === 'unrecoverable' ? 3 : 4}`;
}

export function createHostResolver(dependencies: {
  readonly dns: Dns;
  readonly nativeDns: Dns;
  readonly types: readonly AddressType[];
}) {
  const { dns, nativeDns, types } = dependencies;

  async function ask(from: Dns, host: string) {
    const addresses: { address: string; name: string }[] = [];
    const failures: { readonly type: AddressType; readonly failure: DnsFailure }[] = [];
    const told: string[] = [];
    for (const type of types) {
      const answer = await (type === 'A' ? from.a(host) : from.aaaa(host));
      if (answer.kind !== 'found') failures.push({ type, failure: answer });
      else addresses.push(...answer.records.map((address) => ({ address, name: answer.name })));
      told.push(`${type} of ${host}: ${tellDnsAnswer(answer)}`);
    }
    return { addresses, failures, told };
  }

  /** By the DNS. Of equal failures the last one is told. */
  async function byDns(host: string, isSoft: boolean): Promise<HostAnswer> {
    const { addresses, failures, told } = await ask(dns, host);
    if (addresses.length > 0) return { addresses, trouble: undefined, mayBeNative: false, told };
    let worst = failures[0];
    for (const other of failures) {
      if (worst === undefined || failureRank(other.failure) >= failureRank(worst.failure)) worst = other;
    }
    if (worst === undefined) return { addresses, trouble: undefined, mayBeNative: true, told };
    const { type, failure } = worst;
    const trouble = { dsn: dsnOf(failure, isSoft), reason: dnsFailureText(host, type, failure) };
    return { addresses, trouble, mayBeNative: failure.kind === 'absent', told };
  }

  /** As getaddrinfo(3) would: the same table stands for /etc/hosts, only the words differ. */
  async function byNative(host: string, isSoft: boolean): Promise<HostAnswer> {
    const { addresses, failures, told } = await ask(nativeDns, host);
    if (addresses.length > 0) return { addresses, trouble: undefined, mayBeNative: false, told };
    const words = hostLookupWords(failures.map(({ failure }) => failure));
    const isTemporary = failures.some(({ failure }) => failure.kind === 'servfail');
    const isNoData = !isTemporary && failures.some(({ failure }) => failure.why === 'nodata');
    // EAI_NODATA is none of the errors that smtp_addr(3) takes for a missing host.
    const detail = isNoData ? '3.0' : '4.4';
    return {
      addresses,
      trouble: {
        dsn: `${isTemporary || isSoft ? 4 : 5}.${detail}`,
        reason: `unable to look up host ${host}: ${words}`,
      },
      mayBeNative: false,
      told,
    };
  }

  return { byDns, byNative };
}
